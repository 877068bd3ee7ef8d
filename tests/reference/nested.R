# A small simulated set of people in teams of one to fourteen: x varies within teams and between them, w only between,
# slopes of x differ; `flat` knows no teams; a few cells are missing. Usage: Rscript nested.R nested.csv
set.seed(20260417)
size <- c(1, 1, sample(2:14, 38, replace = TRUE)); n <- sum(size); team <- rep(seq_along(size), size)
w <- round(rnorm(length(size)), 2)[team]
x <- round(0.6 * rnorm(length(size))[team] + rnorm(n), 2)
role <- sample(c("lead", "member", "other"), n, replace = TRUE, prob = c(.2, .6, .2))
slope <- 0.35 * rnorm(length(size))[team]
y <- round(3 + (0.4 + slope) * x + 0.5 * w + 0.3 * (role == "lead") + 0.7 * rnorm(length(size))[team] + rnorm(n), 2)
raw <- 0.3 * x + rnorm(n)
flat <- round(10 + raw - 0.95 * ave(raw - 0.3 * x, team), 2)
yes <- as.numeric(runif(n) < plogis(-0.4 + 0.8 * x + 0.9 * rnorm(length(size))[team]))
d <- data.frame(team = sprintf("t%02d", team), x, w, role, y, flat, yes)
d$x[sample(n, 6)] <- NA; d$y[sample(n, 5)] <- NA
write.csv(d[sample(n), ], commandArgs(trailingOnly = TRUE)[1], row.names = FALSE, na = "", quote = FALSE)
