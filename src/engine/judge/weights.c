/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weighs slaves by their history in the ledger. */
#include "engine/judge/weights.h"

#include <math.h>
#include <stdlib.h>

#include "engine/result/name.h"
#include "ledger/fold/accounts.h"
#include "stats/weight.h"

/* Effect: *weight is what the history of an account, which may be NULL, is worth. */
static int weigh(const struct weight_options *o, const struct account *account, int64_t now_us,
                 double *weight, struct err *e)
{
    size_t n = account ? account->events_count : 0;
    struct weight_event *events = err_alloc(n, sizeof *events, "history", e);

    for (size_t i = 0; events && i < n; i++)
        events[i] = (struct weight_event){
            .items = account->events[i].items,
            .age = fmax(0, (double)(now_us - account->events[i].time_us) * 1e-6),
            .rejected = account->events[i].rejected};
    if (events)
        *weight = weight_of_history(o, events, n);
    free(events);
    return events ? 0 : -1;
}

int judge_weights(const struct contract *c, struct ledger *l, const struct run *run,
                  struct result *r, struct err *e)
{
    const struct weight_options o = {.method = weight_method_of(c->weight),
                                     .t_min = c->t_min,
                                     .t_max = c->t_max,
                                     .half_life = c->half_life,
                                     .penalty = c->penalty,
                                     .lambda = c->lambda};
    struct accounts a;
    char name[SLAVE_NAME];

    if (accounts_fold(l, run->seq, &a, e) < 0)
        return -1;
    double *weight = err_alloc(a.count, sizeof *weight, "weights", e);
    int rc = weight ? 0 : -1;
    for (size_t i = 0; weight && i < a.count; i++)
        weight[i] = NAN; /* not known: a slave may have many of the entries */
    for (size_t k = 0; rc == 0 && k < r->slaves; k++) {
        const struct account *x = accounts_find(&a, result_slave_name(r->slave[k].name, name));
        double none = NAN, *w = x ? &weight[x - a.list] : &none;
        if (isnan(*w))
            rc = weigh(&o, x, run->time_us, w, e);
        r->slave[k].weight = *w;
    }
    free(weight);
    accounts_free(&a);
    return rc;
}
