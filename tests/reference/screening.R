# Reference values of the indices of careless answering, in base R from the papers' formulas, a person at a time: the
# package careless is not at hand. Usage, in this folder: Rscript screening.R
#   longstring, psychometric synonyms and antonyms, Mahalanobis distance: Meade & Craig (2012); even-odd: Johnson (2005);
#   irv: Dunn et al. (2018). The distance is psych::outlier()'s, which takes missing answers as average.
source("common.R"); suppressMessages(library(psych))
d <- read.csv("careless.csv"); x <- as.matrix(d[paste0("c", 1:16)]); n <- nrow(x)
begin("four scales of four items", "screening", "careless")
put("", "", "n", n)
R <- cor(x, use = "pairwise"); pairs <- which(lower.tri(R) & R > .60, arr.ind = TRUE); against <- which(lower.tri(R) & R < -.60, arr.ind = TRUE)
keyed <- x; keyed[, c(4, 8, 12, 16)] <- 6 - keyed[, c(4, 8, 12, 16)]
some <- rowSums(!is.na(x)) > 0
D2 <- rep(NA, n); D2[some] <- outlier(x[some, ], plot = FALSE)
over <- function(a, b) { ok <- !is.na(a) & !is.na(b); if (sum(ok) < 3) return(NA)
  a <- a[ok]; b <- b[ok]; if (sd(a) == 0 || sd(b) == 0) NA else sum((a - mean(a)) * (b - mean(b))) / ((length(a) - 1) * sd(a) * sd(b)) }
average <- function(v) if (all(is.na(v))) NA else mean(v, na.rm = TRUE)
give <- function(i, name, value) if (!is.na(value)) put("", as.character(i), name, value)
for (i in 1:n) {
  v <- x[i, ]
  give(i, "attention_failed", if (is.na(d$att[i])) 0 else as.numeric(d$att[i] != 4)); give(i, "seconds_per_item", d$seconds_per_item[i])
  if (some[i]) { run <- rle(v); give(i, "longstring", max(run$lengths[!is.na(run$values)])); give(i, "irv", sd(v, na.rm = TRUE)) }
  s <- split(keyed[i, ], rep(1:4, each = 4)); r <- over(sapply(s, function(w) average(w[c(1, 3)])), sapply(s, function(w) average(w[c(2, 4)])))
  give(i, "even_odd", if (is.na(r)) NA else max(2 * r / (1 + r), -1))
  give(i, "mahalanobis_p", pchisq(D2[i], 16, lower.tail = FALSE))
  give(i, "psychsyn", over(v[pairs[, 1]], v[pairs[, 2]])); give(i, "psychant", over(v[against[, 1]], v[against[, 2]]))
  give(i, "duplicate", as.numeric(some[i] && any(apply(x[seq_len(i - 1), , drop = FALSE], 1, function(w) identical(unname(w), unname(v))))))
}
end()
# rules in order: a failed check; a long run together with answers that hardly vary; the same answers; p below .001
irv <- apply(x, 1, sd, na.rm = TRUE); long <- apply(x, 1, function(v) { run <- rle(v); max(c(0, run$lengths[!is.na(run$values)])) })
twice <- some & duplicated(x); far <- pchisq(D2, 16, lower.tail = FALSE) < .001
hits <- list(!is.na(d$att) & d$att != 4, long > 6 & !is.na(irv) & irv < 1.2, twice, !is.na(far) & far)
reason <- rep(0, n); for (h in seq_along(hits)) reason[reason == 0 & hits[[h]]] <- h
begin("four rules", "screening", "careless")
for (i in 1:n) { put("", as.character(i), "excluded", as.numeric(reason[i] > 0)); put("", as.character(i), "reason", reason[i]) }
end()
begin("with and without", "screening", "careless")
a <- function(rows) alpha(na.omit(keyed[rows, 1:4]), warnings = FALSE)$total$raw_alpha; scores <- sapply(1:4, function(s) rowMeans(keyed[, 4 * s - 3:0]))
beta <- function(rows) { z <- na.omit(scores[rows, 1:2]); coef(lm(scale(z[, 1]) ~ scale(z[, 2])))[2] }
kept <- reason == 0; whole <- rep(TRUE, n); cc <- function(rows, v) sum(complete.cases(v[rows, , drop = FALSE]))
put("reliability", "s1", "estimate", a(kept)); put("reliability", "s1", "estimate_everyone", a(whole))
put("reliability", "s1", "n", cc(kept, keyed[, 1:4])); put("reliability", "s1", "n_everyone", cc(whole, keyed[, 1:4]))
put("H1", "s1: s2", "estimate", beta(kept)); put("H1", "s1: s2", "estimate_everyone", beta(whole))
put("H1", "s1: s2", "n", cc(kept, scores[, 1:2])); put("H1", "s1: s2", "n_everyone", cc(whole, scores[, 1:2]))
end()
save_cases("screening.json", "psych")
