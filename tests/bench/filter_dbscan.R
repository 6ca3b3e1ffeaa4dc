# SPDX-License-Identifier: GPL-3.0-or-later
# What dbscan's lof takes for what filter.c measures; the same lines.
#
#   filter_dbscan.R N D REPEATS
suppressPackageStartupMessages(library(dbscan))
given <- as.integer(commandArgs(trailingOnly = TRUE))
set.seed(1)
x <- matrix(rnorm(given[1] * given[2]), given[1])
for (i in 0:given[3]) {
    taken <- system.time(lof(x, minPts = min(21, given[1])))
    if (i > 0) cat(sprintf("%.6f %.6f\n", taken[["elapsed"]], taken[["user.self"]] + taken[["sys.self"]]))
}
