# Reference values of cfa() and invariance(). Usage, in this folder: Rscript cfa.R FOLDER_OF_PINGOUIN_DATASETS [SHARED_DATA]
# With the second folder, cfa_shared.json is written as well, for data that are not ours to commit.
source("common.R")
suppressMessages({library(lavaan); library(semTools)})
# nlminb's own verdict on convergence is set aside, for it wants to stop sooner than the last digit
tight <- list(rel.tol = 1e-15, x.tol = 1e-15, iter.max = 50000, eval.max = 50000)
estimated <- function(model, data, ...)
  cfa(model, data, std.lv = TRUE, control = tight, optim.force.converged = TRUE, em.h1.tol = 1e-13, em.h1.iter.max = 50000, ...)
plain <- c(n = "ntotal", chi2 = "chisq", df = "df", p = "pvalue", baseline_chi2 = "baseline.chisq", baseline_df = "baseline.df",
  cfi = "cfi", tli = "tli", rmsea = "rmsea", rmsea_low = "rmsea.ci.lower", rmsea_high = "rmsea.ci.upper", srmr = "srmr",
  loglik = "logl", aic = "aic", bic = "bic")
test <- c(scaling = "chisq.scaling.factor", chi2_scaled = "chisq.scaled", p_scaled = "pvalue.scaled")
robust <- c(test, cfi_robust = "cfi.robust", tli_robust = "tli.robust", rmsea_robust = "rmsea.robust",
  rmsea_robust_low = "rmsea.ci.lower.robust", rmsea_robust_high = "rmsea.ci.upper.robust")
scaled <- c(test, cfi_scaled = "cfi.scaled", tli_scaled = "tli.scaled", rmsea_scaled = "rmsea.scaled",
  rmsea_scaled_low = "rmsea.ci.lower.scaled", rmsea_scaled_high = "rmsea.ci.upper.scaled")
# of missing answers lavaan's robust indices are those of Zhang & Savalei (2023); the scaled ones stand beside them
indices <- function(f, estimator, missing, term) {
  m <- fitMeasures(f); want <- plain
  if (estimator == "mlr") want <- c(want, if (missing == "fiml") c(scaled, robust[-(1:3)]) else robust)
  if (estimator == "wlsmv") want <- c(want[!want %in% c("logl", "aic", "bic")], scaled)
  for (i in seq_along(want)) put("", term, names(want)[i], if (want[i] == "ntotal") lavInspect(f, "ntotal") else m[want[i]])
}
change <- function(narrow, wide, term, estimator, missing) {
  t <- if (estimator == "mlr") lavTestLRT(wide, narrow, method = "satorra.bentler.2001") else lavTestLRT(wide, narrow)
  put("", term, "chi2_change", t[2, "Chisq diff"]); put("", term, "df_change", t[2, "Df diff"]); put("", term, "p_change", t[2, "Pr(>Chisq)"])
  end <- if (estimator == "mlr") ".robust" else ""
  for (s in c("cfi", "rmsea")) put("", term, paste0(s, "_change"), fitMeasures(narrow, paste0(s, end)) - fitMeasures(wide, paste0(s, end)))
}
syntax <- function(scales, higher = "", method = character(0), equal_sign = TRUE) {
  lines <- sapply(names(scales), function(s) paste(s, "=~", paste(scales[[s]], collapse = " + ")))
  if (higher != "") lines <- c(lines, paste(higher, "=~", paste(names(scales), collapse = " + ")))
  if (length(method)) lines <- c(lines, paste("method =~", paste(method, collapse = " + ")), paste0("method ~~ 0*", names(scales)))
  paste(lines, collapse = "\n")
}
arguments <- function(estimator, missing, items) {
  switch(estimator, ml = list(), mlr = list(estimator = "MLR"), fiml = list(missing = "fiml"), wlsmv = list(estimator = "WLSMV", ordered = items)) |>
    c(if (missing == "fiml" && estimator == "mlr") list(missing = "fiml"))
}
one <- function(case, input, data, scales, estimator = "ml", missing = "listwise", higher = "", method = character(0), rival = FALSE) {
  items <- unique(unlist(scales)); data <- data[, items]
  begin(case, "cfa", input, scales = lapply(scales, I), estimator = estimator, missing = missing, higher = higher, method = I(method), rival = rival)
  extra <- arguments(estimator, missing, items)
  f <- do.call(estimated, c(list(syntax(scales, higher, method), data), extra))
  if (lavInspect(f, "optim")$fx < 0) stop("no fit")
  indices(f, estimator, missing, "")
  e <- parameterEstimates(f); s <- standardizedSolution(f)
  key <- function(t) paste(t$lhs, t$op, t$rhs); s <- s[match(key(e), key(s)), ]
  for (i in which(e$op == "=~")) {
    put(e$lhs[i], e$rhs[i], "loading", e$est[i]); put(e$lhs[i], e$rhs[i], "se", e$se[i]); put(e$lhs[i], e$rhs[i], "z", e$z[i])
    put(e$lhs[i], e$rhs[i], "p", e$pvalue[i]); put(e$lhs[i], e$rhs[i], "std", s$est.std[i]); put(e$lhs[i], e$rhs[i], "std_se", s$se[i])
  }
  owner <- function(item) names(scales)[sapply(scales, function(m) item %in% m)][1]
  if (estimator != "wlsmv") for (i in which(e$op == "~~" & e$lhs == e$rhs & e$lhs %in% items)) {
    put(owner(e$lhs[i]), e$lhs[i], "residual", e$est[i]); put(owner(e$lhs[i]), e$lhs[i], "residual_se", e$se[i])
  }
  S <- lavInspect(f, "sampstat"); S <- if (is.null(S$cov)) S[[1]]$cov else S$cov
  C <- lavInspect(f, "implied"); C <- if (is.null(C$cov)) C[[1]]$cov else C$cov; L <- lavInspect(f, "est")$lambda; P <- lavInspect(f, "cov.lv")
  for (v in names(scales)) {
    m <- scales[[v]]
    put(v, "", "ave", sum(L[m, v]^2) * P[v, v] / sum(diag(C[m, m])))
    put(v, "", "cr", sum(L[m, v])^2 * P[v, v] / sum(C[m, m])); put(v, "", "cr_observed", sum(L[m, v])^2 * P[v, v] / sum(S[m, m]))
  }
  if (higher == "" && !length(method)) {   # semTools' own words on the same, where it speaks of such models
    a <- AVE(f, obs.var = FALSE); for (v in names(scales)) stopifnot(abs(a[v] - current$numbers[[which(sapply(current$numbers, function(n) n[[1]] == v && n[[3]] == "ave"))]][[4]]) < 1e-6)
    for (o in c(FALSE, TRUE)) {
      if (estimator == "wlsmv" ) r <- compRelSEM(f, obs.var = o, ord.scale = FALSE) else r <- compRelSEM(f, obs.var = o)
      for (v in names(scales)) { got <- current$numbers[[which(sapply(current$numbers, function(n) n[[1]] == v && n[[3]] == if (o) "cr_observed" else "cr"))]][[4]]
        if (!(o && missing == "fiml" || estimator == "fiml")) stopifnot(abs(r[v] - got) < 1e-6) }
    }
  }
  if (length(scales) > 1) {
    R <- cov2cor(S); two <- lapply(c(FALSE, TRUE), function(h) htmt(syntax(scales), sample.cov = R, htmt2 = h))
    both <- combn(names(scales), 2); D <- lavInspect(f, "cor.lv")
    for (j in seq_len(ncol(both))) {
      a <- both[1, j]; b <- both[2, j]; pair <- paste0(a, "~", b)
      k <- which(s$op == "~~" & ((s$lhs == a & s$rhs == b) | (s$lhs == b & s$rhs == a)))
      if (higher == "") { put(pair, "", "factor_r", s$est.std[k]); put(pair, "", "se", s$se[k]); put(pair, "", "z", s$z[k]); put(pair, "", "p", s$pvalue[k]) }
      else { # the product of two standardised loadings, its error by the delta method
        l <- standardizedSolution(f, se = FALSE); put(pair, "", "factor_r", D[a, b])
        fun <- function(x) { g <- f@Model; g <- lav_model_set_parameters(g, x); cov2cor(lavaan:::computeVETA(g)[[1]])[match(a, colnames(D)), match(b, colnames(D))] }
        x0 <- coef(f); J <- lav_func_jacobian_complex_or(fun, x0); se <- sqrt(J %*% vcov(f) %*% J)
        put(pair, "", "se", se); put(pair, "", "z", D[a, b] / se); put(pair, "", "p", 2 * pnorm(-abs(D[a, b] / se)))
      }
      put(pair, "", "htmt", two[[1]][b, a]); put(pair, "", "htmt2", two[[2]][b, a])
    }
  }
  m <- modindices(f); m <- m[(m$op == "=~" & m$lhs %in% names(scales) & m$rhs %in% items) | (m$op == "~~" & m$lhs %in% items & m$rhs %in% items), ]
  for (i in seq_len(nrow(m))) {
    target <- if (m$op[i] == "=~") m$lhs[i] else paste0(m$lhs[i], "~", m$rhs[i]); term <- if (m$op[i] == "=~") m$rhs[i] else ""
    put(target, term, "mi", m$mi[i]); put(target, term, "epc", m$epc[i]); put(target, term, "sepc", m$sepc.all[i])
  }
  if (rival) {
    g <- do.call(estimated, c(list(syntax(list(one = items), "", if (length(method)) method else character(0)), data), extra))
    indices(g, estimator, missing, "one_factor")
    if (estimator != "wlsmv") change(g, f, "one_factor", estimator, missing) else { t <- lavTestLRT(f, g, method = "satorra.2000")
      put("", "one_factor", "chi2_change", t[2, "Chisq diff"]); put("", "one_factor", "df_change", t[2, "Df diff"]); put("", "one_factor", "p_change", t[2, "Pr(>Chisq)"]); for (s in c("cfi", "rmsea"))
      put("", "one_factor", paste0(s, "_change"), fitMeasures(g, paste0(s, ".scaled")) - fitMeasures(f, paste0(s, ".scaled"))) }
  }
  end()
}
lav_func_jacobian_complex_or <- function(fun, x) sapply(seq_along(x), function(i) { h <- 1e-5; d <- replace(0 * x, i, h)
  (8 * (fun(x + d) - fun(x - d)) - (fun(x + 2 * d) - fun(x - 2 * d))) / (12 * h) })
several <- function(case, input, data, scales, group, estimator = "ml", free = character(0)) {
  items <- unique(unlist(scales)); data <- data[!is.na(data[[group]]) & data[[group]] != "", c(items, group)]
  begin(case, "invariance", input, scales = lapply(scales, I), group = group, estimator = estimator, free = I(free))
  extra <- arguments(estimator, "listwise", items); before <- NULL
  owner <- function(item) names(scales)[sapply(scales, function(m) item %in% m)][1]
  sets <- list(configural = "", metric = "loadings", scalar = c("loadings", "intercepts"), strict = c("loadings", "intercepts", "residuals"))
  for (step in names(sets)) {
    part <- c(if (step != "configural") paste0(sapply(free, owner), "=~", free), if (step %in% c("scalar", "strict")) paste0(free, "~1"), if (step == "strict") paste0(free, "~~", free))
    part <- if (length(free) && length(part)) part else ""
    f <- do.call(estimated, c(list(syntax(scales), data, group = group, group.equal = sets[[step]], group.partial = part), extra))
    indices(f, estimator, "listwise", step)
    if (!is.null(before)) change(f, before, step, estimator, "listwise")
    before <- f
  }
  end()
}
study <- read.csv("study.csv", na.strings = "")
named <- function(stem, n) paste0(stem, n)
ins <- named("ins", 1:8); psy <- named("psy", 1:8); dem <- named("dem", 1:4); str <- named("str", 1:8); net <- named("net", 1:6)
two <- list(instrumental = ins, psychosocial = psy); load2 <- list(demands = dem, stress = str)
four <- list(instrumental = ins[1:5], psychosocial = psy[1:5], networking = net, demands = dem)
one("two supports, ml", "study", study, two, rival = TRUE)
one("two supports, mlr", "study", study, two, "mlr", rival = TRUE)
one("demands and stress, fiml", "study", study, load2, "fiml", rival = TRUE)
one("demands and stress, mlr on all answers", "study", study, load2, "mlr", "fiml")
one("four scales under one, ml", "study", study, four[1:4], higher = "general")
one("a reversal factor, ml", "study", study, two, method = c("ins7", "ins8", "psy7", "psy8"), rival = TRUE)
one("a reversal factor, mlr", "study", study, two, "mlr", method = c("ins7", "ins8", "psy7", "psy8"))
far <- study; for (j in 1:4) far[[dem[j]]] <- 1e3 + 10^(j - 2) * far[[dem[j]]]
one("items on scales far apart, ml", "study_far", far, load2)
one("demands and stress, wlsmv", "study", study, load2, "wlsmv", rival = TRUE)
one("three items: one factor is just identified, ml", "ordinal", ordinal(), list(s = c("q2", "q4", "q6")))
one("six items, mlr", "ordinal", ordinal(), list(s = named("q", 1:6)), "mlr")
one("six items, wlsmv", "ordinal", ordinal(), list(s = named("q", 1:6)), "wlsmv")
five <- pingouin("pairwise_corr")[, -1]
one("pingouin pairwise_corr, ml", "pairwise_corr", five, list(big = names(five)))
study$half <- ifelse(study$age %in% c("age_18_24", "age_25_34"), "young", ifelse(is.na(study$age), NA, "old"))
several("demands and stress over levels, ml", "study", study, load2, "half")
several("demands and stress over levels, mlr", "study", study, load2, "half", "mlr")
several("demands and stress over levels, fiml", "study", study, load2, "half", "fiml")
several("demands and stress over levels, two items free", "study", study, load2, "half", free = c("dem2", "str6"))
save_cases("cfa.json", c("lavaan", "semTools"))
shared <- commandArgs(trailingOnly = TRUE)[2]
if (!is.na(shared)) {
  cases <- list(); bfi <- read.csv(file.path(shared, "01_bfi_reliability", "data.csv"))
  big <- lapply(c(agree = "A", conscientious = "C", extraversion = "E", neuroticism = "N", openness = "O"), named, 1:5)
  one("five factors, ml", "bfi", bfi, big); one("five factors, mlr", "bfi", bfi, big, "mlr"); one("two factors, fiml", "bfi", bfi, big[c("agree", "neuroticism")], "fiml")
  one("two factors, wlsmv", "bfi", bfi, big[c("extraversion", "neuroticism")], "wlsmv")
  save_cases("cfa_shared.json", c("lavaan", "semTools"))
}
