/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose a file is. */
#include "util/owner.h"

#include <unistd.h>

bool owner_is_ours(const struct stat *st)
{
    return st->st_uid == geteuid();
}
