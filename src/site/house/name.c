/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the names of centres look like. */
#include "site/house/house.h"

#include <string.h>

#include "ledger/fold/asked.h"

bool house_is_name(const char *name)
{
    return asked_is_site(name, strlen(name));
}
