/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads that share the parts of one piece of work. */
#include "util/crew.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

struct crew {
    crew_work *work;
    void *shared;
    size_t parts;
    atomic_size_t next;   /* part that nobody has begun */
    atomic_uint arrivals; /* threads that have begun */
};

static void *take_parts(void *of)
{
    struct crew *crew = of;
    unsigned who = atomic_fetch_add(&crew->arrivals, 1);

    for (size_t part; (part = atomic_fetch_add(&crew->next, 1)) < crew->parts;)
        crew->work(crew->shared, who, part);
    return NULL;
}

void crew_run(unsigned threads, size_t parts, crew_work *work, void *shared)
{
    struct crew crew = {.work = work, .shared = shared, .parts = parts};
    pthread_t others[CREW_MOST];
    sigset_t all, before;
    unsigned count = 0;

    atomic_init(&crew.next, 0);
    atomic_init(&crew.arrivals, 0);
    sigfillset(&all);
    if (threads > 1 && pthread_sigmask(SIG_SETMASK, &all, &before) == 0) {
        while (count + 1 < threads && count + 1 < parts && count + 1 < CREW_MOST &&
               pthread_create(&others[count], NULL, take_parts, &crew) == 0)
            count++;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    take_parts(&crew);
    while (count > 0)
        pthread_join(others[--count], NULL);
}
