# Reference values of moderation() with CR2 errors: clubSandwich's covariance and tests, each slope's own degrees of freedom,
# and Johnson-Neyman bounds by a search for the roots of |t| - critical(df) along the moderator. Usage, in this folder:
# Rscript moderation_cr2.R
source("common.R"); source("scored.R"); suppressMessages(library(clubSandwich))
moderated <- function(case, input, data, y, x, w, covariates, cluster, level = .95) {
  begin(case, "moderation", input, outcome = y, predictor = x, moderators = I(w), covariates = I(as.character(covariates)), errors = list(cr2 = cluster), three_way = FALSE, probe = "sd", level = level)
  d <- data[complete.cases(data[c(y, x, w, covariates, cluster)]), ]; g <- d[[cluster]]; n <- nrow(d); Y <- d[[y]]; product <- paste0(x, ":", w)
  columns <- c(as.list(d[covariates]), setNames(list(d[[x]] - mean(d[[x]]), d[[w]] - mean(d[[w]])), c(x, w))); columns[[product]] <- columns[[x]] * columns[[w]]
  fit_of <- function(columns) lm(Y ~ ., cbind(Y = Y, as.data.frame(unname(columns), col.names = paste0("v", seq_along(columns)))))
  V_of <- function(f) vcovCR(f, cluster = g, type = "CR2")
  htz <- function(f, at) { t <- Wald_test(f, constrain_zero(at), vcov = V_of(f), test = "HTZ"); c(t$Fstat, length(at), t$df_denom, t$p_val) }
  one <- function(f, c) { t <- linear_contrast(f, V_of(f), contrasts = matrix(c, 1), test = "Satterthwaite"); c(t$Est, t$SE, t$df) }
  fit <- fit_of(columns); s <- summary(fit); k <- length(columns); V <- as.matrix(V_of(fit)); r2 <- s$r.squared; m <- htz(fit, 2:(k + 1))
  put(y, "", "n", n); put(y, "", "r2", r2); put(y, "", "adj_r2", s$adj.r.squared); put(y, "", "f2", r2 / (1 - r2)); put(y, "", "f", m[1]); put(y, "", "df1", k); put(y, "", "df2", m[3]); put(y, "", "p", m[4])
  main <- fit_of(columns[-k]); a <- htz(main, 2:k); b <- htz(fit, k + 1); r1 <- summary(main)$r.squared
  for (block in list(list("block1", a, r1), list("block2", b, r2 - r1), list("", b, r2 - r1), list(product, b, r2 - r1))) { put(y, block[[1]], "r2_change", block[[3]])
    put(y, block[[1]], "f_change", block[[2]][1]); put(y, block[[1]], "df1_change", block[[2]][2]); put(y, block[[1]], "df2_change", block[[2]][3]); put(y, block[[1]], "p_change", block[[2]][4]) }
  for (i in 0:k) { term <- c("(intercept)", names(columns))[i + 1]; e <- one(fit, as.numeric(seq_len(k + 1) == i + 1)); q <- qt((1 + level) / 2, e[3])
    put(y, term, "b", e[1]); put(y, term, "se", e[2]); put(y, term, "df", e[3]); put(y, term, "t", e[1] / e[2]); put(y, term, "p", 2 * pt(-abs(e[1] / e[2]), e[3])); put(y, term, "ci_low", e[1] - q * e[2]); put(y, term, "ci_high", e[1] + q * e[2])
    if (i > 0) { unit <- if (i == k) sd(columns[[x]]) * sd(columns[[w]]) else sd(columns[[i]]); others <- summary(lm(columns[[i]] ~ ., as.data.frame(unname(columns[-i]), col.names = paste0("v", seq_len(k - 1)))))$r.squared
      put(y, term, "beta", e[1] * unit / sd(Y)); put(y, term, "sr2", r2 - summary(fit_of(columns[-i]))$r.squared); put(y, term, "vif", 1 / (1 - others)) } }
  along <- function(z) { c <- numeric(k + 1); c[k - 1] <- 1; c[k + 1] <- z; one(fit, c) }
  for (l in c("low", "mean", "high")) { z <- c(low = -1, mean = 0, high = 1)[[l]] * sd(d[[w]]); e <- along(z); q <- qt((1 + level) / 2, e[3])
    put(y, l, "slope", e[1]); put(y, l, "se", e[2]); put(y, l, "t", e[1] / e[2]); put(y, l, "p", 2 * pt(-abs(e[1] / e[2]), e[3])); put(y, l, "ci_low", e[1] - q * e[2]); put(y, l, "ci_high", e[1] + q * e[2]); put(y, l, "at", mean(d[[w]]) + z) }
  v <- d[[w]]; h <- function(m) { e <- along(m - mean(v)); abs(e[1]) / e[2] - qt((1 + level) / 2, e[3]) }
  at <- seq(min(v), max(v), length.out = 201); turns <- which(diff(sapply(at, h) > 0) != 0); roots <- sapply(turns, function(t) uniroot(h, at[t + 0:1], tol = 1e-13)$root)
  q <- qt((1 + level) / 2, along(0)[3]); i <- k; j <- k + 1; b <- coef(fit); i <- k - 1 + 0; A <- q^2 * V[j, j] - b[j]^2; vertex <- mean(v) - (q^2 * V[i, j] - b[i] * b[j]) / A
  for (r in roots) put(y, "", if (r < vertex) "jn_low" else "jn_high", r)
  if (length(roots)) { put(y, "", "jn_share_below", mean(v < min(roots))); put(y, "", "jn_share_above", mean(v > max(roots))) }
  f <- fit_of(c(columns, list(columns[[x]]^2, columns[[w]]^2))); c <- numeric(k + 3); c[k + 1] <- 1; e <- one(f, c)
  put(y, product, "b_squares", e[1]); put(y, product, "se_squares", e[2]); put(y, product, "t_squares", e[1] / e[2]); put(y, product, "p_squares", 2 * pt(-abs(e[1] / e[2]), e[3]))
  end()
}
g <- read.csv("grouped.csv"); s <- scored()
moderated("CR2 in teams", "grouped", g, "t1", "t2", "t3", c("t4", "t5"), "team"); moderated("CR2 in teams, level .80", "grouped", g, "t4", "t5", "t2", NULL, "team", .8)
moderated("CR2 in the study", "study", s, "stress", "psychosocial", "demands", "negative_affect", "team")
save_cases("moderation_cr2.json", "clubSandwich")
