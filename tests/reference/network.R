# Reference values of measures of networks: igraph for density and constraint, formulas of Borgatti, Blau, and
# Krackhardt and Stern written out. Usage, in this folder: Rscript network.R
# network_ties.csv and network_between.csv: 60 simulated respondents of two-supports, one with the network that is worked
# by hand (worked: A-B, B-C of four), one with a single tie, and one who named nobody (alone).
source("common.R"); suppressMessages(library(igraph))
ties <- read.csv("network_ties.csv", na.strings = ""); pairs <- read.csv("network_between.csv", na.strings = "")
contexts <- c("my_department", "other_department", "same_industry", "other_industry", "not_work")
K <- length(contexts)
begin("networks", "network", "network_ties")
for (id in c(unique(ties$id), "alone")) {
  t <- ties[ties$id == id, ]; b <- pairs[pairs$id == id, ]; size <- nrow(t)
  say <- function(name, value) if (!is.na(value)) put("ties", id, name, value)
  say("size", size)
  put("instrumental", id, "n_ties", sum(t$g1)); put("psychosocial", id, "n_ties", sum(t$g2))
  if (sum(t$g1) + sum(t$g2) > 0) say("balance", (sum(t$g1) - sum(t$g2)) / (sum(t$g1) + sum(t$g2)))
  if (size == 0) { say("n_weak", 0); say("n_strong", 0); next }
  say("multiplex_share", mean(t$g1 == 1 & t$g2 == 1))
  asked <- t[t$interpreted == 1, ]; w <- 1 / asked$probability
  wm <- function(x) if (any(!is.na(x))) weighted.mean(x[!is.na(x)], w[!is.na(x)]) else NA
  g <- make_empty_graph(0, directed = FALSE) + vertices(asked$tie)
  tied <- b[!is.na(b$level) & b$level >= 1, ]
  if (nrow(tied)) g <- add_edges(g, as.vector(t(tied[, c("tie_a", "tie_b")])))
  known <- b[!is.na(b$level), ]
  density <- NA
  if (nrow(known)) {
    wp <- w[match(known$tie_a, asked$tie)] * w[match(known$tie_b, asked$tie)]
    density <- sum(wp * (known$level >= 1)) / sum(wp)
    if (nrow(known) == nrow(b) && all(w == 1)) stopifnot(abs(density - edge_density(g)) < 1e-12)
  }
  say("density", density)
  effective <- if (size == 1) 1 else size - (size - 1) * density
  if (size > 1 && size == nrow(asked) && nrow(known) == nrow(b))
    stopifnot(abs(effective - (size - 2 * ecount(g) / size)) < 1e-12)
  say("effective_size", effective); say("efficiency", effective / size)
  if (nrow(known) == nrow(asked) * (nrow(asked) - 1) / 2) {
    ego <- add_edges(add_vertices(g, 1, name = "ego"), as.vector(rbind("ego", asked$tie)))
    say("constraint", constraint(ego)[["ego"]])
  }
  say("mean_closeness", wm(asked$closeness))
  weak <- ifelse(is.na(asked$closeness) | is.na(asked$contact), NA, asked$closeness <= 2 & asked$contact >= 4)
  strong <- asked$closeness >= 4
  say("weak_share", wm(as.numeric(weak)))
  if (any(!is.na(weak))) say("n_weak", sum(w * weak, na.rm = TRUE))
  if (any(!is.na(strong))) say("n_strong", sum(w * strong, na.rm = TRUE))
  if (any(!is.na(asked$context))) {
    s <- tapply(w, asked$context, sum); blau <- 1 - sum((s / sum(s))^2)
    say("blau_context", blau); say("iqv_context", blau / (1 - 1 / K))
    say("ei_department", wm(ifelse(is.na(asked$context), NA, ifelse(asked$context == "my_department", -1, 1))))
  }
  any_of <- function(x) { some <- rowSums(x > 0, na.rm = TRUE) > 0; ifelse(some, 1, ifelse(rowSums(is.na(x)) > 0, NA, 0)) }
  gave <- any_of(asked[, c("given_ins", "given_psy")]); got <- any_of(asked[, c("received_ins", "received_psy")])
  say("reciprocity", wm(ifelse(gave + got == 0, NA, gave * got)))
}
end()
# the same numbers over respondents
found <- cases[[1]]$numbers
name <- function(one) if (one[[3]] == "n_ties") paste0("n_", one[[1]]) else one[[3]]
begin("spreads", "network", "network_ties")
put("ties", "", "n", length(unique(ties$id)) + 1)
for (measure in unique(sapply(found, name))) {
  v <- unlist(lapply(found, function(one) if (name(one) == measure) one[[4]]))
  for (one in list(c("n", length(v)), c("mean", mean(v)), c("sd", sd(v)), c("min", min(v)), c("max", max(v))))
    put(paste0("ties.", measure), "", one[1], as.numeric(one[2]))
}
# how many lean on one kind, and how many would by chance: of one's m namings the first kind's are hypergeometric
who <- unique(ties$id); first <- tapply(ties$g1, ties$id, sum)[who]; second <- tapply(ties$g2, ties$id, sum)[who]
some <- first + second > 0; first <- first[some]; m <- (first + second[some])
put("ties.balance", "", "one_sided", mean(abs(2 * first - m) / m >= .5))
put("ties.balance", "", "one_sided_shuffled", mean(sapply(m, function(size) {
  k <- 0:size; sum(dhyper(k[abs(2 * k - size) / size >= .5], sum(first), sum(m) - sum(first), size))
})))
end()
save_cases("network.json", "igraph")
