# Reference values of R surveillance for settings that ../shared/golden does not have: Rscript tests/golden/farrington.R > tests/golden/farrington.json
# The counts are simulated here and stored with the values.
suppressMessages(library(surveillance))
json <- function(x) {
  if (is.null(names(x)) && is.list(x)) paste0("[", paste(vapply(x, json, ""), collapse = ",\n"), "]")
  else if (is.list(x)) paste0("{", paste0('"', names(x), '":', vapply(x, json, ""), collapse = ","), "}")
  else if (length(x) != 1) paste0("[", paste(vapply(x, json, ""), collapse = ","), "]")
  else if (is.na(x)) "null"
  else if (is.character(x)) paste0('"', x, '"')
  else if (is.logical(x)) tolower(x)
  else if (is.infinite(x)) '"Infinity"'
  else sprintf("%.17g", x)
}
set.seed(20260301)
n <- 330
week <- seq_len(n)
season <- 0.6 * cos(2 * pi * week / 52)
series <- list(
  usual = rnbinom(n, mu = exp(1.5 + season), size = 4),
  growing = round(exp(0.5 + 0.012 * week) + rpois(n, 2)),
  rare = rpois(n, 0.15),
  spiked = replace(rpois(n, 6), c(100, 101, 180, 240), c(60, 45, 30, 80)),
  late = c(rep(0, 250), rpois(80, 3)),
  gaps = replace(rpois(n, 5), c(70:75, 150, 322), NA))
basic <- list(b = 5, w = 3, noPeriods = 10, pastWeeksNotIncluded = 26, pThresholdTrend = 1, alpha = 0.01, limit54 = c(0, 4),
              thresholdMethod = "delta", reweight = TRUE, weightsThreshold = 2.58, trend = TRUE, powertrans = "2/3")
variants <- c(
  lapply(c(2, 4, 7, 12), function(p) list(noPeriods = p)),
  lapply(c(0, 2, 8), function(w) list(w = w)),
  lapply(1:4, function(b) list(b = b)),
  lapply(c(0, 1, 40, 60), function(p) list(pastWeeksNotIncluded = p)),
  list(list(powertrans = "1/2"), list(powertrans = "none"), list(reweight = FALSE), list(trend = FALSE), list(weightsThreshold = 1),
       list(pThresholdTrend = 0.05, thresholdMethod = "muan", alpha = 0.001), list(thresholdMethod = "nbPlugin", alpha = 1e-6),
       list(noPeriods = 1, w = 5, pThresholdTrend = 0.2), list(noPeriods = 1, pastWeeksNotIncluded = 0), list(noPeriods = 1, pastWeeksNotIncluded = 53), list(limit54 = c(9, 3), thresholdMethod = "nbPlugin")))
range <- 318:330 # the package takes no gaps
weeks <- seq(318, 330, 3)
values <- function(result) as.numeric(result)[range %in% weeks]
flexible <- list()
for (name in names(series)) for (variant in variants) for (dated in c(FALSE, TRUE)) {
  if (dated && name != "usual") next
  control <- modifyList(basic, variant)
  data <- if (dated) sts(series[[name]], frequency = 52, start = c(2004, 1), epoch = as.numeric(as.Date("2003-12-29") + 7 * (week - 1)), epochAsDate = TRUE)
          else sts(series[[name]], frequency = 52, start = c(2004, 1))
  result <- try(suppressWarnings(farringtonFlexible(data, control = c(control, list(range = range, glmWarnings = FALSE)))), silent = TRUE)
  entry <- list(series = name, dated = dated, control = control)
  if (inherits(result, "try-error")) entry$error <- TRUE
  else entry <- c(entry, list(upper = values(result@upperbound), alarm = values(result@alarm), expected = values(result@control$expected),
    phi = values(result@control$phiVector), trend = values(result@control$trendVector), p = values(result@control$pvalue)))
  flexible[[length(flexible) + 1]] <- entry
}
original <- list()
for (name in names(series)) for (variant in list(list(), list(b = 3), list(w = 5), list(reweight = FALSE), list(trend = FALSE), list(powertrans = "1/2"), list(powertrans = "none"))) {
  control <- modifyList(list(b = 5, w = 3, alpha = 0.02, reweight = TRUE, trend = TRUE, limit54 = c(0, 4), powertrans = "2/3"), variant)
  data <- sts(series[[name]], frequency = 52, start = c(2004, 1))
  result <- try(suppressWarnings(farrington(data, control = c(control, list(range = range)))), silent = TRUE)
  entry <- list(series = name, control = control)
  if (inherits(result, "try-error")) entry$error <- TRUE
  else entry <- c(entry, list(upper = values(result@upperbound), alarm = values(result@alarm)))
  original[[length(original) + 1]] <- entry
}
cat(json(list(source = paste("R surveillance", packageVersion("surveillance")), weeks = weeks, series = series, flexible = flexible, original = original)))
