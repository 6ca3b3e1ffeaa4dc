/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb that says whether a centre can take part. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/site_verbs.h"
#include "engine/doctor/findings.h"
#include "engine/plan/bind.h"
#include "engine/plan/slurm.h"
#include "report/doctor.h"
#include "site/exchange/reading.h"
#include "util/clock.h"
#include "util/paths.h"
#include "util/place.h"

enum { AHEAD = 300, SOON = 60 * 86400 }; /* seconds: a peer's clock; before an identity expires */

/* What is looked at, and what was found. */
struct patient {
    struct site_call *c;
    struct site *s;
    struct doctor_report *r;
    int64_t now_us;
};

static void see_exchange(struct patient *p)
{
    const struct house *h = &p->s->house;
    char name[HOUSE_NAME + 16], path[PATH_MAX], *data = NULL;
    struct err e = {0};
    size_t len;

    if (!file_is_directory(h->exchange)) {
        doctor_problem(p->r, "exchange", ERR_OPEN, "mount it, or make it",
                       "%s: is no directory that can be read", h->exchange);
        return;
    }
    snprintf(name, sizeof name, "%.*s/checkpoint", HOUSE_NAME, h->name);
    if (paths_join(path, sizeof path, h->exchange, name, &e) < 0 || file_can_make(path, &e) < 0) {
        doctor_problem(p->r, "exchange", ERR_OPEN, "this centre alone is to be able to write there",
                       "%s", e.text);
        return;
    }
    int rc = reading_file(h->exchange, h->name, "checkpoint", 1 << 20, &data, &len, &e);
    free(data);
    if (rc < 0)
        doctor_problem(p->r, "exchange", e.code, "look who has put it there", "%s", e.text);
    else if (rc == 0)
        doctor_note(p->r, "exchange", "metaneuron site sync publishes",
                    "%s has nothing of this centre", h->exchange);
    else
        doctor_ok(p->r, "exchange", "%s: is read, and %s is written", h->exchange, h->name);
}

static void see_house(struct patient *p)
{
    static const char *const private[] = {"", "keys", "ledger", "own"};
    const struct house *h = &p->s->house;
    char path[PATH_MAX];
    struct stat st;

    for (size_t i = 0; i < sizeof private / sizeof private[0]; i++) {
        if (house_path(h, private[i], path, NULL) < 0 || stat(path, &st) < 0)
            doctor_problem(p->r, "house", ERR_OPEN, "get it from a backup", "%s: is not there",
                           path);
        else if (st.st_mode & 077)
            doctor_problem(p->r, "house", ERR_REFUSED, "chmod 700",
                           "%s: others may look into it (mode %03o)", path,
                           (unsigned)st.st_mode & 0777);
        else
            continue;
        return;
    }
    size_t n = strlen(h->exchange);
    if (strncmp(h->directory, h->exchange, n) == 0 && strchr("/", h->directory[n]))
        doctor_problem(p->r, "house", ERR_REFUSED, "move it out, and make new keys",
                       "%s: is within the exchange, where others read", h->directory);
    else
        doctor_ok(p->r, "house", "%s: is for this user alone", h->directory);
}

static void see_keys(struct patient *p)
{
    struct err e = {0};
    struct identity own;
    struct age_identity seal;
    struct key *key = house_key(&p->s->house, &e);
    uint8_t public[KEY_PUBLIC_LEN];
    bool good =
        key && house_seal_key(&p->s->house, &seal, &e) == 0 && site_identity(p->s, &own, &e) == 0;

    if (good) {
        age_identity_forget(&seal);
        key_public(key, public);
    }
    double left = good ? (double)own.expires - (double)p->now_us * 1e-6 : 0;
    if (!good)
        doctor_problem(p->r, "keys", e.code, "get them from a backup, or begin a new centre", "%s",
                       e.text);
    else if (memcmp(public, own.key.public, KEY_PUBLIC_LEN) != 0)
        doctor_problem(p->r, "keys", ERR_VERIFY, "get the house from a backup",
                       "the key is not that of identity %llu", (unsigned long long)own.number);
    else if (left < 0)
        doctor_problem(p->r, "keys", ERR_REFUSED, "metaneuron site key rotate",
                       "identity %llu has expired", (unsigned long long)own.number);
    else if (left < SOON)
        doctor_note(p->r, "keys", "metaneuron site key rotate", "identity %llu expires in %.0f d",
                    (unsigned long long)own.number, left / 86400);
    else
        doctor_ok(p->r, "keys", "of identity %llu, which expires in %.0f d",
                  (unsigned long long)own.number, left / 86400);
    key_close(key);
}

/* Time of the last record that was seen of a peer; 0: none. */
static int64_t last_of(const struct house *h, const char *peer)
{
    char directory[PATH_MAX], log[PATH_MAX];

    if (peers_mirror(h, peer, directory, NULL) < 0 ||
        paths_join(log, sizeof log, directory, "log", NULL) < 0 || !file_exists(log))
        return 0;
    struct ledger *l = ledger_open_read(directory, NULL);
    int64_t last = l ? ledger_state(l)->time_us : 0;
    ledger_close(l);
    return last;
}

static void see_peers(struct patient *p)
{
    struct err e = {0};
    struct peers peers;
    size_t known = 0, ahead = 0;

    if (peers_load(&p->s->house, &peers, &e) < 0) {
        doctor_problem(p->r, "peers", e.code, "get the house from a backup", "%s", e.text);
        return;
    }
    for (size_t i = 0; i < peers.count; i++) {
        const char *name = peers.list[i].identity.name;
        int64_t last = last_of(&p->s->house, name);
        known += peers.list[i].state == PEER_KNOWN;
        if (peers.list[i].state == PEER_SUSPENDED)
            doctor_problem(p->r, "peers", ERR_VERIFY,
                           "look at the evidence, then metaneuron site peer revoke or restore",
                           "%s contradicts itself", name);
        if (last <= p->now_us + (int64_t)AHEAD * 1000000)
            continue;
        ahead++;
        doctor_note(p->r, "clock", "one of the two clocks is wrong: chronyc tracking",
                    "%s's last record is %.0f s ahead of this clock", name,
                    (double)(last - p->now_us) * 1e-6);
    }
    if (known == 0)
        doctor_note(p->r, "peers", "metaneuron site peer add NAME --fingerprint TEXT",
                    "this centre believes nobody yet");
    else
        doctor_ok(p->r, "peers", "%zu are believed", known);
    if (ahead == 0)
        doctor_ok(p->r, "clock", "no peer's record is ahead of it");
    peers_free(&peers);
}

/* Returns when: its last day. */
static const char *until(const struct rules *rules, char when[static CLOCK_ISO])
{
    clock_iso(when, (rules_expires(rules) - 1) * 1000000);
    when[strcspn(when, "T")] = '\0';
    return when;
}

/* Returns the policy in force, or NULL. */
static struct rules *see_policy(struct patient *p)
{
    struct err why = {0};
    char when[CLOCK_ISO];
    struct rules *rules = rules_in_force(&p->s->house, &p->s->fed, p->now_us / 1000000, &why);

    if (!rules)
        doctor_problem(p->r, "policy", why.code, "metaneuron site policy check, then accept",
                       "everything is denied: %s", why.text);
    else if (rules_expires(rules) - p->now_us / 1000000 < SOON)
        doctor_note(p->r, "policy", "write a later day into expires, then policy accept",
                    "policy.yaml is in force until %s", until(rules, when));
    else
        doctor_ok(p->r, "policy", "policy.yaml is in force until %s", until(rules, when));
    return rules;
}

/* Whether a program answers. */
static bool answers(char *const *argv, char *text, size_t size)
{
    struct child_signals signals;

    text[0] = '\0';
    if (child_signals_open(&signals, NULL) < 0)
        return false;
    slurm_ask(&signals, argv, text, size);
    child_signals_close(&signals);
    return text[0] != '\0';
}

static void see_programs(struct patient *p, const struct rules *rules)
{
    char *const sign[] = {"sh", "-c", "command -v ssh-keygen", NULL};
    char *const clusters[] = {"sacctmgr", "-nP", "show", "cluster", "format=cluster", NULL};
    char *const here[] = {"sbatch", "--version", NULL};
    const char *cluster = p->s->house.cluster, *keys;
    char text[4096], line[HOUSE_CLUSTER + 2];

    if (answers(sign, text, sizeof text))
        doctor_ok(p->r, "approvals", "ssh-keygen is there");
    else if (rules && rules_quorum(rules, &keys) > 0)
        doctor_problem(p->r, "approvals", ERR_OPEN, "install openssh-client",
                       "ssh-keygen is not there, and the policy wants signatures");
    else
        doctor_note(p->r, "approvals", "install openssh-client", "ssh-keygen is not there");
    if (!cluster[0])
        return;
    snprintf(line, sizeof line, "%.*s\n", HOUSE_CLUSTER, cluster);
    if (!answers(here, text, sizeof text))
        doctor_problem(p->r, "cluster", ERR_OPEN, "install Slurm's commands here",
                       "sbatch does not answer, and jobs are to run on %s", cluster);
    else if (answers(clusters, text, sizeof text) && !strstr(text, line))
        doctor_problem(p->r, "cluster", ERR_OPEN, "ask who runs slurmdbd",
                       "sbatch -M %s: Slurm knows no such cluster", cluster);
    else
        doctor_ok(p->r, "cluster", "sbatch -M %s", cluster);
}

static void see_sandbox(struct patient *p, const struct rules *rules)
{
    struct rules_limits limits = {0};
    struct engine_options o = p->c->base;
    struct err e = {0};

    if (rules)
        rules_limits(rules, &limits);
    o.sandbox.on = true;
    if (bind_try_sandbox(&o, p->c->reader, &e) == 0)
        doctor_ok(p->r, "sandbox", "programs of others can be shut in");
    else if (limits.sandbox)
        doctor_note(p->r, "sandbox", "install bubblewrap; as root give --sandbox-user USER",
                    "the policy requires it, so no program of others runs here: %s", e.text);
    else
        doctor_note(p->r, "sandbox", "install bubblewrap; as root give --sandbox-user USER", "%s",
                    e.text);
}

int verb_doctor(struct site_call *c, struct err *e)
{
    struct site s;
    struct doctor_report r = {0};
    struct patient p = {c, &s, &r, clock_utc_us()};

    if (verb_open(c, &s, VERB_COMPUTES, e) < 0) {
        site_close(&s);
        return -1;
    }
    doctor_ok(&r, "reader", "HDF5 from elsewhere is read in a sandbox");
    see_house(&p);
    see_keys(&p);
    see_exchange(&p);
    see_peers(&p);
    struct rules *rules = see_policy(&p);
    see_programs(&p, rules);
    see_sandbox(&p, rules);
    rules_free(rules);
    site_close(&s);
    if (c->w->json)
        report_doctor_json(c->to, &r, 0);
    else
        report_doctor(c->to, &r, "taking part would work", "taking part would not work");
    c->code = (int)doctor_code(&r);
    return 0;
}
