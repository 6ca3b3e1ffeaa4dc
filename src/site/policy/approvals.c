/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures of people over contracts, which ssh-keygen checks. */
#include "site/policy/approvals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/child.h"
#include "util/clock.h"
#include "util/directory.h"
#include "util/file.h"
#include "util/interpreter.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"
#include "util/text.h"

enum {
    WHO = 256,              /* bytes of a person's name, with its NUL */
    ANSWER = 4096,          /* bytes of what ssh-keygen says, with a NUL */
    SIGNATURE_MOST = 16384, /* bytes of a signature; one of RSA with 16384 bits has 6 KiB */
    KEYS_MOST = 1 << 20,    /* bytes of the file of the approvers' keys */
    MEMORY_MIB = 1024,      /* that ssh-keygen may have */
    SECONDS = 60,           /* in which it has to answer; it needs milliseconds */
    NAMES = 16,             /* of one key that are tried */
};

static const char namespace[] = "metaneuron-approve@v1";
static const char armour[] = "-----BEGIN SSH SIGNATURE-----";

/* What ssh-keygen is asked about: it reads nothing else, and each of them was read once. */
struct given {
    const void *contract;
    size_t contract_len;
    char *keys, *signature;
    size_t keys_len, signature_len;
};

static void given_free(struct given *g)
{
    free(g->keys);
    free(g->signature);
}

/* Effect: runs it to its end; *code is its exit code. What it prints is in text, if that fits. */
static int talk(const struct child_signals *s, char *const *argv, const struct child_terms *terms,
                char text[static ANSWER], int *code, struct err *e)
{
    double until = clock_steady() + SECONDS;
    struct child_news news = {0};
    struct child c;
    struct err why = {0};
    size_t len = 0;

    if (child_start_under(&c, s, argv, CHILD_ANSWERS, terms, &why) < 0)
        return err_set(e, why.code,
                       "approvals are checked by ssh-keygen (Debian: openssh-client): %s",
                       why.text);
    while (!news.ended && news.signal == 0 && len < ANSWER && clock_steady() < until) {
        child_wait(&c, s, .1, &news);
        size_t n = news.len < ANSWER - len ? news.len : ANSWER - len;
        memcpy(text + len, news.text, n);
        len += n;
    }
    child_stop(&c);
    text[len < ANSWER ? len : 0] = '\0';
    if (news.signal != 0)
        return err_set(e, ERR_INCOMPLETE, "ssh-keygen: interrupted by signal %d", news.signal);
    *code = news.ended && len < ANSWER ? c.code : -1;
    return 0;
}

/* The keys are its /dev/fd/3, the signature its /dev/fd/4, and the contract its standard input. */
static int ask(const struct given *g, char *const *argv, char text[static ANSWER], int *code,
               struct err *e)
{
    char locale[] = "LC_ALL=C", *variables[] = {locale, NULL, NULL};
    const char *told = getenv("PATH");
    struct buf path = {0};
    int fds[3] = {-1, -1, -1}, rc = -1;
    struct child_signals s;

    buf_addf(&path, "PATH=%s", told && told[0] ? told : INTERPRETER_PATH);
    variables[1] = path.data;
    if (buf_failed(&path)) {
        err_memory(e, "PATH");
        goto done;
    }
    if ((fds[0] = file_in_memory("approvers", g->keys, g->keys_len, e)) < 0 ||
        (fds[1] = file_in_memory("a signature", g->signature, g->signature_len, e)) < 0 ||
        (fds[2] = file_in_memory("a contract", g->contract, g->contract_len, e)) < 0)
        goto done;
    const struct child_terms terms = {.directory = "/",
                                      .variables = variables,
                                      .calls = fds,
                                      .input = fds[2],
                                      .memory = (uint64_t)MEMORY_MIB << 20};
    if (child_signals_open(&s, e) < 0)
        goto done;
    rc = talk(&s, argv, &terms, text, code, e);
    child_signals_close(&s);
done:
    for (int i = 0; i < 3; i++)
        file_close(fds[i]);
    buf_free(&path);
    return rc;
}

/* Whether that person has signed these bytes, in our namespace, with a key that is in force. */
static int check_name(const struct given *g, const char *who, bool *good, struct err *e)
{
    char text[ANSWER];
    int code;
    const char *const words[] = {"ssh-keygen", "-Y", "verify",  "-f", "/dev/fd/3", "-s",
                                 "/dev/fd/4",  "-n", namespace, "-I", who,         NULL};

    if (ask(g, (char *const *)words, text, &code, e) < 0)
        return -1;
    *good = code == 0;
    return 0;
}

/* Sets who to the name of the approver who has signed the contract; else ERR_VERIFY. */
static int find_signer(const struct given *g, char who[static WHO], struct err *e)
{
    static const char *const words[] = {"ssh-keygen", "-Y", "find-principals", "-f",
                                        "/dev/fd/3",  "-s", "/dev/fd/4",       NULL};
    char text[ANSWER];
    const char *rest = text, *line;
    bool good = false;
    size_t len;
    int code;

    if (ask(g, (char *const *)words, text, &code, e) < 0)
        return -1;
    if (code != 0 || !text[0])
        return err_set(e, ERR_VERIFY, "the signature is by none of the approvers' keys");
    for (int i = 0; i < NAMES && !good && (line = text_line(&rest, &len)); i++) {
        if (len == 0 || len >= WHO)
            continue;
        memcpy(who, line, len);
        who[len] = '\0';
        if (check_name(g, who, &good, e) < 0)
            return -1;
    }
    return good ? 0
                : err_set(e, ERR_VERIFY,
                          "the signature is by the key of '%.80s', but not over this contract's "
                          "file in the namespace %s, or that key is not in force",
                          text, namespace);
}

/* Reads the keys: a file in the house, which its owner alone can write. */
static int read_keys(const struct house *h, const char *keys, struct given *g, struct err *e)
{
    char path[PATH_MAX];

    if (keys[0] == '/')
        snprintf(path, sizeof path, "%s", keys);
    else if (house_path(h, keys, path, e) < 0)
        return -1;
    return file_read_own(path, KEYS_MOST, false, &g->keys, &g->keys_len, e);
}

/* Effect: path is that of the signature of a person, of whom one is kept. */
static int kept_path(const struct house *h, const char *run, const char *who,
                     char path[static PATH_MAX], struct err *e)
{
    char name[64] = "approval-";
    uint8_t digest[SHA256_LEN];

    if (hash_bytes(who, strlen(who), digest, e) < 0)
        return -1;
    hex_encode(name + strlen(name), digest, SHA256_LEN / 2);
    return house_run_path(h, run, name, path, e);
}

int approvals_add(struct house *h, const char *run, const void *contract, size_t len,
                  const char *signature, const char *keys, char who[static 256], struct err *e)
{
    struct given g = {.contract = contract, .contract_len = len};
    char path[PATH_MAX];
    int rc = -1;

    if (!file_is_taken(signature))
        return err_set(e, ERR_OPEN, "%s: there is no such signature", signature);
    if (file_read_left(signature, SIGNATURE_MOST, &g.signature, &g.signature_len, e) < 0)
        goto done;
    if (strncmp(g.signature, armour, strlen(armour)) != 0) {
        err_set(e, ERR_INPUT, "%s: is no signature that ssh-keygen -Y sign has written", signature);
        goto done;
    }
    if (read_keys(h, keys, &g, e) < 0)
        goto done;
    if (find_signer(&g, who, e) < 0)
        err_context(e, "%s", signature);
    else if (kept_path(h, run, who, path, e) == 0)
        rc = file_write(path, g.signature, g.signature_len, FILE_OWN, e);
done:
    given_free(&g);
    return rc;
}

/* The people who were counted, each with its NUL. */
struct tally {
    const char *directory;
    struct given g;
    struct buf people;
    size_t count;
};

static bool is_counted(const struct tally *t, const char *who)
{
    for (const char *p = t->people.data; p && p < t->people.data + t->people.len;
         p += strlen(p) + 1)
        if (strcmp(p, who) == 0)
            return true;
    return false;
}

/* One that holds no longer, as its key was taken away, does not count, and is no fault. */
static int count_one(void *context, const char *name, struct err *e)
{
    struct tally *t = context;
    char path[PATH_MAX], who[WHO];
    struct err why = {0};

    free(t->g.signature);
    t->g.signature = NULL;
    if (paths_join(path, sizeof path, t->directory, name, e) < 0 ||
        file_read_own(path, SIGNATURE_MOST, true, &t->g.signature, &t->g.signature_len, e) < 0)
        return -1;
    if (find_signer(&t->g, who, &why) < 0)
        return why.code == ERR_VERIFY ? 0 : err_set(e, why.code, "%s: %s", path, why.text);
    if (is_counted(t, who))
        return 0;
    buf_add(&t->people, who, strlen(who) + 1);
    t->count++;
    return buf_failed(&t->people) ? err_memory(e, "approvals") : 0;
}

int approvals_count(struct house *h, const char *run, const void *contract, size_t len,
                    const char *keys, size_t *count, struct err *e)
{
    struct tally t = {.g = {.contract = contract, .contract_len = len}};
    char name[64], directory[PATH_MAX];
    int rc = -1;

    snprintf(name, sizeof name, "runs/%s", run);
    t.directory = directory;
    if (house_path(h, name, directory, e) == 0 && read_keys(h, keys, &t.g, e) == 0)
        rc = file_each(directory, "approval-", count_one, &t, e);
    if (rc == 0)
        *count = t.count;
    buf_free(&t.people);
    given_free(&t.g);
    return rc;
}
