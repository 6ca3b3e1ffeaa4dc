/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tries from several ranks at once what several writers of a ledger need. */
#include "engine/doctor/facts.h"

#include <string.h>

#include "util/file.h"
#include "util/lock.h"

/* Rank 0 holds a lock and has appended, while the others look. */
int doctor_try_hold(struct transport *t, struct doctor_facts *f, struct doctor_rank *here,
                    struct doctor_trial *trial, struct err *e)
{
    char existing[PATH_MAX], name[PATH_MAX] = "";
    struct buf path = {0};
    bool is_master = transport_rank(t) == 0;

    trial->fd = -1;
    if (is_master && transport_size(t) > 1 && !f->ledger.why.code &&
        f->ledger.is.fs.locks != FILESYSTEM_NONE &&
        probe_existing(f->ledger.path, existing, sizeof existing, NULL) == 0)
        trial->fd = probe_hold(existing, name, sizeof name, &f->ledger.why);
    if (is_master)
        buf_add(&path, trial->fd >= 0 ? name : "", (trial->fd >= 0 ? strlen(name) : 0) + 1);
    int rc = transport_broadcast(t, &path, e);
    if (rc == 0 && path.len > 0 && path.len <= sizeof trial->path && !path.data[path.len - 1])
        memcpy(trial->path, path.data, path.len);
    buf_free(&path);
    if (!is_master && trial->path[0]) {
        here->lock = probe_try(trial->path);
        here->appended = probe_look(trial->path);
    }
    return rc;
}

/* Returns a rank on another node than rank 0's, or else any, that sees the file; 0: there is none. */
static int32_t choose(const struct doctor_facts *f)
{
    int32_t any = 0;

    for (int32_t k = f->ranks - 1; k > 0; k--) {
        if (f->rank[k].lock != PROBE_HELD && f->rank[k].lock != PROBE_TAKEN)
            continue;
        bool better = any == 0 || strcmp(f->rank[k].node, f->rank[0].node) != 0 ||
                      strcmp(f->rank[any].node, f->rank[0].node) == 0;
        any = better ? k : any;
    }
    return any;
}

/* Both append in turn, each under the lock, as two runs would that share a ledger. */
int doctor_try_append(struct transport *t, struct doctor_facts *f, struct doctor_trial *trial,
                      struct err *e)
{
    struct buf partner = {0}, all = {0};
    int32_t k = 0;
    uint32_t found = 0;
    bool is_master = transport_rank(t) == 0;

    if (is_master) {
        k = trial->fd >= 0 && f->rank ? choose(f) : 0;
        if (trial->fd >= 0)
            file_unlock(trial->fd);
        buf_add(&partner, (const char *)&k, sizeof k);
    }
    int rc = transport_broadcast(t, &partner, e);
    if (rc == 0 && partner.len == sizeof k)
        memcpy(&k, partner.data, sizeof k);
    if (rc == 0 && k > 0 && k == transport_rank(t)) {
        int fd = probe_open(trial->path);
        found = fd < 0 ? PROBE_UNABLE : probe_append(fd, trial->path, 1);
        file_close(fd);
    }
    if (rc == 0)
        rc = transport_gather(t, &found, sizeof found, &all, e);
    if (rc == 0 && is_master && k > 0) {
        memcpy(&found, all.data + (size_t)k * sizeof found, sizeof found);
        f->partner = k;
        f->there = found;
        f->back = found == PROBE_SEEN ? probe_append(trial->fd, trial->path, 2) : PROBE_UNABLE;
    }
    buf_free(&partner);
    buf_free(&all);
    return rc;
}

void doctor_end_trial(struct doctor_trial *trial)
{
    probe_release(trial->fd, trial->path);
    trial->fd = -1;
}
