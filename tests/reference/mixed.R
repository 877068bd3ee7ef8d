# Reference values of mixed(). Usage, in this folder: Rscript mixed.R FOLDER_OF_PINGOUIN_DATASETS
# nested.csv is made by nested.R, grouped.csv by grouped.R.
source("common.R")
suppressMessages({library(lme4); library(lmerTest); library(performance); library(effectsize)})

columns <- function(d, fixed, parts, group) {
  made <- list()
  for (name in fixed) {
    v <- d[[name]]
    if (is.character(v)) {
      for (one in sort(unique(v))[-1]) made[[paste0(name, "[", one, "]")]] <- as.numeric(v == one)
    } else if (name %in% parts) {
      between <- ave(v, d[[group]])
      made[[paste0(name, "[within]")]] <- v - between
      made[[paste0(name, "[between]")]] <- between
    } else made[[name]] <- as.numeric(v)
  }
  made
}

mixed_case <- function(case, input, data, outcome, fixed, group, slope = "", parts = character(), level = .95) {
  d <- data[complete.cases(data[, c(outcome, fixed, group)]), ]
  made <- columns(d, fixed, parts, group)
  terms <- names(made); x <- as.data.frame(made); names(x) <- paste0("v", seq_along(terms))
  frame <- cbind(x, y = d[[outcome]], g = factor(d[[group]]))
  held <- if (slope %in% parts) paste0(slope, "[within]") else slope
  random <- if (slope == "") "(1 | g)" else sprintf("(v%d | g)", match(held, terms))
  exact <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = .02, rhoend = 1e-10, maxfun = 1e5),
                       check.conv.singular = "ignore")
  f <- as.formula(paste("y ~", paste(names(x), collapse = " + "), "+", random))
  m <- suppressMessages(lmerTest::lmer(f, frame, control = exact))
  begin(case, "mixed", input, outcome = outcome, fixed = as.list(fixed), group = group, slope = slope,
        within_between = as.list(parts), level = level)
  put(outcome, "", "n", nobs(m)); put(outcome, "", "n_groups", ngrps(m))
  v <- VarCorr(m)$g; s2 <- sigma(m)^2
  put(outcome, "", "var_group", v[1, 1]); put(outcome, "", "var_resid", s2)
  random_var <- v[1, 1]
  if (slope != "") {
    put(outcome, "", "var_slope", v[2, 2])
    if (v[1, 1] > 0 && v[2, 2] > 0) put(outcome, "", "slope_r", v[1, 2] / sqrt(v[1, 1] * v[2, 2]))
    z <- cbind(1, frame[[sprintf("v%d", match(held, terms))]])
    random_var <- mean(rowSums((z %*% v) * z))
  }
  fixed_var <- var(as.vector(model.matrix(m) %*% fixef(m)))
  marginal <- fixed_var / (fixed_var + random_var + s2)
  conditional <- (fixed_var + random_var) / (fixed_var + random_var + s2)
  if (!isSingular(m)) {
    r2 <- performance::r2_nakagawa(m)
    stopifnot(abs(r2$R2_marginal - marginal) < 1e-8, abs(r2$R2_conditional - conditional) < 1e-8)
    stopifnot(abs(performance::icc(m)$ICC_adjusted - random_var / (random_var + s2)) < 1e-8)
  }
  put(outcome, "", "icc", random_var / (random_var + s2))
  put(outcome, "", "r2_marginal", marginal); put(outcome, "", "r2_conditional", conditional)
  put(outcome, "", "loglik", as.numeric(logLik(m)))
  row <- function(term, contrast, beta) {
    e <- lmerTest::contest1D(m, contrast, confint = TRUE, level = level)
    for (one in list(c("b", "Estimate"), c("se", "Std. Error"), c("df", "df"), c("t", "t value"), c("p", "Pr(>|t|)"),
                     c("ci_low", "lower"), c("ci_high", "upper"))) put(outcome, term, one[1], e[[one[2]]])
    if (!is.na(beta)) put(outcome, term, "beta", beta)
  }
  unit <- diag(length(fixef(m)))
  row("(intercept)", unit[1, ], NA)
  for (i in seq_along(terms)) row(terms[i], unit[i + 1, ], fixef(m)[[i + 1]] * sd(x[[i]]) / sd(frame$y))
  for (one in parts) {
    at <- match(paste0(one, c("[within]", "[between]")), terms) + 1
    row(paste0(one, "[contextual]"), unit[at[2], ] - unit[at[1], ], NA)
  }
  blups <- ranef(m, condVar = TRUE)$g
  end()
  blupped[[case]] <<- list(groups = rownames(blups), intercept = blups[[1]],
                           se = sqrt(attr(blups, "postVar")[1, 1, ]))
}
blupped <- list()

d <- read.csv("nested.csv", na.strings = "")
mixed_case("random intercepts", "nested", d, "y", c("x", "w"), "team")
mixed_case("a category of three, level .90", "nested", d, "y", c("x", "role"), "team", level = .90)
mixed_case("within and between", "nested", d, "y", c("x", "w"), "team", parts = "x")
mixed_case("a varying slope", "nested", d, "y", c("x", "w"), "team", slope = "x")
mixed_case("a varying slope of the part within", "nested", d, "y", c("x", "w"), "team", slope = "x", parts = "x")
mixed_case("no variance between groups", "nested", d, "flat", c("x", "w"), "team")
mixed_case("a slope that does not vary", "nested", d, "flat", c("x"), "team", slope = "x")
g <- read.csv("grouped.csv", na.strings = "")
mixed_case("teams, five options", "grouped", g, "t1", c("t2", "t3"), "team")
mixed_case("teams, five options, a varying slope", "grouped", g, "t1", c("t2", "t3"), "team", slope = "t2")
a <- pingouin("mixed_anova")
mixed_case("repeated measures", "mixed_anova", a, "Scores", c("Time", "Group"), "Subject", level = .99)
p <- pingouin("penguins"); p[p == ""] <- NA
mixed_case("three groups", "penguins", p, "body_mass_g", c("bill_length_mm", "sex"), "species")
# Four data sets that differ in x, pooled with the mean of Satterthwaite's df as those of complete data
suppressMessages(library(mice))
whole <- d[complete.cases(d[, c("y", "x", "w")]), ]
fits <- lapply(1:4, function(i) {
  one <- transform(whole, x = x + 0.2 * i * sin(seq_len(nrow(whole))))
  m <- lmerTest::lmer(y ~ x + w + (1 | team), one,
                      control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = .02, rhoend = 1e-10)))
  list(terms = summary(m)$coefficients, variances = c(VarCorr(m)$team[1, 1], sigma(m)^2))
})
begin("pooled over four data sets", "mixed_pooled", "nested")
for (i in 1:3) {
  row <- sapply(fits, function(f) f$terms[i, ]); term <- c("(intercept)", "x", "w")[i]
  p <- pool.scalar(row["Estimate", ], row["Std. Error", ]^2, n = mean(row["df", ]) + 1, k = 1)
  t <- p$qbar / sqrt(p$t)
  for (one in list(c("b", p$qbar), c("se", sqrt(p$t)), c("df", p$df), c("t", t), c("p", 2 * pt(-abs(t), p$df)),
                   c("ci_low", p$qbar - qt(.975, p$df) * sqrt(p$t)), c("ci_high", p$qbar + qt(.975, p$df) * sqrt(p$t)),
                   c("riv", p$r), c("fmi", p$fmi))) put("y", term, one[1], as.numeric(one[2]))
}
put("y", "", "var_group", mean(sapply(fits, function(f) f$variances[1])))
put("y", "", "var_resid", mean(sapply(fits, function(f) f$variances[2])))
end()
save_cases("mixed.json", c("lme4", "lmerTest", "performance"), groups = blupped)
