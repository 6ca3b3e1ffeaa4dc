/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The private directory of a centre: found, made and opened. */
#include "site/house/house.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/house/identity.h"
#include "util/clock.h"
#include "util/directory.h"
#include "util/file.h"
#include "util/lock.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"
#include "util/text.h"

enum { SITE_MOST = PATH_MAX + 256, YEAR = 365 * 86400 };

static const char heading[] = "metaneuron-site@v1";

int house_find(const char *given, char directory[static PATH_MAX], struct err *e)
{
    const char *told = given ? given : getenv("METANEURON_SITE_DIR");

    if (told && told[0])
        return paths_absolute(told, directory, e);
    return paths_find(PATHS_DATA, "site", directory, PATH_MAX, e);
}

int house_path(const struct house *h, const char *name, char path[static PATH_MAX], struct err *e)
{
    return paths_join(path, PATH_MAX, h->directory, name, e);
}

int house_run_path(const struct house *h, const char *run, const char *name,
                   char path[static PATH_MAX], struct err *e)
{
    char below[PATH_MAX], parent[PATH_MAX];

    if (snprintf(below, sizeof below, "runs/%s/%s", run, name) >= (int)sizeof below)
        return err_set(e, ERR_OPEN, "%s: the path is too long", name);
    return house_path(h, below, path, e) < 0 ? -1 : file_mkdirs(file_parent(path, parent), e);
}

/* Sets *value to what follows "KEY " in the next line, which ends it. Returns whether it does. */
static bool take_line(char **rest, const char *key, const char **value)
{
    size_t n = strlen(key);
    char *line = *rest, *end = line ? strchr(line, '\n') : NULL;

    if (!end || strncmp(line, key, n) != 0 || line[n] != ' ')
        return false;
    *end = '\0';
    *rest = end + 1;
    *value = line + n + 1;
    return true;
}

/* Effect: h has what the house's file says. */
static int read_site(struct house *h, struct err *e)
{
    char path[PATH_MAX], *data, *rest;
    const char *name, *exchange, *cluster;
    size_t len;

    if (house_path(h, "site", path, e) < 0)
        return -1;
    if (!file_exists(path))
        return err_set(e, ERR_OPEN,
                       "%s: no centre is there: metaneuron site init NAME --exchange DIR makes "
                       "one (--dir or $METANEURON_SITE_DIR says where)",
                       h->directory);
    if (file_read_own(path, SITE_MOST, false, &data, &len, e) < 0)
        return -1;
    rest = strlen(data) == len && strncmp(data, heading, strlen(heading)) == 0 &&
                   data[strlen(heading)] == '\n'
               ? data + sizeof heading
               : NULL;
    bool good = take_line(&rest, "name", &name) && take_line(&rest, "exchange", &exchange) &&
                take_line(&rest, "cluster", &cluster) && !*rest && house_is_name(name) &&
                exchange[0] == '/' && text_is_name(strcmp(cluster, "-") == 0 ? "x" : cluster);
    if (good) {
        snprintf(h->name, sizeof h->name, "%s", name);
        snprintf(h->exchange, sizeof h->exchange, "%s", exchange);
        snprintf(h->cluster, sizeof h->cluster, "%s", strcmp(cluster, "-") == 0 ? "" : cluster);
    }
    free(data);
    return good ? 0 : err_set(e, ERR_INPUT, "%s: is not what metaneuron site init writes", path);
}

/* Effect: nobody else changes the house until it is closed. */
static int lock_house(struct house *h, struct err *e)
{
    char path[PATH_MAX];

    if (house_path(h, "lock", path, e) < 0 || (h->lock = file_open_rw(path, FILE_OWN, e)) < 0)
        return -1;
    return file_lock(h->lock, path, e);
}

/* Effect: the federation ledger is open; genesis makes it, if there is none. */
static int open_ledger(struct house *h, const struct ledger_genesis *genesis, struct err *e)
{
    char path[PATH_MAX], origin[RECORD_MOST];

    if (house_path(h, "ledger", path, e) < 0)
        return -1;
    h->ledger =
        h->lock < 0 ? ledger_open_read(path, e) : ledger_open_alone(path, genesis, h->exclusive, e);
    if (!h->ledger || ledger_origin(path, origin, e) < 0)
        return -1;
    if (strlen(origin) >= sizeof h->origin)
        return err_set(e, ERR_INPUT, "%s: its origin has more than %d bytes", path, NOTE_NAME - 1);
    memcpy(h->origin, origin, strlen(origin) + 1);
    return 0;
}

int house_open(struct house *h, const char *directory, bool change, bool exclusive, struct err *e)
{
    *h = (struct house){.lock = -1, .exclusive = exclusive};
    snprintf(h->directory, sizeof h->directory, "%s", directory);
    if (read_site(h, e) == 0 && (!change || lock_house(h, e) == 0) && open_ledger(h, NULL, e) == 0)
        return 0;
    house_close(h);
    return -1;
}

void house_close(struct house *h)
{
    ledger_close(h->ledger);
    file_close(h->lock);
    h->ledger = NULL;
    h->lock = -1;
}

/* Returns how many identities the centre has. */
static unsigned long long identities(const struct house *h)
{
    char name[48], path[PATH_MAX];
    unsigned long long n = 0;

    do
        snprintf(name, sizeof name, "identity/%llu", ++n);
    while (house_path(h, name, path, NULL) == 0 && file_exists(path));
    return n - 1;
}

int house_key_path(const struct house *h, char path[static PATH_MAX], struct err *e)
{
    char name[48];

    snprintf(name, sizeof name, "keys/%llu", identities(h));
    return house_path(h, name, path, e);
}

bool house_other_key(const struct house *h, bool next, uint8_t public[static KEY_PUBLIC_LEN])
{
    const unsigned long long now = identities(h);
    char name[48], path[PATH_MAX];

    snprintf(name, sizeof name, "keys/%llu", next ? now + 1 : now - 1);
    if (now == 0 || house_path(h, name, path, NULL) < 0 || !file_exists(path))
        return false;
    struct key *key = key_open(path, NULL);
    if (key)
        key_public(key, public);
    key_close(key);
    return key != NULL;
}

struct key *house_key(const struct house *h, struct err *e)
{
    char path[PATH_MAX];

    if (house_key_path(h, path, e) < 0)
        return NULL;
    if (!file_exists(path)) /* it would be made */
        return err_null(err_set(e, ERR_OPEN, "%s: the centre's key is not there", path));
    return key_open(path, e);
}

int house_seal_key(const struct house *h, struct age_identity *i, struct err *e)
{
    char path[PATH_MAX];

    return house_path(h, "keys/seal", path, e) < 0 ? -1 : age_identity_open(i, path, false, e);
}

/* Effect: identity 1 is there, signed with key 1. */
static int make_identity(const struct house *h, const struct key *key, struct err *e)
{
    struct identity i = {.number = 1, .expires = clock_utc_us() / 1000000 + IDENTITY_YEARS * YEAR};
    uint8_t public[KEY_PUBLIC_LEN];
    struct age_identity seal;
    struct buf b = {0};
    char path[PATH_MAX];

    key_public(key, public);
    snprintf(i.name, sizeof i.name, "%s", h->name);
    snprintf(i.origin, sizeof i.origin, "%s", h->origin);
    snprintf(i.cluster, sizeof i.cluster, "%s", h->cluster);
    if (note_key_make(&i.key, h->origin, NOTE_ED25519, public, e) < 0 ||
        house_path(h, "keys/seal", path, e) < 0 || age_identity_open(&seal, path, true, e) < 0)
        return -1;
    age_recipient(i.seal, &seal);
    age_identity_forget(&seal);
    int rc = identity_write(&b, &i, key, NULL, NULL, e);
    if (rc == 0)
        rc = house_path(h, "identity/1", path, e);
    if (rc == 0)
        rc = file_write_new(path, b.data, b.len, FILE_OWN, e);
    buf_free(&b);
    return rc;
}

/* Effect: the ledger of what this centre computes, asks and denies is there. It is signed with the
 * key of whoever runs the jobs, as that of the centre is never in one. */
static int make_own(const struct house *h, struct err *e)
{
    char path[PATH_MAX];
    uint8_t public[KEY_PUBLIC_LEN];
    struct key *key = key_site_path(path, e) < 0 ? NULL : key_open(path, e);

    if (!key || house_path(h, "own", path, e) < 0) {
        key_close(key);
        return -1;
    }
    key_public(key, public);
    key_close(key);
    struct ledger *l =
        ledger_open_alone(path, &(struct ledger_genesis){h->name, public}, h->exclusive, e);
    ledger_close(l);
    return l ? 0 : -1;
}

/* The last that is written: with it there is a centre. */
static int write_site(const struct house *h, struct err *e)
{
    char path[PATH_MAX];
    struct buf b = {0};

    buf_addf(&b, "%s\nname %s\nexchange %s\ncluster %s\n", heading, h->name, h->exchange,
             h->cluster[0] ? h->cluster : "-");
    int rc = buf_failed(&b) ? err_memory(e, "a centre") : house_path(h, "site", path, e);
    if (rc == 0)
        rc = file_write_new(path, b.data, b.len, FILE_OWN, e);
    buf_free(&b);
    return rc;
}

static int make_directories(const struct house *h, struct err *e)
{
    static const char *const names[] = {"keys",  "identity", "data",  "snapshots", "peers",
                                        "files", "fetched",  "cosig", "runs"};
    char path[PATH_MAX];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (house_path(h, names[i], path, e) < 0 || file_mkdirs(path, e) < 0)
            return -1;
    return 0;
}

/* With the house locked. */
static int furnish(struct house *h, struct err *e)
{
    char path[PATH_MAX];
    uint8_t public[KEY_PUBLIC_LEN];

    if (house_path(h, "site", path, e) < 0)
        return -1;
    if (file_is_taken(path))
        return err_set(e, ERR_OPEN, "%s: a centre is there already (metaneuron site shows it)",
                       h->directory);
    if (make_directories(h, e) < 0 || house_path(h, "keys/1", path, e) < 0)
        return -1;
    struct key *key = key_open(path, e);
    if (!key)
        return -1;
    key_public(key, public);
    int rc = open_ledger(h, &(struct ledger_genesis){h->name, public}, e);
    if (rc == 0)
        rc = make_identity(h, key, e);
    key_close(key);
    return rc < 0 || make_own(h, e) < 0 ? -1 : write_site(h, e);
}

int house_make(const char *directory, const struct house_plan *plan, bool exclusive, struct err *e)
{
    struct house h = {.lock = -1, .exclusive = exclusive};

    if (!house_is_name(plan->name))
        return err_set(e, ERR_USAGE,
                       "'%s': a centre's name begins with a letter, and has small letters, digits "
                       "and '-', 31 at most",
                       plan->name);
    if (plan->cluster && !text_is_name(plan->cluster))
        return err_set(e, ERR_USAGE, "--cluster %s: is no name of a cluster", plan->cluster);
    snprintf(h.directory, sizeof h.directory, "%s", directory);
    snprintf(h.name, sizeof h.name, "%s", plan->name);
    snprintf(h.cluster, sizeof h.cluster, "%s", plan->cluster ? plan->cluster : "");
    if (paths_absolute(plan->exchange, h.exchange, e) < 0)
        return -1;
    size_t within = strlen(h.exchange);
    if (strncmp(h.directory, h.exchange, within) == 0 &&
        (h.directory[within] == '/' || h.directory[within] == '\0'))
        return err_set(e, ERR_USAGE,
                       "%s: lies in the exchange, where others read: a house is private (--dir)",
                       h.directory);
    if (strchr(h.exchange, '\n'))
        return err_set(e, ERR_USAGE, "--exchange: a line feed cannot be in its path");
    int rc = file_mkdir_public(h.exchange, e) < 0 ? err_context(e, "--exchange") : 0;
    if (rc == 0 && (file_mkdirs(directory, e) < 0 || lock_house(&h, e) < 0 || furnish(&h, e) < 0))
        rc = -1;
    house_close(&h);
    return rc;
}
