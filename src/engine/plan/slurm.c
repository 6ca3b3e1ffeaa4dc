/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks Slurm about this job. */
#include "engine/plan/slurm.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/parse.h"

static const double answer_within = 10; /* seconds */

bool slurm_job(char id[static SLURM_ID])
{
    uint64_t job, array, task;

    id[0] = '\0';
    if (parse_variable("SLURM_JOB_ID", &job) < 0)
        return false;
    if (parse_variable("SLURM_ARRAY_JOB_ID", &array) == 0 &&
        parse_variable("SLURM_ARRAY_TASK_ID", &task) == 0)
        snprintf(id, SLURM_ID, "%" PRIu64 "_%" PRIu64, array, task);
    else
        snprintf(id, SLURM_ID, "%" PRIu64, job);
    return true;
}

uint64_t slurm_components(void)
{
    uint64_t n;

    if (!getenv("SLURM_JOB_ID"))
        return 0;
    return parse_variable("SLURM_HET_SIZE", &n) == 0 || parse_variable("SLURM_PACK_SIZE", &n) == 0
               ? n
               : 1;
}

uint64_t slurm_restarts(void)
{
    uint64_t n;

    return getenv("SLURM_JOB_ID") && parse_variable("SLURM_RESTART_COUNT", &n) == 0 ? n : 0;
}

double slurm_seconds(const char *text)
{
    unsigned days = 0, part[3] = {0};
    const char *dash = strchr(text, '-');
    int n, used = 0;

    if (dash && (sscanf(text, "%6u-%n", &days, &used) != 1 || used != (int)(dash + 1 - text)))
        return NAN;
    text += used;
    if (strspn(text, "0123456789:") != strlen(text))
        return NAN;
    n = sscanf(text, "%6u:%6u:%6u", &part[0], &part[1], &part[2]);
    if (n < 2) /* UNLIMITED, NOT_SET, INVALID */
        return NAN;
    double seconds = n == 3 ? 3600. * part[0] + 60. * part[1] + part[2] : 60. * part[0] + part[1];
    return 86400. * days + seconds;
}

int slurm_ask(const struct child_signals *signals, char *const *argv, char *text, size_t size)
{
    double until = clock_steady() + answer_within;
    struct child_news news = {0};
    struct child c;
    size_t len = 0;
    bool fits = true;

    text[0] = '\0';
    if (child_start(&c, signals, argv, CHILD_ANSWERS, NULL) < 0)
        return 0;
    while (!news.ended && news.signal == 0 && clock_steady() < until) {
        child_wait(&c, signals, .1, &news);
        fits &= news.len < size - len;
        memcpy(text + len, news.text, fits ? news.len : 0);
        len += fits ? news.len : 0;
    }
    child_stop(&c);
    text[fits ? len : 0] = '\0'; /* what was cut would be another node */
    return news.signal;
}

/* In "JOB SECONDS", as a variable may be handed on to another job. */
static const char submitted[] = "METANEURON_SUBMITTED";

/* Effect: keeps what squeue says: the time that is left, and when the job was submitted. */
static void keep_times(const char *id, const char *text)
{
    char left[32] = "", when[32] = "", value[SLURM_ID + 32];
    uint64_t seconds;

    sscanf(text, "%31s %31s", left, when);
    double rest = slurm_seconds(left);
    if (!getenv("SLURM_JOB_END_TIME") && !isnan(rest)) {
        snprintf(value, sizeof value, "%.0f", floor((double)clock_utc_us() * 1e-6 + rest));
        setenv("SLURM_JOB_END_TIME", value, 1);
    }
    if (parse_u64(when, &seconds) == 0 && seconds <= UINT32_MAX) {
        snprintf(value, sizeof value, "%s %" PRIu64, id, seconds);
        setenv(submitted, value, 1);
    }
}

/* Returns what submitted says of that job, or NULL. */
static const char *submitted_at(const char *id)
{
    const char *text = getenv(submitted);
    size_t len = strlen(id);
    uint64_t seconds;

    if (!text || strncmp(text, id, len) != 0 || text[len] != ' ')
        return NULL;
    text += len + 1;
    return parse_u64(text, &seconds) == 0 && seconds <= UINT32_MAX ? text : NULL;
}

void slurm_learn(void)
{
    char words[][SLURM_ID] = {"env",  "SLURM_TIME_FORMAT=%s", "squeue", "-h", "-j", "", "-o",
                              "%L %V"};
    char *argv[sizeof words / sizeof words[0] + 1] = {0}, text[64];
    struct child_signals signals;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        argv[i] = words[i];
    if (!slurm_job(words[5]) || (getenv("SLURM_JOB_END_TIME") && submitted_at(words[5])) ||
        child_signals_open(&signals, NULL) < 0)
        return;
    int signal = slurm_ask(&signals, argv, text, sizeof text);
    child_signals_close(&signals);
    if (signal != 0)
        raise(signal); /* it was not for us */
    keep_times(words[5], text);
}

static void copy_name(char to[static TEXT_NAME + 1], const char *variable)
{
    const char *text = getenv(variable);

    snprintf(to, TEXT_NAME + 1, "%s", text && text_is_name(text) ? text : "-");
}

static void copy_number(char to[static SLURM_ID], const char *variable)
{
    uint64_t n;

    snprintf(to, SLURM_ID, "%s", parse_variable(variable, &n) == 0 ? getenv(variable) : "-");
}

bool slurm_accounting(struct slurm_account *a)
{
    char id[SLURM_ID];

    if (!slurm_job(id))
        return false;
    const char *when = submitted_at(id);
    copy_name(a->cluster, "SLURM_CLUSTER_NAME");
    copy_number(a->job, "SLURM_JOB_ID");
    copy_number(a->task, "SLURM_ARRAY_TASK_ID");
    copy_name(a->user, "SLURM_JOB_USER");
    copy_name(a->account, "SLURM_JOB_ACCOUNT");
    snprintf(a->submit, sizeof a->submit, "%s", when ? when : "-");
    return true;
}
