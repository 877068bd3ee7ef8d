# Reference values of pooling over imputed data sets. Usage, in this folder: Rscript pooling.R
# gaps.csv is our own simulated data; the eight completed data sets that mice makes of it are written to imputed.csv, so
# that pooling is held to mice::pool, pool.scalar, pool.r.squared and D1 (mitml) on the same data sets.
source("common.R"); suppressMessages({library(mice); library(mitml); library(sandwich)})
gaps <- read.csv("gaps.csv")
made <- mice(gaps, m = 8, maxit = 10, method = "pmm", printFlag = FALSE, seed = 3)
long <- complete(made, "long")[c(".imp", names(gaps))]
names(long)[1] <- "imputation"
write.csv(long, "imputed.csv", row.names = FALSE)
sets <- split(long, long$imputation)

vcov_of <- function(fit, errors, data) switch(errors, classical = vcov(fit), HC3 = vcovHC(fit, type = "HC3"),
  cluster = vcovCL(fit, cluster = data$team, type = "HC1"))
pooled <- function(errors, blocks, level = .95) {
  n <- nrow(sets[[1]]); terms <- unlist(blocks); k <- length(terms) + 1
  df <- function(k) if (errors == "cluster") length(unique(gaps$team)) - 1 else n - k
  fit <- function(terms) lapply(sets, function(s) lm(reformulate(terms, "y"), s))
  fits <- fit(terms); covariances <- Map(function(f, s) vcov_of(f, errors, s), fits, sets)
  if (errors == "cluster") begin("pooled, cluster", "regression", "imputed", blocks = blocks, errors = list(cluster = "team"), level = level)
  else begin(paste("pooled,", errors, length(blocks), "steps"), "regression", "imputed", blocks = blocks, errors = errors, level = level)
  for (i in seq_len(k)) {
    q <- sapply(fits, function(f) coef(f)[i]); u <- sapply(covariances, function(v) v[i, i])
    # pool.scalar takes n - k as complete-data df
    s <- pool.scalar(q, u, n = df(k) + 1, k = 1)
    se <- sqrt(s$t); t <- s$qbar / se; term <- if (i == 1) "(intercept)" else terms[i - 1]
    put("y", term, "b", s$qbar); put("y", term, "se", se); put("y", term, "t", t); put("y", term, "df", s$df)
    put("y", term, "p", 2 * pt(-abs(t), s$df)); put("y", term, "riv", s$r); put("y", term, "fmi", s$fmi)
    put("y", term, "ci_low", s$qbar - qt((1 + level) / 2, s$df) * se); put("y", term, "ci_high", s$qbar + qt((1 + level) / 2, s$df) * se)
    if (i == 1) next
    unit <- sapply(sets, function(s) sd(s[[term]]) / sd(s$y)); put("y", term, "beta", mean(q * unit))
    others <- setdiff(terms, term)
    inside <- sapply(sets, function(s) if (length(others)) summary(lm(reformulate(others, term), s))$r.squared else 0)
    put("y", term, "vif", mean(1 / (1 - inside)))
    put("y", term, "robustness_value", mean(sapply(fits, function(f) {
      f2 <- summary(f)$coefficients[term, "t value"]^2 / f$df.residual; (sqrt(f2^2 + 4 * f2) - f2) / 2 })))
    lost <- sapply(seq_along(sets), function(j) {
      rest <- if (length(others)) summary(lm(reformulate(others, "y"), sets[[j]]))$r.squared else 0
      sqrt(summary(fits[[j]])$r.squared - rest) * sign(q[j]) })
    put("y", term, "sr2", mean(lost)^2)
  }
  joint <- function(fits, terms) {
    covariances <- Map(function(f, s) vcov_of(f, errors, s), fits, sets)
    # what testConstraints and mice::D1 call in the end, without the numerical derivatives of the former
    q <- sapply(fits, coef)[terms, , drop = FALSE]; u <- simplify2array(covariances)[terms, terms, , drop = FALSE]
    d1 <- mitml:::.D1(q, u, df.com = df(length(coef(fits[[1]]))))
    c(d1$F, d1$k, d1$v, pf(d1$F, d1$k, d1$v, lower.tail = FALSE))
  }
  r2 <- function(fits, adjusted = FALSE) unname(pool.r.squared(as.mira(fits), adjusted = adjusted)[1])
  whole <- joint(fits, terms)
  put("y", "", "n", n); put("y", "", "r2", r2(fits)); put("y", "", "adj_r2", r2(fits, TRUE)); put("y", "", "f2", r2(fits) / (1 - r2(fits)))
  put("y", "", "f", whole[1]); put("y", "", "df1", whole[2]); put("y", "", "df2", whole[3]); put("y", "", "p", whole[4])
  before <- 0
  for (b in seq_along(blocks)) {
    step <- fit(unlist(blocks[seq_len(b)])); test <- joint(step, blocks[[b]]); now <- r2(step)
    put("y", paste0("block", b), "r2_change", now - before); put("y", paste0("block", b), "f_change", test[1])
    put("y", paste0("block", b), "df1_change", test[2]); put("y", paste0("block", b), "df2_change", test[3])
    put("y", paste0("block", b), "p_change", test[4]); before <- now
  }
  end()
}
for (errors in c("classical", "HC3", "cluster")) pooled(errors, list("x", "w"))
pooled("classical", list(c("x", "w")), level = .99)

# models of large samples: pool.scalar with n infinite, and Wald's tests by D1 without complete-data df
large <- function(kind, outcome, make) {
  begin("pooled", kind, "imputed", blocks = list("x", "w"), outcome = outcome, errors = "classical", level = .95)
  known <- lapply(sets, make); b <- sapply(known, `[[`, "b"); u <- lapply(known, `[[`, "V"); names_ <- known[[1]]$terms
  for (i in seq_along(names_)) {
    s <- pool.scalar(b[i, ], sapply(u, function(v) v[i, i]), n = Inf); se <- sqrt(s$t); z <- s$qbar / se; half <- qt(.975, s$df) * se
    put(outcome, names_[i], "b", s$qbar); put(outcome, names_[i], "se", se); put(outcome, names_[i], "z", z); put(outcome, names_[i], "df", s$df)
    put(outcome, names_[i], "p", 2 * pt(-abs(z), s$df)); put(outcome, names_[i], "riv", s$r); put(outcome, names_[i], "fmi", s$fmi)
    put(outcome, names_[i], "ci_low", s$qbar - half); put(outcome, names_[i], "ci_high", s$qbar + half)
    r <- if (kind == "count") "irr" else "or"
    put(outcome, names_[i], r, exp(s$qbar)); put(outcome, names_[i], paste0(r, "_ci_low"), exp(s$qbar - half)); put(outcome, names_[i], paste0(r, "_ci_high"), exp(s$qbar + half))
  }
  put(outcome, "", "n", nrow(sets[[1]])); put(outcome, "", "r2_mcfadden", r2z(sapply(known, `[[`, "mcfadden"))); put(outcome, "", "r2_nagelkerke", r2z(sapply(known, `[[`, "nagelkerke")))
  one <- lapply(sets, function(s) make(s, "x"))
  put(outcome, "block1", "df_change", 1); put(outcome, "block2", "df_change", 1); put(outcome, "", "df", 2)
  test <- function(known, at) { d <- mitml:::.D1(sapply(known, `[[`, "b")[at, , drop = FALSE], simplify2array(lapply(known, `[[`, "V"))[at, at, , drop = FALSE], df.com = NULL)
    c(d$F * d$k, pf(d$F, d$k, d$v, lower.tail = FALSE)) }
  for (t in list(list("", test(known, 2:3)), list("block1", test(one, 2)), list("block2", test(known, 3)))) {
    put(outcome, t[[1]], if (t[[1]] == "") "chi2" else "chi2_change", t[[2]][1]); put(outcome, t[[1]], if (t[[1]] == "") "p" else "p_change", t[[2]][2])
  }
  end()
}
r2z <- function(r2) tanh(mean(atanh(sqrt(r2))))^2
large("logistic", "high", function(s, terms = c("x", "w")) {
  s$high <- as.numeric(s$y > 0); f <- glm(reformulate(terms, "high"), binomial, s, control = glm.control(epsilon = 1e-14)); g <- glm(high ~ 1, binomial, s)
  l <- as.numeric(logLik(f)); l0 <- as.numeric(logLik(g)); n <- nrow(s)
  list(b = coef(f), V = vcov(f), terms = c("(intercept)", terms), mcfadden = 1 - l / l0, nagelkerke = (1 - exp(2 * (l0 - l) / n)) / (1 - exp(2 * l0 / n)))
})

begin("pooled", "correlation", "imputed", variables = c("x", "w", "y"))
pairs <- combn(c("x", "w", "y"), 2)
for (i in seq_len(ncol(pairs))) {
  a <- pairs[1, i]; b <- pairs[2, i]; n <- nrow(sets[[1]])
  s <- pool.scalar(sapply(sets, function(s) atanh(cor(s[[a]], s[[b]]))), rep(1 / (n - 3), length(sets)))
  target <- paste0(a, "~", b); se <- sqrt(s$t); half <- qt(.975, s$df) * se
  put(target, "", "r", tanh(s$qbar)); put(target, "", "p", 2 * pt(-abs(s$qbar / se), s$df)); put(target, "", "n", n)
  put(target, "", "ci_low", tanh(s$qbar - half)); put(target, "", "ci_high", tanh(s$qbar + half))
  put(target, "", "df", s$df); put(target, "", "riv", s$r); put(target, "", "fmi", s$fmi)
}
end()
begin("pooled", "descriptives", "imputed", variables = c("w", "y"))
skew <- function(x) { n <- length(x); d <- x - mean(x); sqrt(n * (n - 1)) / (n - 2) * mean(d^3) / mean(d^2)^1.5 }
kurtosis <- function(x) { n <- length(x); d <- x - mean(x); (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (mean(d^4) / mean(d^2)^2 - 3) + 6) }
for (v in c("w", "y")) {
  x <- lapply(sets, function(s) s[[v]]); n <- length(x[[1]])
  s <- pool.scalar(sapply(x, mean), sapply(x, var) / n, n = n, k = 1)
  put(v, "", "n", n); put(v, "", "missing", sum(is.na(gaps[[v]]))); put(v, "", "mean", s$qbar)
  put(v, "", "sd", sqrt(mean(sapply(x, var)))); put(v, "", "df", s$df); put(v, "", "riv", s$r); put(v, "", "fmi", s$fmi)
  for (name in c("median", "min", "max", "skew", "kurtosis")) put(v, "", name, mean(sapply(x, get(name))))
}
end()
# what is missing in holes made into ordinal.csv: counts by hand
o <- ordinal()[paste0("q", 1:4)]
for (i in seq_len(nrow(o))) for (j in 1:4) if ((7 * i + 13 * j + i * j) %% 5 == 0) o[i, j] <- NA
begin("what is missing", "missing", "ordinal_q_holes", variables = names(o))
put("", "", "n", nrow(o)); put("", "", "rate", mean(is.na(as.matrix(o))))
for (v in names(o)) put(v, "", "rate", mean(is.na(o[[v]])))
kinds <- apply(o, 1, function(row) paste(names(o)[is.na(row)], collapse = "+")); kinds[kinds == ""] <- "complete"
for (kind in unique(kinds)) put("", kind, "pattern", sum(kinds == kind))
found <- local({
  source_lines <- readLines("missing.R"); from <- grep("^em <- ", source_lines); to <- grep("^saturated <- ", source_lines) - 1
  eval(parse(text = source_lines[from:to]))
  x <- as.matrix(o[rowSums(!is.na(o)) > 0, ]); little(x, em(x))
})
put("", "", "little_chi2", found[1]); put("", "", "little_df", found[2]); put("", "", "little_p", found[3]); end()
save_cases("pooling.json", c("mice", "mitml", "sandwich"))
