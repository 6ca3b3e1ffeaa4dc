/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What would have come out had other results been accepted.
 *
 * Convention: of a result's last round, from the states that it has; rounds before it stay as they
 * were. Nothing is decided, written or recorded by it. Not collective.
 */
#ifndef ENGINE_WHAT_IF_H
#define ENGINE_WHAT_IF_H

#include "engine/result/result.h"

struct what_if {
    struct result_arrays arrays; /* the finished arrays */
    bool *changed;               /* S: the slaves whose decision was turned */
    size_t merged;               /* results that are in it */
    uint64_t items;              /* of them */
};

/* Effect: *w, which what_if_free() empties, is what would have come out with the slaves accepted that
 * are named so, and those rejected. Names are those of the result or numbers of its slaves, from 1,
 * with commas between them; NULL: none. A name that is none of a result that can be turned: ERR_USAGE;
 * a result without states, and a function that is not here: ERR_INPUT. path is for errors. */
int engine_what_if(struct reader *reader, const char *path, const struct result *r,
                   const char *accepted, const char *rejected, struct what_if *w, struct err *e);
void what_if_free(struct what_if *w);

#endif
