/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Learns the columns of a run, and binds the function to them. */
#include "engine/flow/columns.h"

#include <stdlib.h>
#include <string.h>

#include "engine/flow/shards.h"
#include "engine/flow/update.h"
#include "engine/plan/bind.h"
#include "util/alike.h"

/* Effect: the columns are durable, for a resumed run that needs no more claims. */
static int save_columns(const struct job *j, const char *const *names, size_t count, struct err *e)
{
    struct buf b = {0};

    seal_start(&b);
    for (size_t i = 0; i < count; i++)
        buf_addf(&b, "%s\n", names[i]);
    int rc = seal_write(&j->seal, "columns", &b, e);
    buf_free(&b);
    return rc;
}

/* What can be done where the first slave that claimed may have been wrong. */
static const char *hint(const struct job *j)
{
    return j->columns_saved ? "; those are of an earlier start, by who claimed first: if they are "
                              "wrong, give --again"
                            : "";
}

static int compare_columns(const struct job *j, const char *const *names, size_t count,
                           struct err *e)
{
    char how[ALIKE_HOW];

    if (count != j->columns_count)
        return err_set(e, ERR_INPUT, "its data has %zu columns, the other slaves' has %zu%s", count,
                       j->columns_count, hint(j));
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], j->columns[i]) != 0)
            return err_set(
                e, ERR_INPUT, "column %zu is '%.100s', the other slaves' is '%.100s'%s%s%s", i + 1,
                names[i], j->columns[i],
                alike_how(how, names[i], j->columns[i]) ? ", which differs only by its " : "", how,
                hint(j));
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
    struct bound *b = j->bound = bind_function(j->plan->contract, names, count, e);
    if (!b)
        return -1;
    if (bind_check_features(b, e) == 0 && shards_prepare(j, b, e) == 0 &&
        copy_columns(j, names, count, e) == 0 &&
        (count == 0 || j->columns_saved || save_columns(j, names, count, e) == 0) &&
        result_size(j->result, bound_length(b), bound_features_length(b), e) == 0 &&
        bind_host(b, &j->host, j->plan->where, j->run.key, "master", e) == 0 &&
        update_begin(j, e) == 0) {
        transport_expect(j->transport,
                         j->result->dealt.states ? 0 : bound_length(b) * sizeof(double));
        return 0;
    }
    job_forget_columns(j); /* another slave's claim may try again */
    bound_destroy(b);
    j->bound = NULL;
    return -1;
}

int columns_named(struct job *j, struct err *e)
{
    size_t count;
    const char *const *names = contract_columns(j->plan->contract, &count);

    if (!names)
        return err_set(e, ERR_INPUT, "the contract names no columns");
    j->columns_saved = true; /* the contract has them */
    return columns_set(j, names, count, e);
}

/* The columns of a run that is resumed. Without them nothing is taken up again. */
int columns_resume(struct job *j, struct err *e)
{
    char *text;
    size_t len, count;
    int found = job_read(j, "columns", 64 << 20, &text, &len, e);

    if (found <= 0)
        return found;
    for (size_t i = 0; i < len; i++)
        text[i] = text[i] == '\n' ? '\0' : text[i];
    const char **names = message_names(text, len, &count, e);
    j->columns_saved = true;
    int rc = names ? columns_set(j, names, count, e) : -1;
    if (rc < 0)
        err_context(e, "%s/columns", j->directory);
    free(names);
    free(text);
    return rc;
}
