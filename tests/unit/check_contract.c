/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "unit.h"
static void add(TCase *t)
{
    (void)t;
}
UNIT_MAIN("contract", add)
