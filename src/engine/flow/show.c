/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows a run that was settled before. */
#include "engine/flow/show.h"

#include <stdlib.h>
#include <string.h>

#include "engine/judge/parties.h"
#include "util/directory.h"
#include "util/place.h"
#include "util/store.h"

int show_settled(struct job *j, struct reader *r, struct engine_report *report, struct err *e)
{
    char hex[DIGEST_TEXT] = "", *bytes = NULL;
    size_t len;

    file_remove_directory(j->directory); /* whoever settled it may have been stopped before that */
    int rc = file_exists(j->plan->options->out)
                 ? file_read(j->plan->options->out, RESULT_FILE_MOST, &bytes, &len, e)
                 : 0;

    if (rc == 0 && bytes)
        rc = hash_text(bytes, len, hex, e);
    if (rc == 0 && strcmp(hex, j->run.result) != 0)
        rc = err_set(e, ERR_OPEN,
                     "run %s of this contract is settled already, but %s does not hold its result: "
                     "give --out where it is, or --again for a new run",
                     j->run.key, j->plan->options->out);
    if (rc == 0) {
        report->shown = true;
        report->result = result_read(r, j->plan->options->out, bytes, len, e);
    }
    free(bytes);
    if (!report->result)
        return -1;
    report->credits = err_alloc(report->result->slaves, sizeof *report->credits, "credits", e);
    struct party *party = NULL;
    size_t n = 0;
    rc = report->credits ? judge_parties(report->result, &j->run, &party, &n, e) : -1;
    for (size_t i = 0; rc == 0 && i < n; i++) {
        const struct run_slave *s = runs_slave(&j->run, party[i].name);
        if (!s || party[i].entry == SIZE_MAX)
            continue;
        report->credits[party[i].entry] = s->credits;
        report->emission += s->credits;
    }
    free(party);
    return rc;
}
