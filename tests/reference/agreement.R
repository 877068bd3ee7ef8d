# Reference values of agreement(). Usage, in this folder: Rscript agreement.R
source("common.R")
suppressMessages({library(multilevel); library(lavaan)})
skewed <- c("5" = 1.34, "7" = 2.90)   # LeBreton & Senter (2008), Table 2
one <- function(case, d, items, options, given = NULL, sum = FALSE, input = "grouped", fit = TRUE) {
  begin(case, "agreement", input, items = I(items), options = options, null = if (is.null(given)) "uniform" else given,
        sum = sum)
  k <- length(items); x <- d[items]; score <- rowMeans(x); mean_of <- score; if (sum) score <- score * k
  ok <- !is.na(score); g <- d$team[ok]; a <- aov(score[ok] ~ as.factor(g)); s <- summary(a)[[1]]
  put("s", "", "n", sum(ok)); put("s", "", "groups", length(unique(g)))
  put("s", "", "icc1", ICC1(a)); put("s", "", "icc2", ICC2(a)); put("s", "", "f", s[1, 4]); put("s", "", "p", s[1, 5])
  put("s", "", "df1", s[1, 1]); put("s", "", "df2", s[2, 1])
  nulls <- c(uniform = (options^2 - 1) / 12, slightly_skewed = unname(skewed[as.character(options)]), given = given)
  for (null in c(names(nulls), "")) {
    v <- nulls[[if (null != "") null else if (is.null(given)) "uniform" else "given"]]
    r <- rwg(mean_of, d$team, v)$rwg; put("s", null, "rwg_mean", mean(r, na.rm = TRUE)); put("s", null, "rwg_median", median(r, na.rm = TRUE))
    if (k > 1) { j <- rwg.j(x, d$team, v)$rwg.j; put("s", null, "rwgj_mean", mean(j, na.rm = TRUE)); put("s", null, "rwgj_median", median(j, na.rm = TRUE)) }
  }
  # ad.m() of one column by itself splits a vector that its own code calls a table
  ad <- if (k > 1) ad.m(x, d$team)$AD.M else tapply(x[[1]][ok], g, function(v) if (length(v) > 1) mean(abs(v - mean(v))) else NA)
  put("s", "", "ad_mean", mean(ad, na.rm = TRUE))
  if (fit) {
    m <- paste(items, collapse = " + "); cc <- na.omit(d[c("team", items)])
    f <- cfa(paste0("level: 1\n w =~ ", m, "\nlevel: 2\n b =~ ", m), cc, cluster = "team", std.lv = TRUE)
    stopifnot(lavInspect(f, "converged"))
    e <- parameterEstimates(f)
    omega <- function(level) { l <- sum(e$est[e$op == "=~" & e$level == level]); t <- sum(e$est[e$op == "~~" & e$lhs == e$rhs & e$lhs %in% items & e$level == level]); l^2 / (l^2 + t) }
    put("s", "", "omega_within", omega(1)); put("s", "", "omega_between", omega(2))
  }
  end()
}
t <- read.csv("grouped.csv"); items <- paste0("t", 1:5)
one("five items, five options, teams of one to sixteen", t, items, 5)
one("a sum of three items, the null given as 0.9", t, items[1:3], 5, given = 0.9, sum = TRUE)
one("one item, seven options", ordinal(), "q3", 7, input = "ordinal", fit = FALSE)
one("four items: the model between teams runs away in lavaan too", ordinal(), c("q1", "q2", "q3", "q5"), 5, input = "ordinal", fit = FALSE)
save_cases("agreement.json", c("multilevel", "lavaan"))
