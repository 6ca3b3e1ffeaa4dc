/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what a verification has found to be right. */
#include "report/verdict.h"

#include <inttypes.h>

#include "engine/verify/verify.h"

void report_verdict(struct page *to, const char *path, const struct engine_verdict *v)
{
    const struct result *r = v->result;
    size_t states = 0, rejected = 0;

    for (size_t i = 0; i <= r->past_count; i++) {
        size_t some, bad;
        result_count(result_round(r, i), &some, &bad);
        states += result_round(r, i)->states ? some : 0;
        rejected += result_round(r, i)->states ? bad : 0;
    }
    if (r->stateless) {
        page_addf(
            to,
            "verified  %s: in part: the aggregate is the ledger's, and what is finished of it; "
            "run %s\n"
            "          no states were kept (--no-states): the filter, the merge%s and what is "
            "said of single slaves are not verified\n",
            path, r->run,
            r->model_length > 0 ? ", how each model follows from the one before" : "");
        return;
    }
    page_addf(to,
              "verified  %s: %zu states, %zu rejected, the aggregate has the same bits; run %s\n",
              path, states, rejected, r->run);
    if (r->model_length > 0)
        page_addf(to, "          rounds: %" PRIu64 ", and the model that each led to\n", r->round);
    if (v->recorded > 0)
        page_addf(
            to,
            "          the models are as recorded: a program said them, which is not run here\n");
    if (v->unkept > 0)
        page_addf(to,
                  "          of rounds 1 to %" PRIu64 " the states were not kept: not verified\n",
                  v->unkept);
}
