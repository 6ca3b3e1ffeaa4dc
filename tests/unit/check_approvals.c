/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Approvals: whose signatures count, over what, and how often. */
#include <fcntl.h>
#include <sys/stat.h>

#include "scratch.h"
#include "site/policy/approvals.h"
#include "unit.h"
#include "util/store.h"

#define RUN "3d96174cc99e84db"

static const char contract[] = "not really a contract";
static struct err e;
static struct house h;
static char who[256];

static void __attribute__((format(printf, 1, 2))) shell(const char *format, ...)
{
    char command[1024];
    va_list ap;

    va_start(ap, format);
    int len = vsnprintf(command, sizeof command, format, ap);
    va_end(ap);
    ck_assert_int_lt(len, sizeof command);
    ck_assert_msg(system(command) == 0, "%s", command);
}

/* Effect: the house is the scratch directory, alice and bob may approve in it, mallory may not. */
static void furnish(void)
{
    static const char *const names[] = {"alice", "alice2", "bob", "mallory"};

    set_up();
    h = (struct house){.lock = -1};
    strcpy(h.directory, dir);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        shell("ssh-keygen -q -t ed25519 -N '' -C %s -f %s", names[i], names[i]);
    shell(
        "{ echo 'alice@example.org' $(cat alice.pub); echo 'alice@example.org' $(cat alice2.pub); "
        "echo 'bob@example.org namespaces=\"metaneuron-approve@v1\"' $(cat bob.pub); } >%s; "
        "chmod 600 %s",
        "approvers", "approvers");
    ck_ok(file_write("contract", contract, sizeof contract, 0600, &e), &e);
}

static char *path_before;

static void leave(void)
{
    if (path_before)
        setenv("PATH", path_before, 1);
    tear_down();
}

/* Effect: programs are looked for there. */
static void look_in(const char *path)
{
    path_before = strdup(getenv("PATH"));
    ck_assert_int_eq(setenv("PATH", path, 1), 0);
}

/* Effect: NAME.sig is that person's signature over a file. */
static void sign(const char *name, const char *file)
{
    shell("ssh-keygen -Y sign -q -n metaneuron-approve@v1 -f %s <%s >%s.sig", name, file, name);
}

static int add_one(const char *signature)
{
    err_clear(&e);
    return approvals_add(&h, RUN, contract, sizeof contract, signature, "approvers", who, &e);
}

static size_t counted(void)
{
    size_t count = 99;

    ck_ok(approvals_count(&h, RUN, contract, sizeof contract, "approvers", &count, &e), &e);
    return count;
}

static void check_refused(const char *signature, enum err_code code, const char *words)
{
    ck_assert_int_ne(add_one(signature), 0);
    ck_assert_msg(e.code == code && strstr(e.text, words), "expected %d and '%s', got %d: %s",
                  (int)code, words, (int)e.code, e.text);
    ck_assert_msg(strstr(e.text, signature), "%s is not named: %s", signature, e.text);
}

START_TEST(each_person_counts_once)
{
    struct stat st;

    ck_assert_uint_eq(counted(), 0);
    ck_assert_int_ne(stat("runs", &st), 0); /* who only asks makes nothing */
    sign("alice", "contract");
    sign("alice2", "contract");
    sign("bob", "contract");
    ck_assert_msg(add_one("alice.sig") == 0, "%s", e.text);
    ck_assert_str_eq(who, "alice@example.org");
    ck_assert_uint_eq(counted(), 1);
    ck_assert_int_eq(add_one("alice.sig"), 0);
    ck_assert_int_eq(add_one("alice2.sig"), 0); /* with her other key */
    ck_assert_str_eq(who, "alice@example.org");
    ck_assert_uint_eq(counted(), 1);
    ck_assert_int_eq(add_one("bob.sig"), 0);
    ck_assert_str_eq(who, "bob@example.org");
    ck_assert_uint_eq(counted(), 2);
    shell("test -z \"$(find runs -type f ! -perm 600)\" && test $(ls runs/" RUN " | wc -l) = 2");
    shell("umask 077; cp alice.sig runs/" RUN "/approval-copied");
    ck_assert_uint_eq(counted(), 2);
}
END_TEST

/* Who signs something else, or for something else, or is nobody here, approves nothing. */
START_TEST(other_signatures_are_refused)
{
    char other[] = "another contract";

    ck_ok(file_write("other", other, sizeof other, 0600, &e), &e);
    sign("mallory", "contract");
    check_refused("mallory.sig", ERR_VERIFY, "by none of the approvers' keys");
    sign("alice", "other");
    check_refused("alice.sig", ERR_VERIFY, "not over this contract's file");
    sign("alice", "contract");
    shell("printf 'not really a contract' >short"); /* without its last byte */
    sign("alice", "short");
    check_refused("alice.sig", ERR_VERIFY, "not over this contract's file");
    shell("ssh-keygen -Y sign -q -n file -f alice <contract >alice.sig");
    check_refused("alice.sig", ERR_VERIFY,
                  "not over this contract's file in the namespace "
                  "metaneuron-approve@v1");
    shell("ssh-keygen -Y sign -q -n metaneuron-approve@v10 -f alice <contract >alice.sig");
    check_refused("alice.sig", ERR_VERIFY, "in the namespace metaneuron-approve@v1");
    ck_assert_uint_eq(counted(), 0);
    ck_assert_int_ne(access("runs", F_OK), 0);
}
END_TEST

/* What was kept counts as long as its key does. */
START_TEST(a_key_that_was_taken_away_counts_no_longer)
{
    sign("alice", "contract");
    sign("bob", "contract");
    ck_assert_int_eq(add_one("alice.sig"), 0);
    ck_assert_int_eq(add_one("bob.sig"), 0);
    ck_assert_uint_eq(counted(), 2);
    shell("sed -i '/^bob/d' approvers");
    ck_assert_uint_eq(counted(), 1);
    check_refused("bob.sig", ERR_VERIFY, "by none");
    shell("echo 'bob valid-before=\"20200101\"' $(cat bob.pub) >>approvers");
    ck_assert_uint_eq(counted(), 1);
    check_refused("bob.sig", ERR_VERIFY, "");
    shell("sed -i '/^bob/d' approvers; echo 'bob namespaces=\"git\"' $(cat bob.pub) >>approvers");
    ck_assert_uint_eq(counted(), 1);
    check_refused("bob.sig", ERR_VERIFY, "not in force");
    shell(": >approvers");
    ck_assert_uint_eq(counted(), 0);
}
END_TEST

START_TEST(what_was_kept_and_altered_does_not_count)
{
    size_t count = 99;

    sign("alice", "contract");
    ck_assert_int_eq(add_one("alice.sig"), 0);
    ck_ok(approvals_count(&h, RUN, "other", 5, "approvers", &count, &e), &e);
    ck_assert_uint_eq(count, 0);
    ck_ok(
        approvals_count(&h, "0123456789abcdef", contract, sizeof contract, "approvers", &count, &e),
        &e);
    ck_assert_uint_eq(count, 0); /* of another run */
    shell("sed -i '4s/^./=/' runs/" RUN "/approval-*");
    ck_assert_uint_eq(counted(), 0);
    shell("umask 077; : >runs/" RUN "/approval-empty");
    ck_assert_uint_eq(counted(), 0);
    ck_assert_int_eq(add_one("alice.sig"), 0); /* it takes the place of the altered one */
    ck_assert_uint_eq(counted(), 1);
}
END_TEST

/* A signature's file is read once, and never waited for; nothing of it becomes a word. */
START_TEST(hostile_files_are_refused)
{
    sign("alice", "contract");
    ck_assert_int_eq(mkfifo("pipe", 0600), 0);
    check_refused("pipe", ERR_INPUT, "");
    ck_assert_int_eq(symlink("alice.sig", "link"), 0);
    check_refused("link", ERR_INPUT, "");
    ck_assert_int_eq(mkdir("folder", 0700), 0);
    check_refused("folder", ERR_INPUT, "");
    check_refused("none", ERR_OPEN, "");
    shell("truncate -s 10G sparse");
    check_refused("sparse", ERR_INPUT, "");
    shell("{ cat alice.sig; head -c 16384 /dev/zero; } >zeros");
    check_refused("zeros", ERR_INPUT, "");
    shell(": >empty");
    check_refused("empty", ERR_INPUT, "is no signature");
    shell("{ head -n 2 alice.sig; echo 'U1NIU0lH'; tail -n 1 alice.sig; } >odd");
    check_refused("odd", ERR_VERIFY, "");
    shell("{ head -n 1 alice.sig; head -c 2000 /dev/urandom | base64; tail -n 1 alice.sig; } "
          ">random");
    check_refused("random", ERR_VERIFY, "");
    shell("head -c 100 alice.sig >cut");
    check_refused("cut", ERR_VERIFY, "");
    shell("cp alice.sig ./-s");
    ck_assert_int_eq(add_one("-s"), 0); /* a name is no option */
}
END_TEST

START_TEST(approvers_are_the_houses_own)
{
    sign("alice", "contract");
    shell("mv approvers elsewhere; ln -s elsewhere approvers");
    ck_assert_int_ne(add_one("alice.sig"), 0);
    ck_assert_msg(e.code == ERR_REFUSED && strstr(e.text, "approvers"), "%s", e.text);
    if (geteuid() == 0) { /* only root can give a file away */
        shell("rm approvers; cp elsewhere approvers; chown 65534 approvers");
        ck_assert_int_ne(add_one("alice.sig"), 0);
        ck_assert_msg(e.code == ERR_REFUSED && strstr(e.text, "65534"), "%s", e.text);
    }
    shell("rm approvers");
    ck_assert_int_ne(add_one("alice.sig"), 0);
    ck_assert_msg(e.code == ERR_OPEN && strstr(e.text, "approvers"), "%s", e.text);
}
END_TEST

/* Names are words of ssh-keygen's, whatever they look like; one key has the names of its line. */
START_TEST(odd_names_are_names)
{
    sign("alice", "contract");
    shell("echo '-Y,second' $(cat alice.pub) >approvers");
    ck_assert_msg(add_one("alice.sig") == 0, "%s", e.text);
    ck_assert_str_eq(who, "-Y");
    ck_assert_uint_eq(counted(), 1);
    shell("echo '*' $(cat alice.pub) >approvers");
    ck_assert_int_eq(add_one("alice.sig"), 0);
    ck_assert_str_eq(who, "*");
    ck_assert_uint_eq(counted(), 1);
    shell("{ echo '# nobody'; echo nonsense; echo; echo 'alice' $(cat alice.pub); } >approvers");
    ck_assert_int_eq(add_one("alice.sig"), 0);
    ck_assert_str_eq(who, "alice");
    ck_assert_uint_eq(counted(), 1);
}
END_TEST

/* Effect: what is called ssh-keygen is this script. */
static void replace(const char *script)
{
    char path[64];

    snprintf(path, sizeof path, "%s/bin", dir);
    ck_assert_int_eq(mkdir("bin", 0700), 0);
    ck_ok(file_write("bin/ssh-keygen", script, strlen(script), 0700, &e), &e);
    look_in(path);
}

START_TEST(without_ssh_keygen_nothing_is_approved)
{
    size_t count = 99;

    sign("alice", "contract");
    ck_assert_int_eq(add_one("alice.sig"), 0);
    look_in("/nowhere");
    ck_assert_int_ne(add_one("alice.sig"), 0);
    ck_assert_msg(e.code == ERR_OPEN && strstr(e.text, "openssh-client"), "%s", e.text);
    ck_fails(approvals_count(&h, RUN, contract, sizeof contract, "approvers", &count, &e), &e,
             ERR_OPEN, "openssh-client");
    ck_ok(
        approvals_count(&h, "0123456789abcdef", contract, sizeof contract, "approvers", &count, &e),
        &e);
    ck_assert_uint_eq(count, 0); /* nobody has to be asked */
}
END_TEST

/* It is told nothing of our environment, begins in no directory of ours, and may not say more
 * than it has to. */
START_TEST(it_is_told_no_more_than_it_needs)
{
    char script[512], text[4096];

    sign("alice", "contract");
    ck_assert_int_eq(setenv("SECRET", "told", 1), 0);
    snprintf(script, sizeof script,
             "#!/bin/sh\n/usr/bin/env >%s/told\npwd >>%s/told\n/bin/cat >%s/read\nexit 1\n", dir,
             dir, dir);
    replace(script);
    check_refused("alice.sig", ERR_VERIFY, "by none");
    ck_assert(file_lines("told", text, sizeof text));
    ck_assert_ptr_nonnull(strstr(text, "LC_ALL=C\n"));
    ck_assert_ptr_null(strstr(text, "SECRET"));
    ck_assert_ptr_null(strstr(text, "HOME="));
    ck_assert_ptr_null(strstr(text, "TMPDIR="));
    ck_assert_ptr_nonnull(strstr(text, "\n/\n"));
    ck_assert(file_first_line("read", text, sizeof text));
    ck_assert_str_eq(text, contract);
}
END_TEST

START_TEST(it_cannot_say_more_than_fits)
{
    char script[] = "#!/bin/sh\nwhile :; do echo alice@example.org; done\n";

    sign("alice", "contract");
    replace(script);
    check_refused("alice.sig", ERR_VERIFY, "by none");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, furnish, leave);
    if (system("command -v ssh-keygen >/dev/null") != 0) {
        printf("# SKIP approvals: there is no ssh-keygen here (Debian: openssh-client)\n");
        return;
    }
    tcase_add_test(t, each_person_counts_once);
    tcase_add_test(t, other_signatures_are_refused);
    tcase_add_test(t, a_key_that_was_taken_away_counts_no_longer);
    tcase_add_test(t, what_was_kept_and_altered_does_not_count);
    tcase_add_test(t, hostile_files_are_refused);
    tcase_add_test(t, approvers_are_the_houses_own);
    tcase_add_test(t, odd_names_are_names);
    tcase_add_test(t, without_ssh_keygen_nothing_is_approved);
    tcase_add_test(t, it_is_told_no_more_than_it_needs);
    tcase_add_test(t, it_cannot_say_more_than_fits);
}

UNIT_MAIN("approvals", add)
