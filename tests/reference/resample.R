# Reference values of the bootstrap: intervals of given replicates, and the distribution of alpha's bounds.
# Usage, in this folder: Rscript resample.R
source("common.R")
suppressMessages({library(boot)})
q <- ordinal(); q <- q[complete.cases(q), ]; x <- as.matrix(q[, -1]); n <- nrow(x); k <- ncol(x)
a <- function(x) { C <- cov(x); k / (k - 1) * (1 - sum(diag(C)) / sum(C)) }
statistic <- function(d, i) a(d[i, , drop = FALSE])

# 1. the same replicates, estimate and influence: boot.ci must give the same bounds to rounding
set.seed(11); b <- boot(x, statistic, R = 999); L <- empinf(b, type = "jack", stype = "i"); L <- L - mean(L)
left_out <- sapply(1:n, function(i) a(x[-i, ]))
begin("boot.ci of given replicates", "given", "replicates")
for (level in c(.9, .95, .99)) {
  perc <- boot.ci(b, level, type = "perc")$percent[4:5]; bc <- boot.ci(b, level, type = "bca", L = L)$bca[4:5]
  # a rough standard error of each replicate (that of parallel items) serves to hold the studentised interval to R's
  v <- function(t) (1 - t)^2 * 2 * k / ((k - 1) * (n - 1)); w <- b; w$t0 <- c(b$t0, v(b$t0)); w$t <- cbind(b$t[, 1], v(b$t[, 1]))
  st <- boot.ci(w, level, type = "stud")$student[4:5]; stopifnot(length(st) == 2)
  for (i in 1:2) { end_of <- c("low", "high")[i]; put(as.character(level), end_of, "percentile", perc[i]); put(as.character(level), end_of, "bca", bc[i]); put(as.character(level), end_of, "studentised", st[i]) }
}
end()

# 2. bounds of alpha from boot itself, 40 times 5,000 resamples: their means, and the sd of one run (the Monte-Carlo error)
bounds <- function(draw, L) t(sapply(1:40, function(run) {
  set.seed(1000 + run); b <- draw()
  c(boot.ci(b, .95, type = "perc")$percent[4:5], boot.ci(b, .95, type = "bca", L = L)$bca[4:5])
}))
summarise <- function(case, found) {
  begin(case, "bounds", "ordinal")
  names <- c("percentile_low", "percentile_high", "bca_low", "bca_high")
  for (i in 1:4) { put("alpha", "", names[i], mean(found[, i])); put("alpha", "", paste0(names[i], "_sd"), sd(found[, i])) }
  end()
}
# counts of each case in place of its index: the same statistic, many times as fast
fast <- function(d, f) { S <- cov.wt(d, f / sum(f), method = "ML")$cov; k / (k - 1) * (1 - sum(diag(S)) / sum(S)) }
summarise("cases", bounds(function() boot(x, fast, R = 5000, stype = "f"), L))
# whole teams: the counts are those of teams, and the influence is that of leaving a team out
teams <- split(seq_len(n), q$team); G <- length(teams)
of_teams <- function(d, f) fast(x, f[match(q$team, names(teams))])
team_L <- (G - 1) * (mean(sapply(1:G, function(g) a(x[-teams[[g]], ]))) - sapply(1:G, function(g) a(x[-teams[[g]], ])))
summarise("whole teams", bounds(function() boot(matrix(seq_len(G)), of_teams, R = 5000, stype = "f"), team_L))
save_cases("resample.json", "boot", values = b$t[, 1], estimate = b$t0, left_out = left_out, level = c(.9, .95, .99))
