/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts a result together from its parts. */
#include "report/result.h"

#include <inttypes.h>

#include "report/judgement.h"
#include "report/share.h"

void report_provenance(struct page *to, const struct result *r, const char *prefix)
{
    size_t answered, rejected;
    const struct report_keys keys = {prefix, 11};
    struct share share;

    result_count(r, &answered, &rejected);
    result_share(r, &share);
    page_addf(to, "%stitle      %s\n", prefix, r->title);
    page_addf(to, "%scontract   %s\n", prefix, r->id);
    page_addf(to, "%srun        %s in ledger %s\n", prefix, r->run, r->origin);
    page_addf(to, "%sfunction   %s\n", prefix, r->function);
    page_addf(to, "%s%s %zu of %zu answered, %zu rejected by %s\n", prefix,
              result_is_work(r) ? "ranges    " : "slaves    ", answered, r->slaves, rejected,
              r->method);
    if (r->cut[0])
        page_addf(to, "%scut        %s: in %g %% of honest rounds, at most, any is rejected\n",
                  prefix, r->cut, 100 * r->target_fpr);
    if (r->part > 0)
        page_addf(to,
                  "%spart       of round %" PRIu64
                  ": the state of one centre (/aggregate_state of the "
                  "file), neither updated nor finished\n",
                  prefix, r->part);
    page_addf(to, "%sanswer     ", prefix);
    report_share(to, &share, result_is_work(r));
    report_left_out(to, &keys, &share, result_is_work(r));
    report_judgement(to, &keys, r, false);
    page_addf(to, "%stime       %s to %s\n", prefix, r->started, r->finished);
    page_addf(to, "%swith       %s\n", prefix, r->version);
}

/* The estimate beside the merge, a line for each feature. */
static void add_robust(struct page *to, const struct result *r)
{
    const struct result_robust *x = &r->robust;
    struct result_array column = {.name = x->method,
                                  .rows = r->features,
                                  .columns = 1,
                                  .values = x->features,
                                  .row_labels = r->feature_names};

    page_addf(to,
              "\nrobust     %s of the features, with at most %g %% of the results wrong; beside "
              "the answer%s%s\n",
              x->method, 100 * x->share, x->features ? "" : ": none, as ", x->why);
    if (x->features)
        report_arrays(to, &(struct result_arrays){&column, 1});
}

void report_result(struct page *to, const struct result *r, const struct report_parts *parts)
{
    report_provenance(to, r, "");
    page_addf(to, "\n");
    if (parts->slaves) {
        report_slaves(to, r, NULL, parts->colour);
        page_addf(to, "\n");
        report_rejections(to, r, parts->colour);
        page_addf(to, "\n");
    }
    if (parts->rounds) {
        report_rounds(to, r);
        page_addf(to, "\n");
    }
    if (parts->preparation) {
        report_preparation(to, r);
        page_addf(to, "\n");
    }
    report_arrays(to, parts->unfiltered ? &r->all : &r->accepted);
    if (r->robust.method[0])
        add_robust(to, r);
}
