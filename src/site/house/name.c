/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the names of centres look like. */
#include "site/house/house.h"

#include <string.h>

bool house_is_name(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return n > 0 && n < HOUSE_NAME && name[n] == '\0' && name[0] >= 'a' && name[0] <= 'z';
}
