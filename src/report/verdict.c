/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what a verification has found to be right, of which ledger, and what it believes. */
#include "report/verdict.h"

#include <inttypes.h>
#include <string.h>

/* The same of one without states; with features, and with words for reasons, it is of centres. */
static void add_stateless(struct page *to, const char *path, const struct result *r)
{
    if (r->disclose >= DISCLOSE_FEATURES)
        page_addf(to,
                  "verified  %s: in part: the filter, from the features; the aggregate is the "
                  "ledger's, and what is finished of it; run %s\n"
                  "          no states are published: features and merge are not verified%s\n",
                  path, r->run,
                  r->model_length > 0 ? ", nor how each model follows from the one before" : "");
    else
        page_addf(to,
                  "verified  %s: in part: the aggregate is the ledger's, and what is finished of "
                  "it; run %s\n"
                  "          no states %s: the filter, the merge%s and what is said of single "
                  "slaves are not verified\n",
                  path, r->run, r->coded ? "are published" : "were kept (--no-states)",
                  r->model_length > 0 ? ", how each model follows from the one before" : "");
}

/* What of the result was computed again. */
static void add_result(struct page *to, const char *path, const struct engine_verdict *v)
{
    const struct result *r = v->result;
    size_t states = 0, rejected = 0;

    for (size_t i = 0; i <= r->past_count; i++) {
        size_t some, bad;
        result_count(result_round(r, i), &some, &bad);
        states += result_round(r, i)->states ? some : 0;
        rejected += result_round(r, i)->states ? bad : 0;
    }
    if (result_is_stateless(r)) {
        add_stateless(to, path, r);
        return;
    }
    page_addf(to,
              "verified  %s: %s%zu states, %zu rejected, the aggregate has the same bits; run %s\n",
              path, v->unkept || v->apart ? "in part: " : "", states, rejected, r->run);
    if (r->part > 0)
        page_addf(to,
                  "          a centre's part of round %" PRIu64 ": neither updated nor finished, "
                  "which is done where the parts are collected\n",
                  r->part);
    else if (r->model_length > 0)
        page_addf(to, "          rounds: %" PRIu64 ", and the model that each led to\n", r->round);
    if (v->unkept > 0)
        page_addf(to,
                  "          of rounds 1 to %" PRIu64 " the states were not kept (--keep last): "
                  "their filter and merge are not verified\n",
                  v->unkept);
}

/* How the ledger stands to the head that is remembered of it. */
static void add_head(struct page *to, const struct engine_subject *s)
{
    if (s->remembered == 0)
        return;
    if (s->remembered == s->records)
        page_addf(to, "          its head is the one that was given (--head)\n");
    else
        page_addf(to,
                  "          it has the head that was given (--head) after %" PRIu64
                  " records, and %" PRIu64 " follow\n",
                  s->remembered, s->records - s->remembered);
    if (!s->covers)
        page_addf(to,
                  "          the run was settled after that head, which does not vouch for it\n");
}

/* How far its checkpoints vouch for it. */
static void add_signed(struct page *to, const struct engine_subject *s)
{
    if (s->signed_to == 0)
        page_addf(to, "          nothing in it is signed: who can write it can have written all of "
                      "it anew\n");
    else
        page_addf(
            to, "          signed by %s: its checkpoint of %" PRIu64 " records covers the run%s\n",
            s->who, s->signed_to, s->is_signed ? "" : " not yet (metaneuron ledger checkpoint)");
    if (s->believed > 0)
        page_addf(to, "          the trust policy believes %" PRIu64 " records of it\n",
                  s->believed);
    if (s->seen > 0)
        page_addf(to,
                  "          this user has seen %" PRIu64 " records of it before: they are as "
                  "they were\n",
                  s->seen);
}

static void add_subject(struct page *to, const struct engine_subject *s)
{
    char hex[SHA256_HEX + 1];

    if (!s->origin)
        return;
    page_addf(to, "ledger    %s: %" PRIu64 " records, head %s\n", s->origin, s->records,
              hex_encode(hex, s->head, SHA256_LEN));
    add_head(to, s);
    add_signed(to, s);
}

void report_verdict(struct page *to, const char *path, const struct engine_verdict *v)
{
    const char *head = "believed  ";

    if (v->problems == 0)
        add_result(to, path, v);
    add_subject(to, &v->subject);
    for (const char *p = v->problems ? NULL : v->believed.data; p && *p; head = "          ") {
        size_t n = strcspn(p, "\n");
        page_addf(to, "%s%.*s\n", head, (int)n, p);
        p += n + (p[n] == '\n');
    }
}
