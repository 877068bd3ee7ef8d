# One regression as a case: lm() with sandwich's errors and car's vif(), in the names of results.csv. Needs common.R.
suppressMessages({library(sandwich); library(car); library(lmtest); library(clubSandwich)})

source("design.R")
errors_of <- function(fit, errors, cluster) switch(errors,
  cr2 = as.matrix(vcovCR(fit, cluster = cluster, type = "CR2")), classical = vcov(fit), HC3 = vcovHC(fit, type = "HC3"), cluster = vcovCL(fit, cluster = cluster, type = "HC1"))
source("bounds.R")

regression_case <- function(case, input, data, outcome, blocks, errors, cluster = NULL, level = .95, also = function(fit, V, labels, df) NULL) {
  begin(case, "regression", input, outcome = outcome, blocks = lapply(blocks, I),
        errors = if (is.null(cluster)) errors else setNames(list(cluster), errors), level = level)
  data <- data[complete.cases(data[c(outcome, unlist(blocks), cluster)]), ]
  groups <- if (is.null(cluster)) NULL else data[[cluster]]
  y <- data[[outcome]]; n <- length(y); r2s <- c(); used <- c()
  df_of <- function(fit) if (is.null(cluster)) fit$df.residual else length(unique(groups)) - 1
  wald <- function(fit, columns) {
    if (errors == "cr2") {
      w <- Wald_test(fit, constrain_zero(match(columns, names(coef(fit)))), vcovCR(fit, cluster = groups, type = "CR2"), test = "HTZ")
      return(c(w$Fstat, w$df_num, w$df_denom, w$p_val))
    }
    V <- errors_of(fit, errors, groups)[columns, columns, drop = FALSE]; b <- coef(fit)[columns]
    f <- drop(b %*% solve(V, b)) / length(b); c(f, length(b), df_of(fit), pf(f, length(b), df_of(fit), lower.tail = FALSE))
  }
  for (step in seq_along(blocks)) {
    used <- c(used, blocks[[step]]); X <- design(data, used); added <- ncol(design(data, blocks[[step]]))
    labels <- names(X); names(X) <- paste0("v", seq_along(X)); fit <- lm(y ~ ., cbind(y = y, X))
    r2s <- c(r2s, summary(fit)$r.squared); block <- paste0("block", step)
    put(outcome, block, "r2_change", r2s[step] - c(0, r2s)[step])
    put(outcome, block, "df1_change", added)
    if (errors != "cr2") put(outcome, block, "df2_change", df_of(fit))
    if (added <= df_of(fit)) {
      w <- wald(fit, tail(names(X), added)); if (errors == "cr2") put(outcome, block, "df2_change", w[3])
      put(outcome, block, "f_change", w[1]); put(outcome, block, "p_change", w[4])
    }
  }
  s <- summary(fit); k <- ncol(X); r2 <- s$r.squared
  put(outcome, "", "n", n); put(outcome, "", "r2", r2); put(outcome, "", "adj_r2", s$adj.r.squared); put(outcome, "", "f2", r2 / (1 - r2))
  bounds <- r2_bounds(s$fstatistic[[1]], k, n, level)
  put(outcome, "", "r2_low", bounds[1]); put(outcome, "", "r2_high", bounds[2])
  put(outcome, "", "f2_low", bounds[1] / (1 - bounds[1])); put(outcome, "", "f2_high", bounds[2] / (1 - bounds[2]))
  put(outcome, "", "bp_p", bptest(fit)$p.value); 
  # powers of fitted values that are combinations of the predictors test nothing, though resettest() gives a p
  powers <- scale(cbind(fitted(fit)^2, fitted(fit)^3))
  if (qr(cbind(1, scale(X), powers))$rank == k + 3) put(outcome, "", "reset_p", resettest(fit)$p.value)
  put(outcome, "", "shapiro_p", shapiro.test(resid(fit))$p.value)
  put(outcome, "", "max_cook", max(cooks.distance(fit))); put(outcome, "", "max_leverage", max(hatvalues(fit)))
  put(outcome, "", "df1", k); if (errors != "cr2") put(outcome, "", "df2", df_of(fit))
  if (k <= df_of(fit)) { w <- wald(fit, names(X)); if (errors == "cr2") put(outcome, "", "df2", w[3]); put(outcome, "", "f", w[1]); put(outcome, "", "p", w[4]) }
  V <- errors_of(fit, errors, groups); vifs <- if (k > 1) vif(fit) else setNames(1, "v1")
  own <- if (errors == "cr2") coef_test(fit, vcovCR(fit, cluster = groups, type = "CR2"), test = "Satterthwaite")$df_Satt
  for (i in 0:k) {
    df <- if (errors == "cr2") own[i + 1] else df_of(fit); q <- qt((1 + level) / 2, df)
    b <- coef(fit)[i + 1]; se <- sqrt(V[i + 1, i + 1]); t <- b / se; term <- c("(intercept)", labels)[i + 1]
    put(outcome, term, "b", b); put(outcome, term, "se", se); put(outcome, term, "t", t)
    put(outcome, term, "p", 2 * pt(-abs(t), df)); if (errors == "cr2") put(outcome, term, "df", df); put(outcome, term, "ci_low", b - q * se); put(outcome, term, "ci_high", b + q * se)
    if (i > 0) {
      put(outcome, term, "beta", b * sd(X[[i]]) / sd(y)); put(outcome, term, "vif", vifs[i])
      put(outcome, term, "robustness_value", robustness(s$coefficients[i + 1, "t value"], fit$df.residual))
      put(outcome, term, "sr2", r2 - summary(lm(y ~ ., cbind(y = y, X[-i])))$r.squared)
    }
  }
  also(fit, V, c("(intercept)", labels), if (errors == "cr2") own else rep(df_of(fit), k + 1))
  end()
}
