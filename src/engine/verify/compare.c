/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares a result's file with what it must be, object by object. */
#include "engine/verify/complain.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* What is computed anew may have another last bit on another processor. All else is equal. */
static const char *const computed[] = {
    "/slaves/weight",   "/rounds/1/features", "/rounds/1/errors", "/rounds/1/centre",
    "/rounds/features", "/rounds/errors",     "/rounds/centre",   "/aggregate/",
    "/unfiltered/",     "/rounds/aggregate/", "/robust/features"};

static bool is_computed(const char *path)
{
    for (size_t i = 0; i < sizeof computed / sizeof computed[0]; i++) {
        size_t n = strlen(computed[i]);
        if (computed[i][n - 1] == '/' ? strncmp(path, computed[i], n) == 0
                                      : strcmp(path, computed[i]) == 0)
            return true;
    }
    return false;
}

/* How far element i of one is from that of the other. */
static enum distance distance_of(const struct flat_value *a, const struct flat_value *b, size_t i,
                                 bool close)
{
    bool same = true;

    if (a->type == FLAT_NUMBER && close)
        return verify_distance(a->numbers[i], b->numbers[i]);
    if (a->type == FLAT_NUMBER)
        same = memcmp(&a->numbers[i], &b->numbers[i], sizeof(double)) == 0 ||
               (isnan(a->numbers[i]) && isnan(b->numbers[i]));
    else if (a->type == FLAT_STRING)
        same = strcmp(a->strings[i], b->strings[i]) == 0;
    else if (a->type == FLAT_BYTES)
        same = a->bytes[i] == b->bytes[i];
    else if (a->type != FLAT_GROUP)
        same = a->integers[i] == b->integers[i];
    return same ? DISTANCE_NONE : DISTANCE_LARGE;
}

enum { VALUE = 120 };

static void put_value(const struct flat_value *v, size_t i, char text[static VALUE])
{
    if (v->type == FLAT_STRING)
        snprintf(text, VALUE, "'%.100s'", v->strings[i]);
    else if (v->type == FLAT_BYTES)
        snprintf(text, VALUE, "%u", v->bytes[i]);
    else if (v->type == FLAT_NUMBER)
        snprintf(text, VALUE, "%.17g", v->numbers[i]);
    else
        snprintf(text, VALUE, "%" PRId64, v->integers[i]);
}

static void complain_of(struct verify *v, const struct flat_value *found,
                        const struct flat_value *expected, size_t i, bool again)
{
    char a[VALUE], b[VALUE], place[48] = "";

    put_value(found, i, a);
    put_value(expected, i, b);
    if (found->rank == 2)
        snprintf(place, sizeof place, "[%zu,%zu]", i / found->dims[1], i % found->dims[1]);
    else if (found->rank == 1)
        snprintf(place, sizeof place, "[%zu]", i);
    verify_complain(v, "%s: %s%s is %s, %s %s", v->path, found->path, place, a,
                    again ? "computed again it is" : "expected", b);
}

static void compare_values(struct verify *v, const struct flat_value *found,
                           const struct flat_value *expected)
{
    bool close = is_computed(found->path);
    enum distance most = DISTANCE_NONE;

    if (found->type != expected->type || found->rank != expected->rank ||
        found->dims[0] != expected->dims[0] || found->dims[1] != expected->dims[1]) {
        verify_complain(v, "%s: %s is of another type or shape than computed again", v->path,
                        found->path);
        return;
    }
    for (size_t i = 0; i < found->count; i++) {
        enum distance d = distance_of(found, expected, i, close);
        if (d == DISTANCE_LARGE) {
            complain_of(v, found, expected, i, close && found->type == FLAT_NUMBER);
            return;
        }
        most = d > most ? d : most;
    }
    if (most == DISTANCE_SMALL)
        verify_apart(v, found->path,
                     "has numbers that differ from what they are computed again, if by no "
                     "more than 1e-9");
}

/* Whether a group is one that something must be in, or attributes. */
static bool is_needed(const struct flat *expected, const struct flat_value *group)
{
    size_t n = strlen(group->path);

    for (size_t i = 0; group->type == FLAT_GROUP && i < flat_count(expected); i++) {
        const char *path = flat_at(expected, i)->path;
        if (strncmp(path, group->path, n) == 0 && (path[n] == '/' || path[n] == '@'))
            return true;
    }
    return false;
}

void verify_compare(struct verify *v, const struct flat *found, const struct flat *expected)
{
    for (size_t i = 0; i < flat_count(expected); i++) {
        const struct flat_value *x = flat_at(expected, i), *y = flat_find(found, x->path);
        if (y)
            compare_values(v, y, x);
        else
            verify_complain(v, "%s: %s is missing", v->path, x->path);
    }
    for (size_t i = 0; i < flat_count(found); i++) {
        const struct flat_value *y = flat_at(found, i);
        if (!flat_find(expected, y->path) && !is_needed(expected, y))
            verify_complain(v, "%s: %s is no part of this result", v->path, y->path);
    }
}
