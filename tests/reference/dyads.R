# Reference values of dyad(), and its simulated data: mentors and protégés. Usage, in this folder: Rscript dyads.R
source("common.R")
suppressMessages({library(nlme); library(boot)})
set.seed(20160930)
n <- 110; shared <- rnorm(n); x <- cbind(0.5 * shared + rnorm(n), 0.5 * shared + rnorm(n)); z <- matrix(rnorm(2 * n), n); e <- 0.6 * rnorm(n)
y <- cbind(4 - 0.5 * x[, 1] - 0.2 * x[, 2] + 0.3 * z[, 1] + e + 0.8 * rnorm(n), 3.5 - 0.35 * x[, 2] - 0.3 * x[, 1] + 0.2 * z[, 2] + e + rnorm(n))
d <- data.frame(dyad = rep(sprintf("d%03d", 1:n), each = 2), role = rep(c("mentor", "protege"), n), y = round(c(t(y)), 2), x = round(c(t(x)), 2), z = round(c(t(z)), 2))
d$y[c(5, 40)] <- NA; d$x[77] <- NA; d$role[c(99, 100)] <- "mentor"; d <- d[-c(12, 160), ]
d <- rbind(d, data.frame(dyad = "d050x", role = c("mentor", "mentor", "protege"), y = c(4, 3, 2), x = c(0, 1, 0), z = 0)); d <- d[sample(nrow(d)), ]
write.csv(d, "dyads.csv", row.names = FALSE, na = "", quote = FALSE)
d <- read.csv("dyads.csv", na.strings = "")
tight <- glsControl(tolerance = 1e-12, msTol = 1e-14, msMaxIter = 1000, maxIter = 1000)
prepared <- function(predictors, role) { m <- d[!is.na(d$dyad), ]; m <- m[m$dyad %in% names(which(table(m$dyad) == 2)), ]
  bad <- m$dyad[!complete.cases(m[c("y", predictors)])]; m <- m[!m$dyad %in% bad, ]
  if (role) m <- m[m$dyad %in% names(which(tapply(m$role, m$dyad, function(r) length(unique(r)) == 2))), ]
  m <- m[order(m$dyad, m$role), ]; other <- as.vector(rbind(seq(2, nrow(m), 2), seq(1, nrow(m), 2))); for (v in predictors) m[[paste0(v, "_partner")]] <- m[[v]][other]; m$member <- rep(1:2, nrow(m) / 2); m }
effect <- function(term, b, se, df, unit = NA) { t <- b / se; put("y", term, "b", b); put("y", term, "se", se); put("y", term, "df", df); put("y", term, "t", t); put("y", term, "p", 2 * pt(-abs(t), df))
  put("y", term, "ci_low", b - qt(.975, df) * se); put("y", term, "ci_high", b + qt(.975, df) * se); if (!is.na(unit)) put("y", term, "beta", b * unit) }
one <- function(case, predictors, role) {
  m <- prepared(predictors, role); begin(case, "dyad", "dyads", predictors = I(predictors), role = if (role) "role" else ""); put("y", "", "n", nrow(m)); put("y", "", "n_dyads", nrow(m) / 2)
  unit <- sapply(predictors, function(v) sd(m[[v]])) / sd(m$y); df <- nrow(m) - (if (role) 2 else 1) - 2 * length(predictors) * (if (role) 2 else 1)
  if (role) {
    f <- gls(reformulate(c("0", "role", paste0("role:", c(predictors, paste0(predictors, "_partner")))), "y"), m, correlation = corSymm(form = ~ member | dyad), weights = varIdent(form = ~ 1 | role), control = tight)
    s <- summary(f)$tTable; stopifnot(df == f$dims$N - f$dims$p)
    for (r in c("mentor", "protege")) { effect(paste0("(intercept)[", r, "]"), s[paste0("role", r), 1], s[paste0("role", r), 2], df)
      for (v in predictors) { a <- paste0("role", r, ":", v); p <- paste0(a, "_partner"); effect(paste0(v, "[actor, ", r, "]"), s[a, 1], s[a, 2], df, unit[v]); effect(paste0(v, "[partner, ", r, "]"), s[p, 1], s[p, 2], df, unit[v]); put("y", paste0(v, "[", r, "]"), "k", s[p, 1] / s[a, 1]) } }
    put("y", "", "icc", cor(m$y[m$member == 1], m$y[m$member == 2])); put("y", "residual", "icc", corMatrix(f$modelStruct$corStruct)[[1]][1, 2])
    w <- coef(f$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE); for (r in names(w)) put("y", r, "sigma", f$sigma * w[r])
  } else {
    f <- gls(reformulate(c(predictors, paste0(predictors, "_partner")), "y"), m, correlation = corCompSymm(form = ~ 1 | dyad), control = tight)
    s <- summary(f)$tTable; effect("(intercept)", s[1, 1], s[1, 2], df)
    for (v in predictors) { p <- paste0(v, "_partner"); effect(paste0(v, "[actor]"), s[v, 1], s[v, 2], df, unit[v]); effect(paste0(v, "[partner]"), s[p, 1], s[p, 2], df, unit[v]); put("y", v, "k", s[p, 1] / s[v, 1]) }
    g <- gls(y ~ 1, m, correlation = corCompSymm(form = ~ 1 | dyad), control = tight)
    put("y", "", "icc", coef(g$modelStruct$corStruct, unconstrained = FALSE)); put("y", "residual", "icc", coef(f$modelStruct$corStruct, unconstrained = FALSE)); put("y", "", "sigma", f$sigma)
  }
  end()
}
one("told apart, one predictor", "x", TRUE)
one("told apart, two predictors", c("x", "z"), TRUE)
one("not told apart, one predictor", "x", FALSE)
one("not told apart, two predictors", c("x", "z"), FALSE)
# k of members who are not told apart: 40 runs of 5,000 resamples of dyads, from sums and differences
m <- prepared("x", FALSE); a <- m[m$member == 1, ]; b <- m[m$member == 2, ]; w <- data.frame(sx = (a$x + b$x), sy = (a$y + b$y), dx = a$x - b$x, dy = a$y - b$y)
k <- function(w, i) { w <- w[i, ]; s <- cov(w$sx, w$sy) / var(w$sx); d <- sum(w$dx * w$dy) / sum(w$dx^2); (s - d) / (s + d) }
set.seed(1); bounds <- replicate(40, quantile(boot(w, k, 5000)$t, c(.025, .975)))
save_cases("dyads.json", c("nlme", "boot"), k = list(low = mean(bounds[1, ]), high = mean(bounds[2, ]), sd_low = sd(bounds[1, ]), sd_high = sd(bounds[2, ])))
