/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the supervisor share.
 *
 * launch.c is the loop over attempts; an attempt, what the ledger says of it, whom
 * it is ascribed to, and what is done next, each has a file. The last two know
 * nothing of processes and files, and are tested by themselves.
 */
#ifndef ENGINE_LAUNCH_PRIVATE_H
#define ENGINE_LAUNCH_PRIVATE_H

#include "engine/launch/launch.h"
#include "engine/plan/plan.h"
#include "ledger/names.h"
#include "ledger/fold/runs.h"
#include "util/child.h"

enum {
    LAUNCH_NODES = 64,  /* nodes that can be excluded */
    LAUNCH_LINE = 512,  /* bytes of a line of a launcher, with its NUL */
    LAUNCH_WORDS = 600, /* bytes of how an attempt ended, in words, with their NUL */
};

/* Whom a failure is ascribed to, as far as that is known. */
struct launch_blame {
    int rank;              /* of the job, or -1 */
    int signal;            /* that ended it, or 0 */
    int64_t slave;         /* number of the slave that the rank worked for, from 1; 0: none */
    char name[SLAVE_NAME]; /* of that slave */
    char node[NODE_NAME];
    bool early;  /* before the job gave a sign of life: a rank that ends then is its node's */
    bool absent; /* the program cannot be started on the node */
};

enum launch_outcome {
    LAUNCH_SETTLED = 1, /* the ledger says so, and the result is there */
    LAUNCH_FAILED = 2,  /* it ended */
    LAUNCH_HUNG = 3,    /* it gave no sign of life, and was killed */
    LAUNCH_DRAINED = 4, /* it ended because it was told to */
    LAUNCH_KILLED = 5,  /* it was told to, and did not end by itself */
};

/* Why no attempt will do better, whatever the launcher's exit code. */
enum launch_unfit {
    LAUNCH_FITS = 0,     /* there is no such reason */
    LAUNCH_NO_PMI = 1,   /* launcher and MPI have no PMI in common */
    LAUNCH_NO_SLOTS = 2, /* more ranks are asked for than there are places */
};

/* What an attempt came to. */
struct launch_attempt {
    enum launch_outcome outcome;
    int code; /* exit code of the launcher, or 128 + the signal that ended it */
    double seconds;
    bool began; /* it gave a sign of life */
    enum launch_unfit unfit;
    struct launch_blame blame;
};

/* What is done after an attempt. */
enum launch_step {
    LAUNCH_STOP = 1,     /* nothing: it cannot get better, or was not to go on */
    LAUNCH_AGAIN = 2,    /* the same once more */
    LAUNCH_COMPLETE = 3, /* the retries are used up: with the slaves that answered */
};

/* What is excluded because of an attempt. */
enum launch_excluded {
    LAUNCH_NOTHING = 0,
    LAUNCH_SLAVE = 1,
    LAUNCH_WHOLE_NODE = 2,
};

/* What was learnt from the attempts so far. */
struct launch_policy {
    int64_t retries, used; /* relaunches: allowed, and made */
    double pause;          /* seconds until the next one */
    int64_t slaves, least; /* of the contract; how many must answer */
    bool ranges;           /* the contract is over work: its slaves are ranges, which do not fail */
    bool *skip;            /* of each slave: excluded */
    int64_t skipped;       /* how many */
    struct launch_blame last; /* of the attempt before */
    size_t nodes_count;       /* excluded ones */
    bool completing;          /* this is the last attempt */
    char nodes[LAUNCH_NODES][NODE_NAME];
};

/* The launcher's words as they come in, in pieces. */
struct launch_scan {
    char line[LAUNCH_LINE];
    size_t len;
    enum launch_unfit unfit;
    bool told; /* the job itself has said what is wrong */
    struct launch_blame blame;
};

/* What begins each word of this program on standard error. */
#define LAUNCH_OWN "metaneuron: "

/* A launcher's words on their way to the user, line by line as they come. */
struct launch_quiet {
    struct buf piece; /* a line or banner that may be noise, as far as it has come */
    struct buf held;  /* noise, in case that the job itself says nothing */
    size_t line;      /* where the last line of the piece begins */
    bool banner;      /* the piece has begun with a rule */
    bool passing;     /* the rest of this line is passed on */
};

/* Whose mpirun it is. */
enum launch_mpirun {
    LAUNCH_OTHER_MPI = 0,
    LAUNCH_OPEN_MPI = 1,
    LAUNCH_MPICH = 2, /* Hydra */
    LAUNCH_INTEL_MPI = 3,
};

struct launch {
    const struct launch_options *o;
    struct plan plan; /* the contract, and where its data is */
    struct child_signals signals;
    struct child child;
    struct launch_policy policy;
    struct launch_scan scan;
    struct launch_quiet quiet;
    struct buf line;           /* of the job's standard output, up to now */
    char directory[PLAN_PATH]; /* of the heartbeat's file */
    char heartbeat[PLAN_PATH];
    char data[DIGEST_TEXT];  /* of where the data is, as in the ledger */
    char key[RUN_HEX + 1];   /* of the run, once it is known */
    uint64_t seen;           /* records in the ledger when it was looked at last */
    uint64_t records;        /* in it before this attempt */
    bool again;              /* the run is still to be published, as a new one */
    bool was_settled;        /* before this attempt */
    bool told;               /* to end: no more attempts */
    uint64_t number;         /* of this attempt, here */
    bool began;              /* this attempt has given a sign of life */
    double begin, time_left; /* on clock_steady(); then */
    struct child comment;    /* the batch system is being told of progress */
    double commented;        /* when; negative: it cannot be told */
};

/* launch_policy.c. Whether a launcher's exit code speaks for another attempt. */
bool launch_is_worth(int code);

/* Returns the pause before the next relaunch, and makes the one after it longer. */
double launch_pause(struct launch_policy *p);

/* Effect: a slave, or a node, to which two attempts in a row are ascribed is
 * excluded; of a contract over work the node. others: the run has other nodes, too.
 * Returns what was. */
enum launch_excluded launch_learn(struct launch_policy *p, const struct launch_blame *b,
                                  bool others);

/* Returns what is done next; answered: slaves whose results are submitted. */
enum launch_step launch_decide(const struct launch_policy *p, const struct launch_attempt *a,
                               int64_t answered);

bool launch_is_excluded(const struct launch_policy *p, const char *node);

/* Effect: a job that did not even begin, and of which nothing else is known, is ascribed to
 * the node that failed before: its launcher cannot reach that. */
void launch_inherit(const struct launch_policy *p, struct launch_attempt *a);

/* launch_blame.c. Effect: the blame, if it has no rank yet, is what the launcher
 * says in this line of a rank that died. */
void launch_read_line(struct launch_blame *b, const char *line);

/* Returns the exit code of an attempt whose launcher had this one: 128 + the signal that ended
 * the rank, where Hydra gives the signal's bare number, which may be an exit code of ours. */
int launch_code(const struct launch_blame *b, int code);

/* Returns what a launcher says in this line that no attempt can mend. */
enum launch_unfit launch_unfit_of(const char *line);
void launch_read_text(struct launch_scan *s, const char *text, size_t len);

/* quiet.c. Appends to out what is to be passed on now of a launcher's words. */
void launch_quiet_text(struct launch_quiet *q, const char *text, size_t len, struct buf *out);

/* Effect: the same at the end. Noise is passed on after all, unless the job has told. */
void launch_quiet_end(struct launch_quiet *q, bool told, struct buf *out);

/* Effect: sets a slave's name, SITE/DATA/k, its k and its node in the blame. */
void launch_set_slave(struct launch_blame *b, const char *name, const char *node);

/* launch_status.c. Effect: finds slave and node of the blame's rank in the file
 * that the run keeps of its state. A file that is absent or odd says nothing. */
void launch_ask_status(const struct launch *l, struct launch_blame *b);

/* Effect: text says how far the run is. Returns false when it is not known. */
bool launch_progress(const struct launch *l, char *text, size_t size);

/* launch_slurm.c. Whether the launcher is told to use several components of a
 * heterogeneous job. */
bool launch_spans_components(const struct launch_options *o);

/* Effect: an old run's file says nothing of the next attempt. */
void launch_forget_status(const struct launch *l);

/* launch_ledger.c. Effect: *run is the run as the ledger has it now; its key is
 * empty while there is none. */
int launch_look(struct launch *l, struct run *run, struct err *e);

/* Effect: *complete: the run is settled, and the result's file is the one that the
 * settle records name. One that is settled without it: ERR_OPEN. */
int launch_is_complete(const struct launch *l, const struct run *run, bool *complete,
                       struct err *e);

/* Effect: finds slave and node of the blame in what the attempt has recorded. */
int launch_ask_ledger(const struct launch *l, struct launch_blame *b, struct err *e);

/* Effect: records the attempt; nothing when there is no run. */
int launch_record(const struct launch *l, const struct run *run, const struct launch_attempt *a,
                  struct err *e);

/* launch_command.c. Returns the words of an attempt's command line, launcher and program, NULL
 * after the last. */
char **launch_command(struct launch *l, struct err *e);
void launch_command_free(char **words);

/* Returns whose mpirun says this of its version. */
enum launch_mpirun launch_whose(const char *version);

/* launch_output.c. Effect: passes on what the job prints, its launcher's words to standard
 * error; and what is left of the last line, once the job has ended. */
void launch_pass(struct launch *l, const struct child_news *news);
void launch_pass_rest(struct launch *l);

/* launch_attempt.c. Effect: starts the job, watches it to its end, and says what
 * became of it, the ledger apart. */
int launch_attempt(struct launch *l, struct launch_attempt *a, struct err *e);

/* Effect: waits that many seconds, or until this process is told to end. */
void launch_wait(struct launch *l, double seconds);

/* launch_describe.c. Effect: says in words how an attempt ended. Returns text. */
char *launch_describe(const struct launch *l, const struct launch_attempt *a, char *text,
                      size_t size);

/* Returns what the user can do after the last one, which ended with that code. */
const char *launch_advice(const struct launch *l, const struct launch_attempt *a,
                          enum err_code code);

/* launch_slurm.c. Appends the hosts of this job, as HOST:TASKS,HOST:TASKS if tasks are wanted, else
 * without, but not those that are excluded; nothing outside a job. */
void launch_add_hosts(struct launch *l, bool tasks, struct buf *hosts);

/* Returns the nodes of this job that are not excluded; 0: unknown. */
int64_t launch_count_nodes(const struct launch *l);

/* Returns the tasks of node i in Slurm's text for them, as in 2(x3),1; 1: unknown. */
uint64_t launch_slurm_tasks(const char *text, size_t i);

/* Effect: tells Slurm how far the run is, every so often, and waits for nothing. */
void launch_comment(struct launch *l);

#endif
