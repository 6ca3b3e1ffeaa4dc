/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what the doctor has found. */
#include "report/doctor.h"

#include "util/json_page.h"

static const char *const verdicts[] = {
    [DOCTOR_OK] = "ok", [DOCTOR_NOTE] = "note", [DOCTOR_PROBLEM] = "PROBLEM"};

static size_t count(const struct doctor_report *r, enum doctor_verdict verdict)
{
    size_t n = 0;

    for (size_t i = 0; i < r->count; i++)
        n += r->finding[i].verdict == verdict;
    return n;
}

void report_doctor(struct page *to, const struct doctor_report *r, const char *works,
                   const char *fails)
{
    size_t problems = count(r, DOCTOR_PROBLEM), notes = count(r, DOCTOR_NOTE);

    for (size_t i = 0; i < r->count; i++) {
        const struct doctor_finding *x = &r->finding[i];
        page_addf(to, "%-8s %-7s %s%s%s\n", verdicts[x->verdict], x->topic, x->text,
                  x->advice ? " -> " : "", x->advice ? x->advice : "");
    }
    page_addf(to, "%s here: %zu problem%s, %zu note%s\n", problems ? fails : works, problems,
              problems == 1 ? "" : "s", notes, notes == 1 ? "" : "s");
}

void report_doctor_json(struct page *to, const struct doctor_report *r, int ranks)
{
    struct json_page j = {.to = to};

    json_page_object(&j, NULL);
    json_page_boolean(&j, "works", doctor_code(r) == ERR_NONE);
    json_page_integer(&j, "code", (int)doctor_code(r));
    if (ranks > 0)
        json_page_integer(&j, "ranks", ranks);
    json_page_list(&j, "findings");
    for (size_t i = 0; i < r->count; i++) {
        const struct doctor_finding *x = &r->finding[i];
        json_page_object(&j, NULL);
        json_page_text(&j, "topic", x->topic);
        json_page_text(&j, "verdict", verdicts[x->verdict]);
        json_page_integer(&j, "code", (int)x->code);
        json_page_text(&j, "text", x->text);
        if (x->advice)
            json_page_text(&j, "advice", x->advice);
        json_page_end(&j);
    }
    json_page_end(&j);
    json_page_end(&j);
}
