# Reference values of panel(). Usage, in this folder: Rscript panel.R FOLDER_OF_PINGOUIN'S_DATA
source("common.R")
suppressMessages({library(lavaan); library(sandwich); library(effectsize)})
tight <- list(rel.tol = 1e-15, x.tol = 1e-15, iter.max = 50000, eval.max = 50000)
z95 <- qnorm(.975)
indices <- function(f, target, term) {
  put(target, term, "n", nobs(f)); m <- fitMeasures(f)
  for (s in c("chi2" = "chisq", df = "df", p = "pvalue", cfi = "cfi", tli = "tli", rmsea = "rmsea", rmsea_low = "rmsea.ci.lower", rmsea_high = "rmsea.ci.upper", srmr = "srmr"))
    if (!(s == "pvalue" && m["df"] == 0)) put(target, term, names(which(c("chi2" = "chisq", df = "df", p = "pvalue", cfi = "cfi", tli = "tli", rmsea = "rmsea", rmsea_low = "rmsea.ci.lower", rmsea_high = "rmsea.ci.upper", srmr = "srmr") == s)), m[s])
}
row <- function(target, term, r, std = NA) {
  put(target, term, "b", r$est); put(target, term, "se", r$se); put(target, term, "z", r$z); put(target, term, "p", r$pvalue)
  put(target, term, "ci_low", r$est - z95 * r$se); put(target, term, "ci_high", r$est + z95 * r$se)
  if (!is.na(std)) put(target, term, "beta", std)
}
at <- function(name) sub("_w([0-9])$", "@\\1", sub("^within_", "", sub("^between_", "", name)))
paths <- function(f, target, keep) {
  e <- parameterEstimates(f); s <- standardizedSolution(f, se = FALSE)
  for (i in seq_len(nrow(e))) {
    if (e$op[i] == "~" && keep(e$lhs[i])) row(target, paste0(at(e$rhs[i]), "->", at(e$lhs[i])), e[i, ], s$est.std[i])
    if (e$op[i] == "~~" && e$lhs[i] != e$rhs[i] && e$se[i] > 0) row(target, paste0(at(e$lhs[i]), "~", at(e$rhs[i])), e[i, ], s$est.std[i])
  }
}
plainly <- function(syntax, data, ...) lavaan(syntax, data, missing = "fiml", meanstructure = TRUE, fixed.x = FALSE, int.ov.free = TRUE, auto.var = TRUE, em.h1.tol = 1e-13, em.h1.iter.max = 50000, ...)
fitted_ <- function(syntax, data) { # to the end where the search gets there, else to lavaan's own tolerance
  usual <- plainly(syntax, data); stopifnot(lavInspect(usual, "converged"))
  f <- suppressWarnings(plainly(syntax, data, control = tight, optim.force.converged = TRUE))
  if (isTRUE(fitMeasures(f, "chisq") <= fitMeasures(usual, "chisq")) && !anyNA(parameterEstimates(f)$se)) f else usual }
lags <- function(x, y, equal, extra = "") paste(sapply(seq_along(x)[-1], function(t) { l <- if (equal) c("a*", "b*", "c*", "d*") else rep("", 4)
  paste0(x[t], " ~ ", l[1], x[t - 1], " + ", l[2], y[t - 1], extra, "\n", y[t], " ~ ", l[3], y[t - 1], " + ", l[4], x[t - 1], extra, "\n", x[t], " ~~ ", y[t]) }), collapse = "\n")
plain <- function(x, y, covariates, equal) { first <- c(x[1], y[1], covariates); pairs <- combn(first, 2)
  paste(c(lags(x, y, equal, if (length(covariates)) paste0(" + ", paste(covariates, collapse = " + ")) else ""), paste(pairs[1, ], "~~", pairs[2, ])), collapse = "\n") }
within <- function(x, y, covariates, equal) { wx <- paste0("within_", x); wy <- paste0("within_", y)
  paste(c(paste0("between_stress =~ ", paste0("1*", x, collapse = " + ")), paste0("between_support =~ ", paste0("1*", y, collapse = " + ")), paste0(c(wx, wy), " =~ 1*", c(x, y)), paste0(c(x, y), " ~~ 0*", c(x, y)), paste0(c(wx, wy, "between_stress", "between_support"), " ~~ start(0.6)*", c(wx, wy, "between_stress", "between_support")),
    lags(wx, wy, equal), paste(wx[1], "~~", wy[1]), "between_stress ~~ between_support", if (length(covariates)) c(paste0("between_stress ~ ", covariates), paste0("between_support ~ ", covariates)),
    if (length(covariates) > 1) apply(combn(covariates, 2), 2, paste, collapse = " ~~ ")), collapse = "\n") }
change <- function(narrow, wide, target) { a <- fitMeasures(narrow); b <- fitMeasures(wide); d <- a["chisq"] - b["chisq"]; k <- a["df"] - b["df"]
  put(target, "equal", "chi2_change", d); put(target, "equal", "df_change", k); put(target, "equal", "p_change", pchisq(d, k, lower.tail = FALSE)); put(target, "equal", "cfi_change", a["cfi"] - b["cfi"]); put(target, "equal", "rmsea_change", a["rmsea"] - b["rmsea"]) }
grow <- function(names, target, data, times) { f <- growth(paste0("i =~ ", paste0("1*", names, collapse = " + "), "\ns =~ ", paste0(times, "*", names, collapse = " + ")), data, missing = "fiml", control = tight, optim.force.converged = TRUE, em.h1.tol = 1e-13, em.h1.iter.max = 50000)
  e <- parameterEstimates(f); s <- standardizedSolution(f, se = FALSE); get <- function(l, o, r = "") which(e$lhs == l & e$op == o & e$rhs == r); indices(f, target, "growth")
  row(target, "intercept", e[get("i", "~1"), ]); row(target, "slope", e[get("s", "~1"), ]); row(target, "intercept~intercept", e[get("i", "~~", "i"), ]); row(target, "slope~slope", e[get("s", "~~", "s"), ])
  row(target, "intercept~slope", e[get("i", "~~", "s"), ], s$est.std[get("i", "~~", "s")]) }
reliable <- function(a, b, target) { both <- na.omit(data.frame(a, b)); r <- cor(both)[1, 2]; need <- z95 * sqrt(2) * sd(both$a) * sqrt(1 - r); moved <- both$b - both$a
  put(target, "", "rci", need); put(target, "", "rci_up", mean(moved > need)); put(target, "", "rci_down", mean(moved < -need)) }
lost <- function(d, x, y, covariates) { K <- length(x); there <- rowSums(!is.na(d[c(x[1], y[1])])) > 0; back <- rowSums(!is.na(d[c(x[K], y[K])])) > 0; first <- c(x[1], y[1], covariates)
  put("attrition", "", "n", sum(there)); put("attrition", "", "stayed", sum(there & back))
  for (v in first) { a <- na.omit(d[[v]][there & back]); b <- na.omit(d[[v]][there & !back]); t <- t.test(a, b)
    put("attrition", at(v), "mean_stayed", mean(a)); put("attrition", at(v), "mean_left", mean(b)); put("attrition", at(v), "t", t$statistic); put("attrition", at(v), "df", t$parameter); put("attrition", at(v), "p", t$p.value); put("attrition", at(v), "d", cohens_d(a, b)$Cohens_d) }
  known <- there & complete.cases(d[first]); g <- glm(back[known] ~ ., binomial, d[known, first], control = glm.control(epsilon = 1e-14, maxit = 100)); w <- rep(NA, nrow(d)); w[known] <- mean(back[known]) / fitted(g)
  put("attrition", "", "weight_min", min(w[known & back])); put("attrition", "", "weight_max", max(w[known & back])); d$w <- w; before <- unique(c(x[K - 1], y[K - 1], covariates))
  for (o in c(x[K], y[K])) for (weighted in c(FALSE, TRUE)) { use <- d[known & back & complete.cases(d[c(o, before)]), ]; if (!weighted) use$w <- 1
    m <- lm(reformulate(before, o), use, weights = w); se <- sqrt(diag(vcovHC(m, "HC3"))); target <- if (weighted) "weighted" else "unweighted"
    for (v in before[1:2]) { term <- paste0(at(v), "->", at(o)); t <- coef(m)[v] / se[v]; put(target, term, "b", coef(m)[v]); put(target, term, "se", se[v]); put(target, term, "t", t); put(target, term, "df", df.residual(m)); put(target, term, "p", 2 * pt(-abs(t), df.residual(m))) } } }
one <- function(case, d, waves, covariates = character(0), equal = FALSE) {
  begin(case, "panel", "panel", waves = I(waves), covariates = I(covariates), equal = equal)
  x <- paste0("stress_w", waves); y <- paste0("support_w", waves); d <- d[rowSums(!is.na(d[c(x, y, covariates)])) > 0, ]
  p0 <- fitted_(plain(x, y, covariates, FALSE), d)
  if (length(waves) == 2) { indices(p0, "", ""); paths(p0, "", function(l) TRUE)
    stopifnot(abs(fitMeasures(p0, "chisq") - fitMeasures(sem(plain(x, y, covariates, FALSE), d, missing = "fiml", fixed.x = FALSE), "chisq")) < 1e-4)
  } else {
    p1 <- fitted_(plain(x, y, covariates, TRUE), d); w0 <- fitted_(within(x, y, covariates, FALSE), d); w1 <- fitted_(within(x, y, covariates, TRUE), d)
    f <- if (equal) w1 else w0; indices(f, "", ""); paths(f, "", function(l) TRUE); e <- parameterEstimates(f)
    for (v in c("stress", "support")) put("", v, "var_between", e$est[e$lhs == paste0("between_", v) & e$op == "~~" & e$rhs == e$lhs])
    g <- if (equal) p1 else p0; indices(g, "cross_lagged", ""); paths(g, "cross_lagged", function(l) TRUE); change(w1, w0, ""); change(p1, p0, "cross_lagged")
    grow(x, "stress", d, seq_along(waves) - 1); grow(y, "support", d, seq_along(waves) - 1)
  }
  reliable(d[[x[1]]], d[[x[length(x)]]], "stress"); reliable(d[[y[1]]], d[[y[length(y)]]], "support")
  lost(d, x, y, covariates); end()
}
long <- read.csv("panel.csv", na.strings = "")
wide <- reshape(long, idvar = "id", timevar = "wave", direction = "wide", v.names = c("stress", "support"), sep = "_w")
one("two waves", wide, 1:2)
one("two waves, with age", wide, 1:2, "age")
one("three waves", wide, 1:3)
one("three waves, with age, equal over time", wide, 1:3, "age", TRUE)
save_cases("panel.json", c("lavaan", "sandwich", "effectsize"))
