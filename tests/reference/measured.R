# Reference values of measurement pooled over imputed data sets. Usage, in this folder: Rscript measured.R
# Our own simulated answers of 240 people in 40 groups to six items in two waves, a twelfth of them missing, are imputed
# five times by mice; the completed data sets are written to measured.csv, so that pooling is held to semTools::cfa.mi
# (estimates by Rubin's rules, D3 and D2 of chi-squared), mice::pool.scalar and base R on the same data sets.
source("common.R"); suppressMessages({library(mice); library(lavaan); library(semTools); library(psych)})
set.seed(7); n <- 240; team <- rep(1:40, each = 6); at <- rnorm(40, sd = .5)[team]
f <- at + rnorm(n, sd = .85); g <- .5 * f + rnorm(n, sd = .85)
answer <- function(x, cuts = c(-1.2, -.4, .4, 1.2)) 1 + rowSums(outer(x, cuts, ">"))
items <- sapply(1:6, function(i) answer(.75 * (if (i < 4) f else g) + rnorm(n, sd = .66)))
later <- sapply(1:6, function(i) answer(.75 * (if (i < 4) .8 * f + .6 * rnorm(n) else g) + rnorm(n, sd = .66)))
d <- as.data.frame(cbind(items, later)); names(d) <- c(paste0("x", 1:6), paste0("z", 1:6))
for (i in 1:12) d[runif(n) < 1 / 12, i] <- NA
made <- mice(d, m = 5, maxit = 10, method = "pmm", printFlag = FALSE, seed = 11)
sex <- rep(c("a", "b"), length.out = n)
long <- complete(made, "long")[c(".imp", names(d))]; names(long)[1] <- "imputation"
long$team <- team; long$sex <- sex
write.csv(long, "measured.csv", row.names = FALSE); sets <- split(long, long$imputation); m <- length(sets)
d0 <- sets[[1]][names(d)]

rubin <- function(q, u) { s <- pool.scalar(q, u, n = Inf); se <- sqrt(s$t)
  c(est = s$qbar, se = se, t = s$qbar / se, df = s$df, p = 2 * pt(-abs(s$qbar / se), s$df), riv = s$r, fmi = s$fmi) }
d2 <- function(w, df) { r <- (1 + 1 / m) * var(sqrt(w)); f <- max(0, (mean(w) / df - (m + 1) / (m - 1) * r) / (1 + r))
  v <- df^(-3 / m) * (m - 1) * (1 + 1 / r)^2; c(chi2 = f * df, p = pf(f, df, v, lower.tail = FALSE)) }
indices <- function(chi2, df, base, base_df, n, groups = 1) {
  chi2 <- unname(chi2); base <- unname(base)
  most <- max(chi2 - df, base - base_df, 0); rmsea <- sqrt(max((chi2 - df) / (n * df), 0)) * sqrt(groups)
  edge <- function(p) { if (pchisq(chi2, df) < p) return(0)
    root <- uniroot(function(l) pchisq(chi2, df, ncp = l) - p, c(0, 10 * chi2 + 100), tol = 1e-12)$root
    sqrt(root / (n * df)) * sqrt(groups) }
  c(cfi = 1 - max(chi2 - df, 0) / most, tli = unname(1 - (chi2 - df) * base_df / ((base - base_df) * df)), rmsea = rmsea,
    rmsea_low = edge(.95), rmsea_high = edge(.05)) }
model <- "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6"; narrow <- paste("h =~", paste0("x", 1:6, collapse = " + "))
estimates <- function(fits) {
  p <- lapply(fits, parameterEstimates); s <- lapply(fits, standardizedSolution)
  for (i in which(p[[1]]$op == "=~")) {
    put1 <- function(name, value) put(p[[1]]$lhs[i], p[[1]]$rhs[i], name, value)
    r <- rubin(sapply(p, function(x) x$est[i]), sapply(p, function(x) x$se[i]^2))
    put1("loading", r["est"]); put1("se", r["se"]); put1("z", r["t"]); put1("p", r["p"]); put1("df", r["df"]); put1("riv", r["riv"]); put1("fmi", r["fmi"])
    r <- rubin(sapply(s, function(x) x$est.std[i]), sapply(s, function(x) x$se[i]^2)); put1("std", r["est"]); put1("std_se", r["se"])
  }
  i <- which(p[[1]]$op == "~~" & p[[1]]$lhs == "f" & p[[1]]$rhs == "g")
  r <- rubin(sapply(p, function(x) x$est[i]), sapply(p, function(x) x$se[i]^2))
  put("f~g", "", "factor_r", r["est"]); put("f~g", "", "se", r["se"]); put("f~g", "", "z", r["t"]); put("f~g", "", "p", r["p"]); put("f~g", "", "df", r["df"]); put("f~g", "", "riv", r["riv"]); put("f~g", "", "fmi", r["fmi"])
  for (i in which(p[[1]]$op == "~~" & p[[1]]$lhs == p[[1]]$rhs & grepl("^x", p[[1]]$lhs) & p[[1]]$se > 0)) {
    r <- rubin(sapply(p, function(x) x$est[i]), sapply(p, function(x) x$se[i]^2)); f <- if (p[[1]]$lhs[i] %in% c("x1", "x2", "x3")) "f" else "g"
    put(f, p[[1]]$lhs[i], "residual", r["est"]); put(f, p[[1]]$lhs[i], "residual_se", r["se"]) }
}
tests <- function(fits, term, scaled, base_of = function(f) fitMeasures(f, c("baseline.chisq", "baseline.df")), N = n, groups = 1) {
  w <- function(name) unname(sapply(fits, fitMeasures, name)); df <- w("df")[1]; base_df <- w("baseline.df")[1]
  one <- d2(w("chisq"), df); base <- d2(w("baseline.chisq"), base_df)
  put("", term, "n", n); put("", term, "df", df); put("", term, "baseline_df", base_df); put("", term, "srmr", mean(w("srmr")))
  put("", term, "chi2", one["chi2"]); put("", term, "p", one["p"]); put("", term, "baseline_chi2", base["chi2"])
  i <- indices(one["chi2"], df, base["chi2"], base_df, N, groups); for (k in names(i)) put("", term, k, i[k])
  two <- d2(w("chisq.scaled"), df); base <- d2(w("baseline.chisq.scaled"), base_df)
  put("", term, "chi2_scaled", two["chi2"]); put("", term, "p_scaled", two["p"]); put("", term, "scaling", mean(w("chisq.scaling.factor")))
  i <- indices(two["chi2"], df, base["chi2"], base_df, N, groups)
  for (k in names(i)) put("", term, sub("^(cfi|tli|rmsea)", "\\1_scaled", k), i[k])
}
likelihoods <- function(fit, term, groups = 1) {
  one <- suppressMessages(lavTestLRT.mi(fit, test = "D3")); df <- one[["df1"]]
  alone <- cfa.mi(paste0("x", 1:6, " ~~ x", 1:6, collapse = "\n"), sets, meanstructure = TRUE)
  base <- suppressMessages(lavTestLRT.mi(alone, test = "D3")); base <- c(base[["F"]] * base[["df1"]], base[["df1"]])
  chi2 <- one[["F"]] * df; put("", term, "n", n); put("", term, "df", df); put("", term, "chi2", chi2); put("", term, "p", one[["pvalue"]])
  put("", term, "baseline_chi2", base[[1]]); put("", term, "baseline_df", base[[2]])
  i <- indices(chi2, df, base[[1]], base[[2]], n, groups); for (k in names(i)) put("", term, k, i[k])
  put("", term, "loglik", one[["logl"]]); k <- one[["npar"]] - 6
  put("", term, "aic", -2 * one[["logl"]] + 2 * k); put("", term, "bic", -2 * one[["logl"]] + log(n) * k) # means are not counted
}
begin("pooled, ml", "cfa", "measured", estimator = "ml", rival = TRUE)
fits <- lapply(sets, function(s) cfa(model, s, std.lv = TRUE)); estimates(fits)
put("", "", "srmr", mean(sapply(fits, fitMeasures, "srmr")))
mi <- cfa.mi(model, sets, std.lv = TRUE, meanstructure = TRUE); likelihoods(mi, "")
one <- cfa.mi(narrow, sets, std.lv = TRUE, meanstructure = TRUE); d <- lavTestLRT.mi(mi, h1 = one, test = "D3")
put("", "one_factor", "chi2_change", d[["F"]] * d[["df1"]]); put("", "one_factor", "df_change", d[["df1"]]); put("", "one_factor", "p_change", d[["pvalue"]])
end()
for (estimator in c("mlr", "wlsmv")) {
  begin(paste("pooled,", estimator), "cfa", "measured", estimator = estimator, rival = FALSE)
  fits <- lapply(sets, function(s) if (estimator == "mlr") cfa(model, s, std.lv = TRUE, estimator = "MLR") else
    cfa(model, s, std.lv = TRUE, estimator = "WLSMV", ordered = paste0("x", 1:6)))
  estimates(fits); tests(fits, "", TRUE, N = if (estimator == "mlr") n else n - 1); end()
}

# alpha on log(1 - alpha), whose variance Bonett (2002) gives; omega on its logit, with lavaan's delta error
xs <- paste0("x", 1:3); k <- 3
begin("pooled, alpha and omega", "reliability", "measured", items = xs)
a <- sapply(sets, function(s) psych::alpha(s[xs])$total$raw_alpha)
r <- rubin(log(1 - a), rep(2 * k / ((k - 1) * (n - 2)), m)); half <- qt(.975, r["df"]) * r["se"]
put("s", "", "n", n); put("s", "", "alpha", 1 - exp(r["est"])); put("s", "", "alpha_low", 1 - exp(r["est"] + half)); put("s", "", "alpha_high", 1 - exp(r["est"] - half))
put("s", "", "df", r["df"]); put("s", "", "riv", r["riv"]); put("s", "", "fmi", r["fmi"])
one <- "f =~ l1 * x1 + l2 * x2 + l3 * x3; x1 ~~ t1 * x1; x2 ~~ t2 * x2; x3 ~~ t3 * x3
  o := (l1 + l2 + l3)^2 / ((l1 + l2 + l3)^2 + t1 + t2 + t3)"
p <- sapply(sets, function(s) { e <- parameterEstimates(cfa(one, s, std.lv = TRUE)); e <- e[e$lhs == "o", ]; c(e$est, e$se) })
r <- rubin(qlogis(p[1, ]), (p[2, ] / (p[1, ] * (1 - p[1, ])))^2); half <- qt(.975, r["df"]) * r["se"]
put("s", "", "omega", plogis(r["est"])); put("s", "", "omega_low", plogis(r["est"] - half)); put("s", "", "omega_high", plogis(r["est"] + half))
put("s", "x1", "r_drop", mean(sapply(sets, function(s) cor(s$x1, s$x2 + s$x3))))
put("s", "", "alpha_std", mean(sapply(sets, function(s) psych::alpha(s[xs])$total$std.alpha)))
end()
begin("omega with its error", "reliability", "measured", items = xs)
e <- parameterEstimates(cfa(one, sets[[1]], std.lv = TRUE)); e <- e[e$lhs == "o", ]; half <- qnorm(.975) * e$se / (e$est * (1 - e$est))
put("s", "", "omega", e$est); put("s", "", "omega_se", e$se); put("s", "", "omega_low", plogis(qlogis(e$est) - half)); put("s", "", "omega_high", plogis(qlogis(e$est) + half))
end()
# ICC(1) on z = log(F) / 2 (Fisher 1925), of which the variance is about (1 / df1 + 1 / df2) / 2; F by D2
begin("pooled, groups", "agreement", "measured", items = xs, group = "team")
fs <- sapply(sets, function(s) { s$y <- rowMeans(s[xs]); a <- anova(lm(y ~ factor(team), s)); a$F[1] }); df1 <- 39; df2 <- 200; size <- 6
icc <- function(z) (exp(2 * z) - 1) / (exp(2 * z) - 1 + size)
r <- rubin(log(fs) / 2, rep((1 / df1 + 1 / df2) / 2, m)); half <- qt(.975, r["df"]) * r["se"]
put("s", "", "n", n); put("s", "", "groups", 40); put("s", "", "icc1", icc(r["est"])); put("s", "", "icc1_low", icc(r["est"] - half)); put("s", "", "icc1_high", icc(r["est"] + half))
put("s", "", "icc2", 1 - exp(-2 * r["est"])); put("s", "", "df", r["df"]); put("s", "", "riv", r["riv"]); put("s", "", "fmi", r["fmi"])
d <- d2(df1 * fs, df1); w <- df1 * fs; r <- (1 + 1 / m) * var(sqrt(w)); put("s", "", "f", d["chi2"] / df1); put("s", "", "df1", df1)
put("s", "", "df2", df1^(-3 / m) * (m - 1) * (1 + 1 / r)^2); put("s", "", "p", d["p"])
end()
# each form on log((1 + (k - 1) ICC) / (1 - ICC)) / 2, or -log(1 - ICC) / 2 of means, with the error of its own interval
begin("pooled, waves", "retest", "measured", items = xs)
zs <- paste0("z", 1:3); two <- lapply(sets, function(s) cbind(rowMeans(s[xs]), rowMeans(s[zs])))
found <- lapply(two, function(w) suppressMessages(psych::ICC(w, lmer = TRUE)$results)); k <- 2; width <- 2 * qnorm(.975)
for (i in 1:6) { form <- c("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k")[i]
  to <- if (i < 4) function(x) log((1 + (k - 1) * x) / (1 - x)) / 2 else function(x) -log(1 - x) / 2
  back <- if (i < 4) function(z) (exp(2 * z) - 1) / (exp(2 * z) + k - 1) else function(z) 1 - exp(-2 * z)
  e <- sapply(found, function(f) to(f$ICC[i])); u <- sapply(found, function(f) ((to(f[["upper bound"]][i]) - to(f[["lower bound"]][i])) / width)^2)
  r <- rubin(e, u); half <- qt(.975, r["df"]) * r["se"]
  put("s", form, "icc", back(r["est"])); put("s", form, "icc_low", back(r["est"] - half)); put("s", form, "icc_high", back(r["est"] + half))
  put("s", form, "df", r["df"]); put("s", form, "riv", r["riv"]); put("s", form, "fmi", r["fmi"]) }
r <- rubin(sapply(two, function(w) atanh(cor(w)[2])), rep(1 / (n - 3), m)); half <- qt(.975, r["df"]) * r["se"]
put("s", "", "n", n); put("s", "", "r", tanh(r["est"])); put("s", "", "r_low", tanh(r["est"] - half)); put("s", "", "r_high", tanh(r["est"] + half)); put("s", "", "df", r["df"]); put("s", "", "riv", r["riv"]); put("s", "", "fmi", r["fmi"])
end()
# factors of the mean covariance of the data sets (Nassiri et al. 2018)
begin("pooled, factors", "factor", "measured", items = paste0("x", 1:6), n_factors = 2, rotate = "varimax")
R <- cov2cor(Reduce("+", lapply(sets, function(s) cov(s[paste0("x", 1:6)]))) / m); bartlett <- cortest.bartlett(R, n)
put("", "", "n", n); put("", "", "kmo", KMO(R)$MSA); put("", "", "bartlett_chi2", bartlett$chisq); put("", "", "bartlett_df", bartlett$df); put("", "", "bartlett_p", bartlett$p.value)
for (i in 1:6) put("", as.character(i), "parallel_observed", eigen(R)$values[i])
end()
begin("parallel analysis by factors", "factor", "measured", items = names(d0), runs = 500)
p <- suppressWarnings(fa.parallel(cor(d0), n.obs = n, fa = "fa", n.iter = 500, plot = FALSE, sim = TRUE))
drawn <- p$values[, grepl("^F", colnames(p$values))]; put("", "", "n_factors", p$nfact)
for (i in 1:12) { at <- as.character(i); put("", at, "parallel_observed", p$fa.values[i]); put("", at, "parallel_simulated", mean(drawn[, i]))
  put("", at, "parallel_simulated_sd", sd(drawn[, i])); put("", at, "parallel_percentile", quantile(drawn[, i], .95)) }
end()
steps <- list(configural = "", metric = "loadings", scalar = c("loadings", "intercepts"), strict = c("loadings", "intercepts", "residuals"))
begin("pooled, two groups, ml", "invariance", "measured", estimator = "ml", group = "sex")
fit_of <- function(step) cfa.mi(model, sets, std.lv = TRUE, group = "sex", group.equal = steps[[step]])
alone <- suppressMessages(lavTestLRT.mi(cfa.mi(paste0("x", 1:6, " ~~ x", 1:6, collapse = "\n"), sets, group = "sex", meanstructure = TRUE), test = "D3"))
before <- NULL
for (step in names(steps)) {
  fit <- fit_of(step); one <- suppressMessages(lavTestLRT.mi(fit, test = "D3")); df <- one[["df1"]]; chi2 <- one[["F"]] * df
  put("", step, "n", n); put("", step, "df", df); put("", step, "chi2", chi2); put("", step, "p", one[["pvalue"]])
  base <- alone[["F"]] * alone[["df1"]]; put("", step, "baseline_chi2", base); put("", step, "baseline_df", alone[["df1"]])
  i <- indices(chi2, df, base, alone[["df1"]], n, 2); for (k in names(i)) put("", step, k, i[k])
  if (!is.null(before)) { d <- suppressMessages(lavTestLRT.mi(fit, h1 = before, test = "D3"))
    put("", step, "chi2_change", d[["F"]] * d[["df1"]]); put("", step, "df_change", d[["df1"]]); put("", step, "p_change", d[["pvalue"]]) }
  before <- fit
}
end()
begin("pooled, two groups, mlr", "invariance", "measured", estimator = "mlr", group = "sex")
before <- NULL
for (step in names(steps)) {
  fits <- lapply(sets, function(s) cfa(model, s, std.lv = TRUE, group = "sex", group.equal = steps[[step]], estimator = "MLR"))
  tests(fits, step, TRUE, groups = 2)
  if (!is.null(before)) { d <- Map(function(a, b) lavTestLRT(a, b, method = "satorra.bentler.2001"), fits, before)
    r <- d2(unname(sapply(d, function(x) x[2, "Chisq diff"])), d[[1]][2, "Df diff"])
    put("", step, "chi2_change", r["chi2"]); put("", step, "df_change", d[[1]][2, "Df diff"]); put("", step, "p_change", r["p"]) }
  before <- fits
}
end()
save_cases("measured.json", c("mice", "lavaan", "semTools", "psych"))
