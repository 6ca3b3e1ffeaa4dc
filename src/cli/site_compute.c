/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs that compute a centre's part of a round. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/session.h"
#include "cli/site_verbs.h"

int verb_compute_here(const struct site_call *c, const struct site_part *p, const char *site,
                      struct err *e)
{
    struct session session;
    struct engine_report report = {0};
    struct engine_options o = c->base;
    const struct engine_data data = {p->data, p->location};

    if (transport_launched())
        return err_set(e, ERR_USAGE,
                       "site compute --local: computes in one process; under a launcher the job "
                       "does, that site compute without --local starts");
    o.contract = p->contract;
    o.ledger = p->ledger;
    o.site = site;
    o.data = &data;
    o.data_count = 1;
    o.out = p->out;
    o.force = true; /* what is in the house is its own */
    int rc = session_open(&session, p->contract, o.sandbox.on, false, c->w->json, e);
    if (rc == 0)
        rc = session_run(&session, &o, &report, e);
    result_free(report.result);
    free(report.credits);
    session_close(&session, 0);
    return rc;
}

/* How jobs are started: paths of this program, and of the script beside it. */
struct programs {
    char program[PATH_MAX], script[PATH_MAX];
    struct site_program how;
};

static int find_programs(struct programs *p, struct err *e)
{
    ssize_t n = readlink("/proc/self/exe", p->program, PATH_MAX - 1);

    if (n < 0)
        return err_errno(e, ERR_OPEN, "/proc/self/exe");
    p->program[n] = '\0';
    p->how = (struct site_program){p->program, p->script};
    return cli_find_shared("slurm/metaneuron.sbatch", p->script, e);
}

/* Effect: the part is prepared, and computed by a job, whose id is id, or here, and then it is "". */
static int compute(struct site_call *c, struct site *s, const char *key, struct site_part *p,
                   char id[static 64], struct err *e)
{
    struct programs programs;
    bool local = c->w->local || !s->house.cluster[0];

    if (site_prepare(s, key, p, e) < 0)
        return -1;
    if (p->computed)
        return 0;
    if (!local)
        return find_programs(&programs, e) < 0 ? -1 : site_start_job(s, p, &programs.how, id, e);
    char site[HOUSE_NAME];
    snprintf(site, sizeof site, "%s", s->house.name);
    site_close(s); /* a computation holds no lock */
    return verb_compute_here(c, p, site, e);
}

int verb_compute(struct site_call *c, struct err *e)
{
    struct site s;
    struct site_part p = {0};
    char key[RUN_HEX + 1], id[64] = "";
    int rc = -1;

    if (verb_open(c, &s, VERB_CHANGES, e) == 0 && verb_run(c, &s, key, e) == 0)
        rc = compute(c, &s, key, &p, id, e);
    site_close(&s);
    if (rc == 0 && id[0])
        report_started(c->to, &c->how, key, id, c->w->json);
    else if (rc == 0)
        verb_done(c, "computed", key);
    site_part_free(&p);
    return rc;
}

/* What a step is given. */
struct stepping {
    const struct site_call *c;
    struct report_steps steps;
};

static void tell_step(void *context, const char *run, const char *text)
{
    report_step(&((struct stepping *)context)->steps, run, text);
}

static int compute_step(void *context, struct site *s, const struct site_part *p, struct err *e)
{
    return verb_compute_here(((struct stepping *)context)->c, p, s->house.name, e);
}

int verb_step(struct site_call *c, struct err *e)
{
    struct site s;
    struct stepping x = {c, {c->w->json, {.to = c->to}}};
    struct programs programs = {0};
    int rc = verb_open(c, &s, VERB_COMPUTES, e);
    bool local = rc == 0 && (c->w->local || !s.house.cluster[0]);

    if (rc == 0 && !local)
        rc = find_programs(&programs, e);
    if (rc == 0) {
        report_steps_begin(&x.steps);
        rc = site_step(&s, &programs.how, local ? compute_step : NULL, tell_step, &x, e);
        report_steps_end(&x.steps);
    }
    site_close(&s);
    return rc;
}
