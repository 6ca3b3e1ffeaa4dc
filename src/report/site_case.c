/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what a run asks of a centre, what would leave, and who would see it. */
#include "report/site_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "site/house/payload.h"
#include "util/clock.h"
#include "util/parse.h"

enum { COLUMNS = 40, WORDS = 600 }; /* columns, and bytes of a description, that are shown */

/* What of each centre is in the published result. */
static const char *const published[] = {
    [DISCLOSE_NONE] = "nothing that is known here",
    [DISCLOSE_AGGREGATE] = "the aggregate, and nothing of single centres but items and decisions",
    [DISCLOSE_FEATURES] = "the aggregate, and features and scores of each centre",
    [DISCLOSE_STATES] = "the aggregate, and all numbers of each centre",
};

static void add_params(struct page *to, const struct contract *c)
{
    char text[NUMBER_TEXT];

    for (size_t i = 0; i < c->params_count; i++) {
        const struct contract_param *p = &c->params[i];
        page_addf(to, "%s%s: ", i ? ", " : "; ", p->name);
        if (p->type == FLAT_STRING)
            page_addf(to, "%s", p->string);
        else if (p->type == FLAT_NUMBER)
            page_addf(to, "%s", format_double(text, p->number));
        else if (p->type == FLAT_BOOLEAN)
            page_addf(to, "%s", p->integer ? "true" : "false");
        else
            page_addf(to, "%" PRId64, p->integer);
    }
    page_addf(to, "\n");
}

static void add_contract(struct page *to, const struct contract *c)
{
    page_addf(to, "title     %s\nsays      %.*s%s\nauthor    %s\nfunction  %s (%s)", c->title,
              WORDS, c->description, strlen(c->description) > WORDS ? "…" : "", c->author,
              c->function, c->digest);
    add_params(to, c);
    page_addf(to, "over      %s, %zu columns:", c->data, contract_reads(c));
    for (size_t i = 0; i < contract_reads(c) && i < COLUMNS; i++)
        page_addf(to, "%s%s", i ? ", " : " ", contract_read(c, i));
    page_addf(to, "%s\n", contract_reads(c) > COLUMNS ? ", … (--json has all)" : "");
    if (c->recipe.where)
        page_addf(to, "where     %s\n", c->recipe.where);
    page_addf(to, "rounds    %" PRId64 " at most; filter %s\n", contract_rounds(c), c->filter);
}

void report_who_sees(struct page *to, const struct fed_run *run)
{
    size_t auditors = 0;

    for (const char *p = run->auditors; *p; p += strspn(p, ",")) {
        p += strcspn(p, ",");
        auditors++;
    }
    page_addf(to, "sees      %s sees every number that leaves (sealed to %s)\n", run->collector,
              run->seal);
    if (auditors)
        page_addf(to, "          so %s %zu auditor%s: %s\n", auditors == 1 ? "does" : "do",
                  auditors, auditors == 1 ? "" : "s", run->auditors);
    page_addf(to, "published %s\n", published[run->disclose]);
    if (run->parties_count == 2)
        page_addf(to, "note      of two centres each learns the other's numbers from the "
                      "aggregate: it takes its own away\n");
}

static const char *party_word(const struct fed_party *p)
{
    return p->refused     ? "refused"
           : p->recalled  ? "recalled its data"
           : p->withdrawn ? "withdrew"
           : p->count     ? "submitted"
           : p->claimed   ? "claimed"
           : p->approved  ? "approved"
                          : "asked";
}

static void add_parties(struct page *to, const struct fed_run *run)
{
    for (size_t i = 0; i < run->parties_count; i++) {
        const struct fed_party *p = &run->parties[i];
        page_addf(to, "          %-16s %-12s", p->site, party_word(p));
        if (p->claimed)
            page_addf(to, " %" PRIu64 " items of %s", p->items, p->data);
        else if (p->rule[0])
            page_addf(to, " %s", p->rule);
        page_addf(to, "\n");
    }
}

static void add_terms(struct page *to, const struct fed_run *run)
{
    char when[CLOCK_ISO], span[REPORT_SPAN];

    report_span(span, (double)run->deadline_us * 1e-6);
    page_addf(to, "times     claims until %s, results of a round within %s\n",
              clock_iso(when, run->claims_us), span);
    page_addf(to, "asks      %zu centres, of which a round needs %" PRIu64 "\n", run->parties_count,
              run->min);
    add_parties(to, run);
    if (run->settled)
        page_addf(to, "over      it is settled\n");
    else if (run->closed)
        page_addf(to, "over      its collector has closed it: %s\n", run->closed_by);
}

/* What the policy would say, and what a person may do. */
static void add_here(struct page *to, const struct report_how *how, const struct site *s,
                     const struct site_case *c)
{
    char path[PATH_MAX], key[RUN_HEX + 1];

    report_key(key, c->run);
    if (!c->party) {
        page_addf(to, "here      this centre is not asked\n");
        return;
    }
    page_addf(to, "here      %s is %s\n", c->contract->data,
              c->location ? c->location : "no data of this centre's (site data add)");
    if (payload_path(&s->house, c->run->file, path, NULL) == 0)
        page_addf(to, "file      %s\n", path);
    if (!c->rules)
        page_addf(to, "policy    denies everything: %s\n", c->denied.text);
    page_addf(to, "\nwhat the policy says to it:\n  ");
    report_command(to, how, "policy try", key);
}

void report_case(struct page *to, const struct report_how *how, const struct site *s,
                 const struct site_case *c)
{
    char when[CLOCK_ISO];

    page_addf(to, "run       %s of %s, published %s\ncontract  %s\n", c->run->key,
              c->run->collector, clock_iso(when, c->run->published_us), c->run->contract);
    add_contract(to, c->contract);
    if (c->bound)
        page_addf(to,
                  "leaves    %zu numbers a round, of which features are made (%zu); how many rows, "
                  "and a salted digest of the data\n",
                  c->q.state_length, c->q.features);
    else
        page_addf(to, "leaves    not known: the policy does not let the function be looked at\n");
    report_who_sees(to, c->run);
    add_terms(to, c->run);
    add_here(to, how, s, c);
}

static void add_parties_json(struct json_page *j, const struct fed_run *run)
{
    json_page_list(j, "sites");
    for (size_t i = 0; i < run->parties_count; i++) {
        const struct fed_party *p = &run->parties[i];
        json_page_object(j, NULL);
        json_page_text(j, "site", p->site);
        json_page_text(j, "state", party_word(p));
        json_page_text(j, "data", p->claimed ? p->data : NULL);
        json_page_count(j, "items", p->items);
        json_page_text(j, "rule", p->rule[0] ? p->rule : NULL);
        json_page_end(j);
    }
    json_page_end(j);
}

static void add_run_json(struct json_page *j, const struct fed_run *run)
{
    json_page_text(j, "run", run->key);
    json_page_text(j, "collector", run->collector);
    report_time(j, "published", run->published_us);
    json_page_count(j, "min", run->min);
    report_time(j, "claims", run->claims_us);
    json_page_number(j, "deadline", (double)run->deadline_us * 1e-6);
    json_page_text(j, "disclose", disclose_word(run->disclose));
    json_page_text(j, "seal", run->seal);
    json_page_text(j, "auditors", run->auditors);
    json_page_boolean(j, "settled", run->settled);
    json_page_text(j, "closed", run->closed ? run->closed_by : NULL);
    add_parties_json(j, run);
}

int report_case_json(struct page *to, const struct site *s, const struct site_case *c,
                     struct err *e)
{
    struct json_page j = {.to = to};
    struct buf text = {0};
    char path[PATH_MAX];

    if (contract_canonical(c->contract, &text, e) < 0) {
        buf_free(&text);
        return -1;
    }
    json_page_object(&j, NULL);
    add_run_json(&j, c->run);
    json_page_text(&j, "id", c->contract->id);
    json_page_text(&j, "location", c->location);
    json_page_text(&j, "file",
                   payload_path(&s->house, c->run->file, path, NULL) == 0 ? path : NULL);
    json_page_text(&j, "denies", c->rules ? NULL : c->denied.text);
    if (c->bound) {
        json_page_count(&j, "numbers", c->q.state_length);
        json_page_count(&j, "features", c->q.features);
    }
    json_page_parsed(&j, "contract", text.data);
    json_page_end(&j);
    buf_free(&text);
    return 0;
}

void report_inbox(struct page *to, const struct report_how *how, const struct report_inbox *list,
                  size_t count)
{
    char key[RUN_HEX + 1], when[CLOCK_ISO];

    for (size_t i = 0; i < count; i++) {
        const struct site_item *x = list[i].item;
        const struct contract *c = list[i].c.contract;
        report_key(key, x->run);
        page_addf(to, "run %s of %s, claims until %s\n  %s\n", x->run->key, x->run->collector,
                  clock_iso(when, x->run->claims_us),
                  c                       ? c->title
                  : list[i].wrong.text[0] ? list[i].wrong.text
                                          : "its contract is not opened, as nobody lets its "
                                            "collector ask");
        if (c)
            page_addf(to, "  %s over %zu columns of %s; %" PRId64 " rounds at most\n", c->digest,
                      contract_reads(c), c->data, contract_rounds(c));
        page_addf(to, "  %s%s%s\n    ", report_next_word(x->next), x->text[0] ? ": " : "", x->text);
        report_command(to, how, "show", key);
    }
    if (count == 0)
        page_addf(to, "nothing waits here\n");
}

void report_inbox_json(struct page *to, const struct report_inbox *list, size_t count)
{
    struct json_page j = {.to = to};

    json_page_list(&j, NULL);
    for (size_t i = 0; i < count; i++) {
        json_page_object(&j, NULL);
        report_item_json(&j, list[i].item);
        json_page_text(&j, "title", list[i].c.contract ? list[i].c.contract->title : NULL);
        json_page_text(&j, "wrong", list[i].wrong.text[0] ? list[i].wrong.text : NULL);
        json_page_end(&j);
    }
    json_page_end(&j);
}
