/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what a policy says, and what its rules have found. */
#include "report/site_private.h"

#include "util/text.h"

int report_finding(void *context, const struct rules_finding *f, struct err *e)
{
    struct report_findings *x = context;
    struct rules_finding *list =
        err_grow(x->list, x->count, &x->capacity, sizeof *list, "findings", e);

    if (!list)
        return -1;
    x->list = list;
    list[x->count++] = *f;
    return 0;
}

const struct rules_finding *report_denied(const struct report_findings *x)
{
    for (size_t i = 0; i < x->count; i++)
        if (!x->list[i].allowed)
            return &x->list[i];
    return NULL;
}

static size_t count_denied(const struct report_findings *x)
{
    size_t n = 0;

    for (size_t i = 0; i < x->count; i++)
        n += !x->list[i].allowed;
    return n;
}

void report_rules_lines(struct page *to, const struct report_findings *x)
{
    for (size_t i = 0; i < x->count; i++) {
        const struct rules_finding *f = &x->list[i];
        page_addf(to, "%-8s %-28s %s%s%s\n", f->allowed ? "allowed" : "DENIED", f->rule, f->text,
                  f->allowed || !f->change[0] ? "" : "; ", f->allowed ? "" : f->change);
    }
}

void report_rules_list(struct json_page *j, const struct report_findings *x)
{
    json_page_list(j, "rules");
    for (size_t i = 0; i < x->count; i++) {
        const struct rules_finding *f = &x->list[i];
        json_page_object(j, NULL);
        json_page_text(j, "rule", f->rule);
        json_page_boolean(j, "allowed", f->allowed);
        json_page_boolean(j, "of_data", f->of_data);
        json_page_text(j, "text", f->text);
        json_page_text(j, "change", f->change[0] ? f->change : NULL);
        json_page_end(j);
    }
    json_page_end(j);
}

void report_findings(struct page *to, const char *run, const struct report_findings *x)
{
    size_t denied = count_denied(x);

    report_rules_lines(to, x);
    page_addf(to, "run %s: %zu rules were asked, %zu den%s it; nothing was spent or recorded\n",
              run, x->count, denied, denied == 1 ? "ies" : "y");
}

void report_findings_json(struct page *to, const char *run, const struct report_findings *x)
{
    struct json_page j = {.to = to};

    json_page_object(&j, NULL);
    json_page_text(&j, "run", run);
    json_page_boolean(&j, "allowed", !report_denied(x));
    report_rules_list(&j, x);
    json_page_end(&j);
}

void report_policy(struct page *to, const struct report_how *how, const char *path,
                   const char *digest, bool json)
{
    struct json_page j = {.to = to};

    if (!json) {
        page_addf(to, "%s is a policy: %s\n  ", path, digest);
        report_command(to, how, "policy accept", NULL);
        return;
    }
    json_page_object(&j, NULL);
    json_page_text(&j, "path", path);
    json_page_text(&j, "digest", digest);
    json_page_end(&j);
}

void report_policy_text(struct page *to, const char *path, const char *text, const char *why,
                        bool json)
{
    struct json_page j = {.to = to};
    const char *rest = text, *line;
    size_t len;

    if (json) {
        json_page_object(&j, NULL);
        json_page_text(&j, "path", path);
        json_page_boolean(&j, "in_force", !why);
        json_page_text(&j, "denies", why);
        json_page_text(&j, "text", text);
        json_page_end(&j);
        return;
    }
    while ((line = text_line(&rest, &len)))
        page_addf(to, "%.*s\n", (int)len, line);
    page_addf(to, "# %s: %s%s\n", path, why ? "denies everything: " : "in force", why ? why : "");
}
