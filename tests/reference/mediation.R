# Reference values of mediation(): lm() for the coefficients with sandwich's errors, lavaan with := for the effects (point
# estimates), boot() for the spread and the ends of intervals, to be compared in units of the Monte-Carlo error.
# Usage, in this folder: Rscript mediation.R FOLDER_OF_PINGOUIN_DATASETS
source("common.R"); source("scored.R"); suppressMessages({library(sandwich); library(lavaan); library(boot)})
# lavaan stops some 1e-8 short where variances differ a thousandfold, so the cases have variables of like spread.
B <- 4000

vcov_of <- function(fit, errors, groups) switch(errors, classical = vcov(fit), HC3 = vcovHC(fit, type = "HC3"),
  cluster = vcovCL(fit, cluster = groups, type = "HC1", cadjust = TRUE))

mediation_case <- function(case, input, data, y, x, m, covariates = NULL, serial = FALSE, w = NULL, path = NULL,
                           errors = "HC3", cluster = NULL, boots = FALSE, level = .95) {
  begin(case, "mediation", input, outcome = y, predictor = x, mediators = I(m), covariates = I(as.character(covariates)), serial = serial,
    moderator = if (is.null(w)) "" else w, path = if (is.null(path)) "a" else path,
    errors = if (is.null(cluster)) errors else list(cluster = cluster), level = level)
  d <- data[complete.cases(data[c(y, x, m, covariates, w, cluster)]), ]; n <- nrow(d)
  groups <- if (is.null(cluster)) NULL else d[[cluster]]; if (!is.null(cluster)) errors <- "cluster"
  s <- d[c(y, x, m, w)]; names(s) <- c("y", "x", paste0("m", seq_along(m)), if (!is.null(w)) "w"); extra <- c(); k <- length(m); mm <- paste0("m", seq_len(k))
  for (name in covariates) { v <- d[[name]]
    if (is.character(v)) for (l in sort(unique(v), method = "radix")[-1]) { extra <- c(extra, paste0("c", length(extra) + 1)); s[[tail(extra, 1)]] <- as.numeric(v == l) }
    else { extra <- c(extra, paste0("c", length(extra) + 1)); s[[tail(extra, 1)]] <- v } }
  two <- if (!is.null(w)) length(unique(s$w)) == 2 else FALSE
  if (!is.null(w)) { if (path == "a") s$xw <- (s$x - mean(s$x)) * (s$w - mean(s$w)) else for (i in mm) s[[paste0(i, "w")]] <- (s[[i]] - mean(s[[i]])) * (s$w - mean(s$w)) }
  right_m <- function(i) c("x", if (serial) head(mm, i - 1), if (!is.null(w) && path == "a") c("w", "xw"), extra)
  right_y <- c("x", mm, if (!is.null(w) && path == "b") c("w", paste0(mm, "w")), extra)
  put(y, "", "n", n)
  give <- function(left, right, at, name, term) { fit <- lm(reformulate(right, left), s); V <- vcov_of(fit, errors, groups)
    df <- if (is.null(groups)) fit$df.residual else length(unique(groups)) - 1; b <- coef(fit)[[at]]; se <- sqrt(V[at, at]); q <- qt((1 + level) / 2, df)
    put(y, term, name, b); put(y, term, paste0(name, "_se"), se); put(y, term, paste0(name, "_t"), b / se); put(y, term, paste0(name, "_p"), 2 * pt(-abs(b / se), df))
    put(y, term, paste0(name, "_ci_low"), b - q * se); put(y, term, paste0(name, "_ci_high"), b + q * se) }
  for (i in seq_len(k)) { give(mm[i], right_m(i), "x", "a", m[i])
    if (serial) for (j in seq_len(i - 1)) give(mm[i], right_m(i), mm[j], "d", paste0(m[j], "->", m[i]))
    give("y", right_y, mm[i], "b", m[i])
    if (!is.null(w)) if (path == "a") give(mm[i], right_m(i), "xw", "product", m[i]) else give("y", right_y, paste0(mm[i], "w"), "product", m[i]) }
  give("y", right_y, "x", "c_prime", ""); if (is.null(w)) give("y", c("x", extra), "x", "c", "")
  # effects by lavaan
  label <- function(left, right) sapply(right, function(r) if (left == "y") { if (r == "x") "cp*x" else if (r %in% mm) paste0("b", match(r, mm), "*", r) else if (r %in% paste0(mm, "w")) paste0("p", match(r, paste0(mm, "w")), "*", r) else r }
    else if (r == "x") paste0("a", match(left, mm), "*x") else if (r %in% mm) paste0("d", match(r, mm), match(left, mm), "*", r) else if (r == "xw") paste0("p", match(left, mm), "*xw") else r)
  model <- c(sapply(seq_len(k), function(i) paste(mm[i], "~", paste(label(mm[i], right_m(i)), collapse = " + "))), paste("y ~", paste(label("y", right_y), collapse = " + ")))
  if (!serial && k > 1) model <- c(model, paste(mm[1], "~~", mm[-1]), if (k > 2) "m2 ~~ m3")
  ways <- if (serial) do.call(c, lapply(seq_len(k), function(size) combn(k, size, simplify = FALSE))) else as.list(seq_len(k))
  name_of <- function(way) paste(c(x, m[way], y), collapse = "->")
  if (is.null(w)) {
    product <- sapply(ways, function(way) paste(c(paste0("a", way[1]), if (length(way) > 1) paste0("d", head(way, -1), tail(way, -1)), paste0("b", tail(way, 1))), collapse = "*"))
    model <- c(model, paste0("e", seq_along(ways), " := ", product), paste("total :=", paste0("e", seq_along(ways), collapse = " + ")))
    if (length(ways) > 1) for (p in combn(length(ways), 2, simplify = FALSE)) model <- c(model, sprintf("k%d_%d := e%d - e%d", p[1], p[2], p[1], p[2]))
  } else {
    at <- if (two) sort(unique(s$w)) else mean(s$w) + c(-1, 0, 1) * sd(s$w); names(at) <- if (two) paste0(w, "=", sort(unique(s$w))) else c("low", "mean", "high")
    for (i in seq_len(k)) { other <- if (path == "a") "b" else "a"; own <- if (path == "a") "a" else "b"
      model <- c(model, sprintf("index%d := p%d*%s%d", i, i, other, i))
      for (j in seq_along(at)) model <- c(model, sprintf("c%d_%d := (%s%d + p%d*(%.17g))*%s%d", i, j, own, i, i, at[[j]] - mean(s$w), other, i)) }
  }
  fit <- sem(paste(model, collapse = "\n"), s, fixed.x = TRUE, optim.gradient = "analytic", control = list(rel.tol = 1e-13)); e <- parameterEstimates(fit, se = FALSE); e <- setNames(e$est[e$op == ":="], e$lhs[e$op == ":="])
  if (is.null(w)) {
    standard <- function(term, value) { put(y, term, "indirect", value); put(y, term, "std_partial", value / sd(s$y)); put(y, term, "std", value * sd(s$x) / sd(s$y)) }
    for (i in seq_along(ways)) standard(name_of(ways[[i]]), e[[paste0("e", i)]])
    standard("total", e[["total"]])
    if (length(ways) > 1) for (p in combn(length(ways), 2, simplify = FALSE)) put(y, paste0(name_of(ways[[p[1]]]), "~", name_of(ways[[p[2]]])), "contrast", e[[sprintf("k%d_%d", p[1], p[2])]])
  } else for (i in seq_len(k)) { put(y, name_of(i), "index", e[[paste0("index", i)]])
    for (j in seq_along(at)) { term <- paste0(name_of(i), "|", names(at)[j]); put(y, term, "indirect", e[[sprintf("c%d_%d", i, j)]]); put(y, term, "at", at[[j]]) } }
  # the bootstrap of the first effect: boot() with whole clusters where there are any
  if (boots) {
    effect <- function(z) { cf <- function(left, right) coef(lm.fit(cbind(1, as.matrix(z[right])), z[[left]])); A <- cf(mm[1], right_m(1)); Y <- cf("y", right_y)
      if (is.null(w)) unname(A["x"] * Y[mm[1]]) else if (path == "a") unname(A["xw"] * Y[mm[1]]) else unname(A["x"] * Y[paste0(mm[1], "w")]) }
    set.seed(20160930)
    if (is.null(groups)) b <- boot(s, function(z, i) effect(z[i, ]), B)
    else { parts <- split(seq_len(n), groups); b <- boot(names(parts), function(g, i) effect(s[unlist(parts[g[i]]), ]), B) }
    ci <- boot.ci(b, level, type = "perc"); term <- name_of(1)
    jack <- if (is.null(groups)) sapply(seq_len(n), function(i) effect(s[-i, ])) else sapply(parts, function(p) effect(s[-p, ]))
    L <- mean(jack) - jack; a <- sum(L^3) / (6 * sum(L^2)^1.5); z0 <- qnorm(mean(b$t < b$t0)); z <- qnorm(c((1 - level) / 2, (1 + level) / 2))
    sorted <- sort(b$t); end <- quantile(b$t, pnorm(z0 + (z0 + z) / (1 - a * (z0 + z))), type = 6)
    part <- function(name, value) put(y, term, name, value)
    part("se", sd(b$t)); part("percentile_low", ci$percent[4]); part("percentile_high", ci$percent[5]); part("bca_low", end[[1]]); part("bca_high", end[[2]])
  }
  end()
}
m <- pingouin("mediation")
mediation_case("one mediator", "mediation", m, "Y", "X", "M", boots = TRUE)
mediation_case("one mediator, a covariate, classical, level .90", "mediation", m, "Y", "X", "M", "W1", errors = "classical", level = .90)
mediation_case("two mediators side by side, one of two values", "mediation", m, "Y", "X", c("M", "Mbin"), "W1")
mediation_case("two in series", "mediation", m, "Y", "X", c("M", "W1"), serial = TRUE)
mediation_case("path a moderated", "mediation", m, "Y", "X", "M", w = "W1", path = "a", boots = TRUE)
mediation_case("path b moderated, two mediators", "mediation", m, "Y", "X", c("M", "Mbin"), w = "W1", path = "b")
mediation_case("a moderator with two values", "mediation", m, "Y", "X", "M", w = "Mbin", path = "b")
s <- scored()
mediation_case("three in series in the study", "study", s, "stress", "demands", c("psychosocial", "instrumental", "negative_affect"), "gender", serial = TRUE)
mediation_case("errors and resamples by teams", "study", s, "stress", "psychosocial", "negative_affect", cluster = "team", boots = TRUE)
mediation_case("path a moderated in the study", "study", s, "stress", "demands", c("psychosocial", "instrumental"), "gender", w = "negative_affect", path = "a")
save_cases("mediation.json", c("lavaan", "sandwich", "boot"), resamples = B)
