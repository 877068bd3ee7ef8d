# columns of the design, named as results.csv names them; text against the first category in the order of bytes
design <- function(data, names) {
  found <- list()
  for (name in names) {
    x <- data[[name]]
    if (is.character(x)) for (level in sort(unique(x), method = "radix")[-1]) found[[paste0(name, "[", level, "]")]] <- as.numeric(x == level)
    else found[[name]] <- x
  }
  as.data.frame(found, check.names = FALSE)
}
