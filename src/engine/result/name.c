/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the names of results, and takes them apart. */
#include "engine/result/name.h"

#include <stdio.h>

#include "ledger/fold/runs.h"

const char *result_range(const char *name)
{
    const char *end = name + runs_slave_length(name);

    return *end ? end + 1 : NULL;
}

bool result_is_work(const struct result *r)
{
    return r->slaves > 0 && result_range(r->slave[0].name);
}

char *result_slave_name(const char *name, char slave[static SLAVE_NAME])
{
    snprintf(slave, SLAVE_NAME, "%.*s", (int)runs_slave_length(name), name);
    return slave;
}

char *result_partition_name(const struct run *run, const char *site, const struct contract *c,
                            size_t k, char name[static SLAVE_NAME])
{
    bool centres = run->asked.count > 0;

    snprintf(name, SLAVE_NAME, "%s/%s/%zu", centres ? run->asked.sites[k] : site, c->data,
             centres ? 1 : k + 1);
    return name;
}
