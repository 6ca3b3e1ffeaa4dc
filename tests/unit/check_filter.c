#include "config.h"
#include "unit.h"
static void add(TCase *t)
{
    (void)t;
}
UNIT_MAIN("filter", add)
