/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads whom a run of centres asks. */
#include "ledger/fold/asked.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[] = {
    [DISCLOSE_AGGREGATE] = "aggregate",
    [DISCLOSE_FEATURES] = "features",
    [DISCLOSE_STATES] = "states",
};

const char *disclose_word(enum disclose d)
{
    return d >= DISCLOSE_AGGREGATE && d <= DISCLOSE_STATES ? words[d] : "none";
}

enum disclose disclose_of(const char *word)
{
    for (enum disclose d = DISCLOSE_AGGREGATE; d <= DISCLOSE_STATES; d++)
        if (strcmp(word, words[d]) == 0)
            return d;
    return DISCLOSE_NONE;
}

bool asked_is_site(const char *name, size_t len)
{
    const size_t most = 31;
    bool right = len >= 1 && len <= most && name[0] >= 'a' && name[0] <= 'z';

    for (size_t i = 0; right && i < len; i++)
        right = (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9') ||
                name[i] == '-';
    return right;
}

static int wrong(const struct record *r, const char *what, struct err *e)
{
    return err_set(e, ERR_INPUT, "record %" PRIu64 " (open): %s", r->seq, what);
}

int asked_read(struct asked *a, const struct record *r, struct err *e)
{
    const char *list = record_get(r, "sites");
    size_t most = 1;

    *a = (struct asked){.disclose = disclose_of(record_get(r, "disclose"))};
    if (a->disclose == DISCLOSE_NONE)
        return wrong(r, "disclose is none of aggregate, features and states", e);
    for (const char *p = list; *p; p++)
        most += *p == ',';
    if (!(a->sites = err_alloc(most, sizeof *a->sites, "centres", e)))
        return -1;
    for (const char *p = list; a->count < most; p += *p == ',') {
        size_t len = strcspn(p, ",");
        if (!asked_is_site(p, len))
            return wrong(r, "its sites are not names of centres", e);
        if (!(a->sites[a->count] = strndup(p, len)))
            return err_memory(e, "centres");
        a->count++;
        if (a->count > 1 && strcmp(a->sites[a->count - 2], a->sites[a->count - 1]) >= 0)
            return wrong(r, "its sites are not in the order of their names", e);
        p += len;
    }
    return 0;
}

void asked_free(struct asked *a)
{
    for (size_t i = 0; i < a->count; i++)
        free(a->sites[i]);
    free(a->sites);
    *a = (struct asked){0};
}

/* The name before the first slash of a key, against a centre's. */
static int compare_site(const void *key, const void *entry)
{
    const char *slave = key, *site = *(char *const *)entry;
    size_t len = strcspn(slave, "/");
    int order = strncmp(slave, site, len);

    return order != 0 ? order : -(site[len] != '\0');
}

uint64_t asked_place(const struct asked *a, const char *slave)
{
    const char *last = strrchr(slave, '/');
    char *const *found = a->count == 0 || !last || strcmp(last, "/1") != 0
                             ? NULL
                             : bsearch(slave, a->sites, a->count, sizeof *a->sites, compare_site);

    return found ? (uint64_t)(found - a->sites) + 1 : 0;
}
