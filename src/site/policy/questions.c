/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts what each author has asked about each data set. */
#include "site/policy/questions.h"

#include <stdlib.h>
#include <string.h>

#include "contract/asked.h"

int question_digest(const struct contract *c, const char *run, uint8_t asked[static SHA256_LEN],
                    struct err *e)
{
    static const char domain[] = "metaneuron-question-v1";
    struct buf text = {0};

    buf_add(&text, domain, sizeof domain);
    if (contract_rounds(c) > 1)
        buf_adds(&text, run);
    buf_addc(&text, '\0');
    int rc = contract_asked(c, &text, e);
    if (rc == 0)
        rc = hash_bytes(text.data, text.len, asked, e);
    buf_free(&text);
    return rc;
}

/* A question: what, and about which state of the data. */
struct pair {
    uint8_t asked[SHA256_LEN], snapshot[SHA256_LEN];
};

/* A reading of the centre's own ledger. */
struct counting {
    const char *author, *data;
    const struct pair *wanted;
    int64_t since_us;
    bool known;
    struct pair *list; /* those that were put since then */
    size_t count, capacity;
};

static int visit(const struct record *r, void *context, struct err *e)
{
    struct counting *x = context;
    struct pair p;

    if (strcmp(r->type, "question") != 0 || strcmp(record_get(r, "author"), x->author) != 0 ||
        strcmp(record_get(r, "data"), x->data) != 0)
        return 0;
    if (record_get_digest(r, "asked", p.asked, e) < 0 ||
        record_get_digest(r, "snapshot", p.snapshot, e) < 0)
        return -1;
    if (memcmp(&p, x->wanted, sizeof p) == 0) {
        x->known = true;
        return 0;
    }
    if (r->time_us < x->since_us)
        return 0;
    struct pair *list = err_grow(x->list, x->count, &x->capacity, sizeof *list, "questions", e);
    if (!list)
        return -1;
    x->list = list;
    list[x->count++] = p;
    return 0;
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct pair));
}

/* Returns how many of them are distinct. */
static uint64_t distinct(struct pair *list, size_t count)
{
    uint64_t n = count > 0;

    if (count > 0)
        qsort(list, count, sizeof *list, compare);
    for (size_t i = 1; i < count; i++)
        n += memcmp(&list[i - 1], &list[i], sizeof *list) != 0;
    return n;
}

int questions_count(struct house *h, const char *author, const char *data,
                    const uint8_t asked[static SHA256_LEN],
                    const uint8_t snapshot[static SHA256_LEN], int64_t since_us, uint64_t *count,
                    bool *known, struct err *e)
{
    struct pair wanted;
    struct counting x = {.author = author, .data = data, .wanted = &wanted, .since_us = since_us};
    char path[PATH_MAX];

    memcpy(wanted.asked, asked, SHA256_LEN);
    memcpy(wanted.snapshot, snapshot, SHA256_LEN);
    struct ledger *own = house_path(h, "own", path, e) < 0 ? NULL : ledger_open_read(path, e);
    int rc = own ? ledger_scan(own, visit, &x, e) : -1;
    ledger_close(own);
    if (rc == 0) {
        *known = x.known;
        *count = x.known ? 0 : distinct(x.list, x.count) + 1;
    }
    free(x.list);
    return rc;
}

/* A record that is looked for in the centre's own ledger. */
struct sought {
    const struct record *r;
    bool found;
};

static int seek(const struct record *r, void *context, struct err *e)
{
    struct sought *x = context;
    size_t same = 0;

    (void)e;
    if (strcmp(r->type, x->r->type) != 0)
        return 0;
    for (size_t i = 0; i < x->r->count; i++) {
        const char *value = record_get(r, x->r->fields[i].key);
        same += value && strcmp(value, record_get(x->r, x->r->fields[i].key)) == 0;
    }
    x->found |= same == x->r->count;
    return 0;
}

/* Effect: a record more is in the centre's own ledger; once: unless it has that already, as what was
 * cut off begins anew. */
static int append(struct house *h, struct record *r, bool once, struct err *e)
{
    struct sought x = {r, false};
    char path[PATH_MAX];
    struct ledger *own =
        house_path(h, "own", path, e) < 0 ? NULL : ledger_open_alone(path, NULL, h->exclusive, e);
    int rc = !own ? -1 : once ? ledger_scan(own, seek, &x, e) : 0;

    if (rc == 0 && !x.found)
        rc = ledger_append(own, r, 1, NULL, e);
    ledger_close(own);
    return rc;
}

int questions_add(struct house *h, const char *run, const char *author, const char *data,
                  const uint8_t asked[static SHA256_LEN], const uint8_t snapshot[static SHA256_LEN],
                  struct err *e)
{
    struct record r;

    record_begin(&r, "question");
    record_set(&r, "run", "%s", run);
    record_set(&r, "author", "%s", author);
    record_set(&r, "data", "%s", data);
    record_set_digest(&r, "asked", asked);
    record_set_digest(&r, "snapshot", snapshot);
    return append(h, &r, true, e);
}

int questions_denied(struct house *h, const char *run, const char *rule, struct err *e)
{
    struct record r;

    record_begin(&r, "refuse");
    record_set(&r, "run", "%s", run);
    record_set(&r, "rule", "%s", rule);
    return append(h, &r, false, e);
}
