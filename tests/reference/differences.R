# Reference values of contrasts, dominance and response surfaces. Usage, in this folder: Rscript differences.R FOLDER_OF_PINGOUIN_DATASETS
source("common.R"); source("regression_case.R")
say <- function(target, term, b, se, df, level, n, margin, first, second, parts) {
  q <- qt((1 + level) / 2, df); t <- b / se
  put(target, term, "n", n); put(target, term, "b", b); put(target, term, "se", se); put(target, term, "t", t); put(target, term, "df", df)
  put(target, term, "p", 2 * pt(-abs(t), df)); put(target, term, "ci_low", b - q * se); put(target, term, "ci_high", b + q * se)
  if (!is.null(margin)) put(target, term, "tost_p", max(pt((b - margin) / se, df), pt((b + margin) / se, df, lower.tail = FALSE)))
  put(first[1], first[2], "b", parts[1]); put(second[1], second[2], "b", parts[2])
}
V_of <- function(f, errors, g) if (errors == "classical") vcov(f) else if (errors == "HC3") vcovHC(f, type = "HC3") else if (errors == "cluster") vcovCL(f, cluster = g, type = "HC1") else vcovCR(f, cluster = g, type = "CR2")
df_of <- function(f, errors, g, L) if (errors %in% c("classical", "HC3")) f$df.residual else if (errors == "cluster") length(unique(g)) - 1 else
  linear_contrast(f, vcovCR(f, cluster = g, type = "CR2"), contrasts = matrix(L, 1), test = "Satterthwaite")$df
two <- function(input, data, y, x, pair, errors, group = NULL, standardised, margin = NULL, level = .95) {
  begin(paste("two coefficients,", errors, standardised), "contrast", input, which = "coefficients", outcome = y, predictors = x, terms = pair,
        errors = if (is.null(group)) errors else setNames(list(group), errors), standardised = standardised, equivalence = margin, level = level)
  d <- data[complete.cases(data[c(y, x, group)]), ]
  if (standardised) for (v in c(y, x)) d[[v]] <- drop(scale(d[[v]]))
  f <- lm(reformulate(x, y), d); g <- if (is.null(group)) NULL else d[[group]]; L <- (names(coef(f)) == pair[1]) - (names(coef(f)) == pair[2])
  V <- as.matrix(V_of(f, errors, g))
  h <- car::linearHypothesis(f, matrix(L, 1), vcov. = V); stopifnot(abs(attr(h, "value") - sum(L * coef(f))) < 1e-9)
  say(y, paste(pair, collapse = "~"), sum(L * coef(f)), sqrt(drop(L %*% V %*% L)), df_of(f, errors, g, L), level, nrow(d), margin, c(y, pair[1]), c(y, pair[2]), coef(f)[pair])
  end()
}
across <- function(input, data, pair, x, term, errors, group = NULL, standardised, margin = NULL, level = .95) {
  begin(paste("two outcomes,", errors, standardised), "contrast", input, which = "outcomes", outcomes = pair, predictors = x, terms = I(term),
        errors = if (is.null(group)) errors else setNames(list(group), errors), standardised = standardised, equivalence = margin, level = level)
  d <- data[complete.cases(data[c(pair, x, group)]), ]
  if (standardised) for (v in c(pair, x)) d[[v]] <- drop(scale(d[[v]]))
  g <- if (is.null(group)) NULL else d[[group]]; d$apart <- d[[pair[1]]] - d[[pair[2]]]
  f <- lm(reformulate(x, "apart"), d); L <- as.numeric(names(coef(f)) == term); V <- as.matrix(V_of(f, errors, g))
  # the stacked regressions, with errors by respondent, say the same
  s <- rbind(data.frame(d[x], y = d[[pair[1]]], o = 0, id = seq_len(nrow(d))), data.frame(d[x], y = d[[pair[2]]], o = 1, id = seq_len(nrow(d))))
  m <- lm(as.formula(paste("y ~ o * (", paste(x, collapse = "+"), ")")), s); name <- paste0("o:", term)
  stopifnot(abs(coef(m)[name] + coef(f)[term]) < 1e-9)
  stopifnot(abs(vcovCL(m, cluster = s$id, type = "HC0", cadjust = FALSE)[name, name] - vcovHC(f, type = "HC0")[term, term]) < 1e-9)
  each <- sapply(pair, function(y) coef(lm(reformulate(x, y), d))[term])
  say(paste(pair, collapse = "~"), term, coef(f)[term], sqrt(V[term, term]), df_of(f, errors, g, L), level, nrow(d), margin, c(pair[1], term), c(pair[2], term), each)
  end()
}
twice <- function(input, data, pair, standardised, margin = NULL, level = .95) {
  begin(paste("paired", standardised), "contrast", input, which = "paired", paired = pair, standardised = standardised, equivalence = margin, level = level)
  d <- data[complete.cases(data[pair]), ]; x <- d[[pair[1]]] - d[[pair[2]]]; u <- if (standardised) sd(x) else 1; t <- t.test(d[[pair[1]]], d[[pair[2]]], paired = TRUE)
  stopifnot(abs(mean(x) / sd(x) * sqrt(length(x)) - t$statistic) < 1e-9)
  say(paste(pair, collapse = "~"), "", mean(x) / u, sd(x) / u / sqrt(length(x)), t$parameter, level, nrow(d), margin, c(pair[1], ""), c(pair[2], ""), c(mean(d[[pair[1]]]), mean(d[[pair[2]]])) / u)
  end()
}
m <- pingouin("mediation"); g <- read.csv("grouped.csv"); p <- pingouin("penguins")
for (e in c("classical", "HC3")) for (s in c(TRUE, FALSE)) two("mediation", m, "Y", c("X", "M"), c("X", "M"), e, NULL, s, if (s) .1 else NULL)
for (e in c("cluster", "cr2")) { two("grouped", g, "t1", c("t2", "t3", "t4"), c("t2", "t4"), e, "team", TRUE, .2, .9)
  across("grouped", g, c("t1", "t2"), c("t3", "t4"), "t4", e, "team", TRUE, .2) }
for (s in c(TRUE, FALSE)) across("penguins", p, c("bill_length_mm", "bill_depth_mm"), c("flipper_length_mm", "body_mass_g"), "body_mass_g", "HC3", NULL, s)
for (s in c(TRUE, FALSE)) twice("pairwise_corr", pingouin("pairwise_corr"), c("Openness", "Agreeableness"), s, if (s) .1 else NULL)

lmg <- function(input, data, y, x) {
  begin("weights", "dominance", input, outcome = y, predictors = x)
  d <- data[complete.cases(data[c(y, x)]), ]; k <- length(x)
  r2 <- function(s) if (length(s)) summary(lm(reformulate(s, y), d))$r.squared else 0
  subsets <- function(v) unlist(lapply(0:length(v), function(m) if (m == 0) list(character()) else combn(v, m, simplify = FALSE)), recursive = FALSE)
  whole <- r2(x); put(y, "", "n", nrow(d)); put(y, "", "r2", whole)
  for (v in x) {
    gains <- lapply(subsets(setdiff(x, v)), function(s) c(length(s), r2(c(s, v)) - r2(s))); gains <- do.call(rbind, gains)
    w <- mean(tapply(gains[, 2], gains[, 1], mean)); put(y, v, "weight", w); put(y, v, "share", w / whole)
  }
  for (i in seq_len(k - 1)) for (j in (i + 1):k) put(y, paste0(x[i], "~", x[j]), "dominance",
    mean(sapply(subsets(setdiff(x, x[c(i, j)])), function(s) { a <- r2(c(s, x[i])) - r2(c(s, x[j])); if (abs(a) < 1e-12) .5 else as.numeric(a > 0) })))
  end()
}
lmg("penguins", p, "body_mass_g", c("bill_length_mm", "bill_depth_mm", "flipper_length_mm"))
p[p == ""] <- NA
lmg("penguins", p, "body_mass_g", c("bill_length_mm", "bill_depth_mm", "species", "sex"))
lmg("grouped", g, "t1", c("t2", "t3", "t4", "t5"))

surface <- function(input, data, z, x, y, level = .95) {
  begin("surface", "response_surface", input, outcome = z, x = x, y = y, level = level)
  d <- data[complete.cases(data[c(z, x, y)]), ]; c <- mean(c(d[[x]], d[[y]])); u <- d[[x]] - c; v <- d[[y]] - c; z_ <- d[[z]]
  f <- lm(z_ ~ u + v + I(u^2) + I(u * v) + I(v^2)); V <- vcovHC(f, type = "HC3"); b <- coef(f); s <- lm(z_ ~ u + v)
  put(z, "", "n", nrow(d)); put(z, "", "r2", summary(f)$r.squared); put(z, "", "r2_change", summary(f)$r.squared - summary(s)$r.squared)
  F <- drop(b[4:6] %*% solve(V[4:6, 4:6], b[4:6])) / 3; put(z, "", "f_change", F); put(z, "", "p_change", pf(F, 3, f$df.residual, lower.tail = FALSE))
  rows <- rbind(diag(6), c(0, 1, 1, 0, 0, 0), c(0, 0, 0, 1, 1, 1), c(0, 1, -1, 0, 0, 0), c(0, 0, 0, 1, -1, 1)); q <- qt((1 + level) / 2, f$df.residual)
  for (i in 1:10) {
    e <- sum(rows[i, ] * b); se <- sqrt(drop(rows[i, ] %*% V %*% rows[i, ])); t <- c0 <- e / se; name <- c(paste0("b", 0:5), paste0("a", 1:4))[i]
    put(z, name, "b", e); put(z, name, "se", se); put(z, name, "t", t); put(z, name, "p", 2 * pt(-abs(t), f$df.residual))
    put(z, name, "ci_low", e - q * se); put(z, name, "ci_high", e + q * se)
  }
  end()
}
surface("grouped", g, "t1", "t2", "t3"); surface("pairwise_corr", pingouin("pairwise_corr"), "Neuroticism", "Openness", "Agreeableness", .9)
save_cases("differences.json", c("car", "sandwich", "clubSandwich"))
