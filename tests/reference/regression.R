# Reference values of regression(). Usage, in this folder: Rscript regression.R FOLDER_OF_PINGOUIN_DATASETS
# Predictors are put into lm() as columns of a model matrix of our own naming, so that vif() is one number a column.
source("common.R"); source("regression_case.R")

three <- function(case, input, data, outcome, blocks, ...) for (errors in c("classical", "HC3"))
  regression_case(paste0(case, ", ", errors), input, data, outcome, blocks, errors, ...)

# ill-conditioned: Longley's data as R ships them
write.csv(longley, "longley.csv", row.names = FALSE)
three("Longley", "longley", longley, "Employed", list(setdiff(names(longley), "Employed")))
three("Longley in steps", "longley", longley, "Employed", list(c("GNP", "Year"), "Unemployed", c("Armed.Forces", "Population")))
m <- pingouin("mediation")
three("one predictor", "mediation", m, "Y", list("X"))
three("two steps, level .90", "mediation", m, "Y", list("X", c("M", "Mbin")), level = .90)
a <- pingouin("ancova")
three("a category of four", "ancova", a, "Scores", list("Income", "Method"))
p <- pingouin("penguins")
p[p == ""] <- NA
three("missing values, three categories", "penguins", p, "body_mass_g", list(c("bill_length_mm", "bill_depth_mm"), c("species", "sex"), "island"))
regression_case("three clusters", "penguins", p, "body_mass_g", list("bill_length_mm", c("bill_depth_mm", "flipper_length_mm", "sex")), "cluster", "island")
t <- pingouin("tips")
three("tips", "tips", t, "tip", list(c("total_bill", "size"), c("sex", "smoker"), "time"))
regression_case("four clusters", "tips", t, "tip", list(c("total_bill", "size"), "sex"), "cluster", "day")
w <- pingouin("mixed_anova")
regression_case("many clusters of numbers", "mixed_anova", w, "Scores", list("Time", "Group"), "cluster", "Subject", level = .99)
for (one in list(list("CR2, many clusters of three", "mixed_anova", w, "Scores", list("Time", "Group"), "Subject", .95),
                 list("CR2, four clusters", "tips", t, "tip", list(c("total_bill", "size"), "sex"), "day", .9),
                 list("CR2, three clusters and one variable that is alike within them", "penguins", p, "body_mass_g", list("bill_length_mm", "sex"), "island", .95)))
  regression_case(one[[1]], one[[2]], one[[3]], one[[4]], one[[5]], "cr2", one[[6]], one[[7]])
g <- read.csv("grouped.csv")
regression_case("CR2, clusters of many sizes", "grouped", g, "t1", list(c("t2", "t3"), "t4"), "cr2", "team")
save_cases("regression.json", c("sandwich", "car", "lmtest", "clubSandwich"))
