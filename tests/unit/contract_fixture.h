/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of contracts have: a reader, a directory, and short ways to get a
 * contract from text and through its file.
 */
#ifndef TESTS_CONTRACT_FIXTURE_H
#define TESTS_CONTRACT_FIXTURE_H

#include <stdio.h>
#include <unistd.h>

#include "contract/contract.h"
#include "unit.h"
#include "util/store.h"

#define MINIMUM "title: T\nfunction: {name: moments}\ndata: {name: d, slaves: 4}\n"
#define WORK    "title: T\nfunction: {name: wait}\nwork: {units: 4}\n"
#define ABC     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static struct reader *reader;
static char directory[] = "/tmp/metaneuron-unit-XXXXXX", spec_path[64], h5_path[64];
static struct err e;

static void set_up(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(spec_path, sizeof spec_path, "%s/s.yaml", directory);
    snprintf(h5_path, sizeof h5_path, "%s/c.h5", directory);
    reader = reader_start(&e);
    ck_assert_msg(reader != NULL, "%s", e.text);
}

static void tear_down(void)
{
    reader_stop(reader);
    unlink(spec_path);
    unlink(h5_path);
    rmdir(directory);
}

/* Returns the contract, NULL when it is refused; the error is in e. */
static struct contract *from_text(const char *text, size_t len)
{
    struct err nothing = {0};

    ck_ok(file_write(spec_path, text, len, 0600, &nothing), &nothing);
    err_clear(&e);
    return contract_from_spec(spec_path, &e);
}

static struct contract *good(const char *text)
{
    struct contract *c = from_text(text, strlen(text));

    ck_assert_msg(c != NULL, "%s\n%s", e.text, text);
    return c;
}

/* The contract as its file gives it back. */
static struct contract *through_h5(const struct contract *c)
{
    ck_ok(contract_write(c, h5_path, &e), &e);
    struct contract *d = contract_open(reader, h5_path, NULL, &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    return d;
}

/* Returns the canonical text, which the caller frees. */
static inline char *canonical(const struct contract *c)
{
    struct buf b = {0};

    ck_ok(contract_canonical(c, &b, &e), &e);
    return b.data;
}

#endif
