# Reference values of correlation(), adjust() and the moments. Usage, in this folder:
# Rscript correlation.R FOLDER_OF_PINGOUIN_DATASETS
source("common.R")
suppressMessages({library(psych); library(polycor)})

precise <- function(x, y) {   # polychor(ML = FALSE) stops at about 1e-4; the same likelihood, searched to 1e-10
  tab <- table(x, y); r <- nrow(tab); c <- ncol(tab); n <- sum(tab)
  rc <- qnorm(cumsum(rowSums(tab)) / n)[-r]; cc <- qnorm(cumsum(colSums(tab)) / n)[-c]
  f <- function(rho) { p <- polycor:::binBvn(rho, rc, cc); -sum(ifelse(tab > 0, tab * log(p), 0)) }
  rho <- optimise(f, c(-.9999, .9999), tol = 1e-10)$minimum
  d <- function(h) (f(rho + h) - 2 * f(rho) + f(rho - h)) / h^2   # second difference, made exact to the 4th order
  c(rho, 1 / sqrt((4 * d(5e-4) - d(1e-3)) / 3))
}
one <- function(case, input, x, method = "pearson", missing = "pairwise", level = .95, adjust = "none", reliability = NULL, partial = c()) {
  begin(case, "correlation", input, items = I(names(x)), method = method, missing = missing, level = level, adjust = adjust,
        reliability = if (is.null(reliability)) NULL else as.list(reliability), partial = I(as.character(partial)))
  held <- x[partial]; g <- length(partial); x <- x[setdiff(names(x), partial)]; if (g && missing == "listwise") stop("not needed")
  if (missing == "listwise") x <- na.omit(x)
  z <- qnorm((1 + level) / 2); ps <- c(); pairs <- c()
  for (i in 1:(ncol(x) - 1)) for (j in (i + 1):ncol(x)) {
    ok <- if (g) complete.cases(x[[i]], x[[j]], held) else complete.cases(x[[i]], x[[j]]); u <- x[[i]][ok]; v <- x[[j]][ok]; n <- sum(ok)
    name <- paste0(names(x)[i], "~", names(x)[j])
    if (g) {   # what is left of both (of their ranks) after regression on what is held constant, with g fewer cases
      d <- cbind(u, v, held[ok, , drop = FALSE]); if (method == "spearman") d <- as.data.frame(lapply(d, rank))
      r <- cor(resid(lm(d[[1]] ~ as.matrix(d[-(1:2)]))), resid(lm(d[[2]] ~ as.matrix(d[-(1:2)]))))
      own <- partial.r(d, 1:2, 3:ncol(d)); stopifnot(all.equal(own[1, 2], r)); p <- corr.p(matrix(c(1, r, r, 1), 2), n - g, alpha = 1 - level)
      ci <- unlist(p$ci[c("lower", "upper")]); p <- p$p[1, 2]
    } else if (method == "polychoric") {
      found <- precise(u, v); r <- found[1]; width <- found[2] / (1 - r^2)
      put(name, "", "polychor", polychor(u, v, ML = FALSE))
      put(name, "", "polychor_se", sqrt(polychor(u, v, ML = FALSE, std.err = TRUE)$var))
      p <- 2 * pnorm(-abs(atanh(r)) / width); ci <- tanh(atanh(r) + c(-1, 1) * z * width)
    } else {
      t <- cor.test(u, v, method = method, exact = FALSE, conf.level = level); r <- t$estimate; p <- t$p.value
      ci <- if (method == "pearson") t$conf.int else unlist(corr.test(cbind(u, v), method = "spearman", alpha = 1 - level)$ci[c("lower", "upper")])
      if (n < 4) ci <- c(NA, NA)
    }
    put(name, "", "r", r); put(name, "", "p", p); put(name, "", "ci_low", ci[1]); put(name, "", "ci_high", ci[2]); put(name, "", "n", n)
    if (!is.null(reliability)) put(name, "", "r_disattenuated", r / sqrt(reliability[names(x)[i]] * reliability[names(x)[j]]))
    ps <- c(ps, p); pairs <- c(pairs, name)
  }
  if (adjust != "none") for (i in seq_along(ps)) put(pairs[i], "", "p_adjusted", p.adjust(ps, if (adjust == "bh") "BH" else if (adjust == "by") "BY" else adjust)[i])
  end()
}
q <- ordinal()[, paste0("q", 1:6)]
one("pearson, pairwise, holm", "ordinal", q, adjust = "holm")
one("pearson, listwise, level .90, bh, disattenuated", "ordinal", q, missing = "listwise", level = .90, adjust = "bh",
    reliability = c(q1 = .9, q2 = .8, q3 = .7, q4 = .85, q5 = .6, q6 = .55))
one("spearman, pairwise, bonferroni", "ordinal", q, method = "spearman", adjust = "bonferroni")
one("polychoric, pairwise, by", "ordinal", q, method = "polychoric", adjust = "by")
one("polychoric, listwise, level .99", "ordinal", q, method = "polychoric", missing = "listwise", level = .99)
five <- pingouin("pairwise_corr")[, -1]
one("pingouin pairwise_corr, pearson, hochberg", "pairwise_corr", five, adjust = "hochberg")
one("pingouin pairwise_corr, spearman, holm", "pairwise_corr", five, method = "spearman", adjust = "holm")
one("partial, pearson, one held constant", "ordinal", q, adjust = "holm", partial = "q3")
one("partial, spearman, two held constant, level .90", "ordinal", q, method = "spearman", level = .90, partial = c("q1", "q5"))
m <- pingouin("mediation"); one("pingouin mediation, pearson", "mediation", m)
p <- pingouin("penguins")[, c("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")]
one("pingouin penguins, pearson: p values of 1e-100", "penguins", p)
one("four cases", "few", data.frame(a = c(1, 2, 7, 9), b = c(2, 1, 8, 7)))
one("three cases: no interval", "few", data.frame(a = c(1, 2, 7), b = c(2, 1, 8)))

# moments: pairwise and counted; target is the first column, term the second
begin("pairwise moments", "moments", "ordinal")
C <- cov(q, use = "pairwise"); R <- cor(q, use = "pairwise")
for (i in 1:6) { put(names(q)[i], "", "mean", mean(q[[i]], na.rm = TRUE))
  for (j in 1:6) { put(names(q)[i], names(q)[j], "cov", C[i, j]); put(names(q)[i], names(q)[j], "cor", R[i, j]) } }
end()
cc <- na.omit(q); w <- rep(c(0, 1, 2, 5), length.out = nrow(cc)); k <- cov.wt(cc[rep(seq_len(nrow(cc)), w), ])
begin("counted moments, counts 0 1 2 5 in turn", "moments", "ordinal")
put("", "", "n", k$n.obs)
for (i in 1:6) { put(names(q)[i], "", "mean", k$center[i]); for (j in 1:6) put(names(q)[i], names(q)[j], "cov", k$cov[i, j]) }
end()

# corrections of p values, with a missing one
given <- c(.01, .04, .03, .002, NA, .5, .04, .9, 1e-8)
for (m in c("bonferroni", "holm", "hochberg", "BH", "BY")) {
  begin(m, "adjust", "p"); found <- p.adjust(given, m)
  for (i in seq_along(found)) put(as.character(i - 1), "", "p_adjusted", found[i]); end()
}

# the bivariate normal distribution function
set.seed(7); points <- data.frame(h = c(rnorm(40) * 1.5, 0, 0, 1, -2, 3, 0.7), k = c(rnorm(40) * 1.5, 0, 1, 0, 2, -3, 0.7),
                                  rho = c(runif(40, -1, 1), .5, -.3, .9999, -.9999, -.95, .9999))
begin("bivariate normal", "bvn", "points")
for (i in seq_len(nrow(points))) { p <- points[i, ]; at <- sprintf("%.17g %.17g %.17g", p$h, p$k, p$rho)
  put(at, "", "cdf", mvtnorm::pmvnorm(upper = c(p$h, p$k), corr = matrix(c(1, p$rho, p$rho, 1), 2), algorithm = mvtnorm::TVPACK(abseps = 1e-15))) }
end()
save_cases("correlation.json", c("psych", "polycor", "mvtnorm"), given = given)
