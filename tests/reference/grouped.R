# A small simulated set of people in teams: five items of five options, teams of one to sixteen, some missing cells.
# Usage: Rscript grouped.R grouped.csv
set.seed(20160930)
size <- c(1, 1, 1, sample(3:16, 42, replace = TRUE)); n <- sum(size); team <- rep(seq_along(size), size)
between <- c(0.6, 0.5, 0.55, 0.45, 0.5); within <- c(0.8, 0.7, 0.6, 0.7, 0.5)
team_factor <- rnorm(length(size)); own_factor <- rnorm(n)
answers <- sapply(1:5, function(j) {
  y <- between[j] * team_factor[team] + 0.25 * rnorm(length(size))[team] + within[j] * own_factor + 0.7 * rnorm(n)
  findInterval(y, c(-1.5, -0.5, 0.5, 1.5)) + 1
})
answers[sample(length(answers), 25)] <- NA
colnames(answers) <- paste0("t", 1:5)
order <- sample(n)
write.csv(data.frame(team = team, answers)[order, ], commandArgs(trailingOnly = TRUE)[1], row.names = FALSE, na = "", quote = FALSE)
