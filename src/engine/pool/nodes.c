/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps account of what failed on which node, and of who is to try it instead. */
#include "engine/pool/nodes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

enum { ENOUGH = 2 }; /* partitions that a node fails, until it is doubted */

struct node {
    char name[NODE_NAME], why[NODES_WHY];
    size_t doubts; /* in this round: failures that are its own as far as is known */
    size_t proven; /* of what others have served */
    bool told;
};

struct failure {
    size_t k, node;
    size_t next; /* of the same partition: its number + 1; 0: none */
    enum err_code code;
    bool tried;  /* no group of the node is to try again */
    bool lost;   /* while it was computed */
    bool counts; /* against the node */
};

struct nodes {
    size_t groups, count;
    size_t *of;  /* the node of each group */
    bool *unfit; /* of each group */
    struct node *node;
    size_t *first; /* failure of each partition: its number + 1; 0: none */
    size_t partitions;
    struct failure *failures;
    size_t failures_count, capacity;
    size_t passed, passed_most; /* to another group: bounded, for data that is nowhere */
};

/* How good a group is for a partition. */
enum rank { CANNOT, UNFIT, DOUBTFUL, GOOD };

struct nodes *nodes_open(char (*names)[NODE_NAME], size_t groups, size_t partitions, struct err *e)
{
    struct nodes *x = err_alloc(1, sizeof *x, "nodes", e);

    if (!x)
        return NULL;
    *x = (struct nodes){.groups = groups,
                        .partitions = partitions,
                        .passed_most = 2 * (groups + partitions),
                        .of = err_alloc(groups, sizeof *x->of, "nodes", e),
                        .unfit = err_alloc(groups, sizeof *x->unfit, "nodes", e),
                        .node = err_alloc(groups, sizeof *x->node, "nodes", e),
                        .first = err_alloc(partitions, sizeof *x->first, "nodes", e)};
    if (!x->of || !x->unfit || !x->node || !x->first) {
        nodes_close(x);
        return NULL;
    }
    for (size_t g = 0; g < groups; g++) {
        bool same = g > 0 && strcmp(names[g], names[g - 1]) == 0;
        size_t i = same ? x->of[g - 1] : 0;
        while (i < x->count && strcmp(x->node[i].name, names[g]) != 0)
            i++;
        if (i == x->count)
            memcpy(x->node[x->count++].name, names[g], NODE_NAME);
        x->of[g] = i;
    }
    return x;
}

void nodes_close(struct nodes *x)
{
    if (!x)
        return;
    free(x->of);
    free(x->unfit);
    free(x->node);
    free(x->first);
    free(x->failures);
    free(x);
}

void nodes_begin_round(struct nodes *x)
{
    memset(x->unfit, 0, x->groups * sizeof *x->unfit);
    memset(x->first, 0, x->partitions * sizeof *x->first);
    x->failures_count = x->passed = 0;
    for (size_t i = 0; i < x->count; i++)
        x->node[i].doubts = 0;
}

static struct failure *failure_after(const struct nodes *x, size_t number)
{
    return number ? &x->failures[number - 1] : NULL;
}

static struct failure *failure_on(const struct nodes *x, size_t k, size_t node)
{
    struct failure *f = failure_after(x, x->first[k]);

    while (f && f->node != node)
        f = failure_after(x, f->next);
    return f;
}

static enum rank rank_of(const struct nodes *x, size_t g, size_t k)
{
    const struct failure *f = failure_on(x, k, x->of[g]);
    const struct node *n = &x->node[x->of[g]];

    if (f && f->tried)
        return CANNOT;
    if (x->unfit[g])
        return UNFIT;
    return n->doubts >= ENOUGH || n->proven >= ENOUGH ? DOUBTFUL : GOOD;
}

bool nodes_suits(const struct nodes *x, size_t g, size_t k)
{
    enum rank own = rank_of(x, g, k);
    bool best = own != CANNOT;

    for (size_t i = 0; best && own != GOOD && i < x->groups; i++)
        best = rank_of(x, i, k) <= own;
    return best;
}

static void set_counts(struct nodes *x, struct failure *f, bool counts)
{
    struct node *n = &x->node[f->node];

    n->doubts += counts && !f->counts;
    n->doubts -= !counts && f->counts;
    f->counts = counts;
}

/* Whether a failure speaks against its node at once, where nobody else has failed the
 * partition. Time, and being left out, say nothing of it; contents that are bad little. */
static bool is_suspicious(enum err_code code, enum nodes_how how)
{
    return code != ERR_INCOMPLETE && (code != ERR_INPUT || how == NODES_LOST);
}

/* Returns the failure of k on that node, which is a new one unless it has failed it before. */
static struct failure *take_down(struct nodes *x, size_t k, size_t node, enum err_code code,
                                 enum nodes_how how, struct err *e)
{
    struct failure *f = failure_on(x, k, node), *list;

    if (f)
        return f;
    list = err_grow(x->failures, x->failures_count, &x->capacity, sizeof *list, "failures", e);
    if (!list)
        return NULL;
    x->failures = list;
    f = &list[x->failures_count++];
    *f = (struct failure){.k = k, .node = node, .next = x->first[k], .code = code};
    x->first[k] = x->failures_count;
    if (!f->next) {
        set_counts(x, f, is_suspicious(code, how));
        return f;
    }
    for (struct failure *other = f; other; other = failure_after(x, other->next))
        set_counts(x, other, false);
    return f;
}

static bool has_taker(const struct nodes *x, size_t k)
{
    bool found = false;

    for (size_t g = 0; !found && g < x->groups; g++)
        found = rank_of(x, g, k) > UNFIT;
    return found;
}

int nodes_failed(struct nodes *x, size_t g, size_t k, enum nodes_how how, const struct err *why,
                 bool *again, struct err *e)
{
    struct failure *f = take_down(x, k, x->of[g], why->code, how, e);
    size_t lost = 0;

    if (!f)
        return -1;
    f->tried |= how != NODES_UNFIT;
    f->lost |= how == NODES_LOST;
    x->unfit[g] |= how == NODES_UNFIT;
    snprintf(x->node[f->node].why, NODES_WHY, "%.*s", NODES_WHY - 1, why->text);
    text_clean(x->node[f->node].why); /* it may be cut */
    for (const struct failure *i = failure_after(x, x->first[k]); i; i = failure_after(x, i->next))
        lost += i->lost;
    *again = lost < ENOUGH && x->passed < x->passed_most && has_taker(x, k);
    x->passed += *again;
    return 0;
}

bool nodes_served(struct nodes *x, size_t g, size_t k)
{
    bool failed = x->first[k] > 0;

    for (struct failure *f = failure_after(x, x->first[k]); f; f = failure_after(x, f->next)) {
        bool elsewhere = f->node != x->of[g] && f->code != ERR_INCOMPLETE;
        set_counts(x, f, elsewhere);
        x->node[f->node].proven += elsewhere;
    }
    x->first[k] = 0; /* once */
    return failed;
}

const char *nodes_left_out(struct nodes *x, const char **why)
{
    for (size_t i = 0; i < x->count; i++) {
        struct node *n = &x->node[i];
        if (n->proven < ENOUGH || n->told)
            continue;
        n->told = true;
        *why = n->why;
        return n->name;
    }
    return NULL;
}
