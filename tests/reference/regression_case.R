# One regression as a case: lm() with sandwich's errors and car's vif(), in the names of results.csv. Needs common.R.
suppressMessages({library(sandwich); library(car)})

# columns of the design, named as results.csv names them; text against the first category in the order of bytes
design <- function(data, names) {
  found <- list()
  for (name in names) {
    x <- data[[name]]
    if (is.character(x)) for (level in sort(unique(x), method = "radix")[-1]) found[[paste0(name, "[", level, "]")]] <- as.numeric(x == level)
    else found[[name]] <- x
  }
  as.data.frame(found, check.names = FALSE)
}
errors_of <- function(fit, errors, cluster) switch(errors,
  classical = vcov(fit), HC3 = vcovHC(fit, type = "HC3"), cluster = vcovCL(fit, cluster = cluster, type = "HC1"))

regression_case <- function(case, input, data, outcome, blocks, errors, cluster = NULL, level = .95, also = function(fit, V, labels, df) NULL) {
  begin(case, "regression", input, outcome = outcome, blocks = lapply(blocks, I),
        errors = if (is.null(cluster)) errors else list(cluster = cluster), level = level)
  data <- data[complete.cases(data[c(outcome, unlist(blocks), cluster)]), ]
  groups <- if (is.null(cluster)) NULL else data[[cluster]]
  y <- data[[outcome]]; n <- length(y); r2s <- c(); used <- c()
  df_of <- function(fit) if (is.null(cluster)) fit$df.residual else length(unique(groups)) - 1
  wald <- function(fit, columns) {
    V <- errors_of(fit, errors, groups)[columns, columns, drop = FALSE]; b <- coef(fit)[columns]
    f <- drop(b %*% solve(V, b)) / length(b); c(f, length(b), df_of(fit), pf(f, length(b), df_of(fit), lower.tail = FALSE))
  }
  for (step in seq_along(blocks)) {
    used <- c(used, blocks[[step]]); X <- design(data, used); added <- ncol(design(data, blocks[[step]]))
    labels <- names(X); names(X) <- paste0("v", seq_along(X)); fit <- lm(y ~ ., cbind(y = y, X))
    r2s <- c(r2s, summary(fit)$r.squared); block <- paste0("block", step)
    put(outcome, block, "r2_change", r2s[step] - c(0, r2s)[step])
    put(outcome, block, "df1_change", added); put(outcome, block, "df2_change", df_of(fit))
    if (added <= df_of(fit)) {
      w <- wald(fit, tail(names(X), added)); put(outcome, block, "f_change", w[1]); put(outcome, block, "p_change", w[4])
    }
  }
  s <- summary(fit); k <- ncol(X); r2 <- s$r.squared
  put(outcome, "", "n", n); put(outcome, "", "r2", r2); put(outcome, "", "adj_r2", s$adj.r.squared); put(outcome, "", "f2", r2 / (1 - r2))
  put(outcome, "", "df1", k); put(outcome, "", "df2", df_of(fit))
  if (k <= df_of(fit)) { w <- wald(fit, names(X)); put(outcome, "", "f", w[1]); put(outcome, "", "p", w[4]) }
  V <- errors_of(fit, errors, groups); q <- qt((1 + level) / 2, df_of(fit)); vifs <- if (k > 1) vif(fit) else setNames(1, "v1")
  for (i in 0:k) {
    b <- coef(fit)[i + 1]; se <- sqrt(V[i + 1, i + 1]); t <- b / se; term <- c("(intercept)", labels)[i + 1]
    put(outcome, term, "b", b); put(outcome, term, "se", se); put(outcome, term, "t", t)
    put(outcome, term, "p", 2 * pt(-abs(t), df_of(fit))); put(outcome, term, "ci_low", b - q * se); put(outcome, term, "ci_high", b + q * se)
    if (i > 0) {
      put(outcome, term, "beta", b * sd(X[[i]]) / sd(y)); put(outcome, term, "vif", vifs[i])
      put(outcome, term, "sr2", r2 - summary(lm(y ~ ., cbind(y = y, X[-i])))$r.squared)
    }
  }
  also(fit, V, c("(intercept)", labels), df_of(fit))
  end()
}
