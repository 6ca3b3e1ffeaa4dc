/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls the verbs of a centre. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/print.h"
#include "cli/run_options.h"
#include "cli/site_verbs.h"

/* Bits of the verbs, in the table of options. */
enum {
    OVERVIEW = 1 << 0,
    INIT = 1 << 1,
    ID = 1 << 2,
    DOCTOR = 1 << 3,
    PEER = 1 << 4,
    KEY = 1 << 5,
    DATA = 1 << 6,
    POLICY = 1 << 7,
    PUBLISH = 1 << 8,
    INBOX = 1 << 9,
    SHOW = 1 << 10,
    APPROVE = 1 << 11,
    REFUSE = 1 << 12,
    CLAIM = 1 << 13,
    WITHDRAW = 1 << 14,
    COMPUTE = 1 << 15,
    REVIEW = 1 << 16,
    SUBMIT = 1 << 17,
    COLLECT = 1 << 18,
    CLOSE = 1 << 19,
    SYNC = 1 << 20,
    STEP = 1 << 21,
    DEMO = 1 << 22,
    AUDIT = 1 << 23,
    EVIDENCE = 1 << 24,
};

/* Those that run what others have written. */
enum { COMPUTES = DOCTOR | COMPUTE | COLLECT | STEP };

#define SITE_WORD(field) .at = offsetof(struct site_words, field)

static const struct options_entry entries[] = {
    {"dir", "DIR",
     "the centre's house (default: $METANEURON_SITE_DIR, else\n"
     "~/.local/share/metaneuron/site)",
     options_text, SITE_WORD(dir), .of = ~(unsigned)(DEMO | EVIDENCE)},
    {"exchange", "DIR", "the directory that centres share", options_text, SITE_WORD(exchange),
     .of = INIT},
    {"cluster", "NAME", "its Slurm cluster: jobs run there and nowhere else (default: none)",
     options_text, SITE_WORD(cluster), .of = INIT},
    {"fingerprint", "TEXT", "add: what the peer's `site id` prints, as heard over the telephone",
     options_text, SITE_WORD(fingerprint), .of = PEER},
    {"stage", "WORD", "try: claim, compute or submit: that far (default: claim)", site_take_stage,
     SITE_WORD(stage), .of = POLICY},
    {"sites", "NAME,…", "whom it asks; this centre, too, if it has data", site_take_sites,
     SITE_WORD(sites), .of = PUBLISH},
    {"min", "N", "accepted results that a round needs (default: all; of more\nthan 5 two thirds)",
     site_take_min, SITE_WORD(min), .of = PUBLISH},
    {"claims", "TIME", "for claims, as in '2 d' (default: 7 d)", site_take_span, SITE_WORD(claims),
     .of = PUBLISH},
    {"deadline", "TIME", "for the results of a round (default: 7 d)", site_take_span,
     SITE_WORD(deadline), .of = PUBLISH},
    {"disclose", "WORD",
     "what the published result may hold: aggregate, features (and\n"
     "scores of each centre) or states (default: aggregate)",
     site_take_disclose, SITE_WORD(disclose), .of = PUBLISH},
    {"auditor", "RECIPIENT", "results are sealed to that age recipient, too (may be repeated)",
     site_take_auditor, SITE_WORD(auditors), .of = PUBLISH},
    {"again", NULL, "a new run, also if one of this contract is open", options_flag,
     SITE_WORD(again), .of = PUBLISH},
    {"signature", "FILE",
     "of a person, by ssh-keygen -Y sign -n metaneuron-approve@v1 over\n"
     "the contract's file",
     options_text, SITE_WORD(signature), .of = APPROVE},
    {"local", NULL, "compute in this process, not by a job", options_flag, SITE_WORD(local),
     .of = COMPUTE | STEP},
    {"sandbox", NULL, "programs of others see the system's files and their own, no more",
     options_flag, SITE_WORD(sandbox.on), .of = COMPUTES},
    {"sandbox-user", "USER", "that they run under, if this user is root", run_take_sandbox_user,
     SITE_WORD(sandbox), .of = COMPUTES},
    {"yes", NULL, "the numbers were looked at: do not ask", options_flag, SITE_WORD(yes),
     .of = SUBMIT},
    {"out", "FILE", "a copy of the published result", options_text, SITE_WORD(out), .of = COLLECT,
     .letter = 'o'},
    {"on-reject", "settle|stop",
     "stop: when a result is rejected the run ends before it is settled, with\n"
     "exit code 79; the same command with settle (default) settles it",
     run_take_on_reject, SITE_WORD(stop_rejected), .of = COLLECT},
    {"code", "WORD", "why: few, unsound or person (default: a person says so)", options_text,
     SITE_WORD(code), .of = CLOSE},
    {"identity", "FILE",
     "of age, to whose recipient results were sealed as well: what is\n"
     "sealed is opened, and all is computed again",
     options_text, SITE_WORD(identity), .of = AUDIT},
    {"policy", "FILE", "the keys of the logs, as a trust policy has them", options_text,
     SITE_WORD(policy), .of = EVIDENCE},
    {"sites", "N", "centres, 3 to 8 (default: 3); of 8 one is in the wrong unit", site_take_centres,
     SITE_WORD(centres), .of = DEMO},
    {"dir", "DIR", "where all of it goes (default: metaneuron-site-demo)", options_text,
     SITE_WORD(dir), .of = DEMO},
    {"jobs", "DIR", "where the examples are", options_text, SITE_WORD(jobs), .of = DEMO},
    {"exclusive", NULL,
     "where locks do not hold between nodes: no other node writes to the\n"
     "house meanwhile, which you promise",
     options_flag, SITE_WORD(exclusive), .of = ~(unsigned)(DEMO | EVIDENCE)},
    {"json", NULL, "one JSON document", options_flag, SITE_WORD(json), .of = ~0u},
    {0},
};

#define RUN_HELP "RUN is the first digits of its key, and may be left out where one is open.\n\n"

static const struct verb {
    const char *name;
    site_act *act;
    unsigned of;
    int least, most; /* words behind it */
    const char *usage;
} verbs[] = {
    {"init", verb_init, INIT, 1, 1,
     "Usage: metaneuron site init NAME --exchange DIR [--cluster NAME] [--dir DIR]\n"
     "\n"
     "Makes a centre: its keys, its ledger, and a policy that denies everything.\n\n"},
    {"id", verb_id, ID, 0, 0,
     "Usage: metaneuron site id [--dir DIR] [--json]\n"
     "\n"
     "Says who this centre is; others compare the fingerprint before they add it.\n\n"},
    {"doctor", verb_doctor, DOCTOR, 0, 0,
     "Usage: metaneuron site doctor [--dir DIR] [--json]\n"
     "\n"
     "Says whether this centre can take part. Exit code: 0, or the first problem's.\n\n"},
    {"peer", verb_peer, PEER, 0, 2,
     "Usage: metaneuron site peer [list] [--json]\n"
     "       metaneuron site peer add NAME --fingerprint TEXT\n"
     "       metaneuron site peer revoke NAME\n"
     "       metaneuron site peer restore NAME\n"
     "\n"
     "Says whom this centre believes, and changes that. restore takes back a suspension.\n\n"},
    {"key", verb_key, KEY, 1, 1,
     "Usage: metaneuron site key rotate\n"
     "\n"
     "Makes a new key, which signs from now on; peers take it over by the old one.\n\n"},
    {"data", verb_data, DATA, 0, 3,
     "Usage: metaneuron site data [list] [--json]\n"
     "       metaneuron site data add NAME LOCATION\n"
     "       metaneuron site data recall NAME\n"
     "\n"
     "Says what contracts' names of data mean here. recall takes data back, for good.\n\n"},
    {"policy", verb_policy, POLICY, 0, 2,
     "Usage: metaneuron site policy [show] [--json]\n"
     "       metaneuron site policy check [FILE]\n"
     "       metaneuron site policy accept\n"
     "       metaneuron site policy try [RUN] [--stage claim|compute|submit]\n"
     "\n"
     "Shows, checks and puts in force what others may compute here. try goes through every\n"
     "rule for a run, spends and records nothing, and ends with 77 if one denies.\n\n"},
    {"publish", verb_publish, PUBLISH, 1, 1,
     "Usage: metaneuron site publish CONTRACT --sites NAME,… [OPTION…]\n"
     "\n"
     "Asks other centres to compute a contract (data: {split: sites}).\n\n"},
    {"inbox", verb_inbox, INBOX, 0, 0,
     "Usage: metaneuron site inbox [--dir DIR] [--json]\n"
     "\n"
     "Lists what is asked of this centre, and what comes next.\n\n"},
    {"show", verb_show, SHOW, 0, 1,
     "Usage: metaneuron site show [RUN] [--json]\n"
     "\n"
     "Says what a run asks, what would leave, and who would see it.\n" RUN_HELP},
    {"approve", verb_approve, APPROVE, 0, 1,
     "Usage: metaneuron site approve [RUN] [--signature FILE]\n"
     "\n"
     "Says yes.\n" RUN_HELP},
    {"refuse", verb_refuse, REFUSE, 0, 1,
     "Usage: metaneuron site refuse [RUN]\n"
     "\n"
     "Says no.\n" RUN_HELP},
    {"claim", verb_claim, CLAIM, 0, 1,
     "Usage: metaneuron site claim [RUN]\n"
     "\n"
     "Promises to compute, after all rules were asked. Code 77 names the rule that "
     "denies.\n" RUN_HELP},
    {"withdraw", verb_withdraw, WITHDRAW, 0, 1,
     "Usage: metaneuron site withdraw [RUN]\n"
     "\n"
     "Takes a claim back, as long as nothing was submitted.\n" RUN_HELP},
    {"compute", verb_compute, COMPUTE, 0, 1,
     "Usage: metaneuron site compute [RUN] [--local]\n"
     "\n"
     "Computes this centre's part of the round, by a job on its own cluster. Given again it\n"
     "goes on where it was.\n" RUN_HELP},
    {"review", verb_review, REVIEW, 0, 1,
     "Usage: metaneuron site review [RUN] [--json]\n"
     "\n"
     "Shows exactly the numbers that would leave, and who could derive what of them.\n" RUN_HELP},
    {"submit", verb_submit, SUBMIT, 0, 1,
     "Usage: metaneuron site submit [RUN] [--yes]\n"
     "\n"
     "Shows what `review` shows, asks, seals the numbers to the collector, and says "
     "so.\n" RUN_HELP},
    {"collect", verb_collect, COLLECT, 0, 1,
     "Usage: metaneuron site collect [RUN] [-o FILE] [--on-reject settle|stop]\n"
     "\n"
     "As the centre that published: goes on with the run as far as results allow, up to the\n"
     "published result. Else: fetches that result.\n" RUN_HELP},
    {"close", verb_close, CLOSE, 0, 1,
     "Usage: metaneuron site close [RUN] [--code WORD]\n"
     "\n"
     "Ends a run of this centre's that leads to no answer.\n" RUN_HELP},
    {"sync", verb_sync, SYNC, 0, 0,
     "Usage: metaneuron site sync [--json]\n"
     "\n"
     "Takes in what is new in the exchange, and publishes what this centre says.\n\n"},
    {"step", verb_step, STEP, 0, 0,
     "Usage: metaneuron site step [--local] [--json]\n"
     "\n"
     "Does whatever is due and needs no person: from cron, or by hand.\n\n"},
    {"audit", verb_audit, AUDIT, 0, 1,
     "Usage: metaneuron site audit [RUN] [--identity FILE] [--json]\n"
     "\n"
     "Compares what a run's collector has said and published with what the centres say in\n"
     "their own logs. Exit code: 3 if something is wrong, 4 if not all could be "
     "checked.\n" RUN_HELP},
    {"check-evidence", verb_check_evidence, EVIDENCE, 1, 1,
     "Usage: metaneuron site check-evidence FILE [--policy FILE] [--json]\n"
     "\n"
     "Says whether a file of evidence, which an audit has left, proves what it says.\n\n"},
    {"demo", verb_demo, DEMO, 0, 0,
     "Usage: metaneuron site demo [--sites N] [--dir DIR] [--json]\n"
     "\n"
     "Three centres on this machine compute together, from the first key to the verified\n"
     "result.\n\n"},
};

enum { VERBS = sizeof verbs / sizeof verbs[0] };

/* Without a verb there is an overview, which takes few of all options. */
static int see_overview(const struct options_given *g)
{
    return g->x->of & OVERVIEW ? -1
                               : cli_usage("site", "--%s is an option of verbs only", g->x->name);
}

static const struct options all = {
    "site",
    "Usage: metaneuron site [VERB [WORD …]] [OPTION …]\n"
    "\n"
    "Says how this centre stands in its federation: what waits, and the next command.\n"
    "\n"
    "  init      make a centre\n"
    "  id        who it is\n"
    "  doctor    whether it can take part\n"
    "  peer      whom it believes\n"
    "  key       change its key\n"
    "  data      where its data is\n"
    "  policy    what others may compute here\n"
    "  publish   ask other centres to compute a contract\n"
    "  inbox     what is asked of this one\n"
    "  show      what a run asks, and what would leave\n"
    "  approve   say yes\n"
    "  refuse    say no\n"
    "  claim     promise to compute\n"
    "  withdraw  take that back\n"
    "  compute   compute this centre's part\n"
    "  review    the numbers that would leave\n"
    "  submit    seal them and hand them over\n"
    "  collect   put results together; fetch what was published\n"
    "  close     end a run that leads to no answer\n"
    "  sync      take in what is new\n"
    "  step      do whatever is due\n"
    "  audit     whether a run's collector was honest\n"
    "  check-evidence  whether a file proves that it was not\n"
    "  demo      three centres on this machine\n"
    "\n"
    "`metaneuron site VERB --help` says more of each, and which options it takes:\n"
    "\n",
    .list = entries,
    .see = see_overview,
};

static const struct verb *find(const char *name)
{
    for (size_t i = 0; i < VERBS; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static int wrong_count(const struct verb *v, int count)
{
    char name[32], expected[32] = "none";

    snprintf(name, sizeof name, "site %s", v->name);
    if (v->most > 0)
        snprintf(expected, sizeof expected, v->least == v->most ? "%d" : "at most %d", v->most);
    return cli_usage(name, "%d word%s where %s is expected", count, count == 1 ? "" : "s",
                     expected);
}

static void print_warning(void *context, const char *text)
{
    (void)context;
    print_error("metaneuron: warning: %s\n", text);
}

/* Returns the exit code. */
static int call(site_act *act, struct site_call *c)
{
    struct err e = {0};
    int rc;

    c->how = (struct report_how){program_invocation_name, c->w->dir};
    c->base = (struct engine_options){.lease = ENGINE_LEASE,
                                      .save_every = ENGINE_SAVE_EVERY,
                                      .exclusive = c->w->exclusive,
                                      .stop_rejected = c->w->stop_rejected,
                                      .sandbox = c->w->sandbox,
                                      .warn = print_warning};
    rc = house_find(c->w->dir, c->directory, &e) < 0 ? -1 : act(c, &e);
    verb_end(c);
    if (rc == 0)
        return cli_print(c->to, c->code);
    page_free(c->to);
    return cli_fail(&e);
}

int cmd_site(int argc, char **argv)
{
    struct site_words w = {.claims = 7 * 86400.,
                           .deadline = 7 * 86400.,
                           .disclose = DISCLOSE_AGGREGATE,
                           .stage = RULES_CLAIM,
                           .centres = 3,
                           .code = "person"};
    struct page text = print_page();
    struct site_call c = {.w = &w, .to = &text};
    const struct verb *v = argc > 1 ? find(argv[1]) : NULL;
    char name[32];

    if (!v) {
        int code = options_read(&all, argc, argv, &w);
        if (code >= 0)
            return code;
        return optind < argc ? cli_usage("site", "'%s' is no verb", argv[optind])
                             : call(verb_overview, &c);
    }
    snprintf(name, sizeof name, "site %s", v->name);
    const struct options o = {name, v->usage, .list = entries, .of = v->of};
    int code = options_read(&o, argc - 1, argv + 1, &w);
    if (code >= 0)
        return code;
    c.words = argv + 1 + optind;
    c.count = argc - 1 - optind;
    return c.count < v->least || c.count > v->most ? wrong_count(v, c.count) : call(v->act, &c);
}
