/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells which process each rank is, for the supervisor. */
#include "engine/flow/ranks.h"

#include <inttypes.h>
#include <unistd.h>

#include "engine/flow/job.h"
#include "engine/plan/resources.h"
#include "util/owner.h"
#include "util/store.h"

/* What one rank tells; sent as it lies in memory. */
struct rank_is {
    int64_t pid;
    char node[NODE_NAME];
};

int ranks_gather(struct transport *t, struct buf *text, struct err *e)
{
    struct rank_is here = {.pid = getpid()};
    struct buf all = {0};
    int rc = 0;

    if (transport_size(t) == 1)
        return 0;
    if (resources_node(here.node, NULL) < 0)
        here.node[0] = '\0';
    rc = transport_gather(t, &here, sizeof here, &all, e);
    const struct rank_is *ranks = (const struct rank_is *)(const void *)all.data;
    for (int i = 0; rc == 0 && transport_rank(t) == 0 && i < transport_size(t); i++)
        buf_addf(text, "%" PRId64 " %s\n", ranks[i].pid, ranks[i].node[0] ? ranks[i].node : "-");
    buf_free(&all);
    if (rc == 0 && text && buf_failed(text))
        return err_memory(e, "what the ranks tell");
    return rc;
}

int ranks_show(const struct job *j, const struct buf *text, struct err *e)
{
    char path[PLAN_PATH];

    if (text->len == 0)
        return 0;
    return job_path(j, "ranks", path, sizeof path, e) == 0 &&
                   file_show(path, text->data, text->len, FILE_OWN, e) == 0
               ? 0
               : -1;
}
