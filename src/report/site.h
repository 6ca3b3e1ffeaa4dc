/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A centre of a federation on paper: how it stands, what is asked of it, what its policy says to
 * that, and what would leave.
 *
 * Convention: what waits for a person ends with the command to type.
 */
#ifndef REPORT_SITE_H
#define REPORT_SITE_H

#include "site/audit/audit.h"
#include "site/audit/proof.h"
#include "site/site.h"
#include "util/json_page.h"

/* How commands are typed. */
struct report_how {
    const char *program;   /* as it was called */
    const char *directory; /* of the house, as --dir has it; NULL: it was not given */
};

/* Appends "PROGRAM site VERB WORD --dir DIR" and a line feed; word may be NULL. */
void report_command(struct page *to, const struct report_how *how, const char *verb,
                    const char *word);

/* site.c. A peer, and what was seen of its log. */
struct report_peer {
    const struct peer *peer;
    uint64_t records;
    int64_t last_us; /* of the last; 0: there is none */
};

/* How a centre stands. */
struct report_centre {
    const struct report_how *how;
    const struct site *site;
    const struct identity *identity;
    const struct report_peer *peers;
    size_t peers_count;
    const char *policy;     /* why everything is denied; NULL: it is in force … */
    int64_t policy_expires; /* … until then, seconds since 1970 */
    const struct site_item *items;
    size_t items_count;
    int64_t now_us;
};
void report_centre(struct page *to, const struct report_centre *x);
void report_centre_json(struct page *to, const struct report_centre *x);

/* Appends that this was done to a run, or to what that name says; and what shows the rest. */
void report_done(struct page *to, const struct report_how *how, const char *what, const char *name,
                 bool json);

/* Appends that a job was submitted. */
void report_started(struct page *to, const struct report_how *how, const char *run, const char *id,
                    bool json);

/* Appends where the published result of another centre's run is. */
void report_fetched(struct page *to, const struct report_how *how, const char *run,
                    const char *path, bool json);

/* What a step tells, a line or an entry of a document for each thing that was done or left. */
struct report_steps {
    bool json;
    struct json_page j; /* its page is where all of it goes */
};
void report_steps_begin(struct report_steps *x);
void report_step(struct report_steps *x, const char *run, const char *text);
void report_steps_end(struct report_steps *x);

/* site_peers.c. Appends an identity; made: what comes next, too. */
void report_identity(struct page *to, const struct report_how *how, const struct identity *i,
                     bool made);
void report_identity_json(struct page *to, const struct identity *i);
void report_peers(struct page *to, const struct peers *peers);
void report_peers_json(struct page *to, const struct peers *peers);

/* Data that a centre has. */
struct report_data {
    char name[TEXT_NAME + 1];
    char *location;
    int64_t recalled_us; /* 0: it was not */
};
void report_data(struct page *to, const struct report_data *list, size_t count);
void report_data_json(struct page *to, const struct report_data *list, size_t count);

/* Appends what was computed with data of that name, which was recalled. */
void report_recalled(struct page *to, const struct federation *f, const char *data, bool json);

/* Appends what came from the exchange. */
void report_sync(struct page *to, const struct sync_report *r);
void report_sync_json(struct page *to, const struct sync_report *r);

/* site_case.c. What is asked of a centre. */
struct report_inbox {
    const struct site_item *item;
    struct site_case c;
    struct err wrong; /* why it has no contract */
};
void report_inbox(struct page *to, const struct report_how *how, const struct report_inbox *list,
                  size_t count);
void report_inbox_json(struct page *to, const struct report_inbox *list, size_t count);

/* Appends what a run asks, what would leave, and who would see it. */
void report_case(struct page *to, const struct report_how *how, const struct site *s,
                 const struct site_case *c);
int report_case_json(struct page *to, const struct site *s, const struct site_case *c,
                     struct err *e);

/* site_rules.c. What rules have found; the caller frees list. */
struct report_findings {
    struct rules_finding *list;
    size_t count, capacity;
};

/* Effect: one more finding; the context is a struct report_findings. */
rules_tell report_finding;

/* Returns the first that denies, or NULL. */
const struct rules_finding *report_denied(const struct report_findings *x);

void report_findings(struct page *to, const char *run, const struct report_findings *x);
void report_findings_json(struct page *to, const char *run, const struct report_findings *x);

/* Appends that a policy is one; what stands in it, and why it is not in force (NULL: it is). */
void report_policy(struct page *to, const struct report_how *how, const char *path,
                   const char *digest, bool json);
void report_policy_text(struct page *to, const char *path, const char *text, const char *why,
                        bool json);

/* site_review.c. Appends the numbers that would leave, who sees them, and who could derive what;
 * and what the rules have found. */
void report_review(struct page *to, const struct report_how *how, const struct site_review *r,
                   const struct report_findings *x);
void report_review_json(struct page *to, const struct site *s, const struct site_review *r,
                        const struct report_findings *x);

/* site_audit.c. Appends what an audit of a run has found; and what a file of evidence proves. */
void report_site_audit(struct page *to, const struct report_how *how, const struct site_audit *a);
void report_site_audit_json(struct page *to, const struct site_audit *a);
void report_proof(struct page *to, const struct proof_found *f, bool json);

#endif
