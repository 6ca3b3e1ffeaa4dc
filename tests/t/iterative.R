# SPDX-License-Identifier: GPL-3.0-or-later
# R's own fits, a number a line:
#
#   Rscript iterative.R logreg|poisson|lloyd TABLE.csv [SEEDS.csv]
#
# The table has the target first; lloyd's has rows without labels, and the seeds.
arguments <- commandArgs(TRUE)
table <- read.csv(arguments[2])
say <- function(numbers) cat(sprintf("%.17g\n", numbers), sep = "")
if (arguments[1] == "lloyd") {
    seeds <- as.matrix(read.csv(arguments[3]))
    fit <- kmeans(as.matrix(table), seeds, iter.max = 1000, algorithm = "Lloyd")
    say(c(sum(fit$withinss), fit$size, t(fit$centers)))
} else {
    family <- if (arguments[1] == "logreg") binomial() else poisson()
    formula <- reformulate(names(table)[-1], names(table)[1])
    fit <- glm(formula, family, table, epsilon = 1e-14, maxit = 100)
    say(c(fit$deviance, fit$null.deviance, fit$aic, coef(fit)))
    say(coef(summary(fit))[, "Std. Error"])
}
