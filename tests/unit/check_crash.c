/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ledgers after a crash: every state in which the model of states.h may leave a disk, after each
 * call of each scenario, also where a process had died before, or a sync had failed.
 *
 * With CRASH_ALL in the environment all states are looked at, else not each cut of long writes.
 */
#include "../crash/lab.h"

static const struct watch_plan honest = {.fail_at = WATCH_NEVER, .last = WATCH_NEVER};

static int look(void *context, const struct disk *d, const struct disk_image *i,
                size_t acknowledged)
{
    struct lab *lab = context;

    return lab_check(lab, d, i, acknowledged, &lab->e);
}

/* Whether all states from that operation on hold; lab->e says why not. */
static bool holds(struct lab *lab, size_t from, enum states_depth depth, struct states_seen *seen)
{
    err_clear(&lab->e);
    return states_each(lab->disk, from, depth, seen, look, lab) == 0;
}

static enum states_depth depth(void)
{
    return getenv("CRASH_ALL") ? STATES_ALL : STATES_MANY;
}

static size_t crash_after_each_call(const struct scenario *s)
{
    struct states_seen seen = {0};
    struct lab *lab = lab_create(s);
    size_t from = lab->disk->count;

    lab_watch(lab, s->run, &honest);
    ck_assert_msg(lab->e.code == 0, "%s: %s", s->name, lab->e.text);
    ck_assert_msg(image_stands(lab->disk, &lab->disk->now, lab->root),
                  "%s: something was written past the table", s->name);
    ck_assert_msg(holds(lab, from, depth(), &seen), "%s: %s", s->name, lab->e.text);
    size_t states = lab->states;
    states_forget(&seen);
    lab_destroy(lab);
    return states;
}

/* Effect: says how many states there were. */
static size_t count_states(const char *what, const char *name, size_t states)
{
    printf("# %s%s%s: %zu states\n", what, *name ? ", " : "", name, states);
    fflush(stdout);
    return states;
}

START_TEST(every_state_after_each_call)
{
    size_t states = 0;

    for (size_t i = 0; i < scenarios_count; i++)
        states += count_states("a crash", scenarios[i].name, crash_after_each_call(&scenarios[i]));
    count_states("a crash", "", states);
    ck_assert_uint_ge(states, 10000);
}
END_TEST

/* A process dies after one of its calls, or within it; another goes on with what all can see;
 * then comes the crash. */
static size_t die_and_crash(const struct scenario *s, long last, bool half,
                            struct states_seen *seen)
{
    struct lab *lab = lab_create(s);
    struct watch_plan plan = honest;

    plan.last = last;
    plan.half = half;
    lab_watch(lab, s->run, &plan);
    size_t from = lab->disk->count;
    lab_watch(lab, scenario_resume, &honest);
    ck_assert_msg(lab->e.code == 0, "%s: died at %ld: %s", s->name, last, lab->e.text);
    ck_assert_msg(holds(lab, from, STATES_SOME, seen), "%s: died at %ld%s: %s", s->name, last,
                  half ? ", half of it done" : "", lab->e.text);
    size_t states = lab->states;
    lab_destroy(lab);
    return states;
}

/* Whether a disk may be another after it. */
static bool changes(enum watch_call call)
{
    return call != WATCH_FSTAT && call != WATCH_PREAD && call != WATCH_LOCK;
}

/* The calls of a scenario in which nothing fails. */
struct calls {
    long count;
    enum watch_call made[400];
};

static struct calls calls_of(const struct scenario *s)
{
    struct calls c = {0};
    struct lab *lab = lab_create(s);

    c.count = lab_watch(lab, s->run, &honest);
    ck_assert_int_lt(c.count, (long)(sizeof c.made / sizeof c.made[0]));
    for (long i = 0; i < c.count; i++)
        c.made[i] = watch_call(i);
    lab_destroy(lab);
    return c;
}

START_TEST(another_goes_on_after_a_death_and_then_all_crashes)
{
    size_t states = 0;

    for (size_t i = 0; i < scenarios_count; i++) {
        const struct scenario *s = &scenarios[i];
        struct states_seen seen = {0};
        const struct calls calls = calls_of(s);
        size_t some = 0;
        for (long last = 0; last < calls.count; last++) {
            if (changes(calls.made[last]))
                some += die_and_crash(s, last, false, &seen);
            if (calls.made[last] == WATCH_WRITE)
                some += die_and_crash(s, last, true, &seen);
        }
        states_forget(&seen);
        states += count_states("a death and a crash", s->name, some);
    }
    count_states("a death and a crash", "", states);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, every_state_after_each_call);
    tcase_add_test(t, another_goes_on_after_a_death_and_then_all_crashes);
}

UNIT_MAIN("crash", add)
