/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/job.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "util/file.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

struct record *job_record(struct job *j, const char *type, struct err *e)
{
    if (j->batch_count == j->batch_capacity) {
        size_t capacity = j->batch_capacity ? 2 * j->batch_capacity : 16;
        struct record *batch = realloc(j->batch, capacity * sizeof *batch);
        if (!batch) {
            err_memory(e, "records");
            return NULL;
        }
        j->batch = batch;
        j->batch_capacity = capacity;
    }
    struct record *r = &j->batch[j->batch_count++];
    record_begin(r, type);
    return r;
}

int job_commit(struct job *j, struct err *e)
{
    int rc = 0;

    if (j->batch_count > 0)
        rc = ledger_append(j->ledger, j->batch, j->batch_count, NULL, e);
    j->batch_count = 0;
    return rc;
}

int job_path(const struct job *j, const char *name, char *path, size_t size, struct err *e)
{
    return paths_join(path, size, j->directory, name, e);
}

/* Effect: the columns are durable, for a resumed run that needs no more claims. */
static int save_columns(const struct job *j, const char *const *names, size_t count, struct err *e)
{
    char path[PATH_MAX];
    struct buf b = {0};

    for (size_t i = 0; i < count; i++)
        buf_addf(&b, "%s\n", names[i]);
    int rc = buf_failed(&b) ? err_memory(e, "column names") : 0;
    if (rc == 0 && (rc = job_path(j, "columns", path, sizeof path, e)) == 0 && !file_exists(path))
        rc = file_write(path, b.data, b.len, 0644, e);
    buf_free(&b);
    return rc;
}

static int compare_columns(const struct job *j, const char *const *names, size_t count,
                           struct err *e)
{
    if (count != j->columns_count)
        return err_set(e, ERR_INPUT, "its data has %zu columns, the other slaves' has %zu", count,
                       j->columns_count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], j->columns[i]) != 0)
            return err_set(e, ERR_INPUT, "column %zu is '%.100s', the other slaves' is '%.100s'",
                           i + 1, names[i], j->columns[i]);
    return 0;
}

static void free_columns(struct job *j)
{
    for (size_t i = 0; j->columns && i < j->columns_count; i++)
        free(j->columns[i]);
    free(j->columns);
    j->columns = NULL;
    j->columns_count = 0;
}

static int copy_columns(struct job *j, const char *const *names, size_t count, struct err *e)
{
    j->columns = err_alloc(count, sizeof *j->columns, "column names", e);
    if (!j->columns)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (result_set(&j->columns[j->columns_count++], names[i], e) < 0)
            return -1;
    return 0;
}

int job_set_columns(struct job *j, const char *const *names, size_t count, struct err *e)
{
    if (j->bound)
        return compare_columns(j, names, count, e);
    struct bound *b = bind_function(j->contract, names, count, e);
    if (!b)
        return -1;
    if (copy_columns(j, names, count, e) < 0 ||
        (count > 0 && save_columns(j, names, count, e) < 0) ||
        result_size(j->result, bound_length(b), bound_features_length(b), e) < 0) {
        free_columns(j); /* another slave's claim may try again */
        bound_destroy(b);
        return -1;
    }
    j->bound = b;
    bind_host(b, &j->host, j->where, j->run.key, "master");
    if (update_begin(j, e) == 0)
        return 0;
    free_columns(j);
    bound_destroy(b);
    j->bound = NULL;
    return -1;
}

void job_free(struct job *j)
{
    free_columns(j);
    bound_destroy(j->bound);
    free(j->model);
    contract_destroy(j->contract);
    free(j->contract_bytes);
    ledger_close(j->ledger);
    runs_free(&j->run);
    file_close(j->lock);
    free(j->partitions);
    status_destroy(j->status);
    free(j->batch);
}
