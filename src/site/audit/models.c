/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks at the aggregates and models of a run. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "site/audit/inside.h"
#include "site/house/payload.h"

double *audit_doubles(struct auditing *x, const uint8_t digest[static SHA256_LEN], size_t count,
                      struct err *why)
{
    char *data;
    size_t len;

    if (payload_get(&x->s->house, x->run->collector, digest, count * sizeof(double), &data, &len,
                    why) < 0)
        return NULL;
    if (len == count * sizeof(double))
        return (double *)(void *)data;
    free(data);
    return err_null(
        err_set(why, ERR_INPUT, "has %zu bytes, expected %zu", len, count * sizeof(double)));
}

/* One of each type for a round: two that differ, or are said twice, are one too many. */
static void check_once(struct auditing *x, enum said_type type, const char *what)
{
    for (size_t i = 0; i < x->run->count; i++) {
        uint64_t round = x->run->list[i].round;
        const struct audit_said *s = NULL, *next, *first = NULL;
        while ((next = audit_find(x, type, NULL, 0, s))) {
            s = next;
            if (s->round != round)
                continue;
            if (!first) {
                first = s;
                continue;
            }
            uint64_t both[2] = {first->seq, s->seq};
            audit_prove(
                x,
                audit_add(x, "aggregates", AUDIT_WRONG, NULL, round,
                          "records %" PRIu64 " and %" PRIu64 " of %s are two %s of one round",
                          both[0], both[1], x->run->collector, what),
                &(struct audit_proved){.kind = PROOF_AGGREGATES, .single = both, .count = 2});
            break;
        }
    }
}

/* As bits may differ from one processor to another. */
static bool is_close(double a, double b)
{
    return a == b || (isnan(a) && isnan(b)) ||
           (isfinite(a) && isfinite(b) && fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b)));
}

/* Effect: expected is what the round leads to: of round 0 the first model. */
static int compute(struct auditing *x, const struct fed_round *round, double *expected,
                   bool *converged, struct err *why)
{
    const struct fed_round *before = round->round > 0 ? fed_round(x->run, round->round - 1) : NULL;
    size_t length = bound_model_length(x->bound);
    double *model = NULL, *aggregate = NULL;
    int rc = -1;

    *converged = false;
    if (round->round == 0 && x->contract->model)
        return memcpy(expected, x->contract->model, length * sizeof *expected), 0;
    if (round->round == 0)
        return bound_start(x->bound, expected, why);
    if (!before || !before->updated || !round->aggregated)
        return err_set(why, ERR_VERIFY, "nothing led to it");
    if ((model = audit_doubles(x, before->model, length, why)) &&
        (aggregate = audit_doubles(x, round->aggregate, bound_length(x->bound), why))) {
        bound_set_round(x->bound, contract_round(x->contract, round->round), model);
        rc = bound_update(x->bound, expected, aggregate, converged, why);
        if (rc < 0 && why->code == ERR_INPUT) { /* no honest collector has gone on after that */
            why->code = ERR_VERIFY;
            err_context(why, "no model follows from what was published");
        }
    }
    free(model);
    free(aggregate);
    return rc;
}

static void check_model(struct auditing *x, const struct fed_round *round, double *expected)
{
    size_t length = bound_model_length(x->bound);
    struct err why = {0};
    bool over, close = true;
    double *said = audit_doubles(x, round->model, length, &why);

    if (!said || compute(x, round, expected, &over, &why) < 0) {
        audit_add(x, "models", why.code == ERR_VERIFY ? AUDIT_WRONG : AUDIT_UNCHECKED, NULL,
                  round->round, "%s", why.text);
        free(said);
        return;
    }
    for (size_t i = 0; i < length; i++)
        close = close && is_close(said[i], expected[i]);
    if (!close || (round->round > 0 && over != round->converged))
        audit_add(x, "models", AUDIT_WRONG, NULL, round->round,
                  close ? "%s does not say rightly whether it is the last"
                        : "%s says another than update() makes of what it has published; anybody "
                          "with these files can do that again",
                  x->run->collector);
    free(said);
}

static int check_models(struct auditing *x, struct err *e)
{
    size_t length = x->bound ? bound_model_length(x->bound) : 0;
    double *expected;

    if (!x->bound) {
        audit_add(x, "models", AUDIT_UNCHECKED, NULL, 0, "the contract's function is not here");
        return 0;
    }
    if (length == 0)
        return 0;
    if (bound_rounds(bound_function(x->bound), bound_params(x->bound)) == FUNCTION_RECORDED) {
        audit_add(x, "models", AUDIT_UNCHECKED, NULL, 0,
                  "they are what a program said, which is not run here");
        return 0;
    }
    if (!(expected = err_alloc(length, sizeof *expected, "a model", e)))
        return -1;
    for (size_t i = 0; i < x->run->count; i++)
        if (x->run->list[i].updated)
            check_model(x, &x->run->list[i], expected);
    free(expected);
    return 0;
}

int audit_models(struct auditing *x, struct err *e)
{
    check_once(x, SAID_AGGREGATE, "aggregates");
    check_once(x, SAID_UPDATE, "models");
    audit_rest(x, "aggregates", "each round has one aggregate, and leads to one model");
    if (check_models(x, e) < 0)
        return -1;
    audit_rest(x, "models",
               x->bound && bound_model_length(x->bound) > 0
                   ? "each is what update() makes of the published aggregate"
                   : "the function has none");
    return 0;
}
