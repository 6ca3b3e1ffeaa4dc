/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stores that keep lines durably: a file, SQLite and LMDB. */
#include "stores.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/clock.h"

#ifdef BENCH_SQLITE
#include <sqlite3.h>
#endif
#ifdef BENCH_LMDB
#include <lmdb.h>
#endif

struct store {
    size_t kind;
    int fd;
#ifdef BENCH_SQLITE
    sqlite3 *db;
    sqlite3_stmt *begin, *insert, *commit;
#endif
#ifdef BENCH_LMDB
    MDB_env *env;
    MDB_dbi dbi;
#endif
};

static void check(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "stores: %s\n", what);
    exit(1);
}

/* One write and one sync: what a durable append takes at least. */
static void open_raw(struct store *s, const char *path)
{
    s->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    check(s->fd >= 0, path);
}

static void append_raw(struct store *s, const char *lines, size_t len)
{
    check(write(s->fd, lines, len) == (ssize_t)len && fdatasync(s->fd) == 0, "raw");
}

#ifdef BENCH_SQLITE
static void run(struct store *s, const char *sql)
{
    check(sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK, sqlite3_errmsg(s->db));
}

static void prepare(struct store *s, const char *sql, sqlite3_stmt **statement)
{
    check(sqlite3_prepare_v2(s->db, sql, -1, statement, NULL) == SQLITE_OK, sqlite3_errmsg(s->db));
}

static void open_sqlite(struct store *s, const char *path)
{
    check(sqlite3_open(path, &s->db) == SQLITE_OK, path);
    run(s, "PRAGMA journal_mode=WAL");
    run(s, "PRAGMA synchronous=FULL");
    run(s, "CREATE TABLE log (seq INTEGER PRIMARY KEY, line TEXT NOT NULL)");
    prepare(s, "BEGIN IMMEDIATE", &s->begin);
    prepare(s, "INSERT INTO log VALUES (?, ?)", &s->insert);
    prepare(s, "COMMIT", &s->commit);
}

static void step(struct store *s, sqlite3_stmt *statement)
{
    check(sqlite3_step(statement) == SQLITE_DONE, sqlite3_errmsg(s->db));
    sqlite3_reset(statement);
}

static void append_sqlite(struct store *s, uint64_t first, const char *lines, const size_t *each,
                          size_t count)
{
    step(s, s->begin);
    for (size_t i = 0; i < count; lines += each[i++]) {
        sqlite3_bind_int64(s->insert, 1, (sqlite3_int64)(first + i));
        sqlite3_bind_text(s->insert, 2, lines, (int)each[i], SQLITE_STATIC);
        step(s, s->insert);
    }
    step(s, s->commit);
}

static void close_sqlite(struct store *s)
{
    sqlite3_finalize(s->begin);
    sqlite3_finalize(s->insert);
    sqlite3_finalize(s->commit);
    sqlite3_close(s->db);
}
#endif

#ifdef BENCH_LMDB
static void try(int rc)
{
    check(rc == 0, mdb_strerror(rc));
}

static void open_lmdb(struct store *s, const char *path)
{
    MDB_txn *txn;

    check(mkdir(path, 0700) == 0, path);
    try(mdb_env_create(&s->env));
    try(mdb_env_set_mapsize(s->env, (size_t)1 << 30));
    try(mdb_env_open(s->env, path, 0, 0600));
    try(mdb_txn_begin(s->env, NULL, 0, &txn));
    try(mdb_dbi_open(txn, NULL, MDB_INTEGERKEY, &s->dbi));
    try(mdb_txn_commit(txn));
}

static void append_lmdb(struct store *s, uint64_t first, const char *lines, const size_t *each,
                        size_t count)
{
    MDB_txn *txn;

    try(mdb_txn_begin(s->env, NULL, 0, &txn));
    for (size_t i = 0; i < count; lines += each[i++]) {
        size_t seq = (size_t)(first + i);
        MDB_val key = {sizeof seq, &seq}, value = {each[i], (void *)(uintptr_t)lines};
        try(mdb_put(txn, s->dbi, &key, &value, MDB_APPEND));
    }
    try(mdb_txn_commit(txn));
}
#endif

const char *store_name(size_t kind)
{
    static const char *const names[STORES] = {"raw", "sqlite", "lmdb"};

    return names[kind];
}

struct store *store_open(size_t kind, const char *path)
{
    struct store *s = calloc(1, sizeof *s);

    check(s != NULL, "out of memory");
    s->kind = kind;
    if (kind == 0) {
        open_raw(s, path);
        return s;
    }
#ifdef BENCH_SQLITE
    if (kind == 1) {
        open_sqlite(s, path);
        return s;
    }
#endif
#ifdef BENCH_LMDB
    if (kind == 2) {
        open_lmdb(s, path);
        return s;
    }
#endif
    free(s);
    return NULL;
}

double store_append(struct store *s, uint64_t first, const char *lines, size_t len,
                    const size_t *each, size_t count)
{
    double begun = clock_steady();

    if (s->kind == 0)
        append_raw(s, lines, len);
#ifdef BENCH_SQLITE
    if (s->kind == 1)
        append_sqlite(s, first, lines, each, count);
#endif
#ifdef BENCH_LMDB
    if (s->kind == 2)
        append_lmdb(s, first, lines, each, count);
#endif
    (void)first;
    (void)each;
    (void)count;
    return clock_steady() - begun;
}

void store_close(struct store *s)
{
    if (s->kind == 0)
        close(s->fd);
#ifdef BENCH_SQLITE
    if (s->kind == 1)
        close_sqlite(s);
#endif
#ifdef BENCH_LMDB
    if (s->kind == 2)
        mdb_env_close(s->env);
#endif
    free(s);
}
