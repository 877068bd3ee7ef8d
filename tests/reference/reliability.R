# Reference values of reliability(). Usage, in this folder: Rscript reliability.R FOLDER_OF_PINGOUIN_DATASETS
source("common.R"); source("factor_fit.R")
suppressMessages({library(psych); library(lavaan); library(semTools); library(polycor)})

# polychor(ML = FALSE) stops at about 1e-4; this is the same likelihood, searched to 1e-10
precise <- function(x, y) {
  tab <- table(x, y); r <- nrow(tab); c <- ncol(tab); n <- sum(tab)
  rc <- qnorm(cumsum(rowSums(tab)) / n)[-r]; cc <- qnorm(cumsum(colSums(tab)) / n)[-c]
  f <- function(rho) { p <- polycor:::binBvn(rho, rc, cc); -sum(ifelse(tab > 0, tab * log(p), 0)) }
  optimise(f, c(-.9999, .9999), tol = 1e-10)$minimum
}
ordinal_alpha <- function(x, method) {
  k <- ncol(x); rho <- diag(k)
  for (i in 2:k) for (j in 1:(i - 1)) {
    ok <- complete.cases(x[[i]], x[[j]])
    rho[i, j] <- rho[j, i] <- method(x[[i]][ok], x[[j]][ok])
  }
  rbar <- mean(rho[lower.tri(rho)]); k * rbar / (1 + (k - 1) * rbar)
}
lambdas <- function(R) {   # guttman() itself stops for two items and needs a regular matrix; its own formulas
  k <- ncol(R); off <- R; diag(off) <- 0
  c((sum(off) + sqrt(k / (k - 1) * sum(off^2))) / sum(R), (sum(R) - k + sum(smc(R))) / sum(R))
}
one <- function(case, input, x, missing = "listwise", score = "mean", level = .95, ordinal = TRUE, fit = TRUE, use_guttman = TRUE, whole = ncol(x) > 5) {
  begin(case, "reliability", input, items = I(names(x)), missing = missing, score = score, level = level)
  raw <- x; cc <- na.omit(x); if (missing == "listwise") x <- cc
  k <- ncol(x); a <- suppressMessages(alpha(x, cumulative = FALSE)); al <- a$total$raw_alpha; n <- nrow(x)
  ci <- alpha.ci(al, n, k, p.val = 1 - level)
  R <- cor(x, use = "pairwise"); l <- lambdas(R)
  if (use_guttman) { g <- suppressMessages(guttman(R)); stopifnot(all.equal(c(g$lambda.2, g$lambda.6), l)) }
  put("s", "", "n", n); put("s", "", "alpha", al); put("s", "", "alpha_low", ci$lower.ci); put("s", "", "alpha_high", ci$upper.ci)
  put("s", "", "alpha_std", a$total$std.alpha); put("s", "", "lambda2", l[1]); put("s", "", "lambda6", l[2])
  put("s", "", "lambda4", best_split(R))
  o <- if (whole) omegas(R) else c(NA, NA); put("s", "", "omega_total", o[1]); put("s", "", "omega_h", o[2])
  for (v in names(x)) { f <- prop.table(table(x[[v]])); if (length(f) <= 20) for (answer in names(f)) put("s", paste0(v, "=", answer), "frequency", f[[answer]]) }
  put("s", "", "mean_inter_item_r", a$total$average_r)
  put("s", "", "sem", a$total$sd * (if (score == "sum") k else 1) * sqrt(1 - al))
  if (!ordinal) put("s", "", "alpha_ordinal", NA) else { put("s", "", "alpha_ordinal", ordinal_alpha(x, precise)); put("s", "", "alpha_ordinal_polychor", ordinal_alpha(x, function(u, v) polychor(u, v, ML = FALSE))) }
  if (fit) {
    # lavaan's Gauss-Newton goes on to a gradient of about 1e-13, its default stops at about 1e-7; the sign is the default's
    model <- paste("f =~", paste(names(x), collapse = "+"))
    f <- cfa(model, cc, std.lv = TRUE)
    if (lavInspect(f, "converged") && !anyNA(standardizedSolution(f)$se)) {
      g <- cfa(model, cc, std.lv = TRUE, optim.method = "GN", optim.gn.tol.x = 1e-12, optim.gn.iter.max = 5000)
      s <- standardizedSolution(f, se = FALSE); s <- s[s$op == "=~", ]
      t <- standardizedSolution(g, se = FALSE); t <- t[t$op == "=~", ]
      stopifnot(max(abs(abs(s$est.std) - abs(t$est.std))) < 1e-5, lavInspect(g, "converged"))
      o <- compRelSEM(g, obs.var = FALSE); put("s", "", "omega", o)
      e <- omega_error(g); half <- qnorm((1 + level) / 2) * e / (o * (1 - o))
      put("s", "", "omega_se", e); put("s", "", "omega_low", plogis(qlogis(o) - half)); put("s", "", "omega_high", plogis(qlogis(o) + half))
      for (i in 1:k) put("s", s$rhs[i], "loading", t$est.std[i] * sign(sum(s$est.std * t$est.std)))
    } else fit <- FALSE
  }
  if (!fit) for (v in c("", names(x))) put("s", v, if (v == "") "omega" else "loading", NA)
  if (!fit) for (name in c("omega_se", "omega_low", "omega_high")) put("s", "", name, NA)
  for (i in 1:k) {
    v <- names(x)[i]
    put("s", v, "mean", mean(x[[i]], na.rm = TRUE)); put("s", v, "sd", sd(x[[i]], na.rm = TRUE))
    put("s", v, "r_drop", a$item.stats$r.drop[i])
    put("s", v, "alpha_if_dropped", if (k > 2) a$alpha.drop$raw_alpha[i] else NA)
  }
  end()
}
q <- ordinal()[, paste0("q", 1:6)]
one("six items, listwise, mean", "ordinal", q)
one("six items, pairwise, sum, level .90", "ordinal", q, missing = "pairwise", score = "sum", level = .90)
one("six items, listwise, sum, level .99", "ordinal", q, score = "sum", level = .99)
one("three items: one factor is just identified", "ordinal", q[, c("q2", "q4", "q6")])
one("two items", "ordinal", q[, c("q1", "q2")], fit = FALSE, use_guttman = FALSE)
turned <- q; turned$q3 <- 6 - turned$q3
one("an item against its key", "ordinal_q3_turned", turned)
turned <- q; turned$q1 <- 6 - turned$q1
one("the first item against its key", "ordinal_q1_turned", turned)
one("few cases: lavaan has no standard errors, for the fit runs away", "ordinal_first_40", q[1:40, c("q1", "q5", "q6", "q4")])
one("pingouin cronbach_wide_missing: binary, more items than full rank", "cronbach_wide_missing",
    # in tables of nine cases with an empty cell polychor() stops anywhere on a flat likelihood: no ordinal alpha
    pingouin("cronbach_wide_missing"), ordinal = FALSE, fit = FALSE, use_guttman = FALSE, whole = FALSE)
long <- pingouin("cronbach_alpha"); wide <- reshape(long, idvar = "Subj", timevar = "Items", direction = "wide"); wide$Subj <- NULL
names(wide) <- sub("Scores.", "", names(wide), fixed = TRUE)
one("pingouin cronbach_alpha, its three questions", "cronbach_alpha", wide)
five <- pingouin("pairwise_corr")[, -1]
one("pingouin pairwise_corr: numbers, alpha near zero", "pairwise_corr", five, ordinal = FALSE)
one("nine tests, three groups of three", "tests", read.csv("tests.csv"), ordinal = FALSE)
save_cases("reliability.json", c("psych", "lavaan", "semTools", "polycor"))
