/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Learns the columns of a run, and binds the function to them. */
#include "engine/flow/columns.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/update.h"
#include "engine/plan/bind.h"
#include "util/alike.h"
#include "util/owner.h"
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
        rc = file_write(path, b.data, b.len, FILE_OWN, e);
    buf_free(&b);
    return rc;
}

static int compare_columns(const struct job *j, const char *const *names, size_t count,
                           struct err *e)
{
    char how[ALIKE_HOW];

    if (count != j->columns_count)
        return err_set(e, ERR_INPUT, "its data has %zu columns, the other slaves' has %zu", count,
                       j->columns_count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], j->columns[i]) != 0)
            return err_set(
                e, ERR_INPUT, "column %zu is '%.100s', the other slaves' is '%.100s'%s%s", i + 1,
                names[i], j->columns[i],
                alike_how(how, names[i], j->columns[i]) ? ", which differs only by its " : "", how);
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

const char **columns_split(const char *text, size_t len, size_t *count, struct err *e)
{
    size_t used = 0;

    *count = 0;
    for (size_t i = 0; i < len; i++)
        *count += text[i] == '\0';
    const char **names = err_alloc(*count, sizeof *names, "column names", e);
    for (size_t i = 0; names && i < *count; i++) {
        names[i] = text + used;
        used += strlen(names[i]) + 1;
    }
    *count = used == len ? *count : 0;
    return names;
}

int columns_set(struct job *j, const char *const *names, size_t count, struct err *e)
{
    if (j->bound)
        return compare_columns(j, names, count, e);
    struct bound *b = j->bound = bind_function(j->plan->contract, names, count, e);
    if (!b)
        return -1;
    if (bind_check_features(b, e) == 0 && copy_columns(j, names, count, e) == 0 &&
        (count == 0 || save_columns(j, names, count, e) == 0) &&
        result_size(j->result, bound_length(b), bound_features_length(b), e) == 0 &&
        bind_host(b, &j->host, j->plan->where, j->run.key, "master", e) == 0 &&
        update_begin(j, e) == 0)
        return 0;
    job_forget_columns(j); /* another slave's claim may try again */
    bound_destroy(b);
    j->bound = NULL;
    return -1;
}

/* The columns of a run that is resumed. Without them nothing is taken up again. */
int columns_resume(struct job *j, struct err *e)
{
    char path[PATH_MAX], *text;
    bool whole = true;
    size_t len, count;

    if (job_path(j, "columns", path, sizeof path, e) < 0 || !file_exists(path))
        return 0;
    if (file_read(path, 64 << 20, &text, &len, e) < 0)
        return -1;
    for (size_t i = 0; i < len; i++) {
        whole &= text[i] != '\0';
        text[i] = text[i] == '\n' ? '\0' : text[i];
    }
    const char **names = columns_split(text, whole ? len : 0, &count, e);
    int rc = names ? 0 : -1;
    if (rc == 0 && count == 0)
        file_remove(path); /* damaged: a NUL in it, or the last LF missing */
    else if (rc == 0 && (rc = columns_set(j, names, count, e)) < 0)
        err_context(e, "%s", path);
    free(names);
    free(text);
    return rc;
}
