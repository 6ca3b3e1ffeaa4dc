/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An audit of a run: what its collector says, against what the centres say in their own logs, and
 * against what the published result and, for whom they were sealed to as well, the states give.
 *
 * A finding is right, wrong, or cannot be checked, and says why not: because of what the run
 * discloses, or because something is not there yet. What somebody else can be convinced of goes into
 * a file (audit_proof.h).
 */
#ifndef SITE_AUDIT_AUDIT_H
#define SITE_AUDIT_AUDIT_H

#include "site/site.h"

enum audit_state {
    AUDIT_RIGHT = 0,
    AUDIT_WRONG = 1,
    AUDIT_UNCHECKED = 2,
};

enum { AUDIT_NAME = 128 }; /* bytes of the name of a file of evidence, with its NUL */

struct audit_finding {
    const char *code; /* what was compared; FORMAT of this layer has the list */
    enum audit_state state;
    char site[HOUSE_NAME];     /* whose; "": of no single one */
    uint64_t round;            /* 0: of no single one */
    char text[ERR_TEXT];       /* what was found, or why it cannot be checked */
    char evidence[AUDIT_NAME]; /* file in the directory that convinces others; "": there is none */
};

struct site_audit {
    char run[RUN_HEX + 1], collector[HOUSE_NAME];
    enum disclose disclose;
    bool opened;              /* what was sealed was opened here */
    char directory[PATH_MAX]; /* of evidence */
    struct audit_finding *list;
    size_t count, capacity;
    size_t wrong, unchecked; /* how many of them */
};

/* Effect: *a is the audit of a run, as far as was seen (sync comes first), which the caller frees,
 * also after a failure. identity: path of the age identity to which results were sealed as well;
 * NULL: what is sealed stays shut, unless this centre is the collector. Nothing is said; the house gets
 * what was fetched, and evidence. */
int site_audit(struct site *s, const char *run, const char *identity, struct site_audit *a,
               struct err *e);
void site_audit_free(struct site_audit *a);

#endif
