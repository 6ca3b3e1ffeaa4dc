/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/launch_private.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/parse.h"

enum { HOSTS_ROOM = 1 << 20 }; /* bytes of their names */

static const double answer_within = 10, comment_every = 10; /* seconds */

/* Returns the batch job's number, or NULL outside one. */
static const char *job_id(void)
{
    const char *id = getenv("SLURM_JOB_ID");

    return id && id[0] && id[strspn(id, "0123456789")] == '\0' ? id : NULL;
}

double launch_slurm_seconds(const char *text)
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

/* Effect: text is what a program answers, cut to fit; empty if it does not. */
static void ask(struct launch *l, char *const *argv, char *text, size_t size)
{
    double until = clock_steady() + answer_within;
    struct child_news news = {0};
    struct child c;
    size_t len = 0;

    text[0] = '\0';
    if (child_start(&c, &l->signals, argv, CHILD_ANSWERS, NULL) < 0)
        return;
    while (!news.ended && !l->told && clock_steady() < until) {
        child_wait(&c, &l->signals, .1, &news);
        l->told = news.signal != 0;
        size_t n = news.len < size - 1 - len ? news.len : size - 1 - len;
        memcpy(text + len, news.text, n);
        len += n;
    }
    child_stop(&c);
    text[len] = '\0';
}

double launch_ask_slurm(struct launch *l)
{
    const char *id = job_id(), *end = getenv("SLURM_JOB_END_TIME");
    char text[64];
    uint64_t when;

    if (end && parse_u64(end, &when) == 0)
        return (double)when - (double)clock_utc_us() * 1e-6;
    if (!id)
        return NAN;
    char words[][24] = {"squeue", "-h", "-j", "", "-o", "%L"};
    snprintf(words[3], sizeof words[3], "%s", id);
    char *const argv[] = {words[0], words[1], words[2], words[3], words[4], words[5], NULL};
    ask(l, argv, text, sizeof text);
    text[strcspn(text, "\n")] = '\0';
    return launch_slurm_seconds(text);
}

uint64_t launch_slurm_tasks(const char *text, size_t i)
{
    unsigned tasks, times;

    while (text && *text) {
        int used = 0;
        times = 1;
        if (sscanf(text, "%6u%n", &tasks, &used) != 1)
            break;
        text += used;
        used = 0;
        if (sscanf(text, "(x%6u)%n", &times, &used) == 1)
            text += used;
        if (i < times)
            return tasks > 0 ? tasks : 1;
        i -= times;
        text += *text == ',';
    }
    return 1;
}

int64_t launch_count_nodes(const struct launch *l)
{
    const char *text = job_id() ? getenv("SLURM_JOB_NUM_NODES") : NULL;
    int64_t nodes;

    return text && parse_i64(text, &nodes) == 0 ? nodes - (int64_t)l->policy.nodes_count : 0;
}

void launch_add_hosts(struct launch *l, struct buf *hosts)
{
    const char *list = getenv("SLURM_JOB_NODELIST"), *tasks = getenv("SLURM_TASKS_PER_NODE");
    char words[][16] = {"scontrol", "show", "hostnames"}, *rest = NULL;
    struct err why = {0};
    char *text = job_id() && list ? err_alloc(HOSTS_ROOM, 1, "hosts", &why) : NULL;
    char *copy = text ? strdup(list) : NULL;
    size_t i = 0;

    if (copy) {
        char *const argv[] = {words[0], words[1], words[2], copy, NULL};
        ask(l, argv, text, HOSTS_ROOM);
        for (char *host = strtok_r(text, "\n", &rest); host; host = strtok_r(NULL, "\n", &rest)) {
            uint64_t n = launch_slurm_tasks(tasks, i++);
            if (!launch_is_excluded(&l->policy, host))
                buf_addf(hosts, "%s%s:%" PRIu64, hosts->len ? "," : "", host, n);
        }
    }
    free(copy);
    free(text);
}

void launch_comment(struct launch *l)
{
    const char *id = job_id();
    double now = clock_steady();
    char words[][24] = {"scontrol", "update", "JobId="}, comment[160] = "Comment=", text[140];

    if (!id || l->commented < 0 || now - l->commented < comment_every ||
        !child_is_gone(&l->comment) || !launch_progress(l, text, sizeof text))
        return;
    l->commented = now;
    snprintf(words[2], sizeof words[2], "JobId=%s", id);
    snprintf(comment, sizeof comment, "Comment=%s", text);
    char *const argv[] = {words[0], words[1], words[2], comment, NULL};
    if (child_start(&l->comment, &l->signals, argv, CHILD_NOTHING, NULL) < 0)
        l->commented = -1;
}
