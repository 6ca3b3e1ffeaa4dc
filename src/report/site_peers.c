/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells of identities, peers, data, and what came from the exchange. */
#include "report/site_private.h"

#include <inttypes.h>
#include <string.h>

#include "util/clock.h"

const char *report_peer_word(enum peer_state state)
{
    return state == PEER_KNOWN ? "known" : state == PEER_REVOKED ? "REVOKED" : "SUSPENDED";
}

void report_identity(struct page *to, const struct report_how *how, const struct identity *i,
                     bool made)
{
    char fingerprint[IDENTITY_FINGERPRINT], when[CLOCK_ISO];

    page_addf(to, "name         %s\nnumber       %" PRIu64 "\nfingerprint  %s\n", i->name,
              i->number, identity_fingerprint(fingerprint, i->digest));
    page_addf(to, "recipient    %s\ncluster      %s\nexpires      %s\norigin       %s\n", i->seal,
              i->cluster[0] ? i->cluster : "none", clock_iso(when, i->expires * 1000000),
              i->origin);
    if (!made)
        return;
    page_addf(to,
              "\nTell the fingerprint to the people of other centres, over the telephone. "
              "They type:\n  %s site peer add %s --fingerprint \"%s\"\nThe policy denies "
              "everything until you write one and accept it:\n  ",
              how->program, i->name, fingerprint);
    report_command(to, how, "policy check", NULL);
    page_addf(to, "  ");
    report_command(to, how, "policy accept", NULL);
}

void report_identity_members(struct json_page *j, const struct identity *i)
{
    char fingerprint[IDENTITY_FINGERPRINT];

    json_page_text(j, "name", i->name);
    json_page_count(j, "number", i->number);
    json_page_text(j, "fingerprint", identity_fingerprint(fingerprint, i->digest));
    json_page_text(j, "recipient", i->seal);
    json_page_text(j, "cluster", i->cluster[0] ? i->cluster : NULL);
    json_page_integer(j, "expires", i->expires);
    json_page_text(j, "origin", i->origin);
}

void report_identity_json(struct page *to, const struct identity *i)
{
    struct json_page j = {.to = to};

    json_page_object(&j, NULL);
    report_identity_members(&j, i);
    json_page_end(&j);
}

void report_peers(struct page *to, const struct peers *peers)
{
    char fingerprint[IDENTITY_FINGERPRINT], when[CLOCK_ISO];

    for (size_t i = 0; i < peers->count; i++) {
        const struct peer *p = &peers->list[i];
        page_addf(to, "%-16s %-9s identity %" PRIu64 " until %.10s  %s\n", p->identity.name,
                  report_peer_word(p->state), p->identity.number,
                  clock_iso(when, p->identity.expires * 1000000),
                  identity_fingerprint(fingerprint, p->identity.digest));
    }
    if (peers->count == 0)
        page_addf(to, "no peers\n");
}

void report_peers_json(struct page *to, const struct peers *peers)
{
    struct json_page j = {.to = to};

    json_page_list(&j, NULL);
    for (size_t i = 0; i < peers->count; i++) {
        json_page_object(&j, NULL);
        report_identity_members(&j, &peers->list[i].identity);
        json_page_text(&j, "state", report_peer_word(peers->list[i].state));
        report_time(&j, "since", peers->list[i].since_us);
        json_page_end(&j);
    }
    json_page_end(&j);
}

void report_data(struct page *to, const struct report_data *list, size_t count)
{
    char when[CLOCK_ISO];

    for (size_t i = 0; i < count; i++) {
        page_addf(to, "%-20s %s", list[i].name, list[i].location);
        if (list[i].recalled_us)
            page_addf(to, "  RECALLED %s", clock_iso(when, list[i].recalled_us));
        page_addf(to, "\n");
    }
    if (count == 0)
        page_addf(to, "no data (site data add NAME LOCATION)\n");
}

void report_data_json(struct page *to, const struct report_data *list, size_t count)
{
    struct json_page j = {.to = to};

    json_page_list(&j, NULL);
    for (size_t i = 0; i < count; i++) {
        json_page_object(&j, NULL);
        json_page_text(&j, "name", list[i].name);
        json_page_text(&j, "location", list[i].location);
        report_time(&j, "recalled", list[i].recalled_us);
        json_page_end(&j);
    }
    json_page_end(&j);
}

void report_recalled(struct page *to, const struct federation *f, const char *data, bool json)
{
    struct json_page j = {.to = to};
    size_t n = 0;

    if (json) {
        json_page_object(&j, NULL);
        json_page_text(&j, "name", data);
        json_page_text(&j, "done", "recalled");
        json_page_list(&j, "runs");
    }
    for (size_t i = 0; i < f->count; i++) {
        const struct fed_party *p = fed_party(&f->runs[i], f->self);
        if (!p || strcmp(p->data, data) != 0 || p->count == 0)
            continue;
        if (json)
            json_page_text(&j, NULL, f->runs[i].key);
        else
            page_addf(to,
                      n ? "run %s of %s\n"
                        : "results of it were submitted, and stay, in:\nrun %s of %s\n",
                      f->runs[i].key, f->runs[i].collector);
        n++;
    }
    if (json) {
        json_page_end(&j);
        json_page_end(&j);
        return;
    }
    page_addf(to, "%s: is recalled; nothing begins with it any more\n", data);
}

static const char *news_word(enum mirror_news n)
{
    static const char *const words[] = {
        [MIRROR_SAME] = "nothing new",    [MIRROR_NEW] = "new records",
        [MIRROR_NOT_YET] = "not yet",     [MIRROR_STALE] = "stale",
        [MIRROR_DAMAGED] = "damaged",     [MIRROR_CONTRADICTS] = "CONTRADICTS ITSELF",
        [MIRROR_FOREIGN] = "foreign key",
    };

    return words[n];
}

void report_sync(struct page *to, const struct sync_report *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct mirror_report *m = &r->peers[i].report;
        page_addf(to, "%-16s %s", r->peers[i].name, news_word(m->news));
        if (m->news == MIRROR_NEW)
            page_addf(to, ": %" PRIu64, m->size - m->before);
        if (m->text[0])
            page_addf(to, ": %s", m->text);
        if (m->evidence[0])
            page_addf(to, "; evidence: %s", m->evidence);
        page_addf(to, "\n");
    }
    if (r->rotated)
        page_addf(to, "%zu new identities of peers were taken over\n", r->rotated);
    if (r->heard)
        page_addf(to, "%zu records about runs of this centre's were heard\n", r->heard);
    if (r->count == 0)
        page_addf(to, "there are no peers\n");
}

void report_sync_json(struct page *to, const struct sync_report *r)
{
    struct json_page j = {.to = to};

    json_page_object(&j, NULL);
    json_page_list(&j, "peers");
    for (size_t i = 0; i < r->count; i++) {
        const struct mirror_report *m = &r->peers[i].report;
        json_page_object(&j, NULL);
        json_page_text(&j, "name", r->peers[i].name);
        json_page_text(&j, "news", news_word(m->news));
        json_page_count(&j, "before", m->before);
        json_page_count(&j, "records", m->size);
        report_time(&j, "last", m->last_us);
        json_page_text(&j, "text", m->text[0] ? m->text : NULL);
        json_page_text(&j, "evidence", m->evidence[0] ? m->evidence : NULL);
        json_page_end(&j);
    }
    json_page_end(&j);
    json_page_count(&j, "rotated", r->rotated);
    json_page_count(&j, "heard", r->heard);
    json_page_end(&j);
}
