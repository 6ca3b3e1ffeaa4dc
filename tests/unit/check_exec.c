/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exec: what its programs are given, what is taken from them, and its rounds. What becomes
 * of those that fail is told by tests/t/t1400-exec.t.
 */
#include "function.h"
#include "scratch.h"

#include <sys/resource.h>

#include "function/exec/exec.h"
#include "h5/writer.h"
#include "util/store.h"

static struct host host;
static char digest[DIGEST_TEXT];

/* The host is what `metaneuron run` would set up; programs are found in the directory. */
static void begin(void)
{
    struct err e = {0};

    set_up();
    setenv("METANEURON_FUNCTIONS", dir, 1);
    setenv("WHERE", dir, 1);
    static const char *const passed[] = {"WHERE"};
    host = (struct host){.reader = reader_start(&e),
                         .runner = runner_start(&e),
                         .pass_env = passed,
                         .pass_env_count = 1};
    ck_assert(host.reader && host.runner);
}

static void end(void)
{
    runner_stop(host.runner);
    reader_stop(host.reader);
    tear_down();
}

/* Effect: the program `p` is a shell script of these lines: $2 is what it gets, $4 what it
 * writes, or $3 and $5 after --update. */
static void write_program(const char *script)
{
    struct err e = {0};
    struct search_file file;
    char text[2000];

    int n = snprintf(text, sizeof text, "#!/bin/sh\n%s\n", script);
    ck_ok(file_write("p", text, (size_t)n, 0755, &e), &e);
    ck_ok(search_hash("p", &file, &e), &e);
    memcpy(digest, file.digest, sizeof digest);
}

static const char *const names[] = {"x", "y, or \"z\""};

enum { SETTINGS = 16 };

/* Returns exec with the program `p` and these settings, up to one without a name. */
static struct bound *bind(const struct function_setting *more)
{
    struct function_setting s[SETTINGS] = {{"program", FUNCTION_STRING, {.string = "p"}},
                                           {"sha256", FUNCTION_STRING, {.string = digest}}};
    struct err e = {0};
    size_t n = 2;

    while (more->name)
        s[n++] = *more++;
    struct bound *b = registry_bind(registry_find("exec", &e), s, n, names, 2, &e);
    ck_assert_msg(b != NULL, "%s", e.text);
    bound_set_host(b, &host);
    return b;
}

#define TEXT(key, value)      \
    {                         \
        key, FUNCTION_STRING, \
        {                     \
            .string = (value) \
        }                     \
    }
#define COUNT(key, value)      \
    {                          \
        key, FUNCTION_INTEGER, \
        {                      \
            .integer = (value) \
        }                      \
    }
#define NUMBER(key, value)    \
    {                         \
        key, FUNCTION_NUMBER, \
        {                     \
            .number = (value) \
        }                     \
    }

static const double rows[] = {0.1, -1e300, 3, NAN, 1.0 / 3, 5e-324};

static const struct block block = {.rows = 3, .columns = 2, .first = 40, .data = rows};

static char *read_text(const char *path)
{
    struct err e = {0};
    char *text;
    size_t len;

    ck_ok(file_read(path, 1 << 20, &text, &len, &e), &e);
    return text;
}

START_TEST(text_has_every_digit)
{
    struct err e = {0};
    double state[3] = {0};

    write_program("cp $2 $WHERE/kept; echo $METANEURON_ROUND $METANEURON_FIRST $# $5 >$WHERE/words;"
                  "printf '3;0.1\\n 1e-3,' >$4");
    struct bound *b = bind((struct function_setting[]){
        TEXT("form", "text"), COUNT("length", 3), TEXT("arguments", " --more  words "), {0}});
    ck_assert(bound_length(b) == 3 && bound_whole_units(b) && bound_model_length(b) == 0);
    ck_ok(bound_ready(b, &e), &e);
    ck_ok(bound_accumulate(b, state, &block, &e), &e);
    ck_assert(state[0] == 3 && state[1] == 0.1 && state[2] == 1e-3);
    ck_ok(bound_accumulate(b, state, &block, &e), &e);
    ck_assert(state[0] == 6 && state[1] == 0.2 && state[2] == 2e-3);
    char *text = read_text("kept");
    ck_assert_str_eq(text,
                     "x,\"y, or \"\"z\"\"\"\n0.1,-1e+300\n3,nan\n0.3333333333333333,5e-324\n");
    free(text);
    text = read_text("words");
    ck_assert_str_eq(text, "1 40 6 --more\n");
    free(text);
    bound_destroy(b);
}
END_TEST

/* Returns the document of a file that a program has left. */
static struct flat *read_flat(const char *path)
{
    const struct reader_limits limits = {.elements = 1000, .memory = 1 << 20, .seconds = 60};
    struct err e = {0};
    char *bytes;
    size_t len;

    ck_ok(file_read(path, 1 << 20, &bytes, &len, &e), &e);
    struct flat *f = reader_read(host.reader, path, bytes, len, &limits, &e);
    ck_assert_msg(f != NULL, "%s", e.text);
    free(bytes);
    return f;
}

static const struct flat_value *value_of(const struct flat *f, const char *path, size_t number)
{
    const struct flat_value *v = flat_find(f, path);

    ck_assert_msg(v && v->count == number, "%s", path);
    return v;
}

/* Writes what a program is to say into a file that it copies. */
static void say(const char *path, const char *dataset, enum flat_type type, const void *data,
                size_t n, int converged)
{
    struct err e = {0};
    struct flat *f = flat_create(&e);
    int64_t flag = converged;

    flat_add(f, dataset, type, 1, &n, data, 0);
    if (converged >= 0)
        flat_add(f, "/converged", FLAT_BOOLEAN, 0, NULL, &flag, 0);
    ck_ok(writer_write(path, f, WRITER_OWN, &e), &e);
    flat_destroy(f);
}

START_TEST(hdf5_is_as_it_is_documented)
{
    const double said[] = {3, 2.5, -1}, model[] = {7, 8};
    const struct function_setting settings[] = {
        COUNT("length", 3), COUNT("model", 2), TEXT("update", "program"), {0}};
    struct err e = {0};
    double state[3] = {0};

    write_program("cp $2 $WHERE/kept; cp $WHERE/said $4");
    say("said", "/state", FLAT_NUMBER, said, 3, -1);
    struct bound *b = bind(settings);
    ck_assert_uint_eq(bound_model_length(b), 2);
    bound_set_round(b, 5, model);
    ck_ok(bound_accumulate(b, state, &block, &e), &e);
    ck_assert(memcmp(state, said, sizeof said) == 0);
    struct flat *f = read_flat("kept");
    const struct flat_value *v = value_of(f, "/block", 6);
    ck_assert(v->rank == 2 && v->dims[0] == 3 && v->dims[1] == 2);
    ck_assert(memcmp(v->numbers, rows, sizeof rows) == 0);
    ck_assert_int_eq(value_of(f, "/block@first", 1)->integers[0], 40);
    ck_assert_int_eq(value_of(f, "/block@round", 1)->integers[0], 5);
    ck_assert_str_eq(value_of(f, "/columns", 2)->strings[1], names[1]);
    ck_assert(memcmp(value_of(f, "/model", 2)->numbers, model, sizeof model) == 0);
    flat_destroy(f);
    const int64_t whole[] = {3, 4, 5}; /* numbers of other types do */
    say("said", "/state", FLAT_INTEGER, whole, 3, -1);
    ck_ok(bound_accumulate(b, state, &block, &e), &e);
    ck_assert(state[0] == 6 && state[1] == 6.5 && state[2] == 4);
    bound_destroy(b);
}
END_TEST

START_TEST(bad_files_are_refused)
{
    static const double few[] = {3, 1}, odd[] = {3, INFINITY, 1};
    struct err e = {0};
    double state[3] = {0};

    write_program("cp $WHERE/said $4 && echo words");
    struct bound *b = bind((struct function_setting[]){COUNT("length", 3), {0}});
    say("said", "/other", FLAT_NUMBER, odd, 3, -1);
    ck_fails(bound_accumulate(b, state, &block, &e), &e, ERR_PERMANENT,
             "p wrote no dataset /state of numbers on rows 41 to 43: words");
    say("said", "/state", FLAT_NUMBER, few, 2, -1);
    ck_fails(bound_accumulate(b, state, &block, &e), &e, ERR_PERMANENT,
             "gave a state of 2 numbers, expected 3");
    say("said", "/state", FLAT_NUMBER, odd, 3, -1);
    ck_fails(bound_accumulate(b, state, &block, &e), &e, ERR_PERMANENT,
             "gave an infinity as number 2 of its state");
    ck_ok(file_write("said", "none", 4, 0644, &e), &e);
    ck_fails(bound_accumulate(b, state, &block, &e), &e, ERR_PERMANENT, "is not an HDF5 file");
    ck_ok(file_write("said", "\x89HDF\r\n\x1a\nnone", 12, 0644, &e), &e);
    ck_fails(bound_accumulate(b, state, &block, &e), &e, ERR_PERMANENT, "state.h5: damaged");
    ck_assert(state[0] == 0);
    bound_destroy(b);
}
END_TEST

START_TEST(a_program_updates)
{
    const double model[] = {7, 8}, next[] = {9, 10}, merged[] = {6, 1, 2};
    const struct function_setting settings[] = {
        COUNT("length", 3), COUNT("model", 2), TEXT("update", "program"), {0}};
    struct err e = {0};
    double found[2];
    bool converged;

    write_program("[ $1 = --update ] && cp $3 $WHERE/kept && cp $WHERE/said $5");
    struct bound *b = bind(settings);
    ck_assert(bound_rounds(bound_function(b), bound_params(b)) == FUNCTION_RECORDED);
    for (int said = -1; said <= 1; said++) {
        say("said", "/model", FLAT_NUMBER, next, 2, said);
        bound_set_round(b, 2, model);
        ck_ok(bound_update(b, found, merged, &converged, &e), &e);
        ck_assert(memcmp(found, next, sizeof next) == 0 && converged == (said == 1));
    }
    struct flat *f = read_flat("kept");
    ck_assert(memcmp(value_of(f, "/state", 3)->numbers, merged, sizeof merged) == 0);
    ck_assert(memcmp(value_of(f, "/model", 2)->numbers, model, sizeof model) == 0);
    ck_assert_int_eq(value_of(f, "/state@round", 1)->integers[0], 2);
    flat_destroy(f);
    bound_set_host(b, NULL);
    ck_fails(bound_update(b, found, merged, &converged, &e), &e, ERR_INPUT,
             "no program is started here");
    ck_fails(bound_ready(b, &e), &e, ERR_PERMANENT, "no program can be started");
    bound_destroy(b);
}
END_TEST

START_TEST(a_program_updates_in_text)
{
    const double model[] = {7, 8}, merged[] = {6, 1, 0.1};
    const struct function_setting settings[] = {TEXT("form", "text"),
                                                COUNT("length", 3),
                                                COUNT("model", 2),
                                                TEXT("update", "program"),
                                                {0}};
    struct err e = {0};
    double found[2];
    bool converged;

    write_program("cat $3 $7 >$WHERE/kept; cat $WHERE/said >$5");
    struct bound *b = bind(settings);
    bound_set_round(b, 1, model);
    ck_ok(file_write("said", "1.5 2.5\n", 8, 0644, &e), &e);
    ck_ok(bound_update(b, found, merged, &converged, &e), &e);
    ck_assert(found[0] == 1.5 && found[1] == 2.5 && !converged);
    ck_ok(file_write("said", "1.5 2.5 1\n", 10, 0644, &e), &e);
    ck_ok(bound_update(b, found, merged, &converged, &e), &e);
    ck_assert(found[0] == 1.5 && found[1] == 2.5 && converged);
    ck_ok(file_write("said", "1 2 1 1\n", 8, 0644, &e), &e);
    ck_fails(bound_update(b, found, merged, &converged, &e), &e, ERR_INPUT,
             "gave a model of 4 numbers, expected 2, on its update");
    ck_ok(file_write("said", "1\n", 2, 0644, &e), &e);
    ck_fails(bound_update(b, found, merged, &converged, &e), &e, ERR_INPUT,
             "gave a model of 1 numbers, expected 2, on its update");
    char *text = read_text("kept");
    ck_assert_str_eq(text, "6\n1\n0.1\n7\n8\n");
    free(text);
    bound_destroy(b);
}
END_TEST

START_TEST(the_mean_updates)
{
    const double model[] = {0.25, -0.5}, merged[] = {8, 2.125, -4, 77};
    const struct function_setting settings[] = {COUNT("length", 4),        COUNT("model", 2),
                                                NUMBER("tolerance", 0.02), NUMBER("scale", 0.5),
                                                COUNT("seed", 9),          {0}};
    struct err e = {0};
    double found[2], first[2], again[2];
    bool converged;

    write_program("exit 1");
    struct bound *b = bind(settings);
    bound_set_host(b, NULL); /* needs no program */
    ck_assert(bound_rounds(bound_function(b), bound_params(b)) == FUNCTION_REPLAYED);
    bound_set_round(b, 1, model);
    ck_ok(bound_update(b, found, merged, &converged, &e), &e);
    ck_assert(found[0] == 0.265625 && found[1] == -0.5 && converged);
    bound_set_round(b, 2, (const double[]){0.3, -0.5});
    ck_ok(bound_update(b, found, merged, &converged, &e), &e);
    ck_assert(!converged);
    ck_ok(bound_start(b, first, &e), &e);
    ck_ok(bound_start(b, again, &e), &e);
    ck_assert(memcmp(first, again, sizeof first) == 0 && first[0] != first[1]);
    ck_assert(fabs(first[0]) <= 0.5 && fabs(first[1]) <= 0.5);
    bound_destroy(b);
}
END_TEST

START_TEST(sums_are_named_and_finished)
{
    const double a[] = {2, 10, 20}, c[] = {3, 5, 40};
    double state[3] = {0}, value[2], error[2];
    struct err e = {0};
    struct kept out;
    char name[40];

    write_program("exit 1");
    struct bound *b =
        bind((struct function_setting[]){COUNT("length", 3), TEXT("names", " u  v "), {0}});
    ck_ok(bound_merge(b, state, a, &e), &e);
    ck_ok(bound_merge(b, state, c, &e), &e);
    ck_ok(bound_features(b, state, value, error, &e), &e);
    ck_assert(value[0] == 3 && value[1] == 12 && error[0] == 0);
    bound_feature_name(b, 1, name, sizeof name);
    ck_assert_str_eq(name, "mean(v)");
    finish_state(b, state, &out);
    ck_assert(kept_values(&out, "count")[0] == 5 && kept_values(&out, "sum")[1] == 60 &&
              kept_values(&out, "mean")[0] == 3);
    ck_assert_str_eq(out.array[1].label[1], "v");
    bound_destroy(b);
    b = bind((struct function_setting[]){COUNT("length", 3), COUNT("features", 1), {0}});
    ck_assert_uint_eq(bound_features_length(b), 1);
    bound_feature_name(b, 0, name, sizeof name);
    ck_assert_str_eq(name, "mean(value_1)");
    bound_destroy(b);
}
END_TEST

/* States, merges, features and names are those of the built-in function. */
START_TEST(a_declared_merge_is_the_function_s_own)
{
    enum { ROWS = 20, MOST = 64 };
    const struct function_setting order = COUNT("order", 2);
    double x[2 * ROWS], one[MOST] = {0}, two[MOST] = {0}, both[2][MOST] = {{0}};
    double value[2][MOST], error[2][MOST];
    struct err e = {0};
    char text[2][40];
    uint64_t s = 7;

    write_program("exit 1");
    struct bound *b = bind((struct function_setting[]){
        TEXT("merge", "moments"), TEXT("merge_params", " order = 2 "), {0}});
    struct bound *m = bound_create(registry_find("moments", &e), &order, 1, names, 2, &e);
    ck_assert_uint_eq(bound_length(b), bound_length(m));
    ck_assert_uint_eq(bound_features_length(b), bound_features_length(m));
    for (size_t i = 0; i < 2 * ROWS; i++)
        x[i] = uniform(&s);
    add_rows(m, one, x, 8, 2, 8);
    add_rows(m, two, x + 16, ROWS - 8, 2, ROWS);
    for (int k = 0; k < 2; k++) {
        ck_ok(bound_merge(k ? m : b, both[k], one, &e), &e);
        ck_ok(bound_merge(k ? m : b, both[k], two, &e), &e);
        ck_ok(bound_features(k ? m : b, both[k], value[k], error[k], &e), &e);
        bound_feature_name(k ? m : b, 3, text[k], sizeof text[k]);
    }
    ck_assert(memcmp(both[0], both[1], bound_length(m) * sizeof(double)) == 0);
    ck_assert(memcmp(value[0], value[1], bound_features_length(m) * sizeof(double)) == 0);
    ck_assert(memcmp(error[0], error[1], bound_features_length(m) * sizeof(double)) == 0);
    ck_assert_str_eq(text[0], text[1]);
    bound_destroy(b);
    bound_destroy(m);
}
END_TEST

/* What a contract means by a name alone does not change when the function has a new version. */
START_TEST(a_merge_has_a_version)
{
    static const char *const words[] = {"quantile", "quantile@1", "quantile@2"};
    size_t length[3];

    write_program("exit 1");
    for (size_t i = 0; i < 3; i++) {
        struct bound *b = bind(
            (struct function_setting[]){TEXT("merge", words[i]),
                                        TEXT("merge_params", "accuracy=0.3|smallest=1|largest=100"),
                                        {0}});
        length[i] = bound_length(b);
        bound_destroy(b);
    }
    ck_assert_uint_eq(length[0], length[1]);
    ck_assert_uint_eq(length[2], length[1] + 2); /* a cell for each of the columns */
}
END_TEST

/* Its merge may be that of a function which looks up another one. */
START_TEST(a_declared_merge_may_be_a_sweep)
{
    write_program("exit 1");
    struct bound *b =
        bind((struct function_setting[]){TEXT("merge", "sweep_data"),
                                         TEXT("merge_params", "function=moments@1 | grid=order=2"),
                                         {0}});
    struct bound *m = bind((struct function_setting[]){
        TEXT("merge", "moments"), TEXT("merge_params", " order = 2 "), {0}});
    ck_assert_uint_eq(bound_length(b), 1 + bound_length(m));
    bound_destroy(b);
    bound_destroy(m);
}
END_TEST

/* What is hashed is what runs, and each is looked at anew. */
START_TEST(another_file_is_not_run)
{
    struct err e = {0};
    double state[2] = {0};

    write_program("echo 3 1 >$4");
    struct bound *b =
        bind((struct function_setting[]){TEXT("form", "text"), COUNT("length", 2), {0}});
    ck_ok(bound_accumulate(b, state, &block, &e), &e);
    write_program("echo 3 2 >$4");
    ck_fails(bound_accumulate(b, state, &block, &e), &e, ERR_PERMANENT,
             "which the contract does not allow");
    ck_fails(bound_ready(b, &e), &e, ERR_PERMANENT, "which the contract does not allow");
    file_remove("p");
    ck_fails(bound_accumulate(b, state, &block, &e), &e, ERR_PERMANENT, "there is no p in");
    ck_assert(state[0] == 3 && state[1] == 1);
    bound_destroy(b);
}
END_TEST

/* What a program can reach is what these words name. */
START_TEST(a_sandbox_shows_what_is_on_a_list)
{
    static const char *const binds[] = {"/opt/one", "/srv"};
    static const char wanted[] =
        "bwrap --unshare-all --die-with-parent --new-session --cap-drop ALL --seccomp 5 "
        "--ro-bind-try /usr /usr --ro-bind-try /bin /bin --ro-bind-try /sbin /sbin "
        "--ro-bind-try /lib /lib --ro-bind-try /lib32 /lib32 --ro-bind-try /lib64 /lib64 "
        "--ro-bind-try /libx32 /libx32 --ro-bind-try /etc/R /etc/R "
        "--ro-bind-try /etc/OpenCL /etc/OpenCL --ro-bind-try /etc/alternatives /etc/alternatives "
        "--ro-bind-try /etc/ld.so.cache /etc/ld.so.cache "
        "--ro-bind-try /etc/localtime /etc/localtime --ro-bind-try /etc/openmpi /etc/openmpi "
        "--ro-bind-try /sys/devices/system /sys/devices/system "
        "--proc /proc --ro-bind /proc/sys /proc/sys --dev /dev "
        "--bind /scratch/d/shm /dev/shm --bind /scratch/d/tmp /tmp "
        "--ro-bind /opt/one /opt/one --ro-bind /srv /srv --bind /scratch/d/work /scratch/d "
        "--remount-ro /dev --remount-ro / --chdir /scratch/d -- "
        "/usr/bin/prlimit --nproc=50 --nofile=60 --fsize=1048576 --core=0 -- p";
    const struct rlimit processes = {50, 50}, files = {60, 60};
    struct exec_words w = {0};
    struct exec_sandbox text;
    struct err e = {0};
    char line[4000] = "";

    ck_assert(setrlimit(RLIMIT_NPROC, &processes) == 0 && setrlimit(RLIMIT_NOFILE, &files) == 0);
    host.sandbox =
        (struct host_sandbox){.on = true, .space = 1 << 20, .binds = binds, .binds_count = 2};
    exec_sandbox_words(&host, "/scratch/d", &text, &w);
    exec_words_add(&w, "p");
    ck_ok(exec_words_end(&w, &e), &e);
    for (size_t i = 0; w.argv[i]; i++)
        snprintf(line + strlen(line), sizeof line - strlen(line), "%s%s", i ? " " : "", w.argv[i]);
    ck_assert_str_eq(line, wanted);
    while (w.count < EXEC_WORDS + 1)
        exec_words_add(&w, "more");
    ck_fails(exec_words_end(&w, &e), &e, ERR_INPUT, "is too long");
}
END_TEST

/* Devices are there for who was given some, with what /sys says of them. */
START_TEST(a_sandbox_has_the_devices_of_its_slave)
{
    struct exec_words w = {0};
    struct exec_sandbox text;
    size_t at = 0;

    memcpy(host.devices, "/dev/nvidia2\0/dev/nvidiactl\0", 29);
    exec_sandbox_words(&host, "/d", &text, &w);
    while (at < w.count && strcmp(w.argv[at], "--dev") != 0)
        at++;
    ck_assert(at + 8 < w.count && at > 3);
    ck_assert_str_eq(w.argv[at - 1], "/sys");
    for (size_t i = 1; i < 3; i++)
        ck_assert_str_eq(w.argv[at + 1 + i], i < 2 ? "--dev-bind-try" : "/dev/nvidia2");
    ck_assert_str_eq(w.argv[at + 5], "--dev-bind-try");
    ck_assert_str_eq(w.argv[at + 7], "/dev/nvidiactl");
    ck_assert_str_eq(w.argv[at + 8], "--bind");
}
END_TEST

/* An interpreter must lie in it, by its name and by what that is a link to. */
START_TEST(an_interpreter_is_seen_or_not)
{
    const char *const binds[] = {dir};
    const char *path = getenv("PATH");
    char line[8192], *before = strdup(path ? path : "/usr/bin:/bin");
    struct err e = {0};

    ck_assert(symlink("/bin/sh", "linked") == 0);
    snprintf(line, sizeof line, "#!%s/linked\n", dir);
    host.sandbox.on = true;
    ck_fails(exec_sandbox_sees(&host, "p", line, strlen(line), &e), &e, ERR_OPEN, "--bind DIR");
    host.sandbox.binds = binds;
    host.sandbox.binds_count = 1;
    ck_ok(exec_sandbox_sees(&host, "p", line, strlen(line), &e), &e);
    host.sandbox.binds_count = 0;
    ck_ok(exec_sandbox_sees(&host, "p", "#!/bin/sh -e\n", 13, &e), &e);
    ck_ok(exec_sandbox_sees(&host, "p", "exit 0\n", 7, &e), &e);
    ck_assert(symlink("/bin/sh", "sh") == 0); /* the second one in PATH is seen */
    snprintf(line, sizeof line, "%s:%s", dir, before);
    setenv("PATH", line, 1);
    ck_ok(exec_sandbox_sees(&host, "p", "#!/usr/bin/env sh\n", 18, &e), &e);
    setenv("PATH", dir, 1);
    ck_fails(exec_sandbox_sees(&host, "p", "#!/usr/bin/env sh\n", 18, &e), &e, ERR_OPEN,
             "/sh is here");
    setenv("PATH", before, 1);
    free(before);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, text_has_every_digit);
    tcase_add_test(tests, hdf5_is_as_it_is_documented);
    tcase_add_test(tests, bad_files_are_refused);
    tcase_add_test(tests, a_program_updates);
    tcase_add_test(tests, a_program_updates_in_text);
    tcase_add_test(tests, the_mean_updates);
    tcase_add_test(tests, sums_are_named_and_finished);
    tcase_add_test(tests, a_declared_merge_is_the_function_s_own);
    tcase_add_test(tests, a_declared_merge_may_be_a_sweep);
    tcase_add_test(tests, a_merge_has_a_version);
    tcase_add_test(tests, another_file_is_not_run);
    tcase_add_test(tests, a_sandbox_shows_what_is_on_a_list);
    tcase_add_test(tests, a_sandbox_has_the_devices_of_its_slave);
    tcase_add_test(tests, an_interpreter_is_seen_or_not);
}

UNIT_MAIN("exec", add)
