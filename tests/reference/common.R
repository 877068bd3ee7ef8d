# Shared by the scripts here: cases of numbers, written as JSON with 15 significant digits.
suppressMessages(library(jsonlite))
options(digits = 17, warn = -1)
cases <- list()
begin <- function(case, kind, input, ...) {
  current <<- list(case = case, kind = kind, input = input, options = list(...), numbers = list())
}
put <- function(target, term, statistic, value)
  current$numbers[[length(current$numbers) + 1]] <<- list(target, term, statistic, as.numeric(value))
end <- function() cases[[length(cases) + 1]] <<- current
versions <- function(packages) {
  found <- lapply(packages, function(p) as.character(packageVersion(p)))
  c(list(R = R.version.string), setNames(found, packages))
}
save_cases <- function(file, packages, ...)
  write_json(c(list(made_by = versions(packages)), list(...), list(cases = cases)), file, digits = NA, auto_unbox = TRUE,
             na = "null", null = "null", pretty = FALSE)
# pingouin's own data sets are read from its folder, so that none of them is copied here
folder <- function() commandArgs(trailingOnly = TRUE)[1]
ordinal <- function() read.csv("ordinal.csv")
pingouin <- function(name) read.csv(file.path(folder(), paste0(name, ".csv")))
omega_error <- function(g) { # the delta method on lavaan's estimates and their covariance, which are loadings and residuals
  p <- coef(g); l <- grepl("=~", names(p)); total <- sum(p[l]); left <- sum(p[!l]); whole <- (total^2 + left)^2
  slope <- ifelse(l, 2 * total * left / whole, -total^2 / whole); sqrt(c(slope %*% vcov(g) %*% slope)) }
