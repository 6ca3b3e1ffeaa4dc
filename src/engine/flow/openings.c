/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps the openings of claims, and watches the file that they are of. */
#include "engine/flow/openings.h"

#include <limits.h>
#include <string.h>

#include "engine/plan/changed.h"
#include "engine/state/opening.h"
#include "util/owner.h"
#include "util/tail.h"

int openings_watch(struct job *j, uint32_t k, struct err *e)
{
    struct source_stamp now;

    if (j->plan->contract->work_units > 0 || strcmp(j->plan->contract->split, "rows") != 0 ||
        !changed_stamp(j->plan, k, &now))
        return 0;
    if (!j->watched)
        j->stamp = now;
    j->watched = true;
    if (now.size == j->stamp.size && now.time_ns == j->stamp.time_ns)
        return 0;
    return err_set(
        e, ERR_INPUT,
        "%s was changed while slaves computed over it, so that some have other rows than "
        "others: give --again once it stays as it is",
        j->plan->location);
}

int openings_keep(struct job *j, const struct message *m, struct err *e)
{
    struct opening x = {.items = j->result->slave[m->partition].items};
    char path[PATH_MAX], line[OPENING_LINE];
    struct source_stamp stamp;

    if (opening_path(j->plan->where, j->run.key, path, e) < 0 ||
        openings_watch(j, m->partition, e) < 0)
        return -1;
    if (j->openings < 0 && (j->openings = file_open_log(path, FILE_OWN, e)) < 0)
        return -1;
    changed_stamp(j->plan, m->partition, &stamp);
    x.size = stamp.size;
    x.time_ns = stamp.time_ns;
    memcpy(x.salt, m->salt, sizeof x.salt);
    memcpy(x.commit, j->partitions[m->partition].commit, sizeof x.commit);
    memcpy(x.digest, m->digest, sizeof x.digest);
    return file_log(j->openings, path, line, opening_line(line, m->partition + 1, &x), e);
}
