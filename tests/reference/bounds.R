# interval of R2 with fixed predictors, as MBESS::ci.R2 (which is not in Debian): bounds of the noncentrality of F
r2_bounds <- function(f, k, n, level) {
  lambda <- function(p) if (pf(f, k, n - k - 1) <= p) 0 else {
    high <- max(1, f * k); while (pf(f, k, n - k - 1, high) > p) high <- 2 * high
    uniroot(function(l) pf(f, k, n - k - 1, l) - p, c(0, high), tol = 1e-13)$root }
  l <- c(lambda((1 + level) / 2), lambda((1 - level) / 2)); l / (l + n)
}
# Cinelli & Hazlett (2020), eq. 18, from the t of classical errors
robustness <- function(t, df) { f2 <- t^2 / df; (sqrt(f2^2 + 4 * f2) - f2) / 2 }
