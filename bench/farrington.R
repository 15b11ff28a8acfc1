# Farrington flexible (delta bound, 1 %) by R surveillance and by plain glm.fit, on the columns of a CSV.
# Rscript bench/farrington.R SERIES.csv FROM UNTIL OUT.csv: bounds to OUT.csv; CPU seconds of each, one a line, to stdout.
suppressMessages(library(surveillance))
arguments <- commandArgs(trailingOnly = TRUE)
series <- read.csv(arguments[1])
weeks <- as.integer(arguments[2]):as.integer(arguments[3])

by_package <- function(y) {
  control <- list(range = weeks, b = 5, w = 3, noPeriods = 10, pastWeeksNotIncluded = 26, pThresholdTrend = 1, alpha = 0.01,
                  limit54 = c(0, 4), thresholdMethod = "delta", glmWarnings = FALSE)
  as.numeric(suppressWarnings(farringtonFlexible(sts(y, frequency = 52, start = c(2000, 1)), control))@upperbound)
}

# The reference weeks lie the same way before every week: the design is made once.
offset <- (-5 * 52 - 3):-27
place <- (offset + 3) %% 52 # 0 to 6 are the window
level <- ifelse(place < 7, 10, 1 + (place - 7) %/% 5)
design <- cbind(offset, outer(level, 1:10, "==") * 1)
now <- c(0, rep(0, 9), 1)

fit_twice <- function(y, x) {
  family <- quasipoisson()
  phi_of <- function(fit) max(1, sum(fit$weights * fit$residuals^2) / fit$df.residual)
  fit <- glm.fit(x, y, family = family)
  mean <- fit$fitted.values
  leverage <- rowSums(qr.Q(fit$qr)^2)
  s <- 1.5 * (y^(2 / 3) - mean^(2 / 3)) / (mean^(1 / 6) * sqrt(phi_of(fit) * (1 - leverage)))
  weights <- ifelse(s > 2.58, s^-2, 1)
  fit <- glm.fit(x, y, weights = weights * length(y) / sum(weights), family = family)
  list(coefficients = fit$coefficients, phi = phi_of(fit), covariance = chol2inv(fit$qr$qr), pivot = fit$qr$pivot)
}

bound <- function(y, k) {
  reference <- y[k + offset]
  fit <- fit_twice(reference, design)
  x <- now
  if (exp(sum(x * fit$coefficients)) > max(reference)) {
    fit <- fit_twice(reference, design[, -1])
    x <- now[-1]
  }
  mean <- exp(sum(x * fit$coefficients))
  x <- x[fit$pivot]
  variance <- fit$phi * mean + mean^2 * fit$phi * sum(x * (fit$covariance %*% x))
  mean * (1 + 2 / 3 * qnorm(0.99) * sqrt(variance) / mean)^1.5
}
by_glm <- function(y) suppressWarnings(vapply(weeks, function(k) bound(y, k), 0))

cpu <- function(f) { # one series beforehand, for the byte compiler
  f(series[[1]])
  before <- proc.time()
  result <- vapply(series, f, numeric(length(weeks)))
  used <- proc.time() - before
  cat(used[["user.self"]] + used[["sys.self"]], "\n")
  result
}
package <- cpu(by_package)
glm <- cpu(by_glm)
write.csv(data.frame(package = as.vector(package), glm = as.vector(glm)), arguments[4], row.names = FALSE)
