/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `metaneuron filter` shows beside its decisions.
 */
#ifndef CLI_FILTER_BESIDE_H
#define CLI_FILTER_BESIDE_H

#include "stats/agree.h"
#include "stats/estimate.h"
#include "stats/filter.h"

struct filter_beside {
    bool explain;                 /* asked for: who of the rejected agree … */
    bool *member;                 /* n: which rows do; NULL: that was not looked at … */
    struct agree_group group;     /* … and how much */
    enum estimate_method robust;  /* asked for: what is estimated, or nothing … */
    double share;                 /* … when so many rows may be wrong */
    size_t rows;                  /* that the estimate is of: those that could be scored */
    double *middle;               /* of each column; NULL: there is none */
    struct filter_outcome *parts; /* of union: what pos-lof and mad say, each at half of the rate of
                                   * false alarms; NULL: the method is another one */
};

/* Effect: makes all that, after the filter has decided by o. *b is emptied by filter_beside_free(),
 * after a failure too. */
int filter_beside_make(struct filter_beside *b, const struct filter_options *o,
                       const struct filter_input *in, const struct filter_outcome *out,
                       struct err *e);
void filter_beside_free(struct filter_beside *b);

#endif
