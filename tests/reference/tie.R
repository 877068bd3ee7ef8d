# Reference values of tie_model(). Usage, in this folder: Rscript tie.R
# geepack and glmer stop early by default: both are told to go on. nested.csv, grouped.csv: see there.
# network_ties.csv: of ties that were asked about.
source("common.R"); suppressMessages({library(geepack); library(lme4); library(lmerTest)})

tie_case <- function(case, input, data, outcome, predictors, group, model, family, levels = 2, lowest = 0,
                     centred = character(), level = .95) {
  d <- data[complete.cases(data[, c(outcome, predictors, group)]), ]
  d <- d[order(d[[group]]), ]
  made <- list()
  for (name in predictors) {
    v <- d[[name]]
    if (is.character(v)) {
      for (one in sort(unique(v))[-1]) made[[paste0(name, "[", one, "]")]] <- as.numeric(v == one)
    } else if (name %in% centred) {
      between <- ave(v, d[[group]]); made[[paste0(name, "[within]")]] <- v - between
      made[[paste0(name, "[between]")]] <- between
    } else made[[name]] <- v
  }
  terms <- names(made); x <- as.data.frame(made); names(x) <- paste0("v", seq_along(terms))
  trials <- if (family == "ordinal") levels - 1 else 1
  y <- d[[outcome]]; if (family == "ordinal") y <- (y - lowest) / trials
  frame <- cbind(x, y = y, m = trials, g = as.integer(factor(d[[group]])))
  f <- as.formula(paste("y ~", paste(names(x), collapse = " + ")))
  begin(case, "tie", input, outcome = outcome, predictors = as.list(predictors), group = group, model = model,
        family = family, levels = levels, lowest = lowest, centred = as.list(centred), level = level)
  put(outcome, "", "n", nrow(frame)); put(outcome, "", "n_groups", max(frame$g))
  df <- NA
  if (model == "marginal") {
    m <- geeglm(f, id = g, data = frame, weights = m, corstr = "exchangeable",
                family = if (family == "gaussian") gaussian else binomial, control = geese.control(epsilon = 1e-13, maxit = 500))
    s <- summary(m)$coefficients; b <- s[, "Estimate"]; se <- s[, "Std.err"]
    put(outcome, "", "correlation", m$geese$alpha)
  } else {
    f <- update(f, . ~ . + (1 | g))
    if (family == "gaussian") {
      m <- lmerTest::lmer(f, frame, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = .02, rhoend = 1e-10)))
      df <- summary(m)$coefficients[, "df"]
    } else {
      m <- glmer(f, frame, weights = m, family = binomial,
                 control = glmerControl(optimizer = "bobyqa", tolPwrss = 1e-13, optCtrl = list(rhobeg = .02, rhoend = 1e-10, maxfun = 1e5)))
    }
    s <- summary(m)$coefficients; b <- s[, "Estimate"]; se <- s[, "Std. Error"]
    if (family != "gaussian" && !isSingular(m)) {
      # glmer's own differences are coarse where the variance is nearly 0: the same curvature by Richardson's
      curve <- numDeriv::hessian(update(m, devFunOnly = TRUE), c(getME(m, "theta"), fixef(m)))
      exact <- sqrt(diag(solve(curve / 2)))[-1]
      stopifnot(max(abs(exact / se - 1)) < 1e-3); se <- exact
    }
    put(outcome, "", "var_group", VarCorr(m)$g[1]); put(outcome, "", "loglik", as.numeric(logLik(m)))
  }
  for (i in seq_along(b)) {
    term <- c("(intercept)", terms)[i]; z <- b[[i]] / se[[i]]
    q <- if (is.na(df[1])) qnorm((1 + level) / 2) else qt((1 + level) / 2, df[[i]])
    p <- if (is.na(df[1])) 2 * pnorm(-abs(z)) else 2 * pt(-abs(z), df[[i]])
    for (one in list(c("b", b[[i]]), c("se", se[[i]]), c("z", z), c("p", p), c("ci_low", b[[i]] - q * se[[i]]),
                     c("ci_high", b[[i]] + q * se[[i]]))) put(outcome, term, one[1], as.numeric(one[2]))
    if (!is.na(df[1])) put(outcome, term, "df", df[[i]])
    if (family != "gaussian" && i > 1) put(outcome, term, "odds_ratio", exp(b[[i]]))
  }
  end()
}

n <- read.csv("nested.csv", na.strings = ""); g <- read.csv("grouped.csv", na.strings = "")
t <- read.csv("network_ties.csv", na.strings = ""); t <- t[t$interpreted == 1, ]
for (model in c("marginal", "conditional")) {
  tie_case(paste("a number,", model), "nested", n, "y", c("x", "w", "role"), "team", model, "gaussian", level = .90)
  tie_case(paste("a number in parts,", model), "nested", n, "y", c("x", "w"), "team", model, "gaussian", centred = "x")
  tie_case(paste("yes or no,", model), "nested", n, "yes", c("x", "w"), "team", model, "binomial", centred = "x")
  tie_case(paste("five steps,", model), "grouped", g, "t1", c("t2", "t3"), "team", model, "ordinal", 5, 1, centred = "t2")
  tie_case(paste("closeness of ties,", model), "network_ties", t, "closeness", c("contact", "context"), "id", model, "ordinal", 5, 1, centred = "contact")
  tie_case(paste("who gives support,", model), "network_ties", t, "g2", "closeness", "id", model, "binomial", centred = "closeness")
}
save_cases("tie.json", c("geepack", "lme4", "lmerTest"))
