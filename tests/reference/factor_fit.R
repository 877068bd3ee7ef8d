# Factors to the minimum itself, and what reliability has of them, for factor.R, reliability.R and study.R.
suppressMessages({library(psych); library(GPArotation)})
# psych::fa stops at about 1e-4 from the minimum (optim with its default factr), GPArotation::oblimin at a gradient of
# 1e-5. Here the same functions are minimised on, from where psych stops: to a gradient of 1e-9 and of 1e-8 (where rounding allows).
rest <- function(S, m) { e <- eigen(S, symmetric = TRUE); k <- ncol(S); list(d = e$values[(m + 1):k], v = e$vectors[, (m + 1):k, drop = FALSE]) }
minres <- list(
  f = function(u, R, m) sum(rest(R - diag(u), m)$d^2) / 2,
  g = function(u, R, m) { e <- rest(R - diag(u), m); -drop(e$v^2 %*% e$d) },
  out = function(u, R, m) { e <- eigen(R - diag(u), symmetric = TRUE); e$vectors[, 1:m, drop = FALSE] %*% diag(sqrt(pmax(e$values[1:m], 0)), m) })
ml <- list(
  f = function(u, R, m) { s <- 1 / sqrt(u); d <- rest(R * outer(s, s), m)$d; sum(d - log(d) - 1) },
  g = function(u, R, m) { s <- 1 / sqrt(u); e <- rest(R * outer(s, s), m); drop(e$v^2 %*% (1 - e$d)) / u },
  out = function(u, R, m) { s <- sqrt(u); e <- eigen(R / outer(s, s), symmetric = TRUE); diag(s) %*% e$vectors[, 1:m, drop = FALSE] %*% diag(sqrt(pmax(e$values[1:m] - 1, 0)), m) })
extract <- function(R, m, method) {
  own <- list(minres = minres, ml = ml)[[method]]
  start <- pmin(pmax(1 - suppressWarnings(fa(R, m, fm = method, rotate = "none"))$communality, .005), 1)
  start <- nlminb(start, own$f, own$g, R = R, m = m, lower = .005, upper = 1, control = list(rel.tol = 1e-15, abs.tol = 0, eval.max = 5000, iter.max = 5000))$par
  inside <- which(start > .005 + 1e-8 & start < 1 - 1e-8)
  for (i in 1:20) {   # Newton steps with second derivatives from differences of the first
    g <- own$g(start, R, m)[inside]; if (max(abs(g)) < 1e-11) break
    H <- sapply(inside, function(j) { h <- replace(numeric(length(start)), j, 1e-5); (own$g(start + h, R, m) - own$g(start - h, R, m))[inside] / 2e-5 })
    start[inside] <- start[inside] - solve(H, g)
  }
  g <- own$g(start, R, m); stopifnot(max(abs(g[inside])) < 1e-9, all(g[-inside] * (.5 - start[-inside]) > 0), all(start > 0.004999))
  L <- own$out(start, R, m); L %*% diag(ifelse(colSums(L) < 0, -1, 1), m)
}
arrange <- function(L, Phi) {
  s <- ifelse(colSums(L) < 0, -1, 1); L <- L %*% diag(s, length(s)); Phi <- diag(s, length(s)) %*% Phi %*% diag(s, length(s))
  o <- order(diag(Phi %*% t(L) %*% L), decreasing = TRUE); list(L = L[, o, drop = FALSE], Phi = Phi[o, o, drop = FALSE])
}
rotated <- function(L, rotate) {
  m <- ncol(L)
  if (m == 1 || rotate == "none") return(arrange(L, diag(m)))
  if (rotate == "varimax") return(arrange(unclass(varimax(L, eps = 1e-14)$loadings), diag(m)))
  # GPFoblq may circle near the minimum, where a fall is lost in rounding: then a little less is asked of it
  for (eps in c(1e-8, 1e-7, 1e-6)) { r <- suppressWarnings(oblimin(L, eps = eps, maxit = 5000)); if (r$convergence) break }
  stopifnot(r$convergence)
  arrange(unclass(r$loadings), r$Phi)
}
# splitHalf() leaves out half of the splits where the number of items is odd; here all of them are looked at
best_split <- function(R) {
  k <- ncol(R); key <- ifelse(principal(R)$loadings[, 1] < 0, -1, 1); R <- R * outer(key, key)
  best <- max(apply(combn(k, k %/% 2), 2, function(o) 4 * sum(R[o, -o]) / sum(R)))
  own <- suppressWarnings(splitHalf(R, brute = TRUE))$maxrb; stopifnot(own <= best + 1e-12, k %% 2 == 1 || abs(own - best) < 1e-12)
  best
}
# psych::omega with its factors taken on to the minimum
omegas <- function(R) {
  L <- extract(R, 3, "minres"); f <- rotated(L, "oblimin"); g <- drop(f$L %*% extract(f$Phi, 1, "minres"))
  key <- ifelse(g < 0, -1, 1); V <- sum(R * outer(key, key)); found <- c(1 - (ncol(R) - sum(L^2)) / V, sum(abs(g))^2 / V)
  own <- suppressWarnings(suppressMessages(omega(R, 3, plot = FALSE))); cat("omega() off by", c(own$omega.tot, own$omega_h) - found, "\n")
  found
}
