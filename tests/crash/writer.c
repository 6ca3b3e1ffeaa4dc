/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writers of a ledger that live more than once. */
#include "writer.h"

#include <inttypes.h>
#include <sys/mman.h>

struct writer *writer_create(size_t count)
{
    void *p = mmap(NULL, count * sizeof(struct writer), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    ck_assert(p != MAP_FAILED);
    return p;
}

void writer_destroy(struct writer *w, size_t count)
{
    munmap(w, count * sizeof *w);
}

bool writer_append(struct writer *w, size_t who, struct ledger *l, size_t size, int told,
                   struct err *e)
{
    struct record r[WRITER_BATCH];

    for (size_t i = 0; i < size; i++) {
        record_begin(&r[i], "submit");
        record_set(&r[i], "run", "0123456789abcdef");
        record_set(&r[i], "round", "%" PRIu64, w->batches[w->life]);
        record_set(&r[i], "slave", "jena/%zu/%" PRIu64, who, w->life);
        record_set_digest(&r[i], "state", fixture_key);
        record_set(&r[i], "items", "%zu", i);
        record_set_number(&r[i], "seconds", 1);
    }
    w->reached = w->count + size;
    if (ledger_append(l, r, size, NULL, e) < 0)
        return false;
    memcpy(w->head, ledger_state(l)->head, SHA256_LEN);
    w->count = ledger_state(l)->count;
    w->records += size;
    w->batches[w->life]++;
    return told < 0 || write(told, "b", 1) == 1;
}

/* Each batch is there once, in order, and as a whole. */
static int check_record(const struct record *r, void *context, struct err *err)
{
    struct writer_look *s = context;
    uint64_t batch, item;
    size_t who, life;

    if (r->seq + 1 == s->writers->count)
        s->met = memcmp(r->sum, s->writers->head, SHA256_LEN) == 0;
    s->repairs += strcmp(r->type, "repair") == 0;
    if (strcmp(r->type, "submit") != 0)
        return 0;
    if (sscanf(record_get(r, "slave"), "jena/%zu/%zu", &who, &life) != 2 || who >= WRITERS ||
        life >= WRITER_LIVES || record_get_u64(r, "round", &batch, err) < 0 ||
        record_get_u64(r, "items", &item, err) < 0)
        return err_set(err, ERR_SOFTWARE, "record %" PRIu64 " was invented", r->seq);
    if (batch != s->next[who][life] || item != s->items)
        return err_set(err, ERR_SOFTWARE,
                       "record %" PRIu64 ": writer %zu/%zu has batch %" PRIu64 " record %" PRIu64,
                       r->seq, who, life, batch, item);
    s->items = r->batch ? 0 : s->items + 1;
    s->next[who][life] += r->batch != 0;
    return 0;
}

struct writer_look *writer_look(const char *dir, const struct writer *writers, size_t count)
{
    struct err e = {0};
    struct writer_look *s = calloc(1, sizeof *s);
    struct ledger *l = open_ledger(dir);

    ck_assert_ptr_nonnull(s);
    s->writers = writers;
    ck_ok(ledger_scan(l, check_record, s, &e), &e);
    ledger_close(l);
    for (size_t i = 0; i < count; i++)
        for (size_t life = 0; life < WRITER_LIVES; life++) {
            ck_assert_uint_ge(s->next[i][life], writers[i].batches[life]);
            ck_assert_uint_le(s->next[i][life], writers[i].batches[life] + 1);
            s->acknowledged += writers[i].batches[life];
        }
    return s;
}
