# A small simulated set of people measured three times, one row a person and wave, with a column that says which; some
# did not come back. Usage: Rscript waves.R waves.csv
set.seed(20160930)
n <- 80; person <- 3 + 0.8 * rnorm(n); rows <- NULL
for (wave in 1:3) rows <- rbind(rows, data.frame(id = sprintf("p%02d", 1:n), wave = wave,
  a = round(person + c(0, 0.2, 0.3)[wave] + 0.5 * rnorm(n), 2), b = round(0.05 * person + rnorm(n), 2)))
gone <- (rows$wave == 2 & runif(nrow(rows)) < 0.1) | (rows$wave == 3 & runif(nrow(rows)) < 0.25)
rows <- rows[!gone, ]; rows$a[sample(nrow(rows), 5)] <- NA
write.csv(rows[sample(nrow(rows)), ], commandArgs(trailingOnly = TRUE)[1], row.names = FALSE, na = "", quote = FALSE)
