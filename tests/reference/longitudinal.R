# Reference values of invariance.over_waves(), and its simulated items in three waves, in long form.
# Usage, in this folder: Rscript longitudinal.R
source("common.R")
suppressMessages(library(lavaan))
set.seed(20160930)
n <- 240; own <- rnorm(n); item <- matrix(0.5 * rnorm(n * 4), n); load <- c(0.9, 0.8, 0.7, 0.75); rows <- NULL; there <- rep(TRUE, n)
for (wave in 1:3) { eta <- 0.8 * own + 0.6 * rnorm(n) + 0.2 * (wave - 1)
  y <- sapply(1:4, function(j) 3 + 0.1 * j + load[j] * eta + item[, j] + 0.5 * rnorm(n)); if (wave == 3) y[, 4] <- y[, 4] + 0.3
  rows <- rbind(rows, data.frame(id = sprintf("p%03d", 1:n), wave = wave, round(y, 1))[there, ]); there <- there & runif(n) > 0.15 }
names(rows)[3:6] <- paste0("i", 1:4); for (j in 3:6) rows[sample(nrow(rows), 10), j] <- NA
write.csv(rows[sample(nrow(rows)), ], "longitudinal.csv", row.names = FALSE, na = "", quote = FALSE)
long <- read.csv("longitudinal.csv", na.strings = ""); items <- paste0("i", 1:4)
tight <- list(rel.tol = 1e-14, iter.max = 50000, eval.max = 50000)
measures <- c(chi2 = "chisq", df = "df", p = "pvalue", baseline_chi2 = "baseline.chisq", baseline_df = "baseline.df", cfi = "cfi", tli = "tli", rmsea = "rmsea", rmsea_low = "rmsea.ci.lower", rmsea_high = "rmsea.ci.upper", srmr = "srmr", loglik = "logl", aic = "aic", bic = "bic")
robust <- c(scaling = "chisq.scaling.factor", chi2_scaled = "chisq.scaled", p_scaled = "pvalue.scaled", cfi_robust = "cfi.robust", tli_robust = "tli.robust", rmsea_robust = "rmsea.robust", rmsea_robust_low = "rmsea.ci.lower.robust", rmsea_robust_high = "rmsea.ci.upper.robust")
one <- function(case, waves, estimator, free = character(0)) {
  d <- reshape(long[long$wave %in% waves, ], idvar = "id", timevar = "wave", direction = "wide", sep = "_"); at <- function(i, w) paste0(i, "_", w)
  begin(case, "invariance", "longitudinal", waves = I(waves), estimator = estimator, free = I(free)); before <- NULL
  for (step in c("configural", "metric", "scalar", "strict")) {
    k <- match(step, c("configural", "metric", "scalar", "strict")); tied <- function(letter, i, w, from) if (k >= from && !i %in% free) paste0(letter, "_", i, "*") else ""
    lines <- c()
    for (w in waves) { lines <- c(lines, paste0("f_", w, " =~ NA*", at(items[1], w), " + ", paste0(sapply(items, function(i) tied("l", i, w, 2)), at(items, w), collapse = " + ")),
      paste0(at(items, w), " ~ ", sapply(items, function(i) { t <- tied("n", i, w, 3); if (t == "") "" else t }), "1"), paste0(at(items, w), " ~~ ", sapply(items, function(i) tied("e", i, w, 4)), at(items, w)),
      paste0("f_", w, " ~~ ", if (w == waves[1] || k < 2) "1*" else "NA*", "f_", w), paste0("f_", w, " ~ ", if (w == waves[1] || k < 3) "0*" else "NA*", "1")) }
    lines <- c(lines, combn(waves, 2, function(p) paste0("f_", p[1], " ~~ f_", p[2])), unlist(lapply(items, function(i) combn(waves, 2, function(p) paste0(at(i, p[1]), " ~~ ", at(i, p[2]))))))
    f <- lavaan(paste(lines, collapse = "\n"), d, estimator = if (estimator == "mlr") "MLR" else "ML", missing = if (estimator == "fiml") "fiml" else "listwise", meanstructure = TRUE, control = tight, optim.force.converged = TRUE, em.h1.tol = 1e-13, em.h1.iter.max = 50000)
    m <- fitMeasures(f); put("", step, "n", nobs(f)); for (s in names(measures)) put("", step, s, m[measures[s]]); if (estimator == "mlr") for (s in names(robust)) put("", step, s, m[robust[s]])
    if (!is.null(before)) { a <- fitMeasures(before); t <- lavTestLRT(f, before); x <- if (estimator == "mlr") ".robust" else ""
      put("", step, "chi2_change", t[2, "Chisq diff"]); put("", step, "df_change", t[2, "Df diff"]); put("", step, "p_change", t[2, "Pr(>Chisq)"]); put("", step, "cfi_change", m[paste0("cfi", x)] - a[paste0("cfi", x)]); put("", step, "rmsea_change", m[paste0("rmsea", x)] - a[paste0("rmsea", x)]) }
    before <- f
  }
  end()
}
one("two waves, ml", 1:2, "ml")
one("three waves, fiml", 1:3, "fiml")
one("three waves, mlr, an item free", 1:3, "mlr", "i4")
save_cases("longitudinal.json", "lavaan")
