/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was seen of others' logs, whatever they show. */
#include "site_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "../crash/self.h"
#include "failing_io.h"
#include "ledger/leaves.h"
#include "ledger/proof/evidence.h"
#include "ledger/trust/copy.h"
#include "ledger/trust/kept.h"
#include "site/exchange/publish.h"
#include "site/mirror/mirror.h"
#include "util/io.h"

#define LOG        "exchange/beta/log"
#define CHECKPOINT "exchange/beta/checkpoint"
#define MIRROR     "alpha/ledger/peers/beta/"

enum { LATER = 2000000000 };

static struct house alpha, beta;

static void begin(void)
{
    site_begin();
    site_make(&alpha, "alpha");
    site_make(&beta, "beta");
    site_know(&alpha, "beta");
}

static void end(void)
{
    house_close(&alpha);
    house_close(&beta);
    tear_down();
}

static struct mirror_report update(void)
{
    struct peers p;
    struct mirror_report r;

    ck_ok(peers_load(&alpha, &p, &e), &e);
    ck_ok(mirror_update(&alpha, peers_find(&p, "beta"), NULL, NULL, &r, &e), &e);
    peers_free(&p);
    ck_assert_msg((r.text[0] == '\0') == (r.news <= MIRROR_NEW), "%d: %s", (int)r.news, r.text);
    return r;
}

static void finds(enum mirror_news news, const char *words)
{
    struct mirror_report r = update();

    ck_assert_msg(r.news == news && strstr(r.text, words), "%d: %s", (int)r.news, r.text);
}

/* The mirror is what beta's own ledger is, up to so many records, and alpha has cosigned that. */
static void mirrors(uint64_t records)
{
    uint8_t root[SHA256_LEN], public[KEY_PUBLIC_LEN];
    struct kept k;
    struct note_key name;
    struct ledger *l = copy_read("alpha/ledger/peers/beta", &e);

    ck_assert_msg(l != NULL, "%s", e.text);
    ck_assert_uint_eq(ledger_state(l)->count, records);
    ledger_close(l);
    ck_ok(ledger_root(beta.ledger, records, root, &e), &e);
    ck_ok(kept_read_file(&k, MIRROR "checkpoint", &e), &e);
    ck_assert_uint_eq(k.c.size, records);
    ck_assert_int_eq(memcmp(k.c.root, root, SHA256_LEN), 0);
    kept_free(&k);
    ck_ok(kept_read_file(&k, "alpha/cosig/beta", &e), &e);
    ck_assert_uint_eq(k.c.size, records);
    struct key *key = house_key(&alpha, &e);
    key_public(key, public);
    key_close(key);
    ck_ok(note_key_make(&name, alpha.origin, NOTE_COSIGNATURE, public, &e), &e);
    ck_assert_int_eq(note_check(&k.note, &name, NULL, &e), 1);
    kept_free(&k);
}

/* Effect: what stands in the exchange is that of another one of beta's, which was kept. */
static void keep(const char *name)
{
    shell("mkdir -p %s; cp " LOG " " CHECKPOINT " %s", name, name);
}

static void show(const char *log, const char *checkpoint)
{
    shell("cp %s/log " LOG "; cp %s/checkpoint " CHECKPOINT, log, checkpoint);
}

/* Effect: what is in the exchange is signed by beta's key number, as a checkpoint of so many
 * records with that root. */
static void forge(uint64_t size, const uint8_t root[static SHA256_LEN], unsigned number,
                  const char *path)
{
    char keys[PATH_MAX], name[40];
    uint8_t public[KEY_PUBLIC_LEN];
    struct checkpoint c = {.size = size};
    struct note_key k;
    struct buf b = {0};

    snprintf(name, sizeof name, "keys/%u", number);
    ck_ok(house_path(&beta, name, keys, &e), &e);
    struct key *key = key_open(keys, &e);
    key_public(key, public);
    memcpy(c.origin, beta.origin, sizeof c.origin);
    memcpy(c.root, root, SHA256_LEN);
    checkpoint_write(&b, &c);
    ck_ok(note_key_make(&k, beta.origin, NOTE_ED25519, public, &e), &e);
    ck_ok(note_sign(&b, &k, key, 0, &e), &e);
    site_put(path, b.data, b.len);
    buf_free(&b);
    key_close(key);
}

/* Effect: beta goes another way from its so many records on, with so many of other records, in the
 * directory fork; whoever restores beta's ledger from a copy does so. */
static void fork_off(uint64_t records, uint64_t more)
{
    uint8_t root[SHA256_LEN];
    struct record r;

    shell("rm -rf fork; mkdir fork; head -n %llu beta/ledger/log > fork/log",
          (unsigned long long)records);
    struct ledger *l = ledger_open_alone("fork", NULL, true, &e);
    ck_assert_msg(l != NULL, "%s", e.text);
    for (uint64_t i = 0; i < more; i++) {
        record_begin(&r, "recall");
        record_set(&r, "data", "other%llu", (unsigned long long)i);
        ck_ok(ledger_append(l, &r, 1, NULL, &e), &e);
    }
    ck_ok(ledger_root(l, records + more, root, &e), &e);
    ledger_close(l);
    forge(records + more, root, 1, "fork/checkpoint");
}

/* A third centre, which knows beta's identities and nothing else, is convinced. */
static void convinces(const struct mirror_report *r)
{
    struct buf b = {0};
    struct identity i;
    struct evidence x;
    struct checkpoint smaller, larger;
    char path[40], *note;
    size_t len;

    for (int n = 1; n < 4; n++) {
        snprintf(path, sizeof path, "exchange/beta/id-%d", n);
        if (access(path, F_OK) != 0)
            continue;
        note = site_read(path, &len);
        ck_ok(identity_read(&i, note, len, NULL, &e), &e);
        free(note);
        buf_adds(&b, "log ");
        note_key_write(&b, &i.key);
        buf_adds(&b, "\n");
    }
    buf_adds(&b, "quorum none\n");
    struct policy *p = policy_read("policy", b.data, b.len, &e);
    ck_assert_msg(p != NULL, "%s", e.text);
    char *bytes = site_read(r->evidence, &len);
    ck_ok(evidence_read(&x, bytes, len, &e), &e);
    ck_ok(evidence_check(&x, p, &smaller, &larger, &e), &e);
    free(bytes);
    policy_free(p);
    buf_free(&b);
}

START_TEST(it_grows)
{
    struct mirror_report r = update();

    ck_assert_int_eq(r.news, MIRROR_NEW);
    ck_assert_uint_eq(r.before, 0);
    ck_assert_uint_eq(r.size, 1);
    ck_assert_int_eq(r.last_us, ledger_state(beta.ledger)->time_us);
    mirrors(1);
    site_say(&beta, 5);
    r = update();
    ck_assert_int_eq(r.news, MIRROR_NEW);
    ck_assert_uint_eq(r.before, 1);
    ck_assert_uint_eq(r.size, 6);
    ck_assert_int_eq(r.last_us, ledger_state(beta.ledger)->time_us);
    mirrors(6);
    r = update();
    ck_assert_int_eq(r.news, MIRROR_SAME);
    ck_assert_uint_eq(r.size, 6);
    ck_assert_int_eq(r.last_us, ledger_state(beta.ledger)->time_us);
    /* Records behind what it has signed are nobody's. */
    keep("six");
    site_say(&beta, 2);
    show("six", "six");
    shell("cp beta/ledger/log " LOG);
    finds(MIRROR_SAME, "");
    mirrors(6);
    /* The cosignature is made again if it is gone. */
    shell("rm alpha/cosig/beta");
    finds(MIRROR_SAME, "");
    mirrors(6);
}
END_TEST

static uint64_t read_bytes;

static ssize_t count_pread(int fd, void *data, size_t len, off_t at)
{
    ssize_t n = io_system.pread(fd, data, len, at);

    read_bytes += n > 0 ? (uint64_t)n : 0;
    return n;
}

START_TEST(only_what_is_new_is_read)
{
    struct io calls = io_system;
    struct record *r = calloc(20000, sizeof *r);

    for (size_t i = 0; i < 20000; i++)
        record_begin(&r[i], "heartbeat");
    for (int i = 0; i < 2; i++) {
        ck_ok(say(&beta, r, 20000, NULL, &e), &e);
        finds(MIRROR_NEW, "");
    }
    free(r);
    site_say(&beta, 1);
    calls.pread = count_pread;
    io_use(&calls);
    finds(MIRROR_NEW, "");
    uint64_t first = read_bytes;
    finds(MIRROR_SAME, "");
    io_use(NULL);
    /* Of a log of eight megabytes; snapshots have 40 bytes for 256 records. */
    ck_assert_msg(first < 500000 && read_bytes < 1000000, "%llu and %llu bytes were read",
                  (unsigned long long)first, (unsigned long long)(read_bytes - first));
    mirrors(40002);
}
END_TEST

START_TEST(files_come_late)
{
    shell("mv exchange/beta away");
    finds(MIRROR_NOT_YET, "beta/checkpoint: is not there yet");
    shell("mkdir exchange/beta; cp away/checkpoint exchange/beta/");
    finds(MIRROR_NOT_YET, "has fewer so far");
    shell("cp away/log exchange/beta/");
    finds(MIRROR_NEW, "");
    keep("one");
    site_say(&beta, 4);
    keep("five");
    show("one", "five");
    finds(MIRROR_NOT_YET, "covers 5 records");
    mirrors(1);
    /* Cut in half, also within a line. */
    size_t len;
    free(site_read("five/log", &len));
    for (int bytes = 0; bytes < (int)len; bytes += 97) {
        shell("head -c %d five/log > " LOG, bytes);
        finds(MIRROR_NOT_YET, "has fewer so far");
    }
    shell("head -c 1000 five/log > " LOG " && head -c 9000 /dev/zero >> " LOG);
    finds(MIRROR_NOT_YET, "has fewer so far");
    mirrors(1);
    show("five", "one");
    finds(MIRROR_SAME, "");
    show("five", "five");
    finds(MIRROR_NEW, "");
    mirrors(5);
    /* The other way round: what comes late is old. */
    show("one", "one");
    struct mirror_report r = update();
    ck_assert_msg(r.news == MIRROR_STALE && r.size == 5, "%d: %s", (int)r.news, r.text);
    mirrors(5);
}
END_TEST

START_TEST(it_is_damaged_on_its_way)
{
    finds(MIRROR_NEW, "");
    site_say(&beta, 6);
    keep("good");
    static const char *const harms[] = {
        "sed -i '3s/heartbeat/heartbeet/' " LOG,             /* a word */
        "sed -i '3d' " LOG " && tail -n 1 good/log >> " LOG, /* a line is missing */
        "(head -n 3 good/log; cat good/log) > " LOG,         /* doubled */
        "(sed -n 2p good/log; sed 2d good/log) > " LOG,      /* in another order */
        "tac good/log > " LOG,
        "rm " LOG " && truncate -s 10G " LOG, /* zeros */
        "tr a-f A-F < good/log > " LOG,
        "rm " LOG " && ln -s ../../good/log " LOG, /* no file of its own */
        "rm " LOG " && mkfifo " LOG,
        "rm " LOG " && mkdir " LOG,
        "echo x > " CHECKPOINT,
        "sed -i '2s/.*/6/' " CHECKPOINT,
        "cat good/checkpoint good/checkpoint > " CHECKPOINT,
        "truncate -s 10G " CHECKPOINT,
        "rm " CHECKPOINT " && ln -s ../../good/checkpoint " CHECKPOINT,
    };
    for (size_t i = 0; i < sizeof harms / sizeof harms[0]; i++) {
        shell("%s", harms[i]);
        struct mirror_report r = update();
        ck_assert_msg(r.news == MIRROR_DAMAGED && strstr(r.text, "beta"), "%s: %d %s", harms[i],
                      (int)r.news, r.text);
        mirrors(1);
        shell("rm -rf " LOG " " CHECKPOINT);
        show("good", "good");
    }
    shell("cat good/log good/log > " LOG); /* doubled behind what is signed */
    finds(MIRROR_NEW, "");
    mirrors(7);
}
END_TEST

/* What is old and good is told from what is another history. */
START_TEST(two_histories)
{
    uint8_t root[SHA256_LEN];
    struct mirror_report r;

    site_say(&beta, 5);
    finds(MIRROR_NEW, "");
    keep("six");
    static const uint64_t forks[][2] = {{3, 1}, {3, 3}, {3, 7}, {1, 1}, {5, 1}, {5, 2}};
    for (size_t i = 0; i < sizeof forks / sizeof forks[0]; i++) {
        fork_off(forks[i][0], forks[i][1]);
        show("fork", "fork");
        r = update();
        ck_assert_msg(r.news == MIRROR_CONTRADICTS && strstr(r.text, "two histories"), "%zu: %d %s",
                      i, (int)r.news, r.text);
        convinces(&r);
        mirrors(6);
    }
    /* Of the same size there need be no log; of a larger one nothing is proved without. */
    ck_ok(ledger_root(beta.ledger, 6, root, &e), &e);
    root[5] ^= 1;
    forge(6, root, 1, CHECKPOINT);
    shell("rm " LOG);
    r = update();
    ck_assert_int_eq(r.news, MIRROR_CONTRADICTS);
    convinces(&r);
    forge(7, root, 1, CHECKPOINT);
    finds(MIRROR_NOT_YET, "covers 7");
    show("six", "six");
    forge(7, root, 1, CHECKPOINT);
    finds(MIRROR_NOT_YET, "covers 7");
    fork_off(6, 1);
    show("fork", "fork");
    finds(MIRROR_NEW, ""); /* it has said nothing else before */
}
END_TEST

START_TEST(what_others_were_shown)
{
    struct peers p;
    struct mirror_report r;

    site_say(&beta, 3);
    finds(MIRROR_NEW, "");
    ck_ok(peers_load(&alpha, &p, &e), &e);
    const struct peer *peer = peers_find(&p, "beta");
    shell("mkdir -p exchange/gamma/cosig");
    ck_ok(mirror_compare(&alpha, peer, "gamma", &r, &e), &e);
    ck_assert_int_eq(r.news, MIRROR_SAME);
    static const struct {
        uint64_t records, more;
        enum mirror_news news;
    } forks[] = {{4, 0, MIRROR_SAME},
                 {2, 0, MIRROR_SAME},
                 {4, 3, MIRROR_SAME},
                 {3, 1, MIRROR_CONTRADICTS},
                 {1, 1, MIRROR_CONTRADICTS}};
    for (size_t i = 0; i < 5; i++) {
        fork_off(forks[i].records, forks[i].more);
        shell("cp fork/checkpoint exchange/gamma/cosig/beta");
        ck_ok(mirror_compare(&alpha, peer, "gamma", &r, &e), &e);
        ck_assert_msg(r.news == forks[i].news, "%zu: %d %s", i, (int)r.news, r.text);
        if (r.news == MIRROR_CONTRADICTS)
            convinces(&r);
    }
    /* What beta has not signed says nothing of it, whoever has cosigned it. */
    shell("sed -i 's/^beta/gamma/; 2s/.*/3/' exchange/gamma/cosig/beta");
    ck_ok(mirror_compare(&alpha, peer, "gamma", &r, &e), &e);
    ck_assert_int_eq(r.news, MIRROR_SAME);
    shell("ln -sf ../../../fork/checkpoint exchange/gamma/cosig/beta");
    ck_ok(mirror_compare(&alpha, peer, "gamma", &r, &e), &e);
    ck_assert_int_eq(r.news, MIRROR_SAME);
    peers_free(&p);
}
END_TEST

START_TEST(whose_key_it_is)
{
    uint8_t root[SHA256_LEN];
    struct mirror_report r;
    size_t count;

    finds(MIRROR_NEW, "");
    keep("one");
    site_say(&beta, 1);
    keep("two");
    /* Another key, and another ledger's checkpoint. */
    key_close(key_open("beta/keys/9", &e));
    ck_ok(ledger_root(beta.ledger, 2, root, &e), &e);
    forge(2, root, 9, CHECKPOINT);
    finds(MIRROR_FOREIGN, "is not signed with the key of identity 1");
    shell("cp exchange/alpha/checkpoint " CHECKPOINT);
    finds(MIRROR_FOREIGN, "is of the ledger");
    /* The key that follows counts once the identity is known, and the one before no more. */
    site_rotate(&beta, 2, LATER, 0);
    forge(2, root, 2, CHECKPOINT);
    finds(MIRROR_FOREIGN, "identity 1");
    shell("cp beta/identity/2 exchange/beta/id-2");
    ck_ok(peers_rotate(&alpha, &count, &e), &e);
    ck_assert_uint_eq(count, 1);
    finds(MIRROR_NEW, "");
    show("two", "two");
    finds(MIRROR_SAME, ""); /* it has signed that before */
    show("one", "one");
    finds(MIRROR_STALE, "covers 1");
    fork_off(2, 1);
    show("fork", "fork");
    finds(MIRROR_FOREIGN, "identity 2");
    mirrors(2);
    fork_off(1, 1);
    show("fork", "fork");
    r = update();
    ck_assert_int_eq(r.news, MIRROR_CONTRADICTS);
    convinces(&r);
    /* Expired, suspended, revoked: what was seen before stays. */
    site_rotate(&beta, 3, 1000000000, 0);
    shell("cp beta/identity/3 exchange/beta/id-3");
    ck_ok(peers_rotate(&alpha, &count, &e), &e);
    r = update();
    ck_assert_msg(r.news == MIRROR_FOREIGN && strstr(r.text, "has expired (2001-"), "%s", r.text);
    ck_assert_uint_eq(r.size, 2);
    ck_assert_int_gt(r.last_us, 0);
    ck_ok(peers_set(&alpha, "beta", PEER_SUSPENDED, &e), &e);
    finds(MIRROR_FOREIGN, "is suspended");
    ck_ok(peers_set(&alpha, "beta", PEER_REVOKED, &e), &e);
    finds(MIRROR_FOREIGN, "is revoked");
}
END_TEST

START_TEST(what_is_here_is_damaged)
{
    static const char *const harms[] = {"sed -i '3s/heartbeat/heartbeet/' " MIRROR "log",
                                        "truncate -s 500 " MIRROR "log",
                                        "rm " MIRROR "log",
                                        "echo x > " MIRROR "snapshot",
                                        "echo behind >> " MIRROR "log",
                                        "rm " MIRROR "checkpoint"};

    site_say(&beta, 5);
    for (size_t i = 0; i < 6; i++) {
        update();
        shell("%s", harms[i]);
        if (i % 2)
            site_say(&beta, 1);
        struct mirror_report r = update();
        ck_assert_msg(r.news <= MIRROR_NEW, "%zu: %d %s", i, (int)r.news, r.text);
        mirrors(ledger_state(beta.ledger)->count);
    }
}
END_TEST

/* Whether the log in slow is whole, has so many records, and the roots of both checkpoints. */
static bool bears_out(const struct checkpoint *smaller, const struct checkpoint *larger,
                      bool *consistent)
{
    struct chain_state state;
    struct ledger_root roots[2] = {{.size = smaller->size}, {.size = larger->size}};
    const struct ledger_also also = {.roots = roots, .count = 2};
    bool good = ledger_verify_also("slow", &also, &state, NULL) == 0 &&
                state.count == larger->size && memcmp(roots[1].hash, larger->root, SHA256_LEN) == 0;

    *consistent = good && memcmp(roots[0].hash, smaller->root, SHA256_LEN) == 0;
    return good;
}

/* The same, as one who verifies all of it anew each time: what was seen, and what is there behind
 * it or instead of it. */
static enum mirror_news slow(void)
{
    struct kept now, before;
    bool same, consistent;

    ck_ok(kept_read_file(&before, "seen/checkpoint", &e), &e);
    ck_ok(kept_read_file(&now, CHECKPOINT, &e), &e);
    unsigned long long size = now.c.size, had = before.c.size;
    enum mirror_news news = size < had ? MIRROR_STALE : MIRROR_SAME;
    shell("rm -rf slow; mkdir slow");
    if (size <= had) {
        shell("cp seen/log slow/log");
        ck_assert(bears_out(&now.c, &before.c, &consistent));
        news = consistent ? news : MIRROR_CONTRADICTS;
    } else {
        shell("(cat seen/log; tail -c +$(($(wc -c < seen/log) + 1)) " LOG ") | head -n %llu "
              "> slow/log",
              size);
        if (bears_out(&before.c, &now.c, &same) && same) {
            news = MIRROR_NEW;
        } else {
            shell("head -n %llu " LOG " > slow/log", size);
            bool good = bears_out(&before.c, &now.c, &consistent);
            news = good ? MIRROR_CONTRADICTS : MIRROR_DAMAGED;
            ck_assert(!consistent);
        }
    }
    kept_free(&now);
    kept_free(&before);
    return news;
}

/* Effect: something happens to the log in the exchange. */
static void tamper(void)
{
    size_t len;
    char *log = site_read(LOG, &len), *to = malloc(2 * len + 1);
    size_t a = draw() % len, b = a + draw() % (len - a), n = len;

    memcpy(to, log, len);
    switch (draw() % 6) {
    case 0:
        n = a;
        break;
    case 1:
        to[a] = (char)(to[a] ^ (1 << draw() % 8));
        break;
    case 2: /* a piece is doubled */
        memcpy(to + b, log + a, len - a);
        n = len + b - a;
        break;
    case 3: /* lost */
        memmove(to + a, log + b, len - b);
        n = len - (b - a);
        break;
    case 4: /* zero */
        memset(to + a, 0, b - a);
        break;
    default: /* as it is */
        break;
    }
    site_put(LOG, to, n);
    free(log);
    free(to);
}

START_TEST(as_one_who_remembers_nothing)
{
    static const char *const shown[] = {"first", "second", "third", "fork", "late"};
    unsigned met[MIRROR_FOREIGN + 1] = {0};

    finds(MIRROR_NEW, "");
    site_say(&beta, 2);
    keep("first");
    site_say(&beta, 4);
    keep("second");
    site_say(&beta, 3);
    keep("third");
    fork_off(5, 6);
    shell("mv fork late");
    fork_off(2, 3);
    for (int i = 0; i < 150; i++) {
        show("second", "second");
        shell("rm -rf " MIRROR "; mkdir " MIRROR "; cp second/* " MIRROR
              "; rm -rf seen; cp -r second seen");
        const char *log = shown[draw() % 5];
        show(log, draw() % 3 ? log : shown[draw() % 5]);
        tamper();
        enum mirror_news wanted = slow();
        struct mirror_report r = update();
        if (r.news == MIRROR_NOT_YET && wanted == MIRROR_DAMAGED) /* that the rest may come */
            wanted = MIRROR_NOT_YET;
        ck_assert_msg(r.news == wanted, "%d: %d (%s), expected %d", i, (int)r.news, r.text,
                      (int)wanted);
        met[wanted]++;
    }
    for (enum mirror_news n = MIRROR_SAME; n <= MIRROR_CONTRADICTS; n++)
        ck_assert_msg(met[n] > 0, "%d was not met", (int)n);
}
END_TEST

/* What was cosigned is what is kept, and that is there. */
static void is_sound(void)
{
    struct kept cosigned, kept;

    ck_ok(kept_read_file(&cosigned, "alpha/cosig/beta", &e), &e);
    ck_ok(kept_read_file(&kept, MIRROR "checkpoint", &e), &e);
    ck_assert_uint_le(cosigned.c.size, kept.c.size);
    struct ledger *l = copy_read("alpha/ledger/peers/beta", &e);
    ck_assert_msg(l && ledger_state(l)->count == kept.c.size, "%s", e.text);
    ledger_close(l);
    kept_free(&cosigned);
    kept_free(&kept);
}

START_TEST(it_dies_anywhere)
{
    unsigned deaths = 0;
    bool died = true;

    finds(MIRROR_NEW, "");
    shell("cp -r alpha/ledger/peers before; cp -r alpha/cosig cosig");
    site_say(&beta, 4);
    for (uint64_t at = 0; died; at++) {
        shell("rm -rf alpha/ledger/peers alpha/cosig; cp -r before alpha/ledger/peers; "
              "cp -r cosig alpha/cosig");
        pid_t child = fork();
        if (child == 0) {
            struct peers p;
            struct mirror_report r;
            if (peers_load(&alpha, &p, NULL) < 0)
                _exit(1);
            self_use(&(struct self_plan){SELF_DIE, at, -1});
            _exit(mirror_update(&alpha, peers_find(&p, "beta"), NULL, NULL, &r, NULL) < 0);
        }
        int status;
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        died = WIFSIGNALED(status);
        ck_assert(died || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
        deaths += died;
        is_sound();
        update();
        mirrors(5);
    }
    ck_assert_uint_gt(deaths, 15);
}
END_TEST

/* A failure here is none of the peer's, and the next time makes it good. */
START_TEST(it_fails_anywhere)
{
    static const int errors[] = {ENOSPC, EIO, EACCES};
    struct peers p;
    struct mirror_report r;
    unsigned refused = 0;
    bool failed = true;

    finds(MIRROR_NEW, "");
    shell("cp -r alpha/ledger/peers before; cp -r alpha/cosig cosig");
    site_say(&beta, 4);
    ck_ok(peers_load(&alpha, &p, &e), &e);
    for (long at = 0; failed; at++) {
        shell("rm -rf alpha/ledger/peers alpha/cosig; cp -r before alpha/ledger/peers; "
              "cp -r cosig alpha/cosig");
        failing_begin(at, errors[at % 3]);
        err_clear(&e);
        int rc = mirror_update(&alpha, peers_find(&p, "beta"), NULL, NULL, &r, &e);
        failed = failing_end();
        ck_assert_msg(rc == 0 || e.code != ERR_NONE, "call %ld", at);
        ck_assert_msg(rc < 0 || r.news != MIRROR_CONTRADICTS, "call %ld: %s", at, r.text);
        refused += rc < 0;
        is_sound();
        update();
        mirrors(5);
    }
    ck_assert_uint_gt(refused, 15);
    peers_free(&p);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, it_grows);
    tcase_add_test(tests, only_what_is_new_is_read);
    tcase_add_test(tests, files_come_late);
    tcase_add_test(tests, it_is_damaged_on_its_way);
    tcase_add_test(tests, two_histories);
    tcase_add_test(tests, what_others_were_shown);
    tcase_add_test(tests, whose_key_it_is);
    tcase_add_test(tests, what_is_here_is_damaged);
    tcase_add_test(tests, as_one_who_remembers_nothing);
    tcase_add_test(tests, it_dies_anywhere);
    tcase_add_test(tests, it_fails_anywhere);
}

UNIT_MAIN("mirror", add)
