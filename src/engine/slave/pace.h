/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pace of a rank that computes units: what it does between two of them.
 *
 * Every millisecond at most it looks whether it is to stop, every so often it tells
 * the master that it is at work, and saves what it has.
 *
 * Convention: one per rank; times are of the steady clock, in seconds.
 */
#ifndef ENGINE_PACE_H
#define ENGINE_PACE_H

#include "engine/transport/transport.h"

struct pace {
    struct transport *transport;
    double beat; /* between two pulses */
    double save; /* between two saves at least; 0: none */
    double end;  /* when the job must be over; INFINITY: no limit */
    /* With the units since the last, and how many of these were saved before; or NULL. */
    void (*tick)(void *context, uint64_t units, uint64_t restored);
    void *context;
    uint32_t partition;                                     /* that is computed */
    double now, unit, longest, looked, pulsed, saved, cost; /* cost: of the last save */
    uint64_t units, restored; /* since the last pulse or tick; of these, saved before */
    bool stopped;
};

/* Effect: a computation over that partition begins now. */
void pace_begin(struct pace *p, uint32_t partition);

/* Whether the next unit must not be begun: the process or the job is to halt, or the
 * unit would not end in time, if it is no longer than the longest one so far. */
bool pace_stops(struct pace *p);

/* Effect: a part of a unit, or of what comes before the first, is done. */
void pace_part(void *pace);

/* The same for one that can be broken off, when that is due. */
bool pace_part_stops(void *pace);

/* Effect: count units are done. */
void pace_units(struct pace *p, uint64_t count);

/* The same of units that an earlier start had computed and saved. */
void pace_restored(struct pace *p, uint64_t count);

/* Whether units are to be saved; and that they were, begun at that time. What takes
 * long is done less often: it costs a twentieth of the time at most. */
bool pace_saves(const struct pace *p);
void pace_saved(struct pace *p, double begun);

/* Effect: the computation is over. units is how many the master has not heard of. */
void pace_end(struct pace *p);

#endif
