# Reference values of descriptives(). Usage, in this folder: Rscript descriptives.R FOLDER_OF_PINGOUIN_DATASETS
source("common.R")
suppressMessages(library(psych))
one <- function(case, input, x) {
  begin(case, "descriptives", input, items = I(names(x)))
  for (v in names(x)) {
    d <- describe(x[[v]], type = 2)
    few <- sum(!is.na(x[[v]]))
    put(v, "", "n", d$n); put(v, "", "missing", sum(is.na(x[[v]]))); put(v, "", "mean", d$mean)
    put(v, "", "sd", if (few > 1) d$sd else NA); put(v, "", "median", d$median); put(v, "", "min", d$min); put(v, "", "max", d$max)
    put(v, "", "skew", if (few > 2 && d$sd > 0) skew(x[[v]], type = 2) else NA)
    put(v, "", "kurtosis", if (few > 3 && d$sd > 0) kurtosi(x[[v]], type = 2) else NA)
  }
  end()
}
one("ordered answers with missing cells", "ordinal", ordinal())
one("pingouin pairwise_corr", "pairwise_corr", pingouin("pairwise_corr"))
one("pingouin mediation", "mediation", pingouin("mediation"))
p <- pingouin("penguins"); one("pingouin penguins: numbers with missing cells", "penguins", p[, c("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")])
few <- data.frame(one = c(4.2, NA, NA, NA, NA), two = c(1, 2.5, NA, NA, NA), three = c(1, 2, 7, NA, NA), four = c(1, 2, 7, 9, NA),
                  flat = rep(0.1, 5), large = c(1e9 + 1, 1e9 + 2, 1e9 + 4, 1e9 + 8, 1e9 + 16))
one("few values, a constant and large numbers", "few", few)
save_cases("descriptives.json", "psych")
