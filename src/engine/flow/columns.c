/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Learns the columns of a run, and binds the function to them. */
#include "engine/flow/columns.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/update.h"
#include "engine/plan/bind.h"
#include "util/place.h"
#include "util/store.h"

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

int columns_set(struct job *j, const char *const *names, size_t count, struct err *e)
{
    if (j->bound)
        return compare_columns(j, names, count, e);
    struct bound *b = bind_function(j->plan->contract, names, count, e);
    if (!b)
        return -1;
    if (bind_check_features(b, e) < 0 || copy_columns(j, names, count, e) < 0 ||
        (count > 0 && save_columns(j, names, count, e) < 0) ||
        result_size(j->result, bound_length(b), bound_features_length(b), e) < 0) {
        job_forget_columns(j); /* another slave's claim may try again */
        bound_destroy(b);
        return -1;
    }
    j->bound = b;
    if (bind_host(b, &j->host, j->plan->where, j->run.key, "master", e) == 0 &&
        update_begin(j, e) == 0)
        return 0;
    job_forget_columns(j);
    bound_destroy(b);
    j->bound = NULL;
    return -1;
}

/* The columns of a run that is resumed. Without them nothing is taken up again. */
int columns_resume(struct job *j, struct err *e)
{
    char path[PATH_MAX], *text, *lf;
    size_t len, count = 0, used = 0;

    if (job_path(j, "columns", path, sizeof path, e) < 0 || !file_exists(path))
        return 0;
    if (file_read(path, 64 << 20, &text, &len, e) < 0)
        return -1;
    for (size_t i = 0; i < len; i++)
        count += text[i] == '\n';
    const char **names = err_alloc(count, sizeof *names, "column names", e);
    int rc = names ? 0 : -1;
    for (size_t i = 0; names && i < count && (lf = strchr(text + used, '\n')); i++) {
        *lf = '\0';
        names[i] = text + used;
        used = (size_t)(lf + 1 - text);
    }
    if (rc == 0 && (count == 0 || used != len))
        file_remove(path); /* damaged: a NUL in it, or the last LF missing */
    else if (rc == 0 && (rc = columns_set(j, names, count, e)) < 0)
        err_context(e, "%s", path);
    free(names);
    free(text);
    return rc;
}
