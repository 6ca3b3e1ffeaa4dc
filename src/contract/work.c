/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ranges that the units of a contract over work are divided into. */
#include "contract/load.h"

#include <inttypes.h>
#include <string.h>

#include "contract/schema.h"

enum { RANGES_CHOSEN = 1024 }; /* ranges at most, when the contract leaves it open */

static int64_t ranges(int64_t units, int64_t each)
{
    return units / each + (units % each != 0);
}

/* The smallest power of two that makes at most so many ranges. */
static int64_t smallest(int64_t units, int64_t most)
{
    int64_t each = 1;

    while (ranges(units, each) > most)
        each *= 2;
    return each;
}

int load_work(const struct load *l)
{
    struct contract *c = l->c;
    int64_t each = c->work_range;

    if (c->work_units == 0)
        return 0;
    if ((each & (each - 1)) != 0)
        return load_complain(l, "/work@range",
                             "found %" PRId64 ", expected a power of two, or 0 to have one chosen",
                             each);
    if (each == 0)
        each = smallest(c->work_units, RANGES_CHOSEN);
    if (ranges(c->work_units, each) > SCHEMA_SLAVES)
        return load_complain(l, "/work@range",
                             "found %" PRId64 ", which makes %" PRId64
                             " ranges, expected at most %d: %" PRId64 " or more units in each",
                             each, ranges(c->work_units, each), SCHEMA_SLAVES,
                             smallest(c->work_units, SCHEMA_SLAVES));
    int64_t longest = each < c->work_units ? each : c->work_units;
    if (longest > c->items_per_slave)
        return load_complain(l, "/limits@items_per_slave",
                             "found %" PRId64 ", expected at least the %" PRId64
                             " units of a range",
                             c->items_per_slave, longest);
    c->range_units = each;
    c->slaves = ranges(c->work_units, each);
    c->data = strdup("work");
    return c->data ? 0 : err_memory(l->e, "a name");
}

uint64_t contract_range_items(const struct contract *c, uint64_t k)
{
    uint64_t each = (uint64_t)c->range_units, left = (uint64_t)c->work_units - k * each;

    return left < each ? left : each;
}
