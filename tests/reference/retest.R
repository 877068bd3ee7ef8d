# Reference values of retest(). Usage, in this folder: Rscript retest.R
source("common.R")
suppressMessages({library(psych); library(lme4)})
one <- function(case, input, x, lmer = TRUE, level = .95, ...) {
  begin(case, "retest", input, level = level, ...)
  x <- x[rowSums(!is.na(x)) > 0, ]; k <- ncol(x)
  if (lmer) {   # psych::ICC(lmer = TRUE) with lme4 searching to the end
    f <- suppressMessages(ICC(x, missing = FALSE, alpha = 1 - level, lmer = TRUE))
    long <- data.frame(y = unlist(x), id = factor(rep(seq_len(nrow(x)), k)), w = factor(rep(seq_len(k), each = nrow(x))))
    g <- lmer(y ~ 1 + (1 | id) + (1 | w), long, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10), check.conv.singular = "ignore"))
    stopifnot(abs(sigma(g)^2 - f$stats[3, 3]) < 1e-3 * sigma(g)^2)
    mse <- sigma(g)^2
  } else { f <- ICC(x, missing = FALSE, alpha = 1 - level, lmer = FALSE); mse <- f$stats[3, 3] }
  put("s", "", "n", nrow(x))
  for (i in 1:6) { r <- f$results[i, ]; put("s", r$type, "icc", r$ICC); put("s", r$type, "icc_low", r$`lower bound`); put("s", r$type, "icc_high", r$`upper bound`) }
  z <- qnorm((1 + level) / 2); both <- na.omit(x[c(1, k)]); r <- cor(both)[1, 2]
  put("s", "", "r", r); put("s", "", "sem", sqrt(mse)); put("s", "", "sdc", z * sqrt(2) * sqrt(mse))
  needed <- z * sqrt(2) * sd(both[[1]]) * sqrt(1 - r); moved <- both[[2]] - both[[1]]
  put("s", "", "rci", needed); put("s", "", "rci_up", mean(moved > needed)); put("s", "", "rci_down", mean(moved < -needed))
  if (k > 2) for (i in 1:(k - 1)) for (j in (i + 1):k)
    put("s", paste0(names(x)[i], "~", names(x)[j]), "r", cor(x[[i]], x[[j]], use = "complete"))
  end()
}
w <- read.csv("waves.csv", na.strings = "")
wide <- function(v, waves) { d <- reshape(w[w$wave %in% waves, c("id", "wave", v)], idvar = "id", timevar = "wave", direction = "wide")[paste0(v, ".", waves)]; names(d) <- waves; d }
one("two waves, those who have both", "waves", na.omit(wide("a", 1:2)), lmer = FALSE, variable = "a", waves = I(1:2), whole = TRUE)
one("three waves, those who have all, level .90", "waves", na.omit(wide("a", 1:3)), lmer = FALSE, level = .90, variable = "a", waves = I(1:3), whole = TRUE)
one("three waves, some lacking", "waves", wide("a", 1:3), variable = "a", waves = I(1:3), whole = FALSE)
one("hardly any stability, some lacking", "waves", wide("b", 1:3), variable = "b", waves = I(1:3), whole = FALSE)
save_cases("retest.json", c("psych", "lme4"))
