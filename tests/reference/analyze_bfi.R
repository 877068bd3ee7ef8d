# What `twofold analyze` must give on the bfi data, number by number, computed by R's own packages.
# Usage, in this folder: Rscript analyze_bfi.R DATA.csv OUT.csv, where DATA.csv holds the 25 items with reversed items recoded already.
suppressMessages({library(psych); library(lavaan); library(semTools); library(sandwich); library(lmtest); library(car); library(polycor)})
source("factor_fit.R")
args <- commandArgs(trailingOnly = TRUE)
options(digits = 17, warn = -1)
items <- read.csv(args[1])
keys <- list(agree = paste0("A", 1:5), conscientious = paste0("C", 1:5), extraversion = paste0("E", 1:5),
             neuroticism = paste0("N", 1:5), openness = paste0("O", 1:5))
out <- data.frame(kind = character(), target = character(), term = character(), statistic = character(), value = numeric())
put <- function(kind, target, term, statistic, value)
  out[nrow(out) + 1, ] <<- list(kind, target, term, statistic, as.numeric(value))

# scores: the mean of the answered items where at least 80 % are answered
scores <- as.data.frame(lapply(keys, function(v) {
  answered <- rowSums(!is.na(items[v]))
  ifelse(answered >= .8 * length(v), rowMeans(items[v], na.rm = TRUE), NA)
}))

for (s in names(keys)) {
  x <- scores[[s]]; d <- describe(x, type = 2)
  for (pair in list(c("n", d$n), c("missing", sum(is.na(x))), c("mean", d$mean), c("sd", d$sd), c("median", d$median),
                    c("min", d$min), c("max", d$max), c("skew", d$skew), c("kurtosis", d$kurtosis)))
    put("descriptives", s, "", pair[1], pair[2])
}

alphas <- c()
for (s in names(keys)) {
  v <- keys[[s]]; x <- na.omit(items[v]); n <- nrow(x); k <- ncol(x)
  a <- psych::alpha(x); g <- guttman(cor(x)); alpha <- a$total$raw_alpha; alphas[s] <- alpha
  fit <- cfa(paste("f =~", paste(v, collapse = "+")), x, std.lv = TRUE)
  std <- standardizedSolution(fit); std <- std[std$op == "=~", ]
  rho <- diag(k)
  for (i in 2:k) for (j in 1:(i - 1)) rho[i, j] <- rho[j, i] <- polychor(x[[i]], x[[j]], ML = FALSE)
  rbar <- mean(rho[lower.tri(rho)])
  put("reliability", s, "", "n", n)
  put("reliability", s, "", "alpha", alpha)
  put("reliability", s, "", "alpha_low", 1 - (1 - alpha) * qf(.975, n - 1, (n - 1) * (k - 1)))
  put("reliability", s, "", "alpha_high", 1 - (1 - alpha) * qf(.025, n - 1, (n - 1) * (k - 1)))
  put("reliability", s, "", "alpha_std", a$total$std.alpha)
  put("reliability", s, "", "alpha_ordinal", k * rbar / (1 + (k - 1) * rbar))
  put("reliability", s, "", "lambda2", g$lambda.2)
  put("reliability", s, "", "lambda4", best_split(cor(x)))
  put("reliability", s, "", "lambda6", g$lambda.6)
  o <- compRelSEM(fit, obs.var = FALSE); put("reliability", s, "", "omega", o)
  p <- coef(fit); l <- grepl("=~", names(p)); total <- sum(p[l]); left <- sum(p[!l]); whole <- (total^2 + left)^2
  slope <- ifelse(l, 2 * total * left / whole, -total^2 / whole); e <- sqrt(c(slope %*% vcov(fit) %*% slope))
  half <- qnorm(.975) * e / (o * (1 - o)); put("reliability", s, "", "omega_se", e)
  put("reliability", s, "", "omega_low", plogis(qlogis(o) - half)); put("reliability", s, "", "omega_high", plogis(qlogis(o) + half))
  put("reliability", s, "", "mean_inter_item_r", a$total$average_r)
  put("reliability", s, "", "sem", sd(rowMeans(x)) * sqrt(1 - alpha))
  for (i in seq_along(v)) {
    put("reliability", s, v[i], "mean", mean(x[[i]])); put("reliability", s, v[i], "sd", sd(x[[i]]))
    put("reliability", s, v[i], "r_drop", a$item.stats$r.drop[i])
    put("reliability", s, v[i], "alpha_if_dropped", a$alpha.drop$raw_alpha[i])
    put("reliability", s, v[i], "loading", std$est.std[i])
    f <- prop.table(table(x[[i]]))
    for (answer in names(f)) put("reliability", s, paste0(v[i], "=", answer), "frequency", f[[answer]])
  }
}

for (i in 1:4) for (j in (i + 1):5) {
  one <- names(keys)[i]; two <- names(keys)[j]; ct <- cor.test(scores[[one]], scores[[two]]); pair <- paste0(one, "~", two)
  put("correlation", pair, "", "r", ct$estimate); put("correlation", pair, "", "p", ct$p.value)
  put("correlation", pair, "", "ci_low", ct$conf.int[1]); put("correlation", pair, "", "ci_high", ct$conf.int[2])
  put("correlation", pair, "", "n", ct$parameter + 2)
  put("correlation", pair, "", "r_disattenuated", ct$estimate / sqrt(alphas[one] * alphas[two]))
}

# neuroticism on agreeableness and conscientiousness, then extraversion and openness; errors HC3, Wald tests
d <- na.omit(scores); small <- lm(neuroticism ~ agree + conscientious, d)
fit <- lm(neuroticism ~ agree + conscientious + extraversion + openness, d)
V <- vcovHC(fit, "HC3"); ct <- coeftest(fit, V, df = fit$df.residual); ci <- coefci(fit, vcov. = V, df = fit$df.residual)
wald <- function(model, terms, V) { b <- coef(model)[terms]; W <- drop(b %*% solve(V[terms, terms]) %*% b) / length(terms); W }
r2 <- function(m) summary(m)$r.squared
terms <- names(coef(fit))[-1]; t <- "neuroticism"; df2 <- fit$df.residual
put("regression", t, "", "n", nrow(d)); put("regression", t, "", "r2", r2(fit))
put("regression", t, "", "adj_r2", summary(fit)$adj.r.squared)
F <- wald(fit, terms, V)
put("regression", t, "", "f", F); put("regression", t, "", "df1", 4); put("regression", t, "", "df2", df2)
put("regression", t, "", "p", pf(F, 4, df2, lower.tail = FALSE)); put("regression", t, "", "f2", r2(fit) / (1 - r2(fit)))
k <- 4; n <- nobs(fit); source("bounds.R")
bounds <- r2_bounds(summary(fit)$fstatistic[[1]], k, n, .95)
put("regression", t, "", "r2_low", bounds[1]); put("regression", t, "", "r2_high", bounds[2])
put("regression", t, "", "f2_low", bounds[1] / (1 - bounds[1])); put("regression", t, "", "f2_high", bounds[2] / (1 - bounds[2]))
put("regression", t, "", "bp_p", bptest(fit)$p.value); put("regression", t, "", "reset_p", resettest(fit)$p.value)
put("regression", t, "", "shapiro_p", shapiro.test(resid(fit))$p.value)
put("regression", t, "", "max_cook", max(cooks.distance(fit))); put("regression", t, "", "max_leverage", max(hatvalues(fit)))
V1 <- vcovHC(small, "HC3"); F1 <- wald(small, terms[1:2], V1)
put("regression", t, "block1", "r2_change", r2(small)); put("regression", t, "block1", "f_change", F1)
put("regression", t, "block1", "p_change", pf(F1, 2, small$df.residual, lower.tail = FALSE))
F2 <- wald(fit, terms[3:4], V)
put("regression", t, "block2", "r2_change", r2(fit) - r2(small)); put("regression", t, "block2", "f_change", F2)
put("regression", t, "block2", "p_change", pf(F2, 2, df2, lower.tail = FALSE))
vifs <- vif(fit)
for (name in names(coef(fit))) {
  term <- if (name == "(Intercept)") "(intercept)" else name
  put("regression", t, term, "b", coef(fit)[name]); put("regression", t, term, "se", ct[name, 2])
  put("regression", t, term, "t", ct[name, 3]); put("regression", t, term, "p", ct[name, 4])
  put("regression", t, term, "ci_low", ci[name, 1]); put("regression", t, term, "ci_high", ci[name, 2])
  if (name != "(Intercept)") {
    put("regression", t, term, "beta", coef(fit)[name] * sd(d[[name]]) / sd(d[[t]]))
    put("regression", t, term, "sr2", r2(fit) - r2(update(fit, paste(". ~ . -", name))))
    put("regression", t, term, "vif", vifs[name])
    put("regression", t, term, "robustness_value", robustness(summary(fit)$coefficients[name, "t value"], fit$df.residual))
  }
}
write.csv(out, args[2], row.names = FALSE)
cat(R.version.string, nrow(out), "numbers\n")
