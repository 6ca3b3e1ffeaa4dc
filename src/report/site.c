/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells how a centre stands, and what waits for it. */
#include "report/site_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/clock.h"

enum { SOON = 60 * 86400 }; /* seconds before an identity expires */

/* What comes next, and the commands for it. */
static const struct {
    const char *word, *text, *commands[3];
} nexts[] = {
    [SITE_NOTHING] = {"nothing", "nothing waits", {NULL}},
    [SITE_APPROVE] = {"approve", "a person says yes or no", {"show", "approve", "refuse"}},
    [SITE_CLAIM] = {"claim", "it can be claimed", {"claim"}},
    [SITE_ROSTER] = {"roster", "waits for who takes part", {"sync"}},
    [SITE_COMPUTE] = {"compute", "this centre's part can be computed", {"compute"}},
    [SITE_JOB] = {"job", "its job is queued or running", {NULL}},
    [SITE_RELEASE] = {"release", "a person looks at what would leave", {"review", "submit"}},
    [SITE_SUBMIT] = {"submit", "the result can be submitted", {"submit"}},
    [SITE_OTHERS] = {"others", "waits for others", {"sync"}},
    [SITE_COLLECT] = {"collect", "results can be collected", {"collect"}},
    [SITE_DENIED] = {"denied", "the policy denies it", {"policy try", "refuse"}},
    [SITE_FETCH] = {"fetch", "its result is published", {"collect"}},
};

const char *report_next_word(enum site_next next)
{
    return nexts[next].word;
}

static void add_peer(struct page *to, const struct report_centre *x, const struct report_peer *p)
{
    char span[REPORT_SPAN];

    page_addf(to, "          %-16s ", p->peer->identity.name);
    if (p->peer->state != PEER_KNOWN)
        page_addf(to, "%s; ", report_peer_word(p->peer->state));
    if (p->records == 0) {
        page_addf(to, "nothing was seen of its log yet\n");
        return;
    }
    report_span(span, (double)(x->now_us - p->last_us) * 1e-6);
    page_addf(to, "%" PRIu64 " records, the last %s ago\n", p->records, span);
}

/* When keys end, soon enough to do something about it. */
static void add_expiry(struct page *to, const struct report_centre *x, const struct identity *i)
{
    char span[REPORT_SPAN];
    double left = (double)i->expires - (double)x->now_us * 1e-6;

    if (left > SOON)
        return;
    report_span(span, left);
    page_addf(to, "note      %s's identity %" PRIu64 " ", i->name, i->number);
    if (left > 0)
        page_addf(to, "ends in %s", span);
    else
        page_addf(to, "has ended");
    page_addf(to, strcmp(i->name, x->identity->name) == 0
                      ? ": make a new key with site key rotate\n"
                      : ": its people make a new key\n");
}

static void add_item(struct page *to, const struct report_centre *x, const struct site_item *i)
{
    char key[RUN_HEX + 1], when[CLOCK_ISO];

    report_key(key, i->run);
    page_addf(to, "\nrun %s of %s, %s: %s\n", i->run->key, i->run->collector, i->run->function,
              i->text[0] ? i->text : nexts[i->next].text);
    if (i->until_us)
        page_addf(to, "  until %s\n", clock_iso(when, i->until_us));
    for (size_t k = 0; k < 3 && nexts[i->next].commands[k]; k++) {
        bool of_run = strcmp(nexts[i->next].commands[k], "sync") != 0;
        page_addf(to, "    ");
        report_command(to, x->how, nexts[i->next].commands[k], of_run ? key : NULL);
    }
}

void report_centre(struct page *to, const struct report_centre *x)
{
    const struct house *h = &x->site->house;
    char when[CLOCK_ISO];

    page_addf(to, "centre    %s, identity %" PRIu64 " until %.10s\n", h->name, x->identity->number,
              clock_iso(when, x->identity->expires * 1000000));
    page_addf(to, "house     %s\nexchange  %s\ncluster   %s\n", h->directory, h->exchange,
              h->cluster[0] ? h->cluster : "none: computes where it is called");
    if (x->policy)
        page_addf(to, "policy    denies everything: %s\n", x->policy);
    else
        page_addf(to, "policy    in force until %.10s\n",
                  clock_iso(when, (x->policy_expires - 1) * 1000000));
    page_addf(to, x->peers_count ? "peers\n"
                                 : "peers     none: site peer add NAME --fingerprint TEXT\n");
    for (size_t i = 0; i < x->peers_count; i++)
        add_peer(to, x, &x->peers[i]);
    add_expiry(to, x, x->identity);
    for (size_t i = 0; i < x->peers_count; i++)
        add_expiry(to, x, &x->peers[i].peer->identity);
    if (!x->policy && (double)x->policy_expires - (double)x->now_us * 1e-6 < SOON)
        page_addf(to, "note      the policy ends soon: write a later day into expires of "
                      "policy.yaml, then site policy accept\n");
    if (x->site->fed.odd.code != ERR_NONE)
        page_addf(to, "note      %s\n", x->site->fed.odd.text);
    for (size_t i = 0; i < x->items_count; i++)
        add_item(to, x, &x->items[i]);
    if (x->items_count == 0)
        page_addf(to, "\nno run waits for this centre\n");
}

static void add_peer_json(struct json_page *j, const struct report_peer *p)
{
    json_page_object(j, NULL);
    report_identity_members(j, &p->peer->identity);
    json_page_text(j, "state", report_peer_word(p->peer->state));
    json_page_count(j, "records", p->records);
    report_time(j, "last", p->last_us);
    json_page_end(j);
}

void report_item_json(struct json_page *j, const struct site_item *i)
{
    json_page_text(j, "run", i->run->key);
    json_page_text(j, "collector", i->run->collector);
    json_page_text(j, "function", i->run->function);
    json_page_text(j, "contract", i->run->contract);
    json_page_text(j, "next", nexts[i->next].word);
    json_page_text(j, "text", i->text);
    report_time(j, "until", i->until_us);
}

void report_centre_json(struct page *to, const struct report_centre *x)
{
    const struct house *h = &x->site->house;
    struct json_page j = {.to = to};

    json_page_object(&j, NULL);
    report_identity_members(&j, x->identity);
    json_page_text(&j, "house", h->directory);
    json_page_text(&j, "exchange", h->exchange);
    json_page_boolean(&j, "in_force", !x->policy);
    json_page_text(&j, "denies", x->policy);
    if (!x->policy)
        json_page_integer(&j, "policy_expires", x->policy_expires);
    json_page_text(&j, "odd", x->site->fed.odd.code != ERR_NONE ? x->site->fed.odd.text : NULL);
    json_page_list(&j, "peers");
    for (size_t i = 0; i < x->peers_count; i++)
        add_peer_json(&j, &x->peers[i]);
    json_page_end(&j);
    json_page_list(&j, "runs");
    for (size_t i = 0; i < x->items_count; i++) {
        json_page_object(&j, NULL);
        report_item_json(&j, &x->items[i]);
        json_page_end(&j);
    }
    json_page_end(&j);
    json_page_end(&j);
}
