# Reference values of comparisons of groups. Usage, in this folder: Rscript compare.R FOLDER_OF_PINGOUIN_DATASETS
source("common.R")
library(effectsize)
# noncentrality by bisection: effectsize's own search stops at four digits, to which it is held below
inside <- function(f, low, high) uniroot(f, c(low, high), tol = 1e-12, maxiter = 1e4)$root
ncp_t <- function(t, df, level) sapply(c(1 + level, 1 - level) / 2, function(p) inside(function(l) pt(t, df, l) - p, t - 12, t + 12))
share_ci <- function(share, df1, df2, level) sapply(c(1 + level, 1 - level) / 2, function(p) {
  f <- share / df1 / ((1 - share) / df2)
  if (f <= 0 || pf(f, df1, df2) <= p) 0 else { l <- inside(function(l) pf(f, df1, df2, l) - p, 0, 20 * f * df1 + 50); l / (l + df2) }
})
# JZS Bayes factor: Rouder et al. (2009), equation 1, over log g
bf <- function(t, n1, n2, r = .707) {
  v <- n1 + n2 - 2; n <- n1 * n2 / (n1 + n2)
  f <- function(u) { g <- exp(u); (1 + n * g * r^2)^-.5 * (1 + t^2 / ((1 + n * g * r^2) * v))^(-(v + 1) / 2) * (2 * pi)^-.5 * g^-.5 * exp(-1 / (2 * g)) }
  (integrate(f, -8, 8, rel.tol = 1e-11, subdivisions = 2000L)$value + integrate(f, 8, 80, rel.tol = 1e-11, subdivisions = 2000L)$value) / (1 + t^2 / v)^(-(v + 1) / 2)
}
near <- function(a, b, tol) stopifnot(all(abs(a - b) <= tol * pmax(abs(b), 1e-3)))
compared <- function(input, data, y, by, level = .95, margin = NULL, student = FALSE) {
  begin(paste(y, by, level), "compare", input, outcome = y, by = by, level = level, equivalence = margin, student = student)
  d <- data[!is.na(data[[y]]) & !is.na(data[[by]]), ]; v <- d[[y]]; g <- factor(d[[by]]); k <- nlevels(g); n <- length(v)
  put(y, "", "n", n)
  for (l in levels(g)) { put(y, l, "n", sum(g == l)); put(y, l, "mean", mean(v[g == l])); put(y, l, "sd", sd(v[g == l])); m <- t.test(v[g == l], conf.level = level)$conf.int; put(y, l, "ci_low", m[1]); put(y, l, "ci_high", m[2]) }
  m <- aov(v ~ g); error <- deviance(m) / m$df.residual
  tukey <- if (k > 2) TukeyHSD(m, conf.level = level)$g
  for (i in 1:(k - 1)) for (j in (i + 1):k) {
    a <- levels(g)[i]; b <- levels(g)[j]; x <- v[g == a]; z <- v[g == b]; term <- paste0(a, "~", b)
    w <- t.test(x, z, conf.level = level); s <- t.test(x, z, var.equal = TRUE); se <- w$stderr; apart <- mean(x) - mean(z)
    for (one in list(list("b", apart), list("se", se), list("t", w$statistic), list("df", w$parameter), list("p", w$p.value),
                     list("ci_low", w$conf.int[1]), list("ci_high", w$conf.int[2]))) put(y, term, one[[1]], one[[2]])
    if (student) { put(y, term, "t_student", s$statistic); put(y, term, "df_student", s$parameter); put(y, term, "p_student", s$p.value) }
    dd <- cohens_d(x, z, ci = level); gg <- hedges_g(x, z, ci = level); root <- sqrt(1 / length(x) + 1 / length(z)); df <- length(x) + length(z) - 2
    ends <- ncp_t(s$statistic, df, level) * root; J <- exp(lgamma(df / 2) - log(sqrt(df / 2)) - lgamma((df - 1) / 2))
    near(unlist(dd[c("CI_low", "CI_high")]), ends, 1e-3); near(unlist(gg[c("CI_low", "CI_high")]), J * ends, 1e-3)
    put(y, term, "sd", sd_pooled(x, z)); put(y, term, "d", dd$Cohens_d); put(y, term, "d_ci_low", ends[1]); put(y, term, "d_ci_high", ends[2])
    put(y, term, "g", gg$Hedges_g); put(y, term, "g_ci_low", J * ends[1]); put(y, term, "g_ci_high", J * ends[2])
    u <- wilcox.test(x, z); put(y, term, "u", u$statistic); put(y, term, "p_u", u$p.value)
    put(y, term, "rank_biserial", rank_biserial(x, z)$r_rank_biserial); put(y, term, "bf10", bf(s$statistic, length(x), length(z)))
    if (!is.null(margin)) put(y, term, "tost_p", max(t.test(x, z, mu = -margin, alternative = "greater")$p.value, t.test(x, z, mu = margin, alternative = "less")$p.value))
    if (k > 2) {  # Games & Howell (1976): Welch's error and df, and the studentized range of all groups
      q <- qtukey(level, k, w$parameter) / sqrt(2); put(y, term, "p_gh", ptukey(abs(w$statistic) * sqrt(2), k, w$parameter, lower.tail = FALSE))
      put(y, term, "gh_ci_low", apart - q * se); put(y, term, "gh_ci_high", apart + q * se)
      row <- tukey[paste0(b, "-", a), ]; near(row["diff"], -apart, 1e-9)
      put(y, term, "p_tukey", ptukey(abs(apart) / sqrt(error / 2 * (1 / length(x) + 1 / length(z))), k, m$df.residual, lower.tail = FALSE)); near(row["p adj"], current$numbers[[length(current$numbers)]][[4]], 1e-6)
      put(y, term, "tukey_ci_low", -row["upr"]); put(y, term, "tukey_ci_high", -row["lwr"])
    }
  }
  if (k > 2) {
    f <- oneway.test(v ~ g, var.equal = TRUE); w <- oneway.test(v ~ g); e <- eta_squared(m, partial = FALSE, ci = 2 * level - 1, alternative = "two.sided"); o <- omega_squared(m, partial = FALSE, ci = 2 * level - 1, alternative = "two.sided")
    put(y, "", "f", f$statistic); put(y, "", "df1", f$parameter[1]); put(y, "", "df2", f$parameter[2]); put(y, "", "p", f$p.value)
    put(y, "", "f_welch", w$statistic); put(y, "", "df2_welch", w$parameter[2]); put(y, "", "p_welch", w$p.value)
    for (one in list(list("eta2", e$Eta2, e), list("omega2", o$Omega2, o))) {
      ends <- share_ci(one[[2]], k - 1, n - k, 2 * level - 1); near(unlist(one[[3]][c("CI_low", "CI_high")]), ends, 2e-2)
      near(one[[3]]$CI_low, eta_squared(m, partial = FALSE, ci = level)$CI_low * (one[[1]] == "eta2") + omega_squared(m, partial = FALSE, ci = level)$CI_low * (one[[1]] == "omega2"), 2e-2)
      put(y, "", one[[1]], one[[2]]); put(y, "", paste0(one[[1]], "_ci_low"), ends[1]); put(y, "", paste0(one[[1]], "_ci_high"), ends[2])
    }
    h <- kruskal.test(v, g); put(y, "", "h", h$statistic); put(y, "", "p_h", h$p.value)
  }
  end()
}
p <- pingouin("penguins"); p[p == ""] <- NA; g <- read.csv("grouped.csv"); h <- read.csv(file.path(folder(), "anova.csv"), check.names = FALSE)
compared("penguins", p, "body_mass_g", "sex", margin = 100, student = TRUE)
compared("penguins", p, "bill_depth_mm", "species"); compared("penguins", p, "bill_depth_mm", "island", .9)
compared("anova", h, "Pain threshold", "Hair color", .99, 5)
compared("grouped", g, "t1", "t5", .95, .3)
save_cases("compare.json", "effectsize")
