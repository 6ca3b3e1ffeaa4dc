/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what the doctor has found. */
#include "report/doctor.h"

#include "report/json.h"
#include "util/text.h"

static const char *const verdicts[] = {
    [DOCTOR_OK] = "ok", [DOCTOR_NOTE] = "note", [DOCTOR_PROBLEM] = "PROBLEM"};

static size_t count(const struct doctor_report *r, enum doctor_verdict verdict)
{
    size_t n = 0;

    for (size_t i = 0; i < r->count; i++)
        n += r->finding[i].verdict == verdict;
    return n;
}

void report_doctor(struct buf *to, const struct doctor_report *r)
{
    char text[sizeof r->finding[0].text];
    size_t problems = count(r, DOCTOR_PROBLEM), notes = count(r, DOCTOR_NOTE);

    for (size_t i = 0; i < r->count; i++) {
        const struct doctor_finding *x = &r->finding[i];
        buf_addf(to, "%-8s %-7s %s%s%s\n", verdicts[x->verdict], x->topic,
                 text_printable(text, sizeof text, x->text), x->advice ? " -> " : "",
                 x->advice ? x->advice : "");
    }
    buf_addf(to, "a run would %s here: %zu problem%s, %zu note%s\n", problems ? "not work" : "work",
             problems, problems == 1 ? "" : "s", notes, notes == 1 ? "" : "s");
}

void report_doctor_json(struct buf *to, const struct doctor_report *r, int ranks)
{
    char text[sizeof r->finding[0].text];
    json_t *findings = json_array();

    for (size_t i = 0; i < r->count; i++) {
        const struct doctor_finding *x = &r->finding[i];
        json_array_append_new(
            findings, json_pack("{s:s,s:s,s:i,s:s,s:s*}", "topic", x->topic, "verdict",
                                verdicts[x->verdict], "code", (int)x->code, "text",
                                text_printable(text, sizeof text, x->text), "advice", x->advice));
    }
    report_add_json(to,
                    json_pack("{s:b,s:i,s:i,s:o}", "works", doctor_code(r) == ERR_NONE, "code",
                              (int)doctor_code(r), "ranks", ranks, "findings", findings),
                    NULL);
}
