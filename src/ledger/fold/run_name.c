/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes the names of slaves apart. */
#include "ledger/fold/run.h"

#include <string.h>

#include "util/parse.h"

size_t runs_slave_length(const char *name)
{
    return strcspn(name, "#");
}

/* Returns the number behind a mark; 0: there is no mark, or no number that fits. */
static uint64_t number_behind(const char *mark)
{
    uint64_t k;

    return mark && parse_u64(mark + 1, &k) == 0 && k <= INT64_MAX ? k : 0;
}

uint64_t runs_partition(const char *name)
{
    return number_behind(name ? strrchr(name, '/') : NULL);
}

uint64_t runs_range(const char *name)
{
    return number_behind(name ? strchr(name, '#') : NULL);
}

uint64_t run_place(const struct run *run, const char *name)
{
    return run->asked.count > 0 ? asked_place(&run->asked, name) : runs_partition(name);
}
