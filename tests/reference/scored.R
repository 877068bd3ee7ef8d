# The simulated study's scores that moderation.R and mediation.R use: everyone who was read, nobody excluded.
scored <- function() {
  d <- read.csv("study.csv", na.strings = "", colClasses = c(id = "character"))
  for (i in c("ins7", "ins8", "psy7", "psy8")) d[[i]] <- 6 - d[[i]]
  for (i in c("str6", "str7")) d[[i]] <- 4 - d[[i]]
  keys <- list(instrumental = paste0("ins", 1:8), psychosocial = paste0("psy", 1:8), demands = paste0("dem", 1:4),
    stress = paste0("str", 1:8), negative_affect = paste0("neg", 1:4))
  for (s in names(keys)) {
    x <- d[keys[[s]]]
    d[[s]] <- ifelse(rowMeans(!is.na(x)) >= .75, rowMeans(x, na.rm = TRUE), NA)
  }
  d
}
