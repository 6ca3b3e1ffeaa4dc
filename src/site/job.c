/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts, asks after and cancels the jobs in which parts are computed. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/site.h"
#include "util/child.h"
#include "util/clock.h"
#include "util/owner.h"
#include "util/place.h"
#include "util/store.h"

enum { ANSWER = 4096, JOB_MOST = 64 };

static const double answer_within = 60; /* seconds that Slurm's commands have */

/* Runs a program of Slurm's, and keeps what it says. Returns its exit code, or -1: it cannot be
 * started, or does not end. */
static int ask(char *const *argv, char text[static ANSWER], struct err *e)
{
    double until = clock_steady() + answer_within;
    struct child_signals signals;
    struct child_news news = {0};
    struct child c;
    size_t len = 0;

    text[0] = '\0';
    if (child_signals_open(&signals, e) < 0)
        return -1;
    if (child_start(&c, &signals, argv, CHILD_ALL, e) < 0) {
        child_signals_close(&signals);
        return -1;
    }
    while (!news.ended && news.signal == 0 && clock_steady() < until) {
        child_wait(&c, &signals, 1, &news);
        size_t n = news.len < ANSWER - 1 - len ? news.len : ANSWER - 1 - len;
        memcpy(text + len, news.text, n);
        len += n;
    }
    text[len] = '\0';
    text[strcspn(text, "\n")] = '\0';
    bool ended = news.ended;
    child_stop(&c);
    child_signals_close(&signals);
    return ended ? c.code : err_set(e, ERR_INCOMPLETE, "%s does not answer", argv[0]);
}

/* Effect: appends a word as a shell reads it. */
static void add_quoted(struct buf *b, const char *word)
{
    buf_addc(b, '\'');
    for (const char *p = word; *p; p++)
        if (*p == '\'')
            buf_adds(b, "'\\''");
        else
            buf_addc(b, *p);
    buf_addc(b, '\'');
}

/* Returns how many seconds before its end a job is told of it: of a short one a quarter. */
static double told_before(const struct rules_limits *l)
{
    const double usual = 120;

    return l->time > 0 && l->time < 4 * usual ? ceil(l->time / 4) : usual;
}

/* The job's script: it looks where it is, and then becomes the one that every job has. */
static int write_script(const struct site *s, const struct site_part *p,
                        const struct site_program *how, const char *path, struct err *e)
{
    struct buf b = {0};

    buf_addf(&b,
             "#!/bin/bash\n# Round %" PRIu64 " of run %s.\n"
             "#SBATCH --requeue\n#SBATCH --open-mode=append\n#SBATCH --signal=B:USR1@%.0f\n"
             "if [ \"${SLURM_CLUSTER_NAME:-}\" != %s ]; then\n"
             "    echo \"metaneuron: cluster: the policy lets this run on %s alone, and it was "
             "started on ${SLURM_CLUSTER_NAME:-no cluster}\" >&2\n    exit 77\nfi\n"
             "export METANEURON_SITE=%s METANEURON=",
             p->round, p->run, told_before(&p->limits), s->house.cluster, s->house.cluster,
             s->house.name);
    add_quoted(&b, how->program);
    buf_adds(&b, "\nexec bash ");
    add_quoted(&b, how->script);
    buf_addc(&b, ' ');
    add_quoted(&b, p->contract);
    buf_addf(&b, " --data %s=", p->data);
    add_quoted(&b, p->location);
    buf_adds(&b, " --ledger ");
    add_quoted(&b, p->ledger);
    buf_adds(&b, " --out ");
    add_quoted(&b, p->out);
    if (p->limits.sandbox || s->base->sandbox.on)
        buf_adds(&b, " --sandbox");
    buf_addc(&b, '\n');
    int rc =
        buf_failed(&b) ? err_memory(e, "a script") : file_write(path, b.data, b.len, FILE_OWN, e);
    buf_free(&b);
    return rc;
}

/* Effect: run and round's files name and file of the job are those paths. */
static int job_path(const struct site *s, const char *run, uint64_t round, const char *name,
                    char path[static PATH_MAX], struct err *e)
{
    char below[64];

    snprintf(below, sizeof below, "round-%" PRIu64 "/%s", round, name);
    return house_run_path(&s->house, run, below, path, e);
}

/* Sets id to the part's last job. Returns whether there is one. */
static bool read_job(const struct site *s, const char *run, uint64_t round,
                     char id[static JOB_MOST])
{
    char path[PATH_MAX], *text;
    size_t len;

    if (job_path(s, run, round, "job", path, NULL) < 0 || !file_exists(path) ||
        file_read_own(path, JOB_MOST - 1, false, &text, &len, NULL) < 0)
        return false;
    snprintf(id, JOB_MOST, "%.*s", (int)strspn(text, "0123456789"), text);
    free(text);
    return id[0] != '\0';
}

static enum site_job ask_after(const struct site *s, const char *id)
{
    char cluster[HOUSE_CLUSTER], number[JOB_MOST], text[ANSWER],
        words[][12] = {"squeue", "-M", "-j", "-h", "-o%T"};

    snprintf(cluster, sizeof cluster, "%s", s->house.cluster);
    snprintf(number, sizeof number, "%s", id);
    char *const argv[] = {words[0], words[1], cluster, words[2], number, words[3], words[4], NULL};
    int code = ask(argv, text, NULL);
    if (code == 0)
        return text[0] && strncmp(text, "CLUSTER:", 8) != 0 ? SITE_JOB_ALIVE : SITE_JOB_NONE;
    return strstr(text, "Invalid job id") ? SITE_JOB_NONE : SITE_JOB_UNKNOWN;
}

enum site_job site_job_state(struct site *s, const char *run, uint64_t round)
{
    char id[JOB_MOST];

    if (!s->house.cluster[0] || !read_job(s, run, round, id))
        return SITE_JOB_NONE;
    return ask_after(s, id);
}

void site_job_cancel(struct site *s, const char *run, uint64_t round)
{
    char id[JOB_MOST], cluster[HOUSE_CLUSTER], text[ANSWER], words[][12] = {"scancel", "-M"};

    if (!s->house.cluster[0] || !read_job(s, run, round, id))
        return;
    snprintf(cluster, sizeof cluster, "%s", s->house.cluster);
    char *const argv[] = {words[0], words[1], cluster, id, NULL};
    ask(argv, text, NULL);
}

uint64_t site_jobs_alive(struct site *s, const char *but)
{
    uint64_t alive = 0;

    for (size_t i = 0; i < s->fed.count; i++) {
        const struct fed_run *run = &s->fed.runs[i];
        const struct fed_party *p = fed_party(run, s->house.name);
        uint64_t round = fed_present(run);
        if (p && p->claimed && round > 0 && strcmp(run->key, but) != 0 && !fed_over(run))
            alive += site_job_state(s, run->key, round) == SITE_JOB_ALIVE;
    }
    return alive;
}

/* The words of sbatch. */
struct words {
    char text[16][PATH_MAX];
    char *argv[17];
    size_t count;
};

static void add_word(struct words *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add_word(struct words *w, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(w->text[w->count], sizeof w->text[0], format, arguments);
    va_end(arguments);
    w->argv[w->count] = w->text[w->count];
    w->argv[++w->count] = NULL;
}

static void add_words(struct words *w, const struct site *s, const struct site_part *p,
                      const char *output, const char *script)
{
    const struct rules_limits *l = &p->limits;

    add_word(w, "sbatch");
    add_word(w, "--parsable");
    add_word(w, "-M%s", s->house.cluster);
    add_word(w, "--job-name=metaneuron-%s-%" PRIu64, p->run, p->round);
    add_word(w, "--output=%s", output);
    if (l->nodes)
        add_word(w, "--nodes=1-%" PRIu64, l->nodes);
    add_word(w, "--ntasks=%" PRIu64, l->cores ? l->cores : 1);
    if (l->memory)
        add_word(w, "--mem=%" PRIu64 "M", (l->memory + (1 << 20) - 1) >> 20);
    if (l->time > 0)
        add_word(w, "--time=%.0f", l->time / 60 < 1 ? 1 : l->time / 60);
    add_word(w, "%s", script);
}

/* Effect: sbatch's answer, ID;CLUSTER, is kept, and id is the number. */
static int keep_job(const struct site_part *p, const char *answer, char id[static 64],
                    struct err *e)
{
    char line[128];
    size_t digits = strspn(answer, "0123456789");

    if (digits == 0 || digits >= 32)
        return err_set(e, ERR_INCOMPLETE, "sbatch answers '%.200s', and no number of a job",
                       answer);
    snprintf(id, 64, "%.*s", (int)digits, answer);
    int n = snprintf(line, sizeof line, "%s\n", id);
    return file_write(p->job, line, (size_t)n, FILE_OWN, e);
}

int site_start_job(struct site *s, const struct site_part *p, const struct site_program *how,
                   char id[static 64], struct err *e)
{
    char script[PATH_MAX], output[PATH_MAX], text[ANSWER];
    int rc = -1;

    if (!s->house.cluster[0])
        return err_set(e, ERR_USAGE,
                       "this centre has no cluster (site init --cluster): metaneuron site compute "
                       "--local computes here");
    if (read_job(s, p->run, p->round, id) && ask_after(s, id) != SITE_JOB_NONE)
        return 0;
    struct words *w = err_alloc(1, sizeof *w, "words", e);
    if (!w || job_path(s, p->run, p->round, "job.sh", script, e) < 0 ||
        job_path(s, p->run, p->round, "job.out", output, e) < 0 ||
        write_script(s, p, how, script, e) < 0)
        goto done;
    add_words(w, s, p, output, script);
    int code = ask(w->argv, text, e);
    if (code > 0)
        err_set(e, ERR_INCOMPLETE, "sbatch: %.500s", text);
    else if (code == 0)
        rc = keep_job(p, text, id, e);
done:
    free(w);
    return rc;
}
