/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the doctor knows before it judges.
 *
 * Convention: private to the doctor's files. A trouble is a text that says why
 * something does not work, and is empty when it does.
 */
#ifndef ENGINE_DOCTOR_PRIVATE_H
#define ENGINE_DOCTOR_PRIVATE_H

#include <limits.h>
#include <stdint.h>

#include "engine/doctor/doctor.h"
#include "engine/plan/resources.h"
#include "util/probe.h"

enum {
    DOCTOR_TROUBLE = 300, /* bytes of a trouble, with its NUL; a longer one is cut */
    DOCTOR_LIBRARY = 80,  /* of what a library says of itself; likewise */
};

/* What one rank sees. Plain data, which is sent as it lies in memory. */
struct doctor_rank {
    char node[NODE_NAME];
    struct resources has;
    char has_trouble[DOCTOR_TROUBLE];
    bool blas_linked;                         /* something here calls a BLAS */
    char blas[DOCTOR_LIBRARY], blas_core[24]; /* what OpenBLAS says; "" for another BLAS */
    char blas_better[16]; /* its kernel that this processor could use; "": the chosen one is it */
    int32_t blas_threads;
    uint64_t files, locked_memory;       /* limits; UINT64_MAX: none */
    char reader_trouble[DOCTOR_TROUBLE]; /* of the sandboxed reader */
    char state_trouble[DOCTOR_TROUBLE];  /* of the place for copies of contracts */
    uint32_t lock;                       /* enum probe_lock; 0: not tried */
    uint32_t appended;                   /* enum probe_appended, of what rank 0 has; likewise */
    double skew;                         /* seconds that its clock is before rank 0's */
};

/* A directory that is written, as rank 0 sees it. */
struct doctor_place {
    char path[PATH_MAX];
    struct probe is;
    struct err why; /* set: it cannot be used */
};

struct doctor_facts {
    int ranks; /* MPI's size; 1 within one process */
    const struct doctor_rank *rank;
    struct doctor_launch launch;
    struct err mpi;
    char library[DOCTOR_LIBRARY]; /* MPI's name; "" within one process */
    char hdf5[DOCTOR_LIBRARY];
    struct err hdf5_why;
    struct doctor_place ledger, out;
    bool exclusive;       /* the user promises that no other node writes to the ledger */
    bool half_groups;     /* its directory lets a group write, but was not made for it */
    int32_t partner;      /* the rank with which rank 0 appended in turn; 0: none */
    uint32_t there, back; /* enum probe_appended: what that one saw, and then rank 0 */
    char key[PATH_MAX];
    struct err key_why;
    struct err sign_why; /* why it would sign nothing in the ledger that is there */
    double skew_error;   /* seconds by which a skew may be wrong */
    double time_left;    /* seconds of this job; INFINITY: it has no end that is known */
};

/* Effect: looks at this process and its node. */
void doctor_see_rank(struct doctor_rank *d, struct reader *r);

/* A file in the ledger's directory, which all ranks use. */
struct doctor_trial {
    int fd; /* rank 0's */
    char path[PATH_MAX];
};

/* Collective, in this order: the lock is held, here says what it sees of it and goes to the
 * master, which then has f->rank; two append in turn, what they see is in f; the file is gone. */
int doctor_try_hold(struct transport *t, struct doctor_facts *f, struct doctor_rank *here,
                    struct doctor_trial *trial, struct err *e);
int doctor_try_append(struct transport *t, struct doctor_facts *f, struct doctor_trial *trial,
                      struct err *e);
void doctor_end_trial(struct doctor_trial *trial);

/* Master only. Effect: tries the places that a run writes. */
void doctor_see_places(struct doctor_facts *f, const struct doctor_options *o);

/* Effect: fills in the report from nothing but the facts. */
void doctor_judge(const struct doctor_facts *f, struct doctor_report *r);

/* The parts of it about nodes and ranks, and about writers of the ledger on several nodes. */
void doctor_judge_ranks(const struct doctor_facts *f, struct doctor_report *r);
void doctor_judge_shared(const struct doctor_facts *f, int nodes, struct doctor_report *r);

#endif
