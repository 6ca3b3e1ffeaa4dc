/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks and tells the batch system. */
#include "engine/launch/parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan/slurm.h"
#include "util/clock.h"
#include "util/parse.h"

enum { HOSTS_ROOM = 1 << 20 }; /* bytes of their names */

static const double comment_every = 10; /* seconds */

/* A signal to this process ends what Slurm is asked, too. */
static void ask(struct launch *l, char *const *argv, char *text, size_t size)
{
    if (slurm_ask(&l->signals, argv, text, size) != 0)
        l->told = true;
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
    char id[SLURM_ID];
    const char *text = slurm_job(id) ? getenv("SLURM_JOB_NUM_NODES") : NULL;
    int64_t nodes;

    return text && parse_i64(text, &nodes) == 0 ? nodes - (int64_t)l->policy.nodes_count : 0;
}

bool launch_spans_components(const struct launch_options *o)
{
    bool told = false;

    for (size_t i = 0; i < o->launcher_count; i++)
        told |= strncmp(o->launcher[i], "--het-group", strlen("--het-group")) == 0 ||
                strncmp(o->launcher[i], "--pack-group", strlen("--pack-group")) == 0;
    return told;
}

void launch_add_hosts(struct launch *l, bool tasks, struct buf *hosts)
{
    const char *list = getenv("SLURM_JOB_NODELIST"), *counts = getenv("SLURM_TASKS_PER_NODE");
    char words[][16] = {"scontrol", "show", "hostnames"}, id[SLURM_ID], *rest = NULL;
    struct err why = {0};
    char *text = slurm_job(id) && list ? err_alloc(HOSTS_ROOM, 1, "hosts", &why) : NULL;
    char *copy = text ? strdup(list) : NULL;
    size_t i = 0;

    if (copy) {
        char *const argv[] = {words[0], words[1], words[2], copy, NULL};
        ask(l, argv, text, HOSTS_ROOM);
        for (char *host = strtok_r(text, "\n", &rest); host; host = strtok_r(NULL, "\n", &rest)) {
            uint64_t n = launch_slurm_tasks(counts, i++);
            if (launch_is_excluded(&l->policy, host))
                continue;
            buf_addf(hosts, "%s%s", hosts->len ? "," : "", host);
            if (tasks)
                buf_addf(hosts, ":%" PRIu64, n);
        }
    }
    free(copy);
    free(text);
}

void launch_comment(struct launch *l)
{
    double now = clock_steady();
    char words[][SLURM_ID + 8] = {"scontrol", "update", "JobId="}, comment[160] = "Comment=";
    char id[SLURM_ID], text[140];

    if (!slurm_job(id) || l->commented < 0 || now - l->commented < comment_every ||
        !child_is_gone(&l->comment) || !launch_progress(l, text, sizeof text))
        return;
    l->commented = now;
    snprintf(words[2], sizeof words[2], "JobId=%s", id);
    snprintf(comment, sizeof comment, "Comment=%s", text);
    char *const argv[] = {words[0], words[1], words[2], comment, NULL};
    if (child_start(&l->comment, &l->signals, argv, CHILD_NOTHING, NULL) < 0)
        l->commented = -1;
}
