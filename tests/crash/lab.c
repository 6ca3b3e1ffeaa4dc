/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The laboratory: a ledger on a watched disk, and what somebody was told of it. */
#include "lab.h"

#include <sys/stat.h>

#include "ledger/leaves.h"
#include "ledger/snapshot.h"
#include "ledger/trust/sign.h"
#include "util/clock.h"

int64_t lab_now;
static uint64_t drawn;

/* In place of those of util, by the linker (--wrap): so that each run is the same. */
int64_t __wrap_clock_utc_us(void);
int __wrap_random_bytes(uint8_t *bytes, size_t len, struct err *e);

int64_t __wrap_clock_utc_us(void)
{
    return lab_now += 10;
}

int __wrap_random_bytes(uint8_t *bytes, size_t len, struct err *e)
{
    (void)e;
    for (size_t i = 0; i < len; i++) {
        drawn = drawn * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        bytes[i] = (uint8_t)(drawn >> 40);
    }
    return 0;
}

const struct watch_plan lab_honest = {.fail_at = WATCH_NEVER, .last = WATCH_NEVER};

void lab_destroy(struct lab *lab)
{
    place_remove(lab->place.dir);
    disk_destroy(lab->disk);
    key_close(lab->key);
    free(lab);
}

long lab_watch(struct lab *lab, void (*run)(struct lab *lab), const struct watch_plan *plan)
{
    err_clear(&lab->e);
    lab_home(lab->root);
    lab->dies = plan->last != WATCH_NEVER;
    watch_begin(lab->root, lab->disk, plan);
    run(lab);
    return watch_end();
}

struct calls scenario_calls(const struct scenario *s)
{
    struct calls c = {0};
    struct lab *lab = lab_create(s);

    c.count = lab_watch(lab, s->run, &lab_honest);
    ck_assert_msg(lab->e.code == 0, "%s: %s", s->name, lab->e.text);
    ck_assert_int_lt(c.count, (long)(sizeof c.made / sizeof c.made[0]));
    for (long i = 0; i < c.count; i++)
        c.made[i] = watch_call(i);
    lab_destroy(lab);
    return c;
}

size_t lab_sums(const char *log, char sums[][SHA256_HEX + 1], size_t room)
{
    FILE *in = fopen(log, "rb");
    char line[RECORD_MOST + 2];
    size_t count = 0;

    while (in && fgets(line, sizeof line, in)) {
        size_t len = strlen(line);
        if (len <= SHA256_HEX || line[len - 1] != '\n')
            break;
        ck_assert_uint_lt(count, room);
        snprintf(sums[count++], SHA256_HEX + 1, "%.64s", line + len - SHA256_HEX - 1);
    }
    if (in)
        fclose(in);
    return count;
}

static void add_tried(struct lab *lab, const char *sum)
{
    ck_assert_uint_lt(lab->tried_count, LAB_SUMS);
    snprintf(lab->tried[lab->tried_count++], SHA256_HEX + 1, "%s", sum);
}

static void add_said(struct lab *lab, struct said said)
{
    ck_assert_uint_lt(lab->said_count, LAB_SAID);
    lab->said[lab->said_count] = said;
    disk_note(lab->disk, &(struct disk_op){.kind = DISK_SAID, .at = lab->said_count++});
}

/* Effect: somebody is told that all that the handle knows is on the disk. */
static void say(struct lab *lab, struct ledger *l)
{
    char log[120];

    if (!lab->disk) /* what is prepared is told of in the end */
        return;
    snprintf(log, sizeof log, "%s/log", lab->dir);
    size_t before = lab->acknowledged_count, n = lab_sums(log, lab->acknowledged, LAB_SUMS);
    ck_assert_uint_ge(n, ledger_state(l)->count);
    n = ledger_state(l)->count;
    for (size_t i = before; i < n; i++)
        add_tried(lab, lab->acknowledged[i]);
    lab->acknowledged_count = n;
    add_said(lab, (struct said){n, lab->said[lab->said_count - 1].signed_records});
}

struct ledger *lab_open(struct lab *lab)
{
    const struct ledger_genesis genesis = lab_genesis(lab);
    struct ledger *l = ledger_open(lab->dir, &genesis, &lab->e);

    if (l)
        say(lab, l);
    return l;
}

/* A key that is the same each time: the first of RFC 8032, section 7.1. */
static const char key_text[] = "-----BEGIN PRIVATE KEY-----\n"
                               "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                               "-----END PRIVATE KEY-----\n";

static void open_key(struct lab *lab)
{
    char path[120];

    snprintf(path, sizeof path, "%s/key", lab->place.dir);
    log_put(path, key_text, strlen(key_text));
    ck_assert_int_eq(chmod(path, 0600), 0);
    lab->key = key_open(path, &lab->e);
    ck_assert_msg(lab->key, "%s", lab->e.text);
    key_public(lab->key, lab->public);
}

void lab_home(const char *root)
{
    char path[120];

    snprintf(path, sizeof path, "%s/home/user/state", root);
    ck_assert_int_eq(setenv("XDG_STATE_HOME", path, 1), 0);
}

bool lab_is_home(const char *path)
{
    return strstr(path, "/home") != NULL;
}

struct ledger_genesis lab_genesis(const struct lab *lab)
{
    return (struct ledger_genesis){"jena", lab->public};
}

struct lab *lab_create(const struct scenario *s)
{
    struct lab *lab = calloc(1, sizeof *lab);

    ck_assert_ptr_nonnull(lab);
    lab_now = INT64_C(1700000000000000);
    drawn = 1;
    lab->place = place_make();
    snprintf(lab->root, sizeof lab->root, "%s/disk", lab->place.dir);
    snprintf(lab->dir, sizeof lab->dir, "%s/a/ledger", lab->root);
    static const char *const made[] = {"", "/home", "/home/user"};
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        char path[120];
        snprintf(path, sizeof path, "%s%s", lab->root, made[i]);
        ck_assert_int_eq(mkdir(path, 0700), 0);
    }
    open_key(lab);
    lab_home(lab->root);
    lab->said_count = 1;
    if (s->prepare)
        s->prepare(lab);
    lab->disk = disk_create();
    disk_load(lab->disk, lab->root);
    struct ledger *l = s->prepare ? ledger_open_read(lab->dir, &lab->e) : NULL;
    if (l)
        say(lab, l);
    ledger_close(l);
    return lab;
}

/* Fails unless a handle that could not write or sync its log does nothing more. */
static void refuses(struct ledger *l, struct record *r, size_t count, const char *text)
{
    static const char *const poison[] = {"/log: appending", "could be appended", "/log: fdatasync",
                                         "/log: cutting"};
    struct err why = {0};

    for (size_t i = 0; i < sizeof poison / sizeof poison[0]; i++)
        if (strstr(text, poison[i]))
            ck_fails(ledger_append(l, r, count, NULL, &why), &why, ERR_IO, "open it again");
}

bool lab_append(struct lab *lab, struct ledger *l, size_t count)
{
    struct record *r = calloc(count, sizeof *r);
    char sum[SHA256_HEX + 1];

    ck_assert_ptr_nonnull(r);
    for (size_t i = 0; i < count; i++)
        fill_submit(&r[i], "jena/wdbc/0", (unsigned)i);
    bool done = ledger_append(l, r, count, NULL, &lab->e) == 0;
    for (size_t i = 0; !done && i < count; i++)
        add_tried(lab, hex_encode(sum, r[i].sum, SHA256_LEN));
    if (done)
        say(lab, l);
    else if (!lab->dies)
        refuses(l, r, count, lab->e.text);
    free(r);
    return done;
}

bool lab_sign(struct lab *lab, struct ledger *l)
{
    struct sign_report r;

    lab->signs = true;
    if (sign_ledger(l, lab->key, 0, &r, &lab->e) < 0)
        return false;
    if (lab->disk)
        add_said(lab, (struct said){lab->acknowledged_count, r.c.size});
    return true;
}

bool lab_snapshot(struct lab *lab, struct ledger *l)
{
    uint8_t root[SHA256_LEN];

    return ledger_root(l, ledger_state(l)->count, root, &lab->e) == 0 &&
           snapshot_save(l, &lab->e) == 0;
}

void lab_tear(struct lab *lab, const char *bytes, size_t len)
{
    char log[120];

    snprintf(log, sizeof log, "%s/log", lab->dir);
    FILE *out = fopen(log, "ab");
    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(fwrite(bytes, 1, len, out), len);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_uint_le(len, LAB_TORN);
    memcpy(lab->torn, bytes, len);
    lab->torn_len = len;
}
