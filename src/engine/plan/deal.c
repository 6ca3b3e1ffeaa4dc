/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deals the rows of a file to slaves. */
#include "engine/plan/deal.h"

#include <string.h>

typedef unsigned __int128 wide;

enum {
    STRIPE_MOST = 4096, /* sources go to multiples of it without reading others */
    SMALL = 8,          /* times in sqrt(rows of a slave) a stripe must go, at least */
};

/* Rows [k * N / S, (k + 1) * N / S) of one shared file: sizes differ by at most one. */
static struct hand block_of(uint64_t total, uint64_t k, uint64_t slaves)
{
    uint64_t first = (uint64_t)((wide)total * k / slaves);
    uint64_t rows = (uint64_t)((wide)total * (k + 1) / slaves) - first;

    return (struct hand){.first = first, .rows = rows, .stripe = rows ? rows : 1, .slaves = 1};
}

/* The longer a stripe is, the fewer places are gone to; but what a slave has too much of one
 * kind of row is a stripe, and is to be small beside the chance sqrt(rows of a slave). */
static uint64_t stripe_of(uint64_t total, uint64_t slaves)
{
    uint64_t d = STRIPE_MOST;

    while (d > 1 && (wide)SMALL * SMALL * d * d * slaves > total)
        d /= 2;
    return d;
}

/* Returns which stripe of a round is the slave's. Each round begins with another slave, by chance:
 * else a file that goes round itself, as by hours of the day, would give each its own hour. The
 * chance is variant 13 of Stafford's "Better bit mixing" (2011), as in SplitMix64. */
static uint64_t place_of(const struct hand *h, uint64_t round)
{
    uint64_t x = round;

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    x ^= x >> 31;
    return (h->k + h->slaves - x % h->slaves) % h->slaves;
}

static struct hand stripes_of(uint64_t total, uint64_t k, uint64_t slaves)
{
    uint64_t d = stripe_of(total, slaves), period = d * slaves, left = total % period;
    struct hand h = {.stripe = d, .slaves = slaves, .k = k};
    uint64_t before = d * place_of(&h, total / period), rest = left > before ? left - before : 0;

    h.rows = total / period * d + (rest < d ? rest : d);
    return h;
}

bool deal_is_blocks(const struct contract *c)
{
    return c->work_units == 0 && strcmp(c->split, "rows") == 0 && strcmp(c->deal, "blocks") == 0;
}

struct hand deal(const struct contract *c, uint64_t total, uint32_t k)
{
    uint64_t slaves = (uint64_t)c->slaves;

    if (strcmp(c->split, "rows") != 0 || slaves == 1)
        return block_of(total, 0, 1);
    return deal_is_blocks(c) ? block_of(total, k, slaves) : stripes_of(total, k, slaves);
}

uint64_t deal_row(const struct hand *h, uint64_t row)
{
    uint64_t round = row / h->stripe;

    return h->first + (round * h->slaves + place_of(h, round)) * h->stripe + row % h->stripe;
}

int deal_read(const struct hand *h, struct source *s, uint64_t first, size_t count, double *data,
              size_t *kept, struct err *e)
{
    *kept = 0;
    while (count > 0) {
        uint64_t at = first % h->stripe;
        size_t n = h->stripe - at < count ? (size_t)(h->stripe - at) : count, here;
        if (source_read(s, deal_row(h, first), n, data + *kept * source_columns(s), &here, e) < 0)
            return -1;
        *kept += here;
        first += n;
        count -= n;
    }
    return 0;
}
