/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gives the facts about several writers of a ledger their verdicts. */
#include "engine/doctor/facts.h"

#include <string.h>

/* What the ranks saw of rank 0's lock. */
struct seen {
    int held, blind;          /* how many it kept out; of them, who did not see what it appended */
    int of[PROBE_FAILED + 1]; /* the first rank that saw this */
};

static struct seen look_at_ranks(const struct doctor_facts *f)
{
    struct seen s = {0};

    for (int k = 1; k < f->ranks; k++) {
        uint32_t lock = f->rank[k].lock;
        if (lock == 0 || lock > PROBE_FAILED)
            continue;
        s.held += lock == PROBE_HELD;
        s.of[lock] = s.of[lock] ? s.of[lock] : k;
        if (f->rank[k].appended == PROBE_UNSEEN && !s.blind)
            s.blind = k;
    }
    return s;
}

/* Two who lock the same file at once; who has promised to be alone knows. */
static void judge_taken(const struct doctor_facts *f, int k, struct doctor_report *r)
{
    if (f->exclusive)
        doctor_note(r, "locks", "no other node may write to this ledger: you promise that",
                    "node %s can lock what rank 0 has locked", f->rank[k].node);
    else
        doctor_problem(r, "locks", ERR_IO,
                       "two jobs would damage the ledger: mount it with locks that hold between "
                       "nodes (Lustre: flock; NFS: version 4), or choose another with --ledger",
                       "node %s can lock what rank 0 has locked", f->rank[k].node);
}

static const char unseen[] = "a record could be written over another: ask for a file system that "
                             "shows what was written before a lock was released";

static void judge_locks(const struct doctor_facts *f, const struct seen *s, int nodes,
                        struct doctor_report *r)
{
    const struct doctor_rank *rank = f->rank;

    if (s->of[PROBE_TAKEN])
        judge_taken(f, s->of[PROBE_TAKEN], r);
    else if (s->blind)
        doctor_problem(r, "locks", ERR_IO, unseen, "node %s does not see what rank 0 has appended",
                       rank[s->blind].node);
    else if (f->there == PROBE_UNSEEN || f->back == PROBE_UNSEEN)
        doctor_problem(r, "locks", ERR_IO, unseen,
                       "node %s and rank 0 append in turn under a lock, and do not see all that "
                       "they have",
                       rank[f->partner].node);
    else if (s->of[PROBE_FAILED])
        doctor_note(r, "locks", "only the master must: keep rank 0 where it is",
                    "node %s cannot lock in the ledger's directory",
                    rank[s->of[PROBE_FAILED]].node);
    else if (s->of[PROBE_ABSENT])
        doctor_note(r, "locks",
                    "only the master must, but a run that is resumed with another node first would "
                    "not find its ledger",
                    "node %s does not see the ledger's directory", rank[s->of[PROBE_ABSENT]].node);
    else if (s->held)
        doctor_ok(r, "locks", "rank 0's lock keeps out %d other rank%s on %d node%s%s", s->held,
                  s->held == 1 ? "" : "s", nodes, nodes == 1 ? "" : "s",
                  f->back == PROBE_SEEN ? ", and each sees what another has appended" : "");
}

/* What nobody can try, if another job may write to the ledger. */
static void judge_promise(const struct doctor_facts *f, const struct seen *s, int nodes,
                          struct doctor_report *r)
{
    const struct filesystem *fs = &f->ledger.is.fs;
    bool tried = nodes > 1 && s->held > 0;
    const char *held =
        tried && !s->of[PROBE_TAKEN] ? "; between the nodes of this job they did" : "";

    if (filesystem_excludes(fs))
        doctor_ok(r, "shared", "%s%s", fs->words,
                  fs->locks == FILESYSTEM_LOCAL ? ""
                  : tried                       ? held
                          : ", by its type and options; ranks on two nodes can try it, one "
                            "process cannot");
    else if (f->exclusive)
        doctor_note(r, "shared", "keep the promise of --exclusive: no other node writes meanwhile",
                    "%s%s", fs->words, held);
    else
        doctor_problem(r, "shared", ERR_REFUSED,
                       "keep the ledger where they do, or give --exclusive, to the run too, if no "
                       "other node writes to it meanwhile",
                       "%s%s", fs->words, held);
}

void doctor_judge_shared(const struct doctor_facts *f, int nodes, struct doctor_report *r)
{
    const struct seen s = look_at_ranks(f);

    judge_locks(f, &s, nodes, r);
    if (!f->ledger.why.code)
        judge_promise(f, &s, nodes, r);
}
