/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ledgers after a crash: every state in which the model of states.h may leave a disk, after each
 * call of each scenario, also where a process had died before, or a sync had failed.
 *
 * With CRASH_ALL in the environment (make soak) all states are looked at, else not each cut of
 * long writes, and of what is left every so manieth, which are the same each time.
 */
#include "../crash/lab.h"

#include <errno.h>

static int look(void *context, const struct disk *d, const struct disk_image *i, size_t said)
{
    struct lab *lab = context;

    if (lab->every > 1 && lab->met++ % lab->every != 0)
        return 0;
    return lab_check(lab, d, i, said, &lab->e);
}

/* Whether all states from that operation on hold; lab->e says why not. */
static bool holds(struct lab *lab, size_t from, enum states_depth depth, struct states_seen *seen)
{
    err_clear(&lab->e);
    return states_each(lab->disk, from, depth, seen, look, lab) == 0;
}

static bool is_all(void)
{
    return getenv("CRASH_ALL") != NULL;
}

static size_t crash_after_each_call(const struct scenario *s)
{
    struct states_seen seen = {0};
    struct lab *lab = lab_create(s);
    size_t from = lab->disk->count;

    lab_watch(lab, s->run, &lab_honest);
    ck_assert_msg(lab->e.code == 0, "%s: %s", s->name, lab->e.text);
    ck_assert_msg(image_stands(lab->disk, &lab->disk->now, lab->root),
                  "%s: something was written past the table", s->name);
    lab->every = is_all() ? 1 : 2;
    ck_assert_msg(holds(lab, from, is_all() ? STATES_ALL : STATES_MANY, &seen), "%s: %s", s->name,
                  lab->e.text);
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
    struct watch_plan plan = lab_honest;

    plan.last = last;
    plan.half = half;
    lab_watch(lab, s->run, &plan);
    size_t from = lab->disk->count;
    lab_watch(lab, scenario_resume, &lab_honest);
    ck_assert_msg(lab->e.code == 0, "%s: died at %ld: %s", s->name, last, lab->e.text);
    lab->every = is_all() ? 1 : 4;
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

START_TEST(another_goes_on_after_a_death_and_then_all_crashes)
{
    size_t states = 0;

    for (size_t i = 0; i < scenarios_count; i++) {
        const struct scenario *s = &scenarios[i];
        struct states_seen seen = {0};
        const struct calls calls = scenario_calls(s);
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

/* A sync fails, and what was to be synced may never be; whoever goes on does not build on it. */
static size_t fail_and_crash(const struct scenario *s, long call, struct states_seen *seen)
{
    struct lab *lab = lab_create(s);
    struct watch_plan plan = lab_honest;
    size_t from = lab->disk->count;

    plan.fail_at = call;
    plan.error = EIO;
    lab_watch(lab, s->run, &plan);
    ck_assert_msg(lab->e.code != 0 || lab_is_home(watch_failed()),
                  "%s: sync %ld failed, and nobody says so", s->name, call);
    lab_watch(lab, scenario_resume, &lab_honest);
    ck_assert_msg(lab->e.code == 0, "%s: sync %ld failed: %s", s->name, call, lab->e.text);
    lab->every = is_all() ? 1 : 4;
    ck_assert_msg(holds(lab, from, STATES_SOME, seen), "%s: sync %ld failed: %s", s->name, call,
                  lab->e.text);
    size_t states = lab->states;
    lab_destroy(lab);
    return states;
}

START_TEST(a_sync_fails_and_then_all_crashes)
{
    size_t states = 0;

    for (size_t i = 0; i < scenarios_count; i++) {
        const struct calls calls = scenario_calls(&scenarios[i]);
        struct states_seen seen = {0};
        size_t some = 0;
        for (long call = 0; call < calls.count; call++)
            if (calls.made[call] == WATCH_FSYNC || calls.made[call] == WATCH_FDATASYNC)
                some += fail_and_crash(&scenarios[i], call, &seen);
        states_forget(&seen);
        states += count_states("a failed sync and a crash", scenarios[i].name, some);
    }
    count_states("a failed sync and a crash", "", states);
}
END_TEST

/* Acknowledges before it has synced. */
static void run_hasty(struct lab *lab)
{
    struct ledger *l = lab_open(lab);

    lab->said[lab->said_count] = (struct said){lab->acknowledged_count + 1, 0};
    disk_note(lab->disk, &(struct disk_op){.kind = DISK_SAID, .at = lab->said_count++});
    lab_append(lab, l, 1);
    ledger_close(l);
}

/* The laboratory finds what is wrong: tables whose syncs do nothing, and a hasty writer. */
START_TEST(what_is_wrong_is_found)
{
    static const struct {
        const char *scenario;
        int lies;
        const char *words;
    } wrong[] = {
        {"append", WATCH_NO_FDATASYNC, "a reader sees"},
        {"append in turns", WATCH_NO_FDATASYNC, "a reader sees"},
        {"begin", WATCH_NO_FSYNC_OF_FILES, "key.pub: holds ''"},
        {"begin", WATCH_NO_FSYNC_OF_DIRECTORIES, "key.pub: cannot be opened"},
        {"repair", WATCH_NO_FSYNC_OF_FILES, "what was torn is lost"},
        {"repair", WATCH_NO_FSYNC_OF_DIRECTORIES, "what was torn is lost"},
        {"append", WATCH_HONEST, "a reader sees"}, /* the hasty one */
    };

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const struct scenario *s = scenarios;
        struct watch_plan plan = lab_honest;
        struct states_seen seen = {0};
        while (strcmp(s->name, wrong[i].scenario) != 0)
            s++;
        struct lab *lab = lab_create(s);
        size_t from = lab->disk->count;
        plan.lies = wrong[i].lies;
        lab_watch(lab, plan.lies ? s->run : run_hasty, &plan);
        ck_assert_msg(!holds(lab, from, STATES_SOME, &seen), "%s: nothing was found", s->name);
        ck_assert_msg(strstr(lab->e.text, wrong[i].words), "%s: %s", s->name, lab->e.text);
        states_forget(&seen);
        lab_destroy(lab);
    }
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, what_is_wrong_is_found);
    tcase_add_test(t, every_state_after_each_call);
    tcase_add_test(t, another_goes_on_after_a_death_and_then_all_crashes);
    tcase_add_test(t, a_sync_fails_and_then_all_crashes);
}

UNIT_MAIN("crash", add)
