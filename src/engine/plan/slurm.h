/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What Slurm tells a job of itself, asked of its commands.
 *
 * Convention: outside a job nothing is asked. Not collective.
 */
#ifndef ENGINE_SLURM_H
#define ENGINE_SLURM_H

#include <stdbool.h>
#include <stdint.h>

#include "util/child.h"
#include "util/text.h"

enum { SLURM_ID = 32 }; /* bytes of a job's name, with its NUL */

/* What accounting knows this job by, each "-" where Slurm does not say it, or what it says is none:
 * names are as text_is_name() says, numbers are below 2^32. */
struct slurm_account {
    char cluster[TEXT_NAME + 1];
    char job[SLURM_ID];  /* its number; of a task of an array the task's own */
    char task[SLURM_ID]; /* of an array, its number there */
    char user[TEXT_NAME + 1], account[TEXT_NAME + 1];
    char submit[SLURM_ID]; /* seconds since 1970-01-01 UTC, as slurm_learn() has it */
};

/* Effect: id is what Slurm's commands call this job: its number, and of a task of an array
 * ARRAY_TASK, as the number of one of them is the whole array's. Returns false, and "",
 * outside a job. */
bool slurm_job(char id[static SLURM_ID]);

/* Returns how many components this job has, each with nodes of its own kind; 1 of a usual job,
 * 0 outside one. */
uint64_t slurm_components(void);

/* Returns how often Slurm has started this job again; 0 outside one. */
uint64_t slurm_restarts(void);

/* Returns the seconds in [D-][HH:]MM:SS; NaN: it says UNLIMITED or anything else. */
double slurm_seconds(const char *text);

/* Effect: text is what a program answers; empty if it does not, or if that does not fit. Returns a signal
 * that this process got meanwhile, which ends it, or 0. */
int slurm_ask(const struct child_signals *signals, char *const *argv, char *text, size_t size);

/* Effect: in the environment of a job is when it ends, SLURM_JOB_END_TIME, which it has from Slurm
 * 23.02 on, and when it was submitted, METANEURON_SUBMITTED, which Slurm tells no job. Asks squeue,
 * once, for ten seconds at most. Before MPI_Init only: it forks. */
void slurm_learn(void);

/* Effect: a is what accounting knows this job by. Returns false outside a job. */
bool slurm_accounting(struct slurm_account *a);

#endif
