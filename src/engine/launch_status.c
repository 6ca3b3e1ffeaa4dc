/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/launch_private.h"

#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/file.h"
#include "util/paths.h"

enum { STATUS_MOST = 64 << 20 }; /* bytes of the file */

static int status_path(const struct launch *l, char path[static PATH_MAX])
{
    char name[64];

    snprintf(name, sizeof name, "runs/%s/status", l->key);
    return l->key[0] ? paths_join(path, PATH_MAX, l->o->run.ledger, name, NULL) : -1;
}

/* Returns the document, or NULL. */
static json_t *load(const struct launch *l)
{
    char path[PATH_MAX], *text;
    size_t len;

    if (status_path(l, path) < 0 || file_read(path, STATUS_MOST, &text, &len, NULL) < 0)
        return NULL;
    json_t *json = json_loadb(text, len, 0, NULL);
    free(text);
    return json;
}

/* How near a slave in that stage is to having been at work; 0: it was not. */
static int closeness(const char *stage)
{
    static const char *const stages[] = {"offered", "claimed", "computing"};

    for (int i = 0; stage && i < 3; i++)
        if (strcmp(stage, stages[i]) == 0)
            return i + 1;
    return 0;
}

static bool has_rank(json_t *slave, int rank)
{
    json_int_t first = json_integer_value(json_object_get(slave, "first_rank"));
    json_int_t ranks = json_integer_value(json_object_get(slave, "ranks"));

    return first > 0 && rank >= first && rank < first + (ranks > 0 ? ranks : 1);
}

void launch_ask_status(const struct launch *l, struct launch_blame *b)
{
    json_t *json = b->rank > 0 ? load(l) : NULL, *slave, *found = NULL;
    int best = 0;
    size_t i;

    json_array_foreach(json_object_get(json, "slaves"), i, slave)
    {
        int close = closeness(json_string_value(json_object_get(slave, "stage")));
        if (close > best && has_rank(slave, b->rank)) {
            best = close;
            found = slave;
        }
    }
    if (found)
        launch_set_slave(b, json_string_value(json_object_get(found, "name")),
                         json_string_value(json_object_get(found, "node")));
    json_decref(json);
}

bool launch_progress(const struct launch *l, char *text, size_t size)
{
    json_t *json = load(l), *slaves = json_object_get(json, "slaves"), *slave;
    const char *stage = json_string_value(json_object_get(json, "stage"));
    size_t answered = 0, i;

    json_array_foreach(slaves, i, slave)
    {
        const char *word = json_string_value(json_object_get(slave, "stage"));
        answered += word && strcmp(word, "answered") == 0;
    }
    bool known = json_array_size(slaves) > 0;
    if (known)
        snprintf(text, size, "metaneuron run %s, attempt %" PRIu64 ": %.32s, %zu of %zu answered",
                 l->key, l->number, stage ? stage : "?", answered, json_array_size(slaves));
    json_decref(json);
    return known;
}

void launch_forget_status(const struct launch *l)
{
    char path[PATH_MAX];

    if (status_path(l, path) == 0)
        file_remove(path);
}
