/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what a verb of a centre has done. */
#include "report/site_private.h"

void report_done(struct page *to, const struct report_how *how, const char *what, const char *name,
                 bool json)
{
    struct json_page j = {.to = to};

    if (!json) {
        page_addf(to, "%s: %s (", name, what);
        page_addf(to, "%s site", how->program);
        page_addf(to, "%s%s says what is next)\n", how->directory ? " --dir " : "",
                  how->directory ? how->directory : "");
        return;
    }
    json_page_object(&j, NULL);
    json_page_text(&j, "name", name);
    json_page_text(&j, "done", what);
    json_page_end(&j);
}

void report_started(struct page *to, const struct report_how *how, const char *run, const char *id,
                    bool json)
{
    struct json_page j = {.to = to};

    if (!json) {
        page_addf(to, "%s: job %s computes it; when it has ended:\n  ", run, id);
        report_command(to, how, "review", run);
        return;
    }
    json_page_object(&j, NULL);
    json_page_text(&j, "name", run);
    json_page_text(&j, "done", "started");
    json_page_text(&j, "job", id);
    json_page_end(&j);
}

void report_fetched(struct page *to, const struct report_how *how, const char *run,
                    const char *path, bool json)
{
    struct json_page j = {.to = to};

    if (!json) {
        page_addf(to, "%s: its published result is %s\n  %s result show %s\n", run, path,
                  how->program, path);
        return;
    }
    json_page_object(&j, NULL);
    json_page_text(&j, "name", run);
    json_page_text(&j, "done", "fetched");
    json_page_text(&j, "result", path);
    json_page_end(&j);
}

void report_steps_begin(struct report_steps *x)
{
    if (x->json)
        json_page_list(&x->j, NULL);
}

void report_step(struct report_steps *x, const char *run, const char *text)
{
    if (!x->json) {
        page_addf(x->j.to, "%s: %s\n", run ? run : "this centre", text);
        return;
    }
    json_page_object(&x->j, NULL);
    json_page_text(&x->j, "run", run);
    json_page_text(&x->j, "text", text);
    json_page_end(&x->j);
}

void report_steps_end(struct report_steps *x)
{
    if (x->json)
        json_page_end(&x->j);
}
