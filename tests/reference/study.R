# The shipped plan on a simulated study, from raw answers on, computed by R alone: exclusion, scoring, derived variables,
# every analysis and the correction of claims. Usage, in this folder: Rscript study.R
# study.csv is 480 respondents of two-supports, simulated with seed 20160930 (python -m tests.support.study).
source("common.R"); source("regression_case.R"); source("factor_fit.R")
suppressMessages({library(psych); library(lavaan); library(semTools); library(polycor)})
raw <- read.csv("study.csv", na.strings = "", colClasses = c(id = "character"))

# exclusion: both instructed items answered otherwise than asked, then less than 2 seconds an item
failed <- (!is.na(raw$att1) & raw$att1 != 4) + (!is.na(raw$att2) & raw$att2 != 3)
by_checks <- failed >= 2; by_time <- !by_checks & !is.na(raw$seconds_per_item) & raw$seconds_per_item < 2
d <- raw[!by_checks & !by_time, ]

# scoring, by the declared ranges 1-5 and 0-4
numbered <- function(stem, k) paste0(stem, 1:k)
turn <- function(x, low, high) low + high - x
for (i in c("ins7", "ins8", "psy7", "psy8")) d[[i]] <- turn(d[[i]], 1, 5)
for (i in c("str6", "str7")) d[[i]] <- turn(d[[i]], 0, 4)
for (i in numbered("ck", 6)) d[[i]] <- unname(c(yes = 1, no = 0, unsure = 0)[d[[i]]])
d$age <- unname(c(age_18_24 = 21, age_25_34 = 29.5, age_35_44 = 39.5, age_45_54 = 49.5, age_55_64 = 59.5, age_65_plus = 69.5)[d$age])
d$level <- unname(c(staff = 1, team_lead = 2, manager = 3, senior = 4, executive = 5)[d$level])
keys <- list(instrumental = numbered("ins", 8), psychosocial = numbered("psy", 8), networking = numbered("net", 6),
  demands = numbered("dem", 4), stress = numbered("str", 8), negative_affect = numbered("neg", 4), marker = numbered("mrk", 3),
  mentor_instrumental = numbered("mi", 4), mentor_psychosocial = numbered("mp", 4),
  checklist_i = numbered("ck", 3), checklist_p = paste0("ck", 4:6))
sums <- c("checklist_i", "checklist_p"); formative <- c("networking", sums)
for (s in names(keys)) {
  x <- d[keys[[s]]]; k <- ncol(x); answered <- rowSums(!is.na(x))
  score <- rowMeans(x, na.rm = TRUE) * (if (s %in% sums) k else 1)
  d[[s]] <- ifelse(answered / k >= .75, score, NA)
}
d$log_online <- log(1 + d$online); d$log_hours <- log(1 + d$hours)
d$has_mentor <- ifelse(is.na(d$mentor), 0, as.numeric(d$mentor != "no"))
d$ins5to8 <- (d$ins5 + d$ins6 + d$ins7 + d$ins8) / 4
d$psy4to8 <- (d$psy4 + d$psy5 + d$psy6 + d$psy7 + d$psy8) / 5

d$gap_instrumental <- d$need_i - d$get_i; d$gap_psychosocial <- d$need_p - d$get_p; d$log_today <- log(1 + d$call_today)
d$demands_squared <- (d$demands - 2)^2; d$psychosocial_squared <- (d$psychosocial - 3)^2

begin("counts", "counts", "study")
put("", "", "n_read", nrow(raw)); put("", "", "by_checks", sum(by_checks)); put("", "", "by_time", sum(by_time)); put("", "", "n_used", nrow(d))
end()

described <- function(id, variables) {
  begin(id, "descriptives", "study")
  for (s in variables) {
    x <- d[[s]]; e <- describe(x, type = 2)
    for (v in c("n", "mean", "sd", "median", "min", "max", "skew", "kurtosis")) put(s, "", v, e[[v]])
    put(s, "", "missing", sum(is.na(x)))
  }
  end()
}
described("descriptives", names(keys))
described("C2_and_C3", c("gap_instrumental", "gap_psychosocial", "log_online", "log_today", "five_year"))

# the likelihood of polychor(ML = FALSE), searched to 1e-10 where polychor() stops at about 1e-4
precise <- function(x, y) {
  tab <- table(x, y); r <- nrow(tab); c <- ncol(tab); n <- sum(tab)
  rc <- qnorm(cumsum(rowSums(tab)) / n)[-r]; cc <- qnorm(cumsum(colSums(tab)) / n)[-c]
  f <- function(rho) { p <- polycor:::binBvn(rho, rc, cc); -sum(ifelse(tab > 0, tab * log(p), 0)) }
  optimise(f, c(-.9999, .9999), tol = 1e-10)$minimum
}
alphas <- c()
begin("reliability", "reliability", "study")
for (s in setdiff(names(keys), formative)) {
  v <- keys[[s]]; x <- na.omit(d[v]); n <- nrow(x); k <- ncol(x)
  a <- suppressMessages(psych::alpha(x)); al <- a$total$raw_alpha; ci <- alpha.ci(al, n, k); alphas[s] <- al
  g <- suppressMessages(guttman(cor(x))); rho <- diag(k)
  for (i in 2:k) for (j in 1:(i - 1)) rho[i, j] <- rho[j, i] <- precise(x[[i]], x[[j]])
  fit <- cfa(paste("f =~", paste(v, collapse = "+")), x, std.lv = TRUE)
  loadings <- standardizedSolution(fit, se = FALSE); loadings <- loadings[loadings$op == "=~", ]
  rbar <- mean(rho[lower.tri(rho)])
  put(s, "", "n", n); put(s, "", "alpha", al); put(s, "", "alpha_low", ci$lower.ci); put(s, "", "alpha_high", ci$upper.ci)
  put(s, "", "alpha_std", a$total$std.alpha); put(s, "", "alpha_ordinal", k * rbar / (1 + (k - 1) * rbar))
  R <- cor(x); put(s, "", "lambda4", best_split(R)); if (k > 5) { o <- omegas(R); put(s, "", "omega_total", o[1]); put(s, "", "omega_h", o[2]) }
  for (i in v) { f <- prop.table(table(x[[i]])); for (answer in names(f)) put(s, paste0(i, "=", answer), "frequency", f[[answer]]) }
  put(s, "", "lambda2", g$lambda.2); put(s, "", "lambda6", g$lambda.6); o <- compRelSEM(fit, obs.var = FALSE); put(s, "", "omega", o)
  e <- omega_error(fit); half <- qnorm(.975) * e / (o * (1 - o))
  put(s, "", "omega_se", e); put(s, "", "omega_low", plogis(qlogis(o) - half)); put(s, "", "omega_high", plogis(qlogis(o) + half))
  put(s, "", "mean_inter_item_r", a$total$average_r); put(s, "", "sem", sd(rowMeans(x)) * sqrt(1 - al))
  for (i in 1:k) {
    put(s, v[i], "mean", mean(x[[i]])); put(s, v[i], "sd", sd(x[[i]])); put(s, v[i], "r_drop", a$item.stats$r.drop[i])
    put(s, v[i], "alpha_if_dropped", a$alpha.drop$raw_alpha[i]); put(s, v[i], "loading", loadings$est.std[i])
  }
}
end()

begin("correlations", "correlation", "study")
scales <- names(keys)
for (i in 1:(length(scales) - 1)) for (j in (i + 1):length(scales)) {
  a <- scales[i]; b <- scales[j]; ct <- cor.test(d[[a]], d[[b]]); pair <- paste0(a, "~", b)
  put(pair, "", "r", ct$estimate); put(pair, "", "p", ct$p.value); put(pair, "", "n", ct$parameter + 2)
  put(pair, "", "ci_low", ct$conf.int[1]); put(pair, "", "ci_high", ct$conf.int[2])
  if (!anyNA(alphas[c(a, b)])) put(pair, "", "r_disattenuated", ct$estimate / sqrt(alphas[a] * alphas[b]))
}
end()

# regressions; each claim keeps its largest p and the signs of its terms
claims <- list()
claim <- function(id, terms, sign, tier = "secondary", margin = NULL) function(fit, V, labels, df) {
  at <- match(terms, labels); b <- coef(fit)[at]; se <- sqrt(diag(V))[at]; df <- df[at]
  if (is.null(margin)) p <- max(2 * pt(-abs(b / se), df)) else {
    to_beta <- sd(fit$model[[2]]) / sd(fit$model$y); low <- (b * to_beta + margin) / (se * to_beta); high <- (b * to_beta - margin) / (se * to_beta)
    p <- max(pt(low, df, lower.tail = FALSE), pt(high, df))
  }
  small <- tost(b, se, fit, labels, terms, df, .10)
  claims[[id]] <<- list(p = p, right = sign == 0 || all(b * sign > 0), tier = tier, small = small)
}
# the largest p of two one-sided tests that a standardised coefficient lies within the margin
tost <- function(b, se, fit, labels, terms, df, margin) {
  sdx <- apply(model.matrix(fit)[, match(terms, labels), drop = FALSE], 2, sd); to_beta <- sdx / sd(model.response(model.frame(fit)))
  max(pt((margin - abs(b) * to_beta) / (se * to_beta), df, lower.tail = FALSE))
}
# claims of other kinds: their p here, their other numbers in the scripts of their kinds; what has no data counts with p = 1
unknown <- function(id) claims[[id]] <<- list(p = 1, right = FALSE, tier = "secondary", untested = TRUE)
ols <- function(id, outcome, blocks, terms = NULL, sign = 0, data = d, ...)
  regression_case(id, "study", data, outcome, blocks, "cr2", "team", also = if (is.null(terms)) function(...) NULL else claim(id, terms, sign, ...))
two <- t.test(d$gap_psychosocial, d$gap_instrumental, paired = TRUE)
claims[["C2"]] <- list(p = two$p.value, right = two$estimate > 0, tier = "primary")
apart <- local({  # of the same x two standardised coefficients differ by that of the difference of the standardised outcomes
  x <- na.omit(d[c("instrumental", "psychosocial", "log_online", "team")]); fit <- lm(scale(instrumental) - scale(psychosocial) ~ log_online, x)
  b <- coef(fit)[[2]]; list(p = coef_test(fit, vcovCR(fit, cluster = x$team, type = "CR2"), test = "Satterthwaite")$p_Satt[2], right = b > 0, tier = "primary")
})
claims[["C4"]] <- apart
compared <- function(id, outcome, predictors, one, other, sign) {
  x <- na.omit(d[c(outcome, predictors, "team")]); fit <- lm(reformulate(predictors, outcome), x); w <- setNames(numeric(length(coef(fit))), names(coef(fit)))
  w[one] <- sd(x[[one]]); w[other] <- -sd(x[[other]]); b <- sum(w * coef(fit))
  test <- linear_contrast(fit, vcovCR(fit, cluster = x$team, type = "CR2"), matrix(w, 1), test = "Satterthwaite", p_values = TRUE)
  claims[[id]] <<- list(p = test$p_val, right = b * sign > 0, tier = "secondary")
}
compared("C8_compared", "career", c("instrumental", "psychosocial"), "instrumental", "psychosocial", 1)
compared("C9_compared", "stress", c("demands", "instrumental", "psychosocial"), "psychosocial", "instrumental", -1)
ols("C4_instrumental", "instrumental", list("log_online"), "log_online", 1)
ols("C4_psychosocial", "psychosocial", list("log_online"), "log_online", margin = .10)
for (id in c("C3_trend", "C4_weak", "C5_outside", "C5_novelty", "C5_news_between", "C5_slightly_known", "C5_level", "C5_family", "C6", "C17", "C12", "C14", "C15_path")) unknown(id)
ols("C7_hours", "psychosocial", list(c("log_hours", "no_time")), "log_hours", 1)
ols("C7_no_time", "psychosocial", list(c("log_hours", "no_time")), "no_time", -1)
ols("C8", "career", list(c("instrumental", "psychosocial")), "instrumental", 1)
ols("C9", "stress", list("demands", c("instrumental", "psychosocial")), "psychosocial", -1, tier = "primary")
interaction <- local({  # beta of the product: of the standardised variables
  x <- na.omit(d[c("stress", "demands", "psychosocial", "team")]); x$D <- x$demands - mean(x$demands); x$P <- x$psychosocial - mean(x$psychosocial)
  fit <- lm(stress ~ D * P, x); b <- coef(fit)[["D:P"]]; own <- coef_test(fit, vcovCR(fit, cluster = x$team, type = "CR2"), test = "Satterthwaite")["D:P", ]; se <- own$SE; df <- own$df_Satt
  share <- summary(fit)$r.squared - summary(lm(stress ~ D + P, x))$r.squared; unit <- sd(x$D) * sd(x$P) / sd(x$stress)
  margin <- abs(b) * unit * sqrt(.005 / share)
  list(p = 2 * pt(-abs(b / se), df), right = b < 0, tier = "primary", small = pt((margin - abs(b) * unit) / (se * unit), df, lower.tail = FALSE))
})
claims[["C9_interaction"]] <- interaction
ols("C9_squares", "stress", list(c("demands", "psychosocial"), c("demands_squared", "psychosocial_squared")))
ols("C9_adjusted", "stress", list(c("age", "tenure", "level", "remote"), c("demands", "instrumental", "psychosocial"), c("negative_affect", "marker")))
ols("C10_instrumental", "ins5to8", list(c("checklist_i", "checklist_p")), "checklist_i", 1)
ols("C10_psychosocial", "psy4to8", list(c("checklist_i", "checklist_p")), "checklist_p", 1)
ols("C10_stress", "stress", list(c("checklist_i", "checklist_p")), "checklist_p", -1)
four <- c("groups", "net2", "net3", "net5")
ols("C11", "instrumental", list(four), four, 1)
unknown("C13")
ols("C15", "health", list("stress"), "stress", -1)
sick <- na.omit(d[c("sick_days", "stress")]); tight <- glm.control(1e-14, 200); days <- MASS::glm.nb(sick_days ~ stress, sick, control = tight)
for (i in 1:50) { theta <- MASS::theta.ml(sick$sick_days, fitted(days), limit = 200, eps = 1e-13); days <- glm(sick_days ~ stress, MASS::negative.binomial(theta), sick, control = tight) }
claims[["C15_days"]] <- list(p = summary(days, dispersion = 1)$coefficients["stress", 4], right = coef(days)[["stress"]] > 0, tier = "secondary")
unknown("C16_weak"); unknown("C16_strong")
known <- d[!is.na(d$mentor), ]
ols("C18_instrumental", "instrumental", list("has_mentor"), "has_mentor", 1, data = known)
ols("C18_psychosocial", "psychosocial", list("has_mentor"), "has_mentor", 1, data = known)
ols("C18_mentor_instrumental", "instrumental", list("mentor_instrumental"), "mentor_instrumental", 1)
ols("C18_mentor_psychosocial", "psychosocial", list("mentor_psychosocial"), "mentor_psychosocial", 1)
ols("C18_stress", "stress", list("mentor_psychosocial"), "mentor_psychosocial", -1)

begin("claims", "claims", "study")
for (tier in c("primary", "secondary")) {
  of <- Filter(function(one) one$tier == tier, claims)
  p <- p.adjust(sapply(of, function(one) one$p), if (tier == "primary") "holm" else "BH")
  for (id in names(of)) if (is.null(of[[id]]$untested)) { if (!is.null(of[[id]]$small)) put(id, "", "p_equivalent", of[[id]]$small)
    put(id, "", "p_family", p[[id]]); put(id, "", "supported", p[[id]] < .05 && of[[id]]$right) }
}
end()
save_cases("study.json", c("psych", "lavaan", "semTools", "polycor", "sandwich", "car"))
