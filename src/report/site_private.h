/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files that report a centre share.
 */
#ifndef REPORT_SITE_PRIVATE_H
#define REPORT_SITE_PRIVATE_H

#include "report/site.h"

enum { REPORT_SPAN = 32 }; /* bytes of a time span as text, with its NUL */

/* site.c. Effect: text is a time span in the unit that fits it. */
void report_span(char text[static REPORT_SPAN], double seconds);

/* Effect: text is as much of a run's key as commands need. */
void report_key(char text[static RUN_HEX + 1], const struct fed_run *run);

/* Returns the word of what comes next. */
const char *report_next_word(enum site_next next);

/* Adds a time as seconds; 0 is null. */
void report_time(struct json_page *j, const char *key, int64_t time_us);

/* Adds what comes next of a run as members. */
void report_item_json(struct json_page *j, const struct site_item *i);

/* site_peers.c. Returns the word of a peer's state; and adds an identity as members. */
const char *report_peer_word(enum peer_state state);
void report_identity_members(struct json_page *j, const struct identity *i);

/* site_case.c. Appends who sees the numbers of a run. */
void report_who_sees(struct page *to, const struct fed_run *run);

/* site_rules.c. Appends, or adds as a list, what the rules have found. */
void report_rules_lines(struct page *to, const struct report_findings *x);
void report_rules_list(struct json_page *j, const struct report_findings *x);

#endif
