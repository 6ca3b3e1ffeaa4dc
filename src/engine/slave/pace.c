/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does what is due between two units. */
#include "engine/slave/pace.h"

#include <math.h>
#include <stdlib.h>

#include "util/clock.h"
#include "util/halt.h"

static const double look_every = 1e-3; /* a look at messages costs more than an empty unit */
static const double reserve = 0.5;     /* for the message of what was saved last and the records */

void pace_begin(struct pace *p, uint32_t partition)
{
    p->partition = partition;
    p->now = p->unit = p->looked = p->pulsed = p->saved = clock_steady();
    p->units = p->restored = 0;
    p->cost = 0;
    p->stopped = halt_asked() || transport_halted(p->transport);
}

static void send_pulse(struct pace *p)
{
    struct message *m = message_create(MESSAGE_PULSE, p->partition, 0, NULL);

    if (!m)
        return; /* the next one will tell */
    m->units = p->units;
    m->restored = p->restored;
    transport_tell(p->transport, m);
    free(m);
    p->units = p->restored = 0;
}

/* Tells the master, which is this process. */
static void tell(struct pace *p)
{
    p->tick(p->context, p->units, p->restored);
    p->units = p->restored = 0;
}

/* What is done every so often. */
static void look(struct pace *p)
{
    if (p->now - p->looked < look_every)
        return;
    p->looked = p->now;
    if (p->tick)
        tell(p);
    p->stopped = p->stopped || halt_asked() || transport_halted(p->transport);
    if (p->now - p->pulsed < p->beat)
        return;
    p->pulsed = p->now;
    send_pulse(p);
}

void pace_part(void *pace)
{
    struct pace *p = pace;

    p->now = clock_steady();
    look(p);
}

bool pace_part_stops(void *pace)
{
    struct pace *p = pace;

    pace_part(p);
    if (isfinite(p->end))
        p->stopped = p->stopped || p->now + p->cost + reserve > p->end;
    return p->stopped;
}

bool pace_stops(struct pace *p)
{
    if (!p->stopped && isfinite(p->end))
        p->stopped = p->now + 1.25 * p->longest + p->cost + reserve > p->end;
    return p->stopped;
}

void pace_units(struct pace *p, uint64_t count)
{
    p->now = clock_steady();
    p->longest = fmax(p->longest, p->now - p->unit);
    p->unit = p->now;
    p->units += count;
    look(p);
}

void pace_restored(struct pace *p, uint64_t count)
{
    p->restored += count;
    pace_units(p, count);
}

bool pace_saves(const struct pace *p)
{
    return p->save > 0 && p->now - p->saved >= fmax(p->save, 20 * p->cost);
}

void pace_saved(struct pace *p, double begun)
{
    p->now = p->saved = p->unit = clock_steady(); /* the next unit is not as long as that */
    p->cost = p->saved - begun;
}

void pace_end(struct pace *p)
{
    if (p->tick)
        tell(p);
}
