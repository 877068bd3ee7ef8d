# Reference values of moderation(): lm() with products of centred columns, sandwich's errors, slopes by refitting with the
# moderator moved to each level, Johnson-Neyman bounds by a search for the roots of |t| - critical along the moderator.
# Usage, in this folder: Rscript moderation.R FOLDER_OF_PINGOUIN_DATASETS
source("common.R"); source("scored.R"); suppressMessages({library(sandwich); library(car)})

vcov_of <- function(fit, errors, groups) switch(errors, classical = vcov(fit), HC3 = vcovHC(fit, type = "HC3"),
  cluster = vcovCL(fit, cluster = groups, type = "HC1", cadjust = TRUE))
dummies <- function(x, name) { levels <- sort(unique(x), method = "radix")[-1]
  setNames(lapply(levels, function(l) as.numeric(x == l)), paste0(name, "[", levels, "]")) }
single <- function(x, name, at = mean(x)) if (is.character(x)) dummies(x, name) else setNames(list(x - at), name)
times <- function(...) { lists <- list(...); found <- lists[[1]]
  for (other in lists[-1]) { made <- list()
    for (a in names(found)) for (b in names(other)) made[[paste0(a, ":", b)]] <- found[[a]] * other[[b]]
    found <- made }
  found }
levels_of <- function(x, name, probe) {
  if (is.character(x)) { l <- sort(unique(x), method = "radix"); return(setNames(as.list(l), paste0(name, "=", l))) }
  if (length(unique(x)) == 2) { l <- sort(unique(x)); return(setNames(as.list(l), paste0(name, "=", l))) }
  if (probe == "sd") l <- mean(x) + c(-1, 0, 1) * sd(x) else l <- quantile(x, c(.16, .5, .84), type = 6)
  setNames(as.list(unname(l)), c("low", "mean", "high"))
}
# x moved to a level: a number less it; a category against it
moved <- function(x, name, at) {
  if (!is.character(x)) return(setNames(list(x - at), name))
  levels <- setdiff(sort(unique(x), method = "radix"), at)
  setNames(lapply(levels, function(l) as.numeric(x == l)), paste0(name, "[", levels, "]"))
}

moderation_case <- function(case, input, data, y, x, w, covariates = NULL, errors = "HC3", cluster = NULL, three = FALSE,
                            probe = "sd", level = .95) {
  begin(case, "moderation", input, outcome = y, predictor = x, moderators = I(w), covariates = I(as.character(covariates)),
    errors = if (is.null(cluster)) errors else list(cluster = cluster), three_way = three, probe = probe, level = level)
  d <- data[complete.cases(data[c(y, x, w, covariates, cluster)]), ]
  groups <- if (is.null(cluster)) NULL else d[[cluster]]; n <- nrow(d); Y <- d[[y]]
  cov <- list(); for (name in covariates) cov <- c(cov, if (is.character(d[[name]])) dummies(d[[name]], name) else setNames(list(d[[name]]), name))
  assemble <- function(X, W) {  # X: list of one column; W: one list of columns a moderator
    products <- lapply(W, function(one) times(X, one)); names(products) <- paste0(x, ":", w)
    if (three) { products[[paste0(w[1], ":", w[2])]] <- times(W[[1]], W[[2]]); products[[paste0(x, ":", w[1], ":", w[2])]] <- times(X, W[[1]], W[[2]]) }
    list(main = c(cov, X, do.call(c, unname(W))), products = products)
  }
  fit_of <- function(columns) { frame <- as.data.frame(unname(columns), col.names = paste0("v", seq_along(columns))); lm(Y ~ ., cbind(Y = Y, frame)) }
  df_of <- function(fit) if (is.null(groups)) fit$df.residual else length(unique(groups)) - 1
  wald <- function(fit, at) { V <- vcov_of(fit, errors, groups)[at, at, drop = FALSE]; b <- coef(fit)[at]
    f <- drop(b %*% solve(V, b)) / length(b); c(f, length(b), df_of(fit), pf(f, length(b), df_of(fit), lower.tail = FALSE)) }
  if (!is.null(cluster)) errors <- "cluster"
  X <- single(d[[x]], x); W <- lapply(w, function(name) single(d[[name]], name)); a <- assemble(X, W)
  columns <- c(a$main, do.call(c, unname(a$products))); fit <- fit_of(columns); V <- vcov_of(fit, errors, groups)
  s <- summary(fit); r2 <- s$r.squared; k <- length(columns); df <- df_of(fit); q <- qt((1 + level) / 2, df)
  put(y, "", "n", n); put(y, "", "r2", r2); put(y, "", "adj_r2", s$adj.r.squared); put(y, "", "f2", r2 / (1 - r2)); put(y, "", "df1", k)
  put(y, "", "df2", df); m <- wald(fit, 2:(k + 1)); put(y, "", "f", m[1]); put(y, "", "p", m[4])
  # steps: main, products of two, product of three
  two <- if (three) unlist(lapply(a$products[1:3], names)) else unlist(lapply(a$products, names)); steps <- list(names(a$main), two)
  if (three) steps[[3]] <- names(a$products[[4]])
  before <- 0; used <- c()
  for (i in seq_along(steps)) { used <- c(used, steps[[i]]); f <- fit_of(columns[used]); t <- wald(f, tail(2:(length(used) + 1), length(steps[[i]])))
    block <- paste0("block", i); put(y, block, "r2_change", summary(f)$r.squared - before); before <- summary(f)$r.squared
    put(y, block, "f_change", t[1]); put(y, block, "df1_change", t[2]); put(y, block, "df2_change", t[3]); put(y, block, "p_change", t[4]) }
  sds <- lapply(c(X, do.call(c, unname(W))), sd)
  for (i in 0:k) { term <- c("(intercept)", names(columns))[i + 1]; b <- coef(fit)[i + 1]; se <- sqrt(V[i + 1, i + 1])
    put(y, term, "b", b); put(y, term, "se", se); put(y, term, "t", b / se); put(y, term, "p", 2 * pt(-abs(b / se), df))
    put(y, term, "ci_low", b - q * se); put(y, term, "ci_high", b + q * se)
    if (i > 0) { parts <- strsplit(term, ":")[[1]]
      unit <- if (length(parts) > 1) prod(unlist(sds[parts])) else sd(columns[[i]])
      put(y, term, "beta", b * unit / sd(Y)); put(y, term, "sr2", r2 - summary(fit_of(columns[-i]))$r.squared); put(y, term, "vif", vif(fit)[i]) } }
  # slopes: the model once more with each moderator moved so that its level is zero
  grid <- expand.grid(rev(lapply(w, function(name) names(levels_of(d[[name]], name, probe)))), stringsAsFactors = FALSE)
  for (row in seq_len(nrow(grid))) { chosen <- rev(unlist(grid[row, ])); ats <- Map(function(name, l) levels_of(d[[name]], name, probe)[[l]], w, chosen)
    there <- assemble(X, Map(function(name, at) moved(d[[name]], name, at), w, ats)); g <- fit_of(c(there$main, do.call(c, unname(there$products))))
    i <- length(cov) + 2; b <- coef(g)[i]; se <- sqrt(vcov_of(g, errors, groups)[i, i]); term <- paste(chosen, collapse = ",")
    put(y, term, "slope", b); put(y, term, "se", se); put(y, term, "t", b / se); put(y, term, "p", 2 * pt(-abs(b / se), df))
    put(y, term, "ci_low", b - q * se); put(y, term, "ci_high", b + q * se)
    for (j in seq_along(w)) if (is.numeric(ats[[j]])) put(y, term, c("at", "at_second")[j], ats[[j]]) }
  # what all products of the claim add, and each
  add <- function(term, out) { at <- match(out, names(columns)) + 1; t <- wald(fit, at)
    put(y, term, "r2_change", r2 - summary(fit_of(columns[setdiff(names(columns), out)]))$r.squared)
    put(y, term, "f_change", t[1]); put(y, term, "df1_change", t[2]); put(y, term, "df2_change", t[3]); put(y, term, "p_change", t[4]) }
  claim <- if (three) names(a$products[[4]]) else two; add("", claim)
  for (name in names(a$products)) add(name, names(a$products[[name]]))
  # Johnson-Neyman: of the slope along w, or of the first product along the second moderator
  many <- function(name) is.numeric(d[[name]]) && length(unique(d[[name]])) > 2
  along <- if (length(w) == 1 || three) tail(Filter(many, w), 1) else character()
  if (length(along)) { first <- if (three) names(a$products[[paste0(x, ":", setdiff(w, along))]]) else x
    second <- if (three) names(a$products[[4]]) else paste0(x, ":", along)
    if (length(first) == 1) { v <- d[[along]]; i <- match(first, names(columns)) + 1; j <- match(second, names(columns)) + 1
      h <- function(m) { z <- m - mean(v); (abs(coef(fit)[i] + z * coef(fit)[j]) / sqrt(V[i, i] + 2 * z * V[i, j] + z^2 * V[j, j])) - q }
      at <- seq(min(v), max(v), length.out = 4001); sign <- h(at) > 0; turns <- which(diff(sign) != 0)
      roots <- sapply(turns, function(t) uniroot(h, at[t + 0:1], tol = 1e-13)$root); term <- if (three) first else ""
      # the lower of the two roots of the parabola, or the upper: by whether the other lies beyond the data
      A <- q^2 * V[j, j] - coef(fit)[j]^2; vertex <- mean(v) - (q^2 * V[i, j] - coef(fit)[i] * coef(fit)[j]) / A
      for (r in roots) put(y, term, if (r < vertex) "jn_low" else "jn_high", r)
      if (length(roots)) { put(y, term, "jn_share_below", mean(v < min(roots))); put(y, term, "jn_share_above", mean(v > max(roots))) } } }
  # the check: squares beside the products
  squared <- Filter(many, c(x, w)); squares <- lapply(setNames(squared, squared), function(name) (d[[name]] - mean(d[[name]]))^2)
  if (length(squares)) { g <- fit_of(c(columns, squares)); U <- vcov_of(g, errors, groups)
    for (term in claim) { i <- match(term, names(columns)) + 1; b <- coef(g)[i]; se <- sqrt(U[i, i]); put(y, term, "b_squares", b)
      put(y, term, "se_squares", se); put(y, term, "t_squares", b / se); put(y, term, "p_squares", 2 * pt(-abs(b / se), df_of(g))) } }
  end()
}

m <- pingouin("mediation")
moderation_case("model 1, classical", "mediation", m, "Y", "X", "M", errors = "classical")
moderation_case("model 1, HC3, percentiles, level .90", "mediation", m, "Y", "X", "W1", "M", probe = "percentiles", level = .90)
moderation_case("model 2", "mediation", m, "Y", "X", c("M", "W1"))
moderation_case("model 3, classical", "mediation", m, "Y", "X", c("M", "W1"), errors = "classical", three = TRUE)
moderation_case("a moderator with two values", "mediation", m, "Y", "M", "Mbin", "W1")
p <- pingouin("penguins"); p[p == ""] <- NA
moderation_case("a moderator of three categories", "penguins", p, "body_mass_g", "flipper_length_mm", "species", c("sex", "bill_depth_mm"))
moderation_case("three-way with a category of two", "penguins", p, "body_mass_g", "flipper_length_mm", c("sex", "bill_depth_mm"), errors = "classical", three = TRUE)
moderation_case("three-way with a category of three", "penguins", p, "body_mass_g", "flipper_length_mm", c("bill_depth_mm", "species"), three = TRUE)
t <- pingouin("tips")
moderation_case("a moderation with a region", "tips", t, "tip", "size", "total_bill", errors = "classical")
moderation_case("a region by HC3, with covariates", "tips", t, "tip", "size", "total_bill", c("sex", "smoker"))
s <- scored()
moderation_case("support, demands and stress", "study", s, "stress", "demands", "psychosocial", c("negative_affect", "gender"))
moderation_case("errors by teams", "study", s, "stress", "psychosocial", "demands", cluster = "team")
moderation_case("three-way in the study, percentiles", "study", s, "stress", "psychosocial", c("demands", "negative_affect"), three = TRUE, probe = "percentiles")
save_cases("moderation.json", c("sandwich", "car"))
