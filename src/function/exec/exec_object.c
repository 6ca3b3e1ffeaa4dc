/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of a function that is called in a sandbox. */
#include "function/exec/exec_object.h"

#include <stdlib.h>
#include <string.h>

enum { PARAMS_MOST = 1000, TEXT_MOST = 4096, TABLE_MOST = 16 << 20 };

/* A text that must be there, of a length that people read. */
static const char *take_text(struct wire *w)
{
    const char *text = wire_text(w);

    w->failed |= !text || strlen(text) > TEXT_MOST;
    return text;
}

static void take_param(struct wire *w, struct function_param *p)
{
    const double *number;

    p->name = take_text(w);
    p->type = (enum function_param_type)wire_number(w);
    p->fallback.integer = wire_signed(w);
    if ((number = wire_doubles(w, 1)))
        p->fallback.number = *number;
    p->fallback.string = wire_text(w);
    p->required = (int)wire_signed(w);
    if ((number = wire_doubles(w, 2))) {
        p->min = number[0];
        p->max = number[1];
    }
    p->choices = wire_text(w);
    p->help = take_text(w);
}

/* What its callbacks would need that a sandbox has not. */
static int check_kind(uint64_t has, struct err *e)
{
    if (has & OBJECT_IS_COLLECTIVE)
        return err_set(e, ERR_REFUSED,
                       "its ranks talk to each other by MPI, which they cannot in a sandbox");
    if (has & OBJECT_HAS_ROUNDS)
        return err_set(e, ERR_REFUSED, "it has rounds(), which cannot be asked in a sandbox");
    if (has & OBJECT_LACKS)
        return err_set(e, ERR_INPUT, "it lacks a callback");
    return 0;
}

static int take_table(struct exec_object *o, struct exec_answer *a, struct err *e)
{
    struct wire *w = &a->w;
    struct function *f = &o->f;

    o->table = a->bytes; /* the texts lie there */
    f->abi = METANEURON_FUNCTION_ABI;
    f->size = sizeof *f;
    f->name = take_text(w);
    f->version = take_text(w);
    f->summary = take_text(w);
    uint64_t has = wire_number(w), count = wire_number(w);
    if (w->failed || count > PARAMS_MOST)
        return err_set(e, ERR_INPUT, "in its sandbox it has given a table that is none");
    if (!(o->params = err_alloc(count, sizeof *o->params, "parameters", e)))
        return -1;
    for (size_t i = 0; i < count; i++)
        take_param(w, &o->params[i]);
    if (!wire_read_all(w))
        return err_set(e, ERR_INPUT, "in its sandbox it has given a table that is none");
    f->params = o->params;
    f->params_count = count;
    exec_object_callbacks(f, has);
    return check_kind(has, e) < 0 ? -1 : bound_check(f, e);
}

static void forget(struct exec_object *o)
{
    free(o->bytes);
    free(o->table);
    free(o->params);
    buf_free(&o->told);
    free(o);
}

const struct function *exec_object_open(const struct host *host, const struct search_file *file,
                                        const char *bytes, size_t len, struct err *e)
{
    struct exec_object *o = err_alloc(1, sizeof *o, "a shared object", e);
    struct exec_answer a = {.most = TABLE_MOST};
    struct buf none = {0};

    if (!o)
        return NULL;
    o->host = *host;
    o->file = *file;
    o->len = len;
    if ((o->bytes = err_alloc(len + 1, 1, "a shared object", e)))
        memcpy(o->bytes, bytes, len);
    if (!o->bytes || exec_object_ask(o, NULL, OBJECT_TABLE, &none, &a, e) < 0 ||
        take_table(o, &a, e) < 0) {
        forget(o);
        return NULL;
    }
    return &o->f;
}
