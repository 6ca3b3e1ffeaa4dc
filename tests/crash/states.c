/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The states in which a crash may leave a disk. */
#include "states.h"

#include "../unit/unit.h"

enum { SECTOR = 512, PENDING = 12, FILES = 4, MOST_PRODUCT = 2048 };

/* How a file may be. */
struct variants {
    int node;
    struct disk_file *list;    /* the first: before all that may be lost */
    size_t count, room, whole; /* number of the one after all of it */
};

/* A crash after so many operations. */
struct crash {
    const struct disk *d;
    size_t end, said;
    enum states_depth depth;
    const struct disk_op *names[PENDING]; /* changes that may be lost */
    size_t names_count;
    struct variants files[FILES]; /* of which something may be lost */
    size_t files_count;
    struct disk_image image; /* what is sure, and then a state */
    struct states_seen *seen;
    states_visit *visit;
    void *context;
};

void states_forget(struct states_seen *seen)
{
    free(seen->hashes);
    *seen = (struct states_seen){0};
}

/* Returns whether the number is new, and remembers it. */
static bool is_new(struct states_seen *seen, uint64_t hash)
{
    if (2 * seen->count >= seen->room) {
        struct states_seen more = {.room = seen->room ? 2 * seen->room : 4096};
        more.hashes = calloc(more.room, sizeof *more.hashes);
        ck_assert_ptr_nonnull(more.hashes);
        for (size_t i = 0; i < seen->room; i++)
            if (seen->hashes[i])
                is_new(&more, seen->hashes[i]);
        free(seen->hashes);
        *seen = more;
    }
    hash += !hash;
    size_t at = (size_t)(hash * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (seen->room - 1);
    while (seen->hashes[at]) {
        if (seen->hashes[at] == hash)
            return false;
        at = (at + 1) & (seen->room - 1);
    }
    seen->hashes[at] = hash;
    seen->count++;
    return true;
}

static bool is_of_bytes(const struct disk_op *op)
{
    return op->kind == DISK_WRITE || op->kind == DISK_CUT;
}

/* Whether a sync of that node succeeds after the operation, and before the crash. */
static bool is_synced(const struct crash *c, size_t op, int node)
{
    for (size_t k = op + 1; k < c->end; k++)
        if (c->d->ops[k].kind == DISK_SYNC && c->d->ops[k].node == node)
            return true;
    return false;
}

/* Whether the first sync of that node after the operation fails. */
static bool is_doubtful(const struct crash *c, size_t op, int node)
{
    for (size_t k = op + 1; k < c->end; k++)
        if (c->d->ops[k].node == node &&
            (c->d->ops[k].kind == DISK_SYNC || c->d->ops[k].kind == DISK_SYNC_FAILS))
            return c->d->ops[k].kind == DISK_SYNC_FAILS;
    return false;
}

static struct disk_file copy(const struct disk_file *f)
{
    struct disk_file new = {malloc(f->len + 1), f->len};

    ck_assert_ptr_nonnull(new.data);
    if (f->len)
        memcpy(new.data, f->data, f->len);
    return new;
}

static bool is_same(const struct disk_file *a, const struct disk_file *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

/* Effect: a file may be so; its bytes are the list's from then on. Returns its number there. */
static size_t add(struct variants *v, struct disk_file f)
{
    for (size_t i = 0; i < v->count; i++)
        if (is_same(&v->list[i], &f)) {
            free(f.data);
            return i;
        }
    if (v->count == v->room) {
        v->room = 2 * v->room + 16;
        v->list = realloc(v->list, v->room * sizeof *v->list);
        ck_assert_ptr_nonnull(v->list);
    }
    v->list[v->count] = f;
    return v->count++;
}

/* The versions of a file: before the writes that may be lost, and after each of them. */
struct versions {
    struct disk_file after[PENDING + 1];
    const struct disk_op *ops[PENDING + 1]; /* that led to each */
    size_t count;
};

/* What stands in a version from byte at on: zeros behind its end. */
static void take(struct disk_file *to, const struct disk_file *from, size_t at, size_t len)
{
    for (size_t k = at; k < at + len && k < to->len; k++)
        to->data[k] = k < from->len ? from->data[k] : 0;
}

/* How many bytes lie between the cuts of a write that are looked at. */
static size_t step(size_t len, enum states_depth depth)
{
    return depth == STATES_ALL ? 1 : depth == STATES_SOME ? len / 3 + 1 : len / 700 + 1;
}

/* Adds the cuts within the write that led to a version, also with a sector that is zero. */
static void add_cuts(struct variants *v, const struct versions *all, size_t number,
                     enum states_depth depth)
{
    const struct disk_op *op = all->ops[number];
    size_t begin = op->at - op->at % SECTOR, count = (op->at + op->len - begin) / SECTOR + 1;

    for (size_t part = 1; op->kind == DISK_WRITE && part <= op->len; part += step(op->len, depth)) {
        struct disk_file f = copy(&all->after[number - 1]);
        file_do(&f, op, part);
        for (size_t k = 0; k < count; k++) {
            size_t at = begin + k * SECTOR;
            if (at >= op->at + part || (depth != STATES_ALL && part % count != k))
                continue;
            struct disk_file hole = copy(&f);
            take(&hole, &all->after[number - 1], at, SECTOR);
            add(v, hole);
        }
        add(v, f);
    }
}

/* Adds a file of one version's length, whose sectors are each of some version: number says of
 * which, as the digits of a number do. */
static void add_mixed(struct variants *v, const struct versions *all, size_t length,
                      const size_t *sectors, size_t count, uint64_t number)
{
    struct disk_file f = copy(&all->after[length]);

    for (size_t k = 0; k < count; k++, number /= all->count)
        take(&f, &all->after[number % all->count], sectors[k] * SECTOR, SECTOR);
    add(v, f);
}

/* Sets the numbers of the sectors that the writes touch; returns how many. */
static size_t find_sectors(const struct versions *all, size_t *sectors, size_t room)
{
    size_t count = 0;

    for (size_t i = 1; i < all->count; i++)
        for (size_t at = all->ops[i]->at / SECTOR;
             all->ops[i]->kind == DISK_WRITE && at * SECTOR < all->ops[i]->at + all->ops[i]->len;
             at++) {
            bool known = false;
            for (size_t k = 0; k < count; k++)
                known |= sectors[k] == at;
            if (!known && count < room)
                sectors[count++] = at;
        }
    return count;
}

/* Adds all mixtures, or, where they are many, as many numbers that are the same each time. */
static void add_mixtures(struct variants *v, const struct versions *all)
{
    size_t sectors[40], count = find_sectors(all, sectors, 40);
    uint64_t product = 1, number = 0;

    for (size_t k = 0; k < count && product <= MOST_PRODUCT; k++)
        product *= all->count;
    bool many = product > MOST_PRODUCT;
    for (size_t length = 0; length < all->count; length++)
        for (uint64_t k = 0; k < (many ? MOST_PRODUCT / 8 : product); k++) {
            number =
                many ? number * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407) : k;
            add_mixed(v, all, length, sectors, count, many ? number >> 11 : number);
        }
}

/* Effect: v holds what a file may be, where bytes whose sync failed are there, or are lost. */
static void vary(const struct crash *c, struct variants *v, bool lost)
{
    struct versions all = {.count = 1};

    for (size_t k = 0; k < c->end; k++) {
        const struct disk_op *op = &c->d->ops[k];
        if (op->node != v->node || !is_of_bytes(op))
            continue;
        if (is_synced(c, k, v->node)) {
            if (!lost || op->kind == DISK_CUT || !is_doubtful(c, k, v->node))
                file_do(&all.after[0], op, op->len);
            continue;
        }
        struct disk_file *next = &all.after[all.count];
        *next = copy(next - 1);
        file_do(next, op, op->len);
        all.ops[all.count] = op;
        if (is_same(next, next - 1))
            free(next->data);
        else
            ck_assert_uint_le(++all.count, PENDING);
    }
    bool all_of_it = !c->d->is_hint[v->node];
    for (size_t i = 0; i < all.count; i++)
        if (all_of_it || i == 0 || i + 1 == all.count)
            v->whole = add(v, copy(&all.after[i]));
    for (size_t i = 1; all_of_it && i < all.count; i++)
        add_cuts(v, &all, i, c->depth);
    if (all_of_it && all.count > 1)
        add_mixtures(v, &all);
    for (size_t i = 0; i < all.count; i++)
        free(all.after[i].data);
}

static int show(struct crash *c)
{
    uint64_t hash = image_hash(&c->image) + c->said * UINT64_C(0x9E3779B97F4A7C15);

    return is_new(c->seen, hash) ? c->visit(c->context, c->d, &c->image, c->said) : 0;
}

/* Visits all states of one file, while others are as before, or as after their writes. */
static int show_file(struct crash *c, size_t number)
{
    const struct variants *v = &c->files[number];
    int rc = 0;

    for (size_t some = 0; some < (size_t)1 << c->files_count; some++) {
        if (some >> number & 1)
            continue;
        for (size_t k = 0; k < c->files_count; k++) {
            const struct variants *other = &c->files[k];
            c->image.files[other->node] = other->list[some >> k & 1 ? other->whole : 0];
        }
        for (size_t k = 0; rc == 0 && k < v->count; k++) {
            c->image.files[v->node] = v->list[k];
            rc = show(c);
        }
    }
    return rc;
}

/* Visits all states of the files, with the names that there are. */
static int show_files(struct crash *c)
{
    bool any = false;
    int rc = 0;

    for (size_t k = 0; rc == 0 && k < c->files_count; k++)
        if (image_has(&c->image, c->files[k].node)) {
            any = true;
            rc = show_file(c, k);
        }
    return any ? rc : show(c);
}

/* Sets what is sure after the crash, and what may be lost. */
static void look(struct crash *c)
{
    for (size_t k = 0; k < c->end; k++) {
        const struct disk_op *op = &c->d->ops[k];
        if (op->kind == DISK_SAID)
            c->said = (size_t)op->at;
        if (op->kind == DISK_ENTER || op->kind == DISK_LEAVE || op->kind == DISK_RENAME) {
            if (is_synced(c, k, op->directory)) {
                image_name(&c->image, op);
                continue;
            }
            ck_assert_uint_lt(c->names_count, PENDING);
            c->names[c->names_count++] = op;
        }
    }
    for (int node = 0; node < c->d->nodes; node++) {
        struct variants v = {.node = node};
        if (c->d->is_directory[node])
            continue;
        vary(c, &v, true);
        vary(c, &v, false); /* which says what is whole */
        c->image.files[node] = copy(&v.list[0]);
        if (v.count > 1) {
            ck_assert_uint_lt(c->files_count, FILES);
            c->files[c->files_count++] = v;
            continue;
        }
        free(v.list[0].data);
        free(v.list);
    }
}

static int crash_at(struct crash *c)
{
    int rc = 0;

    look(c);
    const struct disk_image sure = c->image;
    for (size_t some = 0; rc == 0 && some < (size_t)1 << c->names_count; some++) {
        c->image = sure;
        for (size_t k = 0; k < c->names_count; k++)
            if (some >> k & 1)
                image_name(&c->image, c->names[k]);
        rc = show_files(c);
    }
    for (int node = 0; node < c->d->nodes; node++)
        free(sure.files[node].data);
    for (size_t k = 0; k < c->files_count; k++) {
        for (size_t i = 0; i < c->files[k].count; i++)
            free(c->files[k].list[i].data);
        free(c->files[k].list);
    }
    return rc;
}

int states_each(const struct disk *d, size_t from, enum states_depth depth,
                struct states_seen *seen, states_visit *visit, void *context)
{
    int rc = 0;

    for (size_t end = from; rc == 0 && end <= d->count; end++) {
        struct crash *c = calloc(1, sizeof *c);
        ck_assert_ptr_nonnull(c);
        c->d = d;
        c->end = end;
        c->depth = depth;
        c->seen = seen;
        c->visit = visit;
        c->context = context;
        rc = crash_at(c);
        free(c);
    }
    return rc;
}
