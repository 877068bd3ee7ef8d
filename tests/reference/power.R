# Reference values of power: base R from the definitions of pwr.f2.test and pwr.r.test (Champely's pwr; Cohen 1988).
# Usage, in this folder: Rscript power.R
source("common.R")
f2 <- function(u, v, f2, alpha) pf(qf(alpha, u, v, lower = FALSE), u, v, ncp = f2 * (u + v + 1), lower = FALSE)
corr <- function(n, r, alpha) {
  tt <- qt(alpha / 2, n - 2, lower = FALSE); rc <- sqrt(tt^2 / (tt^2 + n - 2))
  zr <- atanh(r) + r / (2 * (n - 1)); zrc <- atanh(rc)
  pnorm((zr - zrc) * sqrt(n - 3)) + pnorm((-zr - zrc) * sqrt(n - 3))
}
for (a in c(.05, .0125)) for (u in c(1, 3)) for (v in c(10, 73, 900)) for (f in c(.005, .02, .15)) {
  begin(sprintf("f2 %g %g %g %g", u, v, f, a), "power_f2", "", u = u, v = v, f2 = f, alpha = a)
  put("", "", "power", f2(u, v, f, a)); end()
}
for (a in c(.05, .0125)) for (n in c(10, 80, 600)) for (r in c(.05, .3, .6)) {
  begin(sprintf("r %g %g %g", n, r, a), "power_r", "", n = n, r = r, alpha = a)
  put("", "", "power", corr(n, r, a)); end()
}
save_cases("power.json", character(0))
