#!/usr/bin/env Rscript
# SPDX-License-Identifier: MIT
# Malignant nuclei and their texture, by R. State: rows, the malignant ones, the texture of
# these and of the others, each summed up.
words <- commandArgs(trailingOnly = TRUE)
after <- function(name) words[match(name, words) + 1]

block <- read.csv(after("--in"))
malignant <- block$malignant == 1
state <- c(nrow(block), sum(malignant), sum(block$mean_texture[malignant]),
           sum(block$mean_texture[!malignant]))
writeLines(format(state, digits = 17), after("--out"))
