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

void slurm_learn_end(void)
{
    char words[][SLURM_ID] = {"squeue", "-h", "-j", "", "-o", "%L"}, text[64];
    struct child_signals signals;

    if (!slurm_job(words[3]) || getenv("SLURM_JOB_END_TIME") ||
        child_signals_open(&signals, NULL) < 0)
        return;
    char *const argv[] = {words[0], words[1], words[2], words[3], words[4], words[5], NULL};
    int signal = slurm_ask(&signals, argv, text, sizeof text);
    child_signals_close(&signals);
    if (signal != 0)
        raise(signal); /* it was not for us */
    text[strcspn(text, "\n")] = '\0';
    double left = slurm_seconds(text);
    if (isnan(left))
        return;
    snprintf(text, sizeof text, "%.0f", floor((double)clock_utc_us() * 1e-6 + left));
    setenv("SLURM_JOB_END_TIME", text, 1);
}
