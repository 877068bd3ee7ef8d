# Nine simulated tests of three correlated abilities, with missing cells, for the reference values of factors.
# Usage: Rscript tests.R tests.csv
set.seed(20160931)
n <- 160
phi <- matrix(c(1, .5, .4, .5, 1, .3, .4, .3, 1), 3)
ability <- matrix(rnorm(n * 3), n) %*% chol(phi)
pattern <- matrix(0, 9, 3)
pattern[1:3, 1] <- c(.7, .5, .6); pattern[4:6, 2] <- c(.8, .85, .75); pattern[7:9, 3] <- c(.6, .7, .5); pattern[9, 1] <- .3
common <- diag(pattern %*% phi %*% t(pattern))
scores <- ability %*% t(pattern) + matrix(rnorm(n * 9), n) %*% diag(sqrt(1 - common))
scores <- round(sweep(sweep(scores, 2, c(7, 5, 4, 3, 4, 6, 15, 20, 40), "*"), 2, c(30, 25, 18, 9, 17, 15, 95, 110, 190), "+"), 1)
scores[matrix(runif(n * 9) < 0.01, n)] <- NA
colnames(scores) <- c("visual", "cubes", "lozenges", "paragraph", "sentence", "meaning", "addition", "counting", "capitals")
write.csv(scores, commandArgs(trailingOnly = TRUE)[1], row.names = FALSE, na = "", quote = FALSE)
