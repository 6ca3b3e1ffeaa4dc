/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What interrupted writes have left. */
#include "ledger/repair.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/directory.h"
#include "util/file.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/store.h"
#include "util/tail.h"

static int find_torn(const struct ledger *l, char path[static PATH_MAX], struct err *e)
{
    return paths_join(path, PATH_MAX, l->directory, "torn", e);
}

int repair_quarantine(struct ledger *l, struct err *e)
{
    char directory[PATH_MAX], path[PATH_MAX], name[64], *data = NULL;
    uint64_t size;
    int rc = -1;

    if (file_size(l->fd, l->log, &size, e) < 0)
        return -1;
    size_t len = (size_t)(size - l->state.bytes);
    snprintf(name, sizeof name, "%" PRIu64 "-%" PRId64, l->state.bytes, clock_utc_us());
    data = err_alloc(len, 1, "a torn tail", e);
    if (!data || file_pread(l->fd, l->log, data, len, l->state.bytes, e) < 0)
        goto done;
    if (find_torn(l, directory, e) < 0 || file_mkdirs_within(directory, e) < 0 ||
        paths_join(path, sizeof path, directory, name, e) < 0 ||
        file_write(path, data, len, FILE_OWN, e) < 0)
        goto done;
    if (file_truncate(l->fd, l->log, l->state.bytes, e) < 0) {
        l->poisoned = true;
        goto done;
    }
    l->repaired += len;
    rc = 0;
done:
    free(data);
    return rc;
}

struct told {
    const char *directory;
    struct record *records;
    int count;
};

static int tell(void *context, const char *name, struct err *e)
{
    struct told *t = context;
    struct err why = {0};
    char path[PATH_MAX], *data = NULL;
    uint8_t digest[SHA256_LEN];
    size_t len;

    if (t->count == REPAIR_MOST || strstr(name, ".tmp-"))
        return 0;
    if (paths_join(path, sizeof path, t->directory, name, e) < 0)
        return -1;
    /* What is no file, or a stranger's, was put there for some other end. */
    if (file_read_own(path, UINT32_MAX, false, &data, &len, &why) < 0)
        return why.code == ERR_INPUT || why.code == ERR_REFUSED
                   ? 0
                   : err_set(e, why.code, "%s", why.text);
    int rc = hash_bytes(data, len, digest, e);
    free(data);
    if (rc < 0)
        return -1;
    struct record *r = &t->records[t->count++];
    record_begin(r, "repair");
    record_set(r, "bytes", "%zu", len);
    record_set_digest(r, "sha256", digest);
    return 0;
}

static int count_one(void *context, const char *name, struct err *e)
{
    int *count = context;

    (void)name;
    (void)e;
    ++*count;
    return 0;
}

/* Visits the files in torn/ that stood where the log now ends. */
static int each(const struct ledger *l, file_visit *visit, void *context, char *directory,
                struct err *e)
{
    char prefix[32];

    snprintf(prefix, sizeof prefix, "%" PRIu64 "-", l->state.bytes);
    if (find_torn(l, directory, e) < 0)
        return -1;
    /* What is no directory of this ledger's holds nothing that was cut off. */
    return owner_admit_directory(directory, NULL) < 0
               ? 0
               : file_each(directory, prefix, visit, context, e);
}

int repair_count(const struct ledger *l, struct err *e)
{
    char directory[PATH_MAX];
    int count = 0;

    return each(l, count_one, &count, directory, e) < 0 ? -1 : count;
}

int repair_tell(const struct ledger *l, struct record *records, struct err *e)
{
    char directory[PATH_MAX];
    struct told t = {directory, records, 0};

    return each(l, tell, &t, directory, e) < 0 ? -1 : t.count;
}
