# A small simulated set of answers to four scales of four items, the last item of each against its key; some answer
# without reading, some leave items out, and one answers just as another did. Usage: Rscript careless.R careless.csv
set.seed(20160930)
n <- 70; k <- 16; trait <- matrix(rnorm(n * 4), n); cuts <- c(-1.5, -0.5, 0.5, 1.5)
answers <- sapply(1:k, function(j) { s <- (j - 1) %/% 4 + 1
  y <- 0.94 * trait[, s] + sqrt(1 - 0.94^2) * rnorm(n); y <- findInterval(y, cuts) + 1; if (j %% 4 == 0) 6 - y else y })
answers[1:6, ] <- sample(1:5, 6 * k, replace = TRUE)             # at random
answers[7, ] <- 3; answers[8, ] <- rep(c(2, 4), each = 8)        # straight lines
answers[9, ] <- answers[10, ]                                    # the same as another
answers[11:20, ][sample(160, 20)] <- NA; answers[21, ] <- NA     # missing ones, and one without any answer
colnames(answers) <- paste0("c", 1:k)
att <- ifelse(1:n %in% c(1, 3, 7, 30), sample(c(1, 2, 3), n, replace = TRUE), 4); att[c(15, 21)] <- NA
write.csv(data.frame(answers, att = att, seconds_per_item = round(exp(rnorm(n, 1.5, 0.6)), 2)), commandArgs(trailingOnly = TRUE)[1],
          row.names = FALSE, na = "", quote = FALSE)
