# A small simulated set of ordered answers with missing cells, groups and a skewed item, for the reference values.
# Usage: Rscript ordinal.R ordinal.csv
set.seed(20160930)
n <- 300
team <- sample(1:40, n, replace = TRUE)
factor <- 0.5 * rnorm(40)[team] + sqrt(0.75) * rnorm(n)
loading <- c(0.8, 0.7, 0.6, 0.7, 0.5, 0.4)
cuts <- list(c(-1.5, -0.5, 0.5, 1.5), c(-1, 0, 0.7, 1.4), c(-2, -1.2, -0.4, 0.6), c(-0.8, 0.8), c(-1.5, -0.5, 0.5, 1.5),
             c(0.2, 0.8, 1.4, 1.9))
answers <- sapply(1:6, function(j) {
  y <- loading[j] * factor + sqrt(1 - loading[j]^2) * rnorm(n)
  findInterval(y, cuts[[j]]) + 1
})
answers[matrix(runif(n * 6) < 0.03, n)] <- NA
answers[7, ] <- NA
colnames(answers) <- paste0("q", 1:6)
write.csv(data.frame(team = team, answers), commandArgs(trailingOnly = TRUE)[1], row.names = FALSE, na = "", quote = FALSE)
