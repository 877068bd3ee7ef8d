# Reference values of latent_moderation(): semTools::indProd with double mean centring, lavaan::sem with MLR; the product's beta,
# that of standardised factors, is a defined parameter, so that its error is lavaan's own delta method. Usage: Rscript latent.R
source("common.R"); source("scored.R"); suppressMessages({library(lavaan); library(semTools)})
tight <- list(rel.tol = 1e-15, x.tol = 1e-15, iter.max = 50000, eval.max = 50000)
best <- function(data, items) if (length(items) < 3) items else {
  f <- cfa(paste("f =~", paste(items, collapse = "+")), data, std.lv = TRUE); l <- abs(standardizedSolution(f)[seq_along(items), "est.std"]); items[order(-round(l, 6))] }
latent <- function(case, input, data, keys, names, covariates = NULL, pairs = "matched", level = .95) {
  begin(case, "moderation", input, scales = keys, outcome = names[1], predictor = names[2], moderator = names[3], covariates = I(as.character(covariates)), pairs = pairs, level = level)
  y <- names[1]; d <- data[complete.cases(data[c(unlist(keys), covariates)]), c(unlist(keys), covariates)]
  own <- lapply(keys[names], function(k) best(d, k)); k <- min(lengths(own[2:3]))
  x <- own[[2]]; w <- own[[3]]; if (pairs == "matched") { px <- x[1:k]; pw <- w[1:k] } else { px <- x; pw <- w }
  e <- indProd(d, var1 = px, var2 = pw, match = pairs == "matched", meanC = TRUE, doubleMC = TRUE)
  grid <- if (pairs == "matched") data.frame(a = px, b = pw) else expand.grid(b = pw, a = px, stringsAsFactors = FALSE)[c("a", "b")]
  products <- paste0(grid$a, ".", grid$b); stopifnot(all(products %in% colnames(e)))
  shared <- character(); if (pairs == "all") for (i in seq_along(products)[-1]) for (j in seq_len(i - 1)) if (grid$a[i] == grid$a[j] || grid$b[i] == grid$b[j]) shared <- c(shared, paste(products[i], "~~", products[j]))
  ex <- c("fx", "fw", "fp", covariates); b <- paste0("b", seq_along(ex)); cells <- character(); square <- character()
  for (i in seq_along(ex)) for (j in seq_len(i)) { n <- paste0("v", i, "_", j); cells <- c(cells, paste(ex[i], "~~", n, "*", ex[j])); square <- c(square, paste0(if (i == j) "" else "2*", b[i], "*", b[j], "*", n)) }
  v <- function(i) paste0("v", i, "_", i); bars <- paste0("sqrt(", v(seq_along(ex)), ")"); bars[3] <- paste0("sqrt(", v(1), "*", v(2), ")")
  model <- c(paste("fx =~", paste(x, collapse = "+")), paste("fw =~", paste(w, collapse = "+")), paste("fp =~", paste(products, collapse = "+")), paste("fy =~", paste(own[[1]], collapse = "+")),
    paste("fy ~", paste(paste0(b, "*", ex), collapse = "+")), cells, "fy ~~ psi*fy", shared, paste("vy :=", paste(square, collapse = "+"), "+ psi"), paste0("beta", seq_along(ex), " := ", b, "*", bars, "/sqrt(vy)"),
    paste0(c("slow", "smean", "shigh"), " := b1 + ", c(-1, 0, 1), "*b3*sqrt(v2_2)"), paste0(c("tlow", "tmean", "thigh"), " := (b1 + ", c(-1, 0, 1), "*b3*sqrt(v2_2))*sqrt(v1_1)/sqrt(vy)"))
  f <- sem(paste(model, collapse = "\n"), e, estimator = "MLR", fixed.x = FALSE, control = tight, optim.force.converged = TRUE)
  p <- parameterEstimates(f, level = level); row <- function(l) p[p$label == l, ]; q <- qnorm((1 + level) / 2); m <- fitMeasures(f)
  put(y, "", "n", nrow(e)); put(y, "", "r2", 1 - row("psi")$est / row("vy")$est)
  for (i in list(c("chi2", "chisq"), c("df", "df"), c("p", "pvalue"), c("cfi", "cfi"), c("tli", "tli"), c("rmsea", "rmsea"), c("rmsea_low", "rmsea.ci.lower"), c("rmsea_high", "rmsea.ci.upper"), c("srmr", "srmr"),
    c("scaling", "chisq.scaling.factor"), c("chi2_scaled", "chisq.scaled"), c("p_scaled", "pvalue.scaled"), c("cfi_robust", "cfi.robust"), c("rmsea_robust", "rmsea.robust"))) put(y, "", i[1], m[i[2]])
  say <- function(term, a, s, name = "b") { one <- row(a); two <- row(s); z <- one$est / one$se
    put(y, term, name, one$est); put(y, term, "se", one$se); put(y, term, "z", z); put(y, term, "p", 2 * pnorm(-abs(z))); put(y, term, "ci_low", one$est - q * one$se); put(y, term, "ci_high", one$est + q * one$se)
    put(y, term, "beta", two$est); put(y, term, "beta_se", two$se); put(y, term, "beta_ci_low", two$est - q * two$se); put(y, term, "beta_ci_high", two$est + q * two$se) }
  terms <- c(names[2:3], paste0(names[2], ":", names[3]), covariates)
  for (i in seq_along(terms)) say(terms[i], b[i], paste0("beta", i))
  for (l in c("low", "mean", "high")) say(l, paste0("s", l), paste0("t", l), "slope")
  end()
}
s <- scored(); keys <- list(stress = paste0("str", 1:8), demands = paste0("dem", 1:4), psychosocial = paste0("psy", 1:8), negative_affect = paste0("neg", 1:4))
latent("latent, matched", "study", s, keys[1:3], c("stress", "demands", "psychosocial"))
latent("latent, matched, a covariate", "study", s, keys[1:3], c("stress", "demands", "psychosocial"), "negative_affect", level = .9)
latent("latent, all pairs", "study", s, list(stress = paste0("str", 1:4), demands = paste0("dem", 1:3), negative_affect = paste0("neg", 1:3)), c("stress", "demands", "negative_affect"), pairs = "all")
save_cases("latent.json", c("lavaan", "semTools"))
