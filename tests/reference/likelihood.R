# Reference values of logistic(), ordinal() and count(). Usage, in this folder: Rscript likelihood.R FOLDER_OF_PINGOUIN_DATASETS
# Fits are taken on until nothing moves, as R's own default stops at about 1e-8 of the deviance.
source("common.R"); suppressMessages({library(MASS); library(sandwich)})
source("design.R")

number <- function(y) if (is.character(y)) match(y, sort(unique(y), method = "radix")) - 1 else y
ratio <- c(logistic = "or", ordinal = "or", count = "irr")
# Brant (1990): separate logits of y > j, their covariances, and Wald's test that their slopes are the same
brant <- function(X, y) {
  M <- cbind(1, as.matrix(X)); J <- max(y); k <- ncol(X)
  fits <- lapply(seq_len(J), function(j) glm(y >= j ~ ., binomial, cbind(X, y = y)[c(names(X))], control = list(epsilon = 1e-15, maxit = 100)))
  P <- lapply(fits, fitted); B <- lapply(P, function(p) solve(crossprod(M * (p * (1 - p)), M)))
  V <- matrix(0, J * k, J * k); at <- function(j) (j - 1) * k + seq_len(k)
  for (i in seq_len(J)) for (j in i:J) {
    v <- (B[[i]] %*% crossprod(M * (P[[j]] * (1 - P[[i]])), M) %*% B[[j]])[-1, -1]
    V[at(i), at(j)] <- v; V[at(j), at(i)] <- t(v)
  }
  b <- unlist(lapply(fits, function(f) coef(f)[-1]))
  test <- function(which) {
    D <- do.call(rbind, lapply(2:J, function(j) t(sapply(which, function(i) { r <- numeric(J * k); r[i] <- 1; r[(j - 1) * k + i] <- -1; r }))))
    x <- drop(t(D %*% b) %*% solve(D %*% V %*% t(D), D %*% b)); c(x, nrow(D), pchisq(x, nrow(D), lower.tail = FALSE))
  }
  c(list(test(seq_len(k))), lapply(seq_len(k), test))
}
tight <- glm.control(epsilon = 1e-14, maxit = 200)
model <- function(kind, X, y) {
  d <- cbind(y = y, X)
  if (kind == "logistic") return(glm(y ~ ., binomial, d, control = tight))
  if (kind == "count") { f <- glm.nb(y ~ ., d, control = tight)
    for (i in 1:50) { theta <- theta.ml(y, fitted(f), limit = 200, eps = 1e-13); f <- glm(y ~ ., negative.binomial(theta), d, control = tight, start = coef(f)) }
    f$theta <- as.numeric(theta); f$theta_se <- attr(theta, "SE"); class(f) <- c("negbin", class(f)); f$loglik <- sum(dnbinom(y, f$theta, mu = fitted(f), log = TRUE)); return(f) }
  f <- polr(factor(y) ~ ., d[-1], Hess = TRUE, control = list(reltol = 1e-16, maxit = 1000))
  f <- polr(factor(y) ~ ., d[-1], Hess = TRUE, start = c(coef(f), f$zeta), control = list(reltol = 1e-16, maxit = 1000)); f
}
# the maximum of the ordinal likelihood by Newton's method with derivatives written out, as BFGS leaves 1e-5
polish <- function(X, y, start) {
  X <- as.matrix(X); J <- max(y); k <- ncol(X); n <- length(y)
  U <- cbind(outer(y, 0:(J - 1), "==") * 1, -X); L <- cbind(outer(y - 1, 0:(J - 1), "==") * 1, -X)
  for (i in 1:20) {
    u <- ifelse(y < J, U %*% start, Inf); l <- ifelse(y > 0, L %*% start, -Inf); P <- plogis(u) - plogis(l)
    g <- U * (dlogis(u) / P) - L * (dlogis(l) / P)
    bend <- function(x) dlogis(x) * (1 - 2 * plogis(x))
    H <- crossprod(U, U * (bend(u) / P)) - crossprod(L, L * (bend(l) / P)) - crossprod(g)
    start <- start - solve(H, colSums(g))
  }
  list(b = start, V = solve(-H), scores = g, loglik = sum(log(P)))
}
loglik0 <- function(kind, y) if (kind == "count") model_null(y) else sum(table(y) * log(table(y) / length(y)))
model_null <- function(y) { f <- function(lt) -sum(dnbinom(y, exp(lt), mu = mean(y), log = TRUE)); -optimise(f, c(-10, 15), tol = 1e-12)$objective }

case <- function(name, kind, input, data, outcome, blocks, errors = "classical", cluster = NULL, level = .95) {
  begin(name, kind, input, outcome = outcome, blocks = lapply(blocks, I), level = level,
        errors = if (is.null(cluster)) errors else list(cluster = cluster))
  data <- data[complete.cases(data[c(outcome, unlist(blocks), cluster)]), ]
  y <- number(data[[outcome]]); y <- if (kind == "count") y else match(y, sort(unique(y))) - 1; n <- length(y)
  values <- sort(unique(number(data[[outcome]])))
  groups <- if (is.null(cluster)) NULL else data[[cluster]]
  fitted_to <- function(used) {
    X <- design(data, used); names(X) <- paste0("v", seq_along(X)); f <- model(kind, X, y)
    if (kind == "ordinal") {
      p <- polish(X, y, c(f$zeta, coef(f))); J <- max(y)
      if (errors == "cluster") { s <- rowsum(p$scores, groups); G <- nrow(s); p$V <- p$V %*% crossprod(s) %*% p$V * G / (G - 1) * (n - 1) / (n - length(p$b)) }
      return(list(b = p$b, V = p$V, loglik = p$loglik, slopes = J + seq_along(X), fit = f, X = X))
    }
    V <- switch(errors, classical = { W <- f$weights; solve(crossprod(model.matrix(f) * W, model.matrix(f))) },
                HC3 = vcovHC(f, type = "HC3"), cluster = vcovCL(f, cluster = groups, type = "HC1"))
    list(b = coef(f), V = V, loglik = if (kind == "count") f$loglik else as.numeric(logLik(f)), slopes = 1 + seq_along(X), fit = f, X = X)
  }
  before <- l0 <- loglik0(kind, y); used <- c(); count <- 0
  wald <- function(m, at) drop(m$b[at] %*% solve(m$V[at, at], m$b[at]))
  for (step in seq_along(blocks)) {
    used <- c(used, blocks[[step]]); m <- fitted_to(used); added <- ncol(m$X) - count
    chi2 <- if (errors == "classical") 2 * (m$loglik - before) else wald(m, tail(m$slopes, added))
    block <- paste0("block", step); put(outcome, block, "chi2_change", chi2); put(outcome, block, "df_change", added)
    put(outcome, block, "p_change", pchisq(chi2, added, lower.tail = FALSE)); before <- m$loglik; count <- ncol(m$X)
  }
  k <- ncol(m$X); chi2 <- if (errors == "classical") 2 * (m$loglik - l0) else wald(m, m$slopes)
  put(outcome, "", "n", n); put(outcome, "", "loglik", m$loglik); put(outcome, "", "aic", -2 * m$loglik + 2 * (length(m$b) + (kind == "count")))
  put(outcome, "", "chi2", chi2); put(outcome, "", "df", k); put(outcome, "", "p", pchisq(chi2, k, lower.tail = FALSE))
  put(outcome, "", "r2_mcfadden", 1 - m$loglik / l0)
  put(outcome, "", "r2_nagelkerke", (1 - exp(2 * (l0 - m$loglik) / n)) / (1 - exp(2 * l0 / n)))
  if (kind == "count") {
    f <- m$fit; poisson <- glm(y ~ ., poisson, cbind(y = y, m$X), control = tight); x <- 2 * (m$loglik - as.numeric(logLik(poisson)))
    put(outcome, "", "theta", f$theta); put(outcome, "", "theta_se", f$theta_se)
    put(outcome, "", "dispersion", sum(residuals(poisson, "pearson")^2) / poisson$df.residual)
    put(outcome, "", "poisson_chi2", x); put(outcome, "", "poisson_p", pchisq(x, 1, lower.tail = FALSE) / 2)
  }
  labels <- names(design(data, used)); q <- qnorm((1 + level) / 2)
  terms <- if (kind == "ordinal") c(paste(head(values, -1), tail(values, -1), sep = "|"), labels) else c("(intercept)", labels)
  for (i in seq_along(terms)) {
    b <- m$b[i]; se <- sqrt(m$V[i, i]); t <- terms[i]
    put(outcome, t, "b", b); put(outcome, t, "se", se); put(outcome, t, "z", b / se); put(outcome, t, "p", 2 * pnorm(-abs(b / se)))
    put(outcome, t, "ci_low", b - q * se); put(outcome, t, "ci_high", b + q * se)
    if (i %in% m$slopes || kind != "ordinal") {
      r <- ratio[[kind]]; put(outcome, t, r, exp(b)); put(outcome, t, paste0(r, "_ci_low"), exp(b - q * se)); put(outcome, t, paste0(r, "_ci_high"), exp(b + q * se))
    }
  }
  if (kind == "ordinal") {
    tests <- brant(m$X, y)
    for (i in seq_along(tests)) put(outcome, c("", labels)[i], "brant_p", tests[[i]][3])
    put(outcome, "", "brant_chi2", tests[[1]][1]); put(outcome, "", "brant_df", tests[[1]][2])
  }
  end()
}
p <- pingouin("penguins"); p[p == ""] <- NA
three <- function(name, ..., cluster) { case(paste0(name, ", classical"), ...); case(paste0(name, ", HC3"), ..., errors = "HC3")
  case(paste0(name, ", clusters"), ..., errors = "cluster", cluster = cluster) }
for (errors in c("classical", "HC3"))
  case(paste("two steps,", errors), "logistic", "penguins", p, "sex", list(c("bill_length_mm", "bill_depth_mm"), "species"), errors)
s <- read.csv("study.csv", na.strings = "")
three("a mentoring programme", "logistic", "study", s, "mentor_formal", list("ins1", c("psy1", "dem1")), cluster = "team")
t <- pingouin("tips")
case("one predictor, level .90", "logistic", "tips", t, "smoker", list("total_bill"), level = .90)
o <- ordinal()
case("classical", "ordinal", "ordinal", o, "q1", list(c("q2", "q3"), "q4"))
case("classical, level .99", "ordinal", "ordinal", o, "q6", list("q2"), level = .99)
g <- read.csv("grouped.csv")
case("clusters", "ordinal", "grouped", g, "t1", list("t2", "t3"), errors = "cluster", cluster = "team")
three("sick days", "count", "study", s, "sick_days", list("str1", c("dem1", "gender")), cluster = "team")
three("online contacts", "count", "study", s, "online", list(c("ins1", "psy1")), cluster = "team")
save_cases("likelihood.json", c("MASS", "sandwich"))
