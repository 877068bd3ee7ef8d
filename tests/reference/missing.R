# Reference values for missing data: EM moments, FIML correlations and regressions, Little's test. Usage, in this
# folder: Rscript missing.R FOLDER_OF_PINGOUIN_DATASETS
# EM and Little (1988) are base R from the formulas, row by row; log-likelihood and standard errors are lavaan's.
source("common.R"); suppressMessages(library(lavaan))

em <- function(x, tolerance = 1e-13, most = 100000) {
  n <- nrow(x); p <- ncol(x)
  mean <- colMeans(x, na.rm = TRUE); cov <- diag(apply(x, 2, var, na.rm = TRUE))
  for (step in seq_len(most)) {
    sums <- rep(0, p); products <- matrix(0, p, p)
    for (i in seq_len(n)) {
      o <- !is.na(x[i, ]); full <- x[i, ]; rest <- matrix(0, p, p)
      if (!all(o)) {
        slope <- cov[!o, o, drop = FALSE] %*% solve(cov[o, o, drop = FALSE])
        full[!o] <- mean[!o] + slope %*% (x[i, o] - mean[o])
        rest[!o, !o] <- cov[!o, !o] - slope %*% cov[o, !o, drop = FALSE]
      }
      sums <- sums + full; products <- products + outer(full, full) + rest
    }
    new_mean <- sums / n; new_cov <- products / n - outer(new_mean, new_mean)
    moved <- max(abs(new_mean - mean) / sqrt(diag(new_cov)), abs(new_cov - cov) / sqrt(outer(diag(new_cov), diag(new_cov))))
    mean <- new_mean; cov <- new_cov
    if (moved < tolerance) break
  }
  list(mean = mean, cov = cov)
}
loglik <- function(x, m) sum(apply(x, 1, function(row) {
  o <- !is.na(row); d <- row[o] - m$mean[o]; s <- m$cov[o, o, drop = FALSE]
  -0.5 * (sum(o) * log(2 * pi) + as.numeric(determinant(s)$modulus) + sum(d * solve(s, d)))
}))
little <- function(x, m) {
  kinds <- apply(1 * !is.na(x), 1, paste, collapse = ""); chi2 <- 0; df <- -ncol(x)
  for (kind in unique(kinds)) {
    rows <- kinds == kind; o <- strsplit(kind, "")[[1]] == "1"
    d <- colMeans(x[rows, o, drop = FALSE]) - m$mean[o]
    chi2 <- chi2 + sum(rows) * sum(d * solve(m$cov[o, o, drop = FALSE], d)); df <- df + sum(o)
  }
  c(chi2, df, pchisq(chi2, df, lower.tail = FALSE))
}
saturated <- function(x) {
  names <- colnames(x)
  model <- c(paste(names, "~ 1"), unlist(lapply(seq_along(names), function(i) paste(names[i], "~~", names[i:length(names)]))))
  lavaan(paste(model, collapse = "\n"), data = as.data.frame(x), missing = "ml", em.h1.iter.max = 100000, em.h1.tol = 1e-12,
         control = list(rel.tol = 1e-14, iter.max = 100000))
}
holes <- function(x) {  # the same holes as tests.support.reference.data makes
  for (i in seq_len(nrow(x))) for (j in seq_len(ncol(x))) if ((7 * i + 13 * j + i * j) %% 5 == 0) x[i, j] <- NA
  x[rowSums(!is.na(x)) > 0, ]
}
all_of <- function(case, input, x, regressions = list()) {
  x <- as.matrix(x); x <- x[rowSums(!is.na(x)) > 0, ]; names <- colnames(x); m <- em(x)
  begin(paste(case, "moments"), "moments", input, variables = names)
  for (i in seq_along(names)) {
    put(names[i], "", "mean", m$mean[i])
    for (j in seq_along(names)) put(names[i], names[j], "cov", m$cov[i, j])
  }
  put("", "", "loglik", loglik(x, m)); put("", "", "n", nrow(x)); end()
  begin(paste(case, "Little"), "little", input, variables = names)
  found <- little(x, m)
  put("", "", "little_chi2", found[1]); put("", "", "little_df", found[2]); put("", "", "little_p", found[3]); end()
  fit <- saturated(x)
  begin(paste(case, "correlations"), "fiml_correlation", input, variables = names)
  put("", "", "loglik", as.numeric(logLik(fit)))
  s <- standardizedSolution(fit)
  for (row in which(s$op == "~~" & s$lhs != s$rhs)) {
    r <- s$est.std[row]; z <- s$se[row] / (1 - r^2); target <- paste0(s$lhs[row], "~", s$rhs[row])
    put(target, "", "r", r); put(target, "", "se", s$se[row])
    put(target, "", "p", 2 * pnorm(-abs(atanh(r) / z)))
    put(target, "", "ci_low", tanh(atanh(r) - qnorm(.975) * z)); put(target, "", "ci_high", tanh(atanh(r) + qnorm(.975) * z))
  }
  end()
  for (formula in regressions) {
    outcome <- formula[1]; predictors <- formula[-1]; whole <- x[rowSums(!is.na(x[, formula])) > 0, formula]
    fit <- sem(paste(outcome, "~", paste(predictors, collapse = " + ")), data = as.data.frame(whole), missing = "ml",
               fixed.x = FALSE, meanstructure = TRUE, em.h1.iter.max = 100000, em.h1.tol = 1e-12,
               control = list(rel.tol = 1e-14, iter.max = 100000))
    begin(paste(case, "regression of", outcome), "fiml_regression", input, outcome = outcome, predictors = predictors)
    e <- parameterEstimates(fit); e <- e[e$lhs == outcome & e$op %in% c("~", "~1"), ]
    beta <- standardizedSolution(fit); beta <- beta[beta$lhs == outcome & beta$op == "~", ]
    for (row in seq_len(nrow(e))) {
      term <- if (e$op[row] == "~1") "(intercept)" else e$rhs[row]
      for (name in c("est", "se", "z", "pvalue", "ci.lower", "ci.upper"))
        put(outcome, term, c(est = "b", se = "se", z = "t", pvalue = "p", ci.lower = "ci_low", ci.upper = "ci_high")[[name]], e[[name]][row])
    }
    for (row in seq_len(nrow(beta))) put(outcome, beta$rhs[row], "beta", beta$est.std[row])
    put(outcome, "", "r2", as.numeric(inspect(fit, "r2")[outcome])); put(outcome, "", "n", nobs(fit)); end()
  }
}
o <- ordinal()
items <- paste0("q", 1:6)
all_of("ordinal", "ordinal", o[items], list(c("q1", "q2", "q3")))
all_of("holes", "ordinal_holes", holes(o[items]), list(c("q1", "q2", "q3"), c("q6", "q5")))
p <- pingouin("penguins"); p <- p[c("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")]
p <- holes(p)
all_of("penguins", "penguins_holes", p, list(c("body_mass_g", "bill_length_mm", "flipper_length_mm")))
save_cases("missing.json", c("lavaan"))
