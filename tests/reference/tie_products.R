# Reference values of tie_model() with products and squares: columns of deviations made here, lmer and glmer, and the estimating
# equations of Liang & Zeger (1986) in base R, with geepack's moment estimators. Usage, in this folder: Rscript tie_products.R
source("common.R"); suppressMessages({library(lme4); library(lmerTest)})
gee <- function(X, y, g, odds) {
  b <- if (odds) coef(glm(y ~ X - 1, family = binomial())) else coef(lm(y ~ X - 1)); groups <- split(seq_along(y), g)
  for (round in 1:500) {
    m <- drop(X %*% b); if (odds) m <- plogis(m); v <- if (odds) m * (1 - m) else rep(1, length(m)); e <- (y - m) / sqrt(v); phi <- mean(e^2)
    pairs <- sum(sapply(groups, function(i) length(i) * (length(i) - 1) / 2)); a <- sum(sapply(groups, function(i) (sum(e[i])^2 - sum(e[i]^2)) / 2)) / pairs / phi
    bread <- 0; score <- 0; meat <- 0
    for (i in groups) { R <- matrix(a, length(i), length(i)); diag(R) <- 1; D <- X[i, , drop = FALSE] * (if (odds) v[i] else 1); s <- sqrt(v[i]); W <- solve(outer(s, s) * R)
      u <- drop(t(D) %*% W %*% (y[i] - m[i])); bread <- bread + t(D) %*% W %*% D; score <- score + u; meat <- meat + outer(u, u) }
    step <- drop(solve(bread, score)); b <- b + step; if (max(abs(step)) < 1e-13) break
  }
  list(b = b, se = sqrt(diag(solve(bread) %*% meat %*% solve(bread))), alpha = a)
}
multiplied <- function(case, input, data, outcome, predictors, group, model, family, centred, level = .95) {
  single <- Filter(function(p) !grepl(":", p), predictors); parts <- unique(unlist(strsplit(predictors, ":")))
  d <- data[complete.cases(data[, unique(c(outcome, parts, group))]), ]; d <- d[order(d[[group]]), ]; g <- as.integer(factor(d[[group]]))
  apart <- function(n) d[[n]] - (if (n %in% centred) ave(d[[n]], g) else mean(d[[n]])); made <- list()
  for (p in predictors) { two <- strsplit(p, ":")[[1]]
    if (length(two) == 2) made[[p]] <- apart(two[1]) * apart(two[2]) else if (p %in% centred) { b <- ave(d[[p]], g); made[[paste0(p, "[within]")]] <- d[[p]] - b; made[[paste0(p, "[between]")]] <- b } else made[[p]] <- d[[p]] }
  x <- as.data.frame(made); names(x) <- paste0("v", seq_along(made)); frame <- cbind(x, y = d[[outcome]], g = g)
  begin(case, "tie", input, outcome = outcome, predictors = as.list(predictors), group = group, model = model, family = family, levels = 2, lowest = 0, centred = as.list(centred), level = level)
  put(outcome, "", "n", nrow(frame)); put(outcome, "", "n_groups", max(g)); df <- NA
  if (model == "marginal") { m <- gee(cbind(1, as.matrix(x)), frame$y, g, family == "binomial"); b <- m$b; se <- m$se; put(outcome, "", "correlation", m$alpha)
  } else { f <- as.formula(paste("y ~", paste(names(x), collapse = " + "), "+ (1 | g)"))
    if (family == "gaussian") { m <- lmerTest::lmer(f, frame, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = .02, rhoend = 1e-10))); df <- summary(m)$coefficients[, "df"]
    } else m <- glmer(f, frame, family = binomial, control = glmerControl(optimizer = "bobyqa", tolPwrss = 1e-13, optCtrl = list(rhobeg = .02, rhoend = 1e-10, maxfun = 1e5)))
    s <- summary(m)$coefficients; b <- s[, "Estimate"]; se <- s[, "Std. Error"]; put(outcome, "", "var_group", VarCorr(m)$g[1]); put(outcome, "", "loglik", as.numeric(logLik(m))) }
  for (i in seq_along(b)) { term <- c("(intercept)", names(made))[i]; z <- b[[i]] / se[[i]]; q <- if (is.na(df[1])) qnorm((1 + level) / 2) else qt((1 + level) / 2, df[[i]])
    put(outcome, term, "b", b[[i]]); put(outcome, term, "se", se[[i]]); put(outcome, term, "z", z); put(outcome, term, "p", if (is.na(df[1])) 2 * pnorm(-abs(z)) else 2 * pt(-abs(z), df[[i]]))
    put(outcome, term, "ci_low", b[[i]] - q * se[[i]]); put(outcome, term, "ci_high", b[[i]] + q * se[[i]]); if (!is.na(df[1])) put(outcome, term, "df", df[[i]])
    if (family != "gaussian" && i > 1) put(outcome, term, "odds_ratio", exp(b[[i]])) }
  end()
}
n <- read.csv("nested.csv", na.strings = "")
for (model in c("marginal", "conditional")) {
  multiplied(paste("a product and a square,", model), "nested", n, "y", c("x", "w", "x:w", "x:x"), "team", model, "gaussian", "x")
  multiplied(paste("a product of all,", model), "nested", n, "y", c("x", "w", "x:w"), "team", model, "gaussian", character(), .9)
}
multiplied("odds with a product, marginal", "nested", n, "yes", c("x", "w", "x:w"), "team", "marginal", "binomial", "x")
multiplied("odds with a product, conditional", "nested", n, "yes", c("x", "x:x"), "team", "conditional", "binomial", "x")
save_cases("tie_products.json", c("lme4", "lmerTest"))
