/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes what a result must say of where it comes from. */
#include "engine/verify/complain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/judge/decisions.h"
#include "engine/result/preparation.h"
#include "util/clock.h"

static int copy_columns(struct result *x, const char *const *columns, size_t count, struct err *e)
{
    x->columns = err_alloc(count, sizeof *x->columns, "columns", e);
    for (size_t i = 0; x->columns && i < count; i++, x->columns_count++)
        if (result_set(&x->columns[i], columns[i], e) < 0)
            return -1;
    return x->columns ? 0 : -1;
}

/* The columns are the contract's, or those of data that is not here. */
static int set_columns(struct verify *v, struct err *e)
{
    const struct contract *c = v->contract;
    size_t count;
    const char *const *columns = contract_columns(c, &count);

    if (columns || c->work_units > 0)
        return copy_columns(v->x, columns, count, e);
    verify_believe(v, "/columns",
                   "all columns of the data, as the contract names none; what is called after "
                   "them agrees");
    return copy_columns(v->x, (const char *const *)v->r->columns, v->r->columns_count, e);
}

/* What only who was there knows. */
static int believe_provenance(struct verify *v, struct err *e)
{
    const struct result *r = v->r;
    struct result *x = v->x;

    x->ranks = r->ranks;
    x->ranks_per_slave = r->ranks_per_slave;
    if (r->preparation.counts > 0)
        verify_believe(v, "/preparation",
                       "what slaves have counted of their rows; as many came out as they claimed");
    if (preparation_copy(x, r, e) < 0)
        return -1;
    verify_believe(v, "/provenance@finished", "when the result was written");
    verify_believe(v, "/provenance@version", "which program and which libraries wrote it");
    verify_believe(v, "/provenance@job", "of the batch system");
    verify_believe(v, "/provenance@ranks", "how many processes there were");
    verify_believe(v, "/provenance@ranks_per_slave", "how many of them a slave had");
    return result_set(&x->finished, r->finished, e) < 0 ||
                   result_set(&x->version, r->version, e) < 0
               ? -1
               : result_set(&x->job, r->job, e);
}

int verify_set_head(struct verify *v, struct err *e)
{
    struct result *x = v->x;
    char started[CLOCK_ISO];

    /* The bytes were compared with the digest that was published. */
    x->contract = v->r->contract;
    x->contract_len = v->r->contract_len;
    v->r->contract = NULL;
    memcpy(x->run, v->run.key, sizeof x->run);
    snprintf(x->id, sizeof x->id, "%s", v->run.contract);
    return result_set(&x->title, v->contract->title, e) < 0 ||
                   result_set(&x->origin, v->subject.origin, e) < 0 ||
                   result_set(&x->function, v->contract->digest, e) < 0 ||
                   judge_name_filter(v->contract, x, e) < 0 ||
                   result_set(&x->started, clock_iso(started, v->run.time_us), e) < 0 ||
                   set_columns(v, e) < 0
               ? -1
               : believe_provenance(v, e);
}
