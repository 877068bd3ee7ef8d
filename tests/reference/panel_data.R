# A small simulated panel: stress, support and age of people in three waves, in long form; some did not come back, and
# more of those who were stressed. Usage: Rscript panel_data.R panel.csv
set.seed(20160930)
n <- 260; age <- round(40 + 9 * rnorm(n)); person <- cbind(0.8 * rnorm(n), 0.7 * rnorm(n)); person[, 2] <- person[, 2] - 0.3 * person[, 1]
w <- cbind(rnorm(n), rnorm(n)); rows <- NULL; there <- rep(TRUE, n)
for (wave in 1:3) {
  y <- cbind(3 + person[, 1] + w[, 1] + 0.15 * wave + 0.01 * (age - 40), 4 + person[, 2] + w[, 2] - 0.1 * wave)
  rows <- rbind(rows, data.frame(id = sprintf("p%03d", 1:n), wave = wave, stress = round(y[, 1], 2), support = round(y[, 2], 2), age = age)[there, ])
  there <- there & runif(n) > plogis(-2.4 + 0.35 * y[, 1])
  w <- cbind(0.35 * w[, 1] - 0.15 * w[, 2], -0.05 * w[, 1] + 0.4 * w[, 2]) + 0.85 * matrix(rnorm(2 * n), n)
}
rows$stress[sample(nrow(rows), 12)] <- NA; rows$support[sample(nrow(rows), 12)] <- NA
write.csv(rows[sample(nrow(rows)), ], commandArgs(trailingOnly = TRUE)[1], row.names = FALSE, na = "", quote = FALSE)
