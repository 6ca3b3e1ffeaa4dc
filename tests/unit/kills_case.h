/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Centres of which one is killed at its calls, one after the other, and then does the same again.
 */
#ifndef TESTS_KILLS_CASE_H
#define TESTS_KILLS_CASE_H

#include "federation_fixture.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>

#include "../crash/self.h"

/* Two centres, of which the first publishes. What they have is copied aside and back. */
struct world {
    struct federated x;
    struct place aside;
    char contract[160], run[RUN_HEX + 1];
    size_t who;      /* acts */
    bool is_new;     /* it is a centre that is being made */
    bool makes_more; /* given twice, the verb does one thing more */
};

/* What a verb does; code is what it ends with. */
typedef int verb(struct world *w, struct err *e);

static inline void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static inline void shell(const char *format, ...)
{
    char command[800];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    ck_assert_msg(system(command) == 0, "%s", command);
}

static inline void keep(const struct world *w)
{
    shell("rm -rf %s/all && cp -a %s %s/all", w->aside.dir, w->x.place.dir, w->aside.dir);
}

static inline void put_back(const struct world *w)
{
    shell("rm -rf %s && cp -a %s/all %s", w->x.place.dir, w->aside.dir, w->x.place.dir);
}

/* How many records of each type a ledger has, in the order of their first ones. */
struct counts {
    struct {
        char type[24];
        size_t count;
    } list[40];
    size_t n;
};

static inline int count_one(const struct record *r, void *context, struct err *e)
{
    struct counts *c = context;
    size_t i = 0;

    (void)e;
    while (i < c->n && strcmp(c->list[i].type, r->type) != 0)
        i++;
    if (i == c->n)
        snprintf(c->list[c->n++].type, sizeof c->list[i].type, "%s", r->type);
    c->list[i].count++;
    return 0;
}

/* Effect: text has the counts, which are those of a ledger that verifies. In that of a centre alone a
 * computation that begins anew claims anew. */
static inline void count_records(const char *directory, bool alone, char *text, size_t size)
{
    struct counts c = {.n = 0};
    struct chain_state state;
    struct err e = {0};
    struct ledger *l;
    size_t used = 0;

    *text = '\0';
    ck_ok(ledger_verify(directory, &state, &e), &e);
    ck_assert_msg((l = ledger_open_read(directory, &e)) != NULL, "%s", e.text);
    ck_ok(ledger_scan(l, count_one, &c, &e), &e);
    ledger_close(l);
    for (size_t i = 0; i < c.n; i++)
        if (!alone || (strcmp(c.list[i].type, "view") != 0 && strcmp(c.list[i].type, "claim") != 0))
            used += (size_t)snprintf(text + used, size - used, "%s %zu, ", c.list[i].type,
                                     c.list[i].count);
    ck_assert_uint_lt(used, size);
}

static const char *house_of(const struct world *w, char path[static 160])
{
    snprintf(path, 160, "%s/%s", w->x.place.dir, w->is_new ? "delta" : centre_names[w->who]);
    return path;
}

/* Whether two files have the same bytes. */
static inline void same_file(const char *one, const char *two)
{
    struct bytes b = log_read(one);

    log_is(two, b.data, b.len);
    free(b.data);
}

/* Effect: each file of a directory of the house is published under that path and its name; of payloads
 * that is their digest. What a write that was cut off has left is none. */
static inline void is_published_from(const char *house, const char *directory,
                                     const char *published)
{
    char path[400], copy[520], hex[SHA256_HEX + 1];
    uint8_t digest[SHA256_LEN];
    struct err e = {0};

    snprintf(path, sizeof path, "%s/%s", house, directory);
    DIR *d = opendir(path);
    ck_assert_ptr_nonnull(d);
    for (const struct dirent *f; (f = readdir(d)) != NULL;) {
        if (f->d_name[0] == '.' || strstr(f->d_name, ".tmp-"))
            continue;
        snprintf(path, sizeof path, "%s/%s/%.100s", house, directory, f->d_name);
        snprintf(copy, sizeof copy, "%s%.100s", published, f->d_name);
        same_file(path, copy);
        if (strcmp(directory, "files") != 0)
            continue;
        struct bytes b = log_read(copy);
        ck_ok(hash_bytes(b.data, b.len, digest, &e), &e);
        ck_assert_str_eq(hex_encode(hex, digest, SHA256_LEN), f->d_name);
        free(b.data);
    }
    closedir(d);
}

/* What was said is what is published, to the byte. */
static inline void is_published(const struct world *w)
{
    static const char *const files[] = {"log", "checkpoint"};
    static const char *const directories[][2] = {
        {"identity", "id-"}, {"cosig", "cosig/"}, {"files", "files/"}};
    char house[160], path[400], published[400];
    const char *name = w->is_new ? "delta" : centre_names[w->who];

    house_of(w, house);
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/ledger/%s", house, files[i]);
        snprintf(published, sizeof published, "%s/%s/%s", w->x.exchange, name, files[i]);
        same_file(path, published);
    }
    for (size_t i = 0; i < 3; i++) {
        snprintf(published, sizeof published, "%s/%s/%s", w->x.exchange, name, directories[i][1]);
        is_published_from(house, directories[i][0], published);
    }
    snprintf(path, sizeof path, "%s/policy.yaml", house);
    ck_assert_int_eq(access(path, R_OK), 0);
    for (size_t i = 0; i < 3; i++) { /* nothing half-written */
        static const char *const places[] = {".tmp", "cosig/.tmp", "files/.tmp"};
        snprintf(path, sizeof path, "%s/%s/%s", w->x.exchange, name, places[i]);
        ck_assert_int_ne(access(path, F_OK), 0);
    }
}

/* Returns whether a process was killed at its call of that number. */
static inline bool killed_at(const struct world *w, verb *does, uint64_t at, int code)
{
    struct world own = *w;
    struct err e = {0};
    int status;
    pid_t child = fork();

    if (child == 0) {
        if (!(own.x.reader = reader_start(&e)))
            _exit(99);
        self_use(&(struct self_plan){SELF_DIE, at, -1});
        int rc = does(&own, &e);
        if ((rc == 0 ? 0 : (int)e.code) != code)
            fprintf(stderr, "%s\n", e.text);
        _exit((rc == 0 ? 0 : (int)e.code) != code);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) == 0),
                  "call %zu: status %d", (size_t)at, status);
    return WIFSIGNALED(status);
}

/* Effect: the verb is done, with that code. */
static inline void done(struct world *w, verb *does, int code, const char *when, uint64_t at)
{
    struct err e = {0};
    int rc = does(w, &e);

    if (w->is_new && e.code == ERR_OPEN)
        return; /* all of it was there */
    ck_assert_msg((rc == 0 ? 0 : (int)e.code) == code, "%s %zu: %d %s", when, (size_t)at, rc,
                  e.text);
}

/* What a verb has said when it was not disturbed. */
struct said {
    char federation[800], own[800];
};

static inline void look(const struct world *w, struct said *s)
{
    char house[160], path[200];

    house_of(w, house);
    snprintf(path, sizeof path, "%s/ledger", house);
    count_records(path, false, s->federation, sizeof s->federation);
    snprintf(path, sizeof path, "%s/own", house);
    count_records(path, true, s->own, sizeof s->own);
}

/* Every so-manieth call is one at which a verb is killed: SITE_KILLS_EVERY, for a soak 1. */
static inline uint64_t every(void)
{
    const char *text = getenv("SITE_KILLS_EVERY");

    return text ? strtoull(text, NULL, 10) : 8;
}

/* Effect: a verb is killed at its calls, of which so many times fewer are taken, and given again: then
 * it has said what it says undisturbed. It is left done. */
static inline void dies_anywhere(struct world *w, const char *name, verb *does, int code,
                                 size_t who, uint64_t fewer)
{
    bool died = true;
    struct said wanted, twice, found;
    unsigned deaths = 0;

    w->who = who;
    keep(w);
    done(w, does, code, name, 0);
    look(w, &wanted);
    done(w, does, code, name, 1);
    look(w, &twice);
    if (!w->makes_more)
        ck_assert_msg(strcmp(twice.federation, wanted.federation) == 0, "%s twice: %s, before %s",
                      name, twice.federation, wanted.federation);
    for (uint64_t at = 0; died; at += fewer * every()) {
        put_back(w);
        died = killed_at(w, does, at, code);
        deaths += died;
        done(w, does, code, name, at);
        look(w, &found);
        ck_assert_msg(strcmp(found.federation, wanted.federation) == 0 ||
                          strcmp(found.federation, twice.federation) == 0,
                      "%s, killed at %zu: %s, expected %s", name, (size_t)at, found.federation,
                      wanted.federation);
        ck_assert_msg(strcmp(found.own, wanted.own) == 0,
                      "%s, killed at %zu, alone: %s, expected %s", name, (size_t)at, found.own,
                      wanted.own);
        is_published(w);
    }
    if (getenv("KILLS_TELL"))
        fprintf(stderr, "%s: %u\n", name, deaths);
    ck_assert_uint_gt(deaths, 1);
}

static inline void world_make(struct world *w)
{
    *w = (struct world){.aside = place_make()};
    federated_make(&w->x, 2);
    contract_over(&w->x, "function:\n  name: moments\n  params:\n    order: 2\n", w->contract,
                  sizeof w->contract);
}

static inline void world_remove(struct world *w)
{
    federated_remove(&w->x);
    place_remove(w->aside.dir);
}

/* Effect: a centre does that, undisturbed. */
static inline void now(struct world *w, size_t who, verb *does, int code)
{
    w->who = who;
    done(w, does, code, "undisturbed", 0);
}

#endif
