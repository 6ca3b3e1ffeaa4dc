/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what an audit of a run has found. */
#include "report/site_private.h"

#include <inttypes.h>

static const char *const words[] = {
    [AUDIT_RIGHT] = "right", [AUDIT_WRONG] = "WRONG", [AUDIT_UNCHECKED] = "unchecked"};

static const char *const words_json[] = {
    [AUDIT_RIGHT] = "right", [AUDIT_WRONG] = "wrong", [AUDIT_UNCHECKED] = "unchecked"};

static void tell_finding(struct page *to, const struct site_audit *a, const struct audit_finding *f)
{
    page_addf(to, "%-9s %-12s ", words[f->state], f->code);
    if (f->site[0])
        page_addf(to, "%s, ", f->site);
    if (f->round > 0)
        page_addf(to, "round %" PRIu64 ": ", f->round);
    else if (f->site[0])
        page_addf(to, "all rounds: ");
    page_addf(to, "%s\n", f->text);
    if (f->evidence[0])
        page_addf(to, "          evidence: %s/%s\n", a->directory, f->evidence);
}

/* Whether something is there that convinces others. */
static bool has_evidence(const struct site_audit *a)
{
    for (size_t i = 0; i < a->count; i++)
        if (a->list[i].evidence[0])
            return true;
    return false;
}

void report_site_audit(struct page *to, const struct report_how *how, const struct site_audit *a)
{
    page_addf(to, "run %s, collected by %s, discloses %s%s\n", a->run, a->collector,
              disclose_word(a->disclose), a->opened ? "; what was sealed was opened here" : "");
    for (size_t i = 0; i < a->count; i++)
        tell_finding(to, a, &a->list[i]);
    page_addf(to, "%zu finding%s: %zu wrong, %zu could not be checked\n", a->count,
              a->count == 1 ? "" : "s", a->wrong, a->unchecked);
    if (has_evidence(a))
        page_addf(to,
                  "evidence is checked anywhere, with the keys of the centres' logs alone:\n"
                  "  %s site check-evidence FILE --policy KEYS\n",
                  how->program);
}

void report_site_audit_json(struct page *to, const struct site_audit *a)
{
    struct json_page j = {.to = to};

    json_page_object(&j, NULL);
    json_page_text(&j, "run", a->run);
    json_page_text(&j, "collector", a->collector);
    json_page_text(&j, "disclose", disclose_word(a->disclose));
    json_page_boolean(&j, "opened", a->opened);
    json_page_count(&j, "wrong", a->wrong);
    json_page_count(&j, "unchecked", a->unchecked);
    json_page_text(&j, "directory", has_evidence(a) ? a->directory : NULL);
    json_page_list(&j, "findings");
    for (size_t i = 0; i < a->count; i++) {
        const struct audit_finding *f = &a->list[i];
        json_page_object(&j, NULL);
        json_page_text(&j, "code", f->code);
        json_page_text(&j, "state", words_json[f->state]);
        json_page_text(&j, "site", f->site[0] ? f->site : NULL);
        json_page_count(&j, "round", f->round);
        json_page_text(&j, "text", f->text);
        json_page_text(&j, "evidence", f->evidence[0] ? f->evidence : NULL);
        json_page_end(&j);
    }
    json_page_end(&j);
    json_page_end(&j);
}

void report_proof(struct page *to, const struct proof_found *f, bool json)
{
    struct json_page j = {.to = to};

    if (!json) {
        page_addf(to, "proved    %s, run %s: %s\n", proof_word(f->kind), f->run, f->text);
        return;
    }
    json_page_object(&j, NULL);
    json_page_text(&j, "proved", proof_word(f->kind));
    json_page_text(&j, "run", f->run);
    json_page_text(&j, "collector", f->collector);
    json_page_text(&j, "site", f->site[0] ? f->site : NULL);
    json_page_count(&j, "round", f->round);
    json_page_text(&j, "text", f->text);
    json_page_end(&j);
}
