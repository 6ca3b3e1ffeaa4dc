/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run or a result on paper: tables for people, one JSON document for programs.
 */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "engine/engine.h"

/* Prints the table of slaves: items, weight, share, score, decision. With
 * colour, the rejected are red. credits may be NULL. */
void report_slaves(FILE *to, const struct result *r, const uint64_t *credits, bool colour);

/* Prints why each rejected slave was rejected, one line each. */
/* A line for each round of an iterative contract: its judgement, and arrays of one value. */
void report_rounds(FILE *to, const struct result *r);
void report_rejections(FILE *to, const struct result *r, bool colour);

/* Prints the arrays of an answer: those with the same rows side by side. */
void report_arrays(FILE *to, const struct result_arrays *a);

/* Prints where a result comes from, each line beginning with prefix. */
void report_provenance(FILE *to, const struct result *r, const char *prefix);

/* Returns everything as one document; the report's credits may be NULL. */
json_t *report_json(const struct result *r, const struct engine_report *report);

#endif
