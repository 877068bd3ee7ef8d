# Reference values of factor(). Usage, in this folder: Rscript factor.R FOLDER_OF_PINGOUIN_DATASETS [FOLDER_OF_BFI]
# bfi is real data beside the project; without its folder those cases are kept as they are in factor.json.
source("common.R"); source("factor_fit.R")
suppressMessages({library(psych); library(GPArotation); library(polycor)})

# chance: 40 times 1,000 sets of normal data, their means and percentiles, and the sd of one run of 1,000
chance <- function(n, k) {
  runs <- lapply(1:40, function(run) { set.seed(run); e <- t(replicate(1000, eigen(cor(matrix(rnorm(n * k), n)), symmetric = TRUE, only.values = TRUE)$values)); rbind(colMeans(e), apply(e, 2, quantile, .95)) })
  a <- simplify2array(runs); list(mean = apply(a, 1:2, mean), sd = apply(a, 1:2, sd))
}
chances <- new.env()
one <- function(case, input, x, m, method = "minres", rotate = "oblimin", correlation = "pearson", missing = "listwise", cases_used = NULL) {
  begin(case, "factor", input, items = I(names(x)), n_factors = m, method = method, rotate = rotate, correlation = correlation, missing = missing)
  if (missing == "listwise") x <- na.omit(x)
  k <- ncol(x); n <- min(crossprod(!is.na(as.matrix(x))))
  R <- if (correlation == "pearson") cor(x, use = "pairwise") else polychorics(x)
  put("", "", "n", n); K <- KMO(R); put("", "", "kmo", K$MSA); for (i in 1:k) put("", names(x)[i], "kmo", K$MSAi[i])
  b <- cortest.bartlett(R, n); put("", "", "bartlett_chi2", b$chisq); put("", "", "bartlett_df", b$df)
  put("", "", "bartlett_p", pchisq(b$chisq, b$df, lower.tail = FALSE))
  set.seed(1); capture.output(p <- suppressWarnings(fa.parallel(R, n.obs = n, fa = "pc", n.iter = if (n > 1000) 100 else 1000, plot = FALSE, sim = TRUE)))
  put("", "", "n_factors", p$ncomp)
  name <- paste(n, k); slow <- n > 1000; if (!slow && is.null(chances[[name]])) chances[[name]] <- chance(n, k); s <- chances[[name]]
  for (i in 1:k) {
    put("", as.character(i), "parallel_observed", p$pc.values[i])
    if (slow) next   # many cases: their simulation takes minutes, and tells no more
    put("", as.character(i), "parallel_simulated", s$mean[1, i]); put("", as.character(i), "parallel_simulated_sd", s$sd[1, i])
    put("", as.character(i), "parallel_percentile", s$mean[2, i]); put("", as.character(i), "parallel_percentile_sd", s$sd[2, i])
  }
  # vss fits factors as well, and stops where there are many of few items; its map() is inside it
  v <- velicer(R); top <- min(k - 1, 3); w <- try(suppressWarnings(suppressMessages(vss(R, n = top, n.obs = n, plot = FALSE)))$map, silent = TRUE)
  if (!inherits(w, "try-error")) stopifnot(all.equal(w, v[1:top]))
  for (i in seq_along(v)) put("", as.character(i), "map", v[i]); put("", "", "map_n_factors", which.min(v))
  L <- extract(R, m, method); f <- rotated(L, rotate); own <- suppressWarnings(fa(R, m, n.obs = n, fm = method, rotate = rotate))
  for (j in 1:m) {
    put(paste0("F", j), "", "variance_share", diag(f$Phi %*% t(f$L) %*% f$L)[j] / k)
    for (i in 1:k) { put(paste0("F", j), names(x)[i], "loading", f$L[i, j]); put(paste0("F", j), names(x)[i], "loading_psych", unclass(own$loadings)[i, j]) }
  }
  for (i in 1:k) put("", names(x)[i], "communality", sum(L[i, ]^2))
  if (m > 1) for (i in 1:(m - 1)) for (j in (i + 1):m) put(paste0("F", i, "~F", j), "", "factor_r", f$Phi[i, j])
  cat(case, "psych off by", max(abs(unclass(own$loadings) - f$L)), "\n")
  end()
}
velicer <- function(R) {   # map() of psych::vss, from Velicer (1976)
  k <- ncol(R); e <- eigen(R); A <- e$vectors %*% diag(sqrt(pmax(e$values, 0)))
  sapply(1:(k - 1), function(m) { P <- cov2cor(R - A[, 1:m] %*% t(A[, 1:m])); diag(P) <- 0; sum(P^2) / (k * (k - 1)) })
}
polychorics <- function(x) {   # polychor(ML = FALSE) stops at about 1e-4; this is the same likelihood, searched to 1e-10
  precise <- function(x, y) {
    tab <- table(x, y); r <- nrow(tab); c <- ncol(tab); n <- sum(tab)
    rc <- qnorm(cumsum(rowSums(tab)) / n)[-r]; cc <- qnorm(cumsum(colSums(tab)) / n)[-c]
    f <- function(rho) { p <- polycor:::binBvn(rho, rc, cc); -sum(ifelse(tab > 0, tab * log(p), 0)) }
    optimise(f, c(-.9999, .9999), tol = 1e-10)$minimum
  }
  k <- ncol(x); rho <- diag(k); dimnames(rho) <- list(names(x), names(x))
  for (i in 2:k) for (j in 1:(i - 1)) rho[i, j] <- rho[j, i] <- precise(x[[i]], x[[j]])
  rho
}
nine <- read.csv("tests.csv"); q <- ordinal()[, paste0("q", 1:6)]
one("nine tests, three factors, minres and oblimin", "tests", nine, 3)
one("nine tests, three factors, maximum likelihood and oblimin", "tests", nine, 3, method = "ml")
one("nine tests, three factors, maximum likelihood and varimax", "tests", nine, 3, method = "ml", rotate = "varimax")
one("nine tests, two factors, minres, not rotated", "tests", nine, 2, rotate = "none")
one("nine tests, one factor", "tests", nine, 1)
one("nine tests, pairwise", "tests", nine, 3, missing = "pairwise")
one("six ordered answers, two factors", "ordinal", q, 2)
one("six ordered answers, one factor of polychoric correlations", "ordinal", q, 1, correlation = "polychoric")
one("six ordered answers, three factors: just identified, a Heywood case", "ordinal", q, 3)
five <- pingouin("pairwise_corr")[, -1]
one("pingouin pairwise_corr, two factors", "pairwise_corr", five, 2)
p <- pingouin("penguins")[, c("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")]
one("pingouin penguins, one factor: a Heywood case", "penguins", p, 1)
beside <- commandArgs(trailingOnly = TRUE)[2]
if (is.na(beside)) {
  kept <- Filter(function(one) one$input == "bfi", fromJSON("factor.json", simplifyVector = FALSE)$cases); cases <- c(cases, kept)
} else {
  bfi <- read.csv(file.path(beside, "data.csv"))
  one("bfi, five factors, minres and oblimin", "bfi", bfi, 5)
  one("bfi, five factors, maximum likelihood and oblimin", "bfi", bfi, 5, method = "ml")
  one("bfi, five factors, minres and varimax", "bfi", bfi, 5, rotate = "varimax")
}
save_cases("factor.json", c("psych", "GPArotation", "polycor"))
