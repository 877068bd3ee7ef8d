# Reference values of invariance of ordered answers, over groups and over waves, and its simulated answers in long form.
# Usage, in this folder: Rscript ordered_groups.R
# Two scales (i1 to i6, of 5, 5, 4, 3, 3 and 5 answers) and four yes-or-no items (b1 to b4) of people in three languages and
# three waves. Theta parameterisation: residual variances are 1 where they are not free (Wu & Estabrook 2016).
source("common.R"); suppressMessages(library(lavaan)); set.seed(20160930)
n <- 600; language <- sample(rep(c("de", "en", "fr"), c(260, 200, 140))); k <- c(i1 = 5, i2 = 5, i3 = 4, i4 = 3, i5 = 3, i6 = 5, b1 = 2, b2 = 2, b3 = 2, b4 = 2)
cuts <- list("2" = 0.1, "3" = c(-0.6, 0.5), "4" = c(-1, 0, 0.9), "5" = c(-1.3, -0.5, 0.3, 1.2)); load <- c(1, 0.9, 1.2, 1.1, 0.8, 1, 1, 0.9, 1.2, 0.8)
f <- rnorm(n) + 0.3 * (language == "en"); g <- 0.5 * f + 0.9 * rnorm(n); h <- 0.3 * f + rnorm(n); own <- 0.6 * matrix(rnorm(n * 10), n); rows <- NULL
for (wave in 1:3) { moved <- 0.75 * cbind(f, g, h)[, c(1, 1, 1, 2, 2, 2, 3, 3, 3, 3)] + 0.55 * matrix(rnorm(n * 3), n)[, c(1, 1, 1, 2, 2, 2, 3, 3, 3, 3)] + 0.15 * (wave - 1)
  y <- sweep(moved, 2, load, "*") + own + 0.8 * matrix(rnorm(n * 10), n)
  x <- sapply(1:10, function(j) { shift <- if (j == 2) 0.4 * (language == "fr") else if (j == 6) 0.3 * (wave == 3) else 0; 1 + rowSums(outer(y[, j] - shift, cuts[[as.character(k[j])]], ">")) })
  colnames(x) <- names(k); rows <- rbind(rows, data.frame(id = sprintf("p%03d", 1:n), language, wave, x)) }
for (j in names(k)) rows[sample(nrow(rows), 8), j] <- NA
write.csv(rows[sample(nrow(rows)), ], "ordered_groups.csv", row.names = FALSE, na = "", quote = FALSE); long <- read.csv("ordered_groups.csv", na.strings = "")
tight <- list(rel.tol = 1e-15, x.tol = 1e-15, iter.max = 50000, eval.max = 50000); steps <- c("configural", "metric", "scalar", "strict")
measures <- c(chi2 = "chisq", df = "df", p = "pvalue", baseline_chi2 = "baseline.chisq", baseline_df = "baseline.df", cfi = "cfi", tli = "tli", rmsea = "rmsea", rmsea_low = "rmsea.ci.lower", rmsea_high = "rmsea.ci.upper", srmr = "srmr",
  scaling = "chisq.scaling.factor", chi2_scaled = "chisq.scaled", p_scaled = "pvalue.scaled", cfi_scaled = "cfi.scaled", tli_scaled = "tli.scaled", rmsea_scaled = "rmsea.scaled", rmsea_scaled_low = "rmsea.ci.lower.scaled", rmsea_scaled_high = "rmsea.ci.upper.scaled")
# what an item has in each occasion (group or wave): a label that all share where equal, and which values are let go
parts <- function(step, item, free, count) { s <- match(step, steps); held <- s > 1 && !item %in% free; later <- seq_len(count) > 1
  each <- function(letter, ...) paste0(letter, "_", item, ..., if (held) rep("", count) else paste0("_", seq_len(count)))
  list(load = each("l"), cut = lapply(1:(k[item] - 1), function(j) each("t", j)), level = ifelse(later & held & s < 3, "NA", "0"), left = ifelse(later & held & s < 4 & k[item] > 2, "NA", "1")) }
over_groups <- function(step, scales, free, count) { all <- function(values) paste0("c(", paste(values, collapse = ", "), ")"); s <- match(step, steps); lines <- c(); later <- seq_len(count) > 1
  for (v in names(scales)) { lines <- c(lines, paste0(v, " ~~ ", all(ifelse(later & s > 1, "NA", "1")), "*", v), paste0(v, " ~ ", all(ifelse(later & s > 2, "NA", "0")), "*1"))
    for (i in scales[[v]]) { p <- parts(step, i, free, count); lines <- c(lines, paste0(v, " =~ ", all(rep("NA", count)), "*", i, " + ", all(p$load), "*", i), paste0(i, " | ", all(p$cut[[1]]), "*t1"), if (k[i] > 2) sapply(2:(k[i] - 1), function(j) paste0(i, " | ", all(p$cut[[j]]), "*t", j)), paste0(i, " ~ ", all(p$level), "*1"), paste0(i, " ~~ ", all(p$left), "*", i)) } }
  c(lines, if (length(scales) > 1) combn(names(scales), 2, function(p) paste0(p[1], " ~~ ", p[2]))) }
over_waves <- function(step, scales, free, count) { s <- match(step, steps); lines <- c(); at <- function(x, w) paste0(x, "_", w); factors <- c(outer(names(scales), 1:count, at))
  for (v in names(scales)) for (w in 1:count) { lines <- c(lines, paste0(at(v, w), " ~~ ", if (w > 1 && s > 1) "NA" else "1", "*", at(v, w)), paste0(at(v, w), " ~ ", if (w > 1 && s > 2) "NA" else "0", "*1"))
    for (i in scales[[v]]) { p <- parts(step, i, free, count); lines <- c(lines, paste0(at(v, w), " =~ NA*", at(i, w), " + ", p$load[w], "*", at(i, w)), sapply(1:(k[i] - 1), function(j) paste0(at(i, w), " | ", p$cut[[j]][w], "*t", j)), paste0(at(i, w), " ~ ", p$level[w], "*1"), paste0(at(i, w), " ~~ ", p$left[w], "*", at(i, w))) } }
  c(lines, combn(factors, 2, function(p) paste0(p[1], " ~~ ", p[2])), unlist(lapply(unlist(scales), function(i) combn(1:count, 2, function(p) paste0(at(i, p[1]), " ~~ ", at(i, p[2])))))) }
one <- function(case, d, lines, count, ordered, scales, free, group = NULL, ...) {
  begin(case, "invariance", "ordered_groups", scales = lapply(scales, I), free = I(free), ...); before <- NULL; groups <- if (is.null(group)) 1 else count
  for (step in steps) { if (step == "strict" && all(k[unlist(scales)] == 2)) next # the same model as before
    f <- lavaan(paste(lines(step, scales, free, count), collapse = "\n"), d, ordered = ordered, estimator = "WLSMV", parameterization = "theta", group = group, group.label = if (groups > 1) sort(unique(d[[group]])), control = tight, optim.force.converged = TRUE)
    m <- fitMeasures(f); put("", step, "n", lavInspect(f, "ntotal")); for (s in names(measures)) put("", step, s, m[measures[s]])
    if (!is.null(before)) { a <- fitMeasures(before); t <- lavTestLRT(before, f, method = "satorra.2000"); put("", step, "chi2_change", t[2, "Chisq diff"]); put("", step, "df_change", t[2, "Df diff"]); put("", step, "p_change", t[2, "Pr(>Chisq)"])
      for (s in c("cfi", "rmsea")) put("", step, paste0(s, "_change"), m[paste0(s, ".scaled")] - a[paste0(s, ".scaled")]) }
    before <- f; cat(case, step, m[c("chisq", "df", "chisq.scaled")], "\n") }
  end() }
groups <- function(case, scales, free = character(0), waves = 1, of = c("de", "en", "fr")) { items <- unlist(scales); d <- long[long$wave == waves & long$language %in% of, ]; d <- d[complete.cases(d[items]), ]
  one(case, d, over_groups, length(of), unname(items), scales, free, "language", groups = I(of)) }
waves <- function(case, scales, which, free = character(0)) { items <- unname(unlist(scales)); d <- reshape(long[long$wave %in% which, c("id", "wave", items)], idvar = "id", timevar = "wave", direction = "wide", sep = "_"); d <- d[complete.cases(d), ]
  one(case, d, over_waves, length(which), setdiff(names(d), "id"), scales, free, waves = I(which)) }
two <- list(f = c("i1", "i2", "i3"), g = c("i4", "i5", "i6"))
groups("two languages, two scales", two, of = c("de", "en"))
groups("three languages, two scales, an item free", two, "i2")
groups("three languages, yes or no", list(h = paste0("b", 1:4)))
groups("two languages, two to five answers", list(f = c("i1", "i2", "i3", "i4"), h = c("b1", "b2", "b3")), of = c("en", "fr"))
waves("two waves, two scales", two, 1:2)
waves("three waves, an item free", list(g = c("i4", "i5", "i6", "i1")), 1:3, "i6")
waves("two waves, yes or no", list(h = paste0("b", 1:4)), 1:2)
# pooled over the data sets of measured.csv: D2 (Li, Meng, Raghunathan & Rubin 1991) of the scaled tests and differences
d2 <- function(w, df) { m <- length(w); r <- (1 + 1 / m) * var(sqrt(w)); f <- max(0, (mean(w) / df - (m + 1) / (m - 1) * r) / (1 + r))
  c(f * df, pf(f, df, df^(-3 / m) * (m - 1) * (1 + 1 / r)^2, lower.tail = FALSE)) }
six <- list(f = paste0("x", 1:3), g = paste0("x", 4:6)); k <- setNames(rep(5, 6), paste0("x", 1:6)); sets <- split(read.csv("measured.csv"), ~imputation); before <- NULL
begin("pooled, two groups", "invariance", "measured", estimator = "wlsmv")
for (step in steps) { fits <- lapply(sets, function(d) lavaan(paste(over_groups(step, six, character(0), 2), collapse = "\n"), d, ordered = names(k), estimator = "WLSMV", parameterization = "theta", group = "sex", group.label = c("a", "b"), control = tight, optim.force.converged = TRUE))
  w <- function(name) unname(sapply(fits, fitMeasures, name)); put("", step, "n", 240); put("", step, "df", w("df")[1]); put("", step, "srmr", mean(w("srmr"))); put("", step, "scaling", mean(w("chisq.scaling.factor")))
  x <- d2(w("chisq"), w("df")[1]); put("", step, "chi2", x[1]); put("", step, "p", x[2]); x <- d2(w("chisq.scaled"), w("df")[1]); put("", step, "chi2_scaled", x[1]); put("", step, "p_scaled", x[2])
  df <- w("df")[1]; base <- d2(w("baseline.chisq.scaled"), w("baseline.df")[1])[1]; bdf <- w("baseline.df")[1]; put("", step, "cfi_scaled", 1 - max(x[1] - df, 0) / max(x[1] - df, base - bdf, 0)); put("", step, "rmsea_scaled", sqrt(max((x[1] - df) / (238 * df), 0)) * sqrt(2))
  if (!is.null(before)) { t <- Map(function(a, b) lavTestLRT(a, b, method = "satorra.2000"), before, fits); x <- d2(sapply(t, function(x) x[2, "Chisq diff"]), t[[1]][2, "Df diff"])
    put("", step, "chi2_change", x[1]); put("", step, "df_change", t[[1]][2, "Df diff"]); put("", step, "p_change", x[2]) }
  before <- fits }
end()
save_cases("ordered_groups.json", "lavaan")
