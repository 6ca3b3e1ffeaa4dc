/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells why a ledger can be relied on. */
#include "report/trust.h"

#include <inttypes.h>
#include <string.h>

#include "util/clock.h"
#include "util/json_page.h"
#include "util/text.h"

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

/* How much of the log a checkpoint covers. */
static void tell_covered(struct page *to, const struct audit *a)
{
    if (a->covered == 0) {
        page_addf(to, "unsigned  no checkpoint: who can write it can have written it anew, "
                      "unseen; metaneuron ledger checkpoint signs it\n");
        return;
    }
    page_addf(to,
              "signed    %" PRIu64
              " record%s, by %s; %zu checkpoint%s, each with a key that was in "
              "force\n",
              a->covered, plural(a->covered), a->who, a->checkpoints, plural(a->checkpoints));
    if (a->covered < a->state.count)
        page_addf(to, "          the last %" PRIu64 " record%s: in no checkpoint yet\n",
                  a->state.count - a->covered, plural(a->state.count - a->covered));
}

static void tell_policy(struct page *to, const struct audit *a)
{
    char when[CLOCK_ISO];

    if (a->believed == 0 && a->cosigned > 0)
        page_addf(to,
                  "cosigned  by %zu peer%s, of whom only a trust policy can tell more (--policy)\n",
                  a->cosigned, plural(a->cosigned));
    if (a->believed == 0)
        return;
    page_addf(to, "policy    believes %" PRIu64 " record%s: ", a->believed, plural(a->believed));
    if (a->verdict.cosigned > 0)
        page_addf(to, "cosigned by %zu of its witnesses, last at %s\n", a->verdict.cosigned,
                  clock_iso(when, (int64_t)a->verdict.last * 1000000));
    else
        page_addf(to, "it wants no cosignature\n");
}

void report_audit(struct page *to, const char *directory, const struct audit *a)
{
    const int64_t later = 300000000; /* microseconds by which clocks may differ */
    char hex[SHA256_HEX + 1], when[CLOCK_ISO];

    page_addf(to, "verified  %s: %" PRIu64 " records, %" PRIu64 " bytes, head %s\n", directory,
              a->state.count, a->state.bytes, hex_encode(hex, a->state.head, SHA256_LEN));
    page_addf(to, "ledger    %s\n", a->keys.origin);
    tell_covered(to, a);
    tell_policy(to, a);
    if (a->keyed > 0)
        page_addf(to, "key       the one that was given has signed %" PRIu64 " records\n",
                  a->keyed);
    if (a->given > 0)
        page_addf(to, "given     the checkpoint of %" PRIu64 " records is its beginning\n",
                  a->given);
    if (a->state.time_us > clock_utc_us() + later)
        page_addf(
            to, "time      its last record is of %s, which this machine's clock has not reached\n",
            clock_iso(when, a->state.time_us));
    if (a->seen > 0)
        page_addf(to, "seen      %" PRIu64 " records of it before, and they are as they were\n",
                  a->seen);
}

void report_audit_json(struct page *to, const char *directory, const struct audit *a)
{
    struct json_page j = {.to = to};
    char hex[SHA256_HEX + 1];

    json_page_object(&j, NULL);
    json_page_text(&j, "ledger", directory);
    json_page_text(&j, "origin", a->keys.origin);
    json_page_count(&j, "records", a->state.count);
    json_page_count(&j, "bytes", a->state.bytes);
    json_page_text(&j, "head", hex_encode(hex, a->state.head, SHA256_LEN));
    json_page_count(&j, "checkpoints", a->checkpoints);
    json_page_count(&j, "signed", a->covered);
    if (a->covered > 0)
        json_page_text(&j, "signed_by", a->who);
    json_page_count(&j, "cosigned", a->cosigned);
    json_page_count(&j, "believed", a->believed);
    json_page_count(&j, "witnesses", a->verdict.cosigned);
    json_page_count(&j, "keyed", a->keyed);
    json_page_count(&j, "given", a->given);
    json_page_count(&j, "seen", a->seen);
    json_page_end(&j);
}

/* How a key stands, in a word. */
static const char *state_of(const struct keys_entry *x)
{
    if (x->revoked != UINT64_MAX)
        return x->ended != UINT64_MAX ? "revoked"
               : x->confirmed         ? "revoked, unsigned"
                                      : "taken back";
    return x->confirmed ? "in force" : "not confirmed";
}

static bool is_own(const struct keys_entry *x, const uint8_t *own)
{
    return own && memcmp(x->key.public, own, KEY_PUBLIC_LEN) == 0;
}

static void add_verifier_key(struct page *to, const struct note_key *k)
{
    struct buf b = {0};

    note_key_write(&b, k);
    if (!buf_failed(&b))
        page_addf(to, "%s", b.data);
    buf_free(&b);
}

/* As a peer, this user signs in the name of this ledger. */
static void add_witness(struct page *to, const struct audit *a, const uint8_t *own)
{
    struct note_key k;

    if (note_key_make(&k, a->keys.origin, NOTE_COSIGNATURE, own, NULL) < 0)
        return;
    page_addf(to, "\nWhose ledgers you cosign for this one have:\n    witness %s ", a->keys.site);
    add_verifier_key(to, &k);
    page_addf(to, "\n");
}

void report_keys(struct page *to, const struct audit *a, const uint8_t *own)
{
    char hex[2 * KEY_PUBLIC_LEN + 1];
    bool mine = false;

    page_addf(to, "%-72s %-16s %8s %8s  %s\n", "key", "who", "since", "until", "state");
    for (size_t i = 0; i < a->keys.count; i++) {
        const struct keys_entry *x = &a->keys.list[i];
        page_addf(to, "ed25519:%s %-16s %8" PRIu64 " ",
                  hex_encode(hex, x->key.public, KEY_PUBLIC_LEN), x->who, x->added);
        if (x->revoked == UINT64_MAX)
            page_addf(to, "%8s", "-");
        else
            page_addf(to, "%8" PRIu64, x->revoked);
        page_addf(to, "  %s%s\n", state_of(x), is_own(x, own) ? ", yours" : "");
        mine |= is_own(x, own);
    }
    if (own && !mine)
        page_addf(to,
                  "\nYours is not among them. Who has one that is in force lets you sign:\n"
                  "    metaneuron ledger keys add ed25519:%s --name YOU\n",
                  hex_encode(hex, own, KEY_PUBLIC_LEN));
    page_addf(to, "\nWho is to believe them has in the trust policy:\n");
    for (size_t i = 0; i < a->keys.count; i++) {
        if (a->keys.list[i].revoked != UINT64_MAX || !a->keys.list[i].confirmed)
            continue;
        page_addf(to, "    log ");
        add_verifier_key(to, &a->keys.list[i].key);
        page_addf(to, "\n");
    }
    page_addf(to, "    quorum none\n");
    if (own)
        add_witness(to, a, own);
}

void report_keys_json(struct page *to, const struct audit *a, const uint8_t *own)
{
    struct json_page j = {.to = to};
    char hex[8 + 2 * KEY_PUBLIC_LEN + 1] = "ed25519:";

    json_page_list(&j, NULL);
    for (size_t i = 0; i < a->keys.count; i++) {
        const struct keys_entry *x = &a->keys.list[i];
        struct buf b = {0};
        json_page_object(&j, NULL);
        hex_encode(hex + 8, x->key.public, KEY_PUBLIC_LEN);
        json_page_text(&j, "key", hex);
        note_key_write(&b, &x->key);
        json_page_text(&j, "verifier_key", b.data ? b.data : "");
        buf_free(&b);
        json_page_text(&j, "who", x->who);
        json_page_count(&j, "since", x->added);
        if (x->revoked == UINT64_MAX)
            json_page_null(&j, "until");
        else
            json_page_count(&j, "until", x->revoked);
        json_page_text(&j, "state", state_of(x));
        json_page_boolean(&j, "yours", is_own(x, own));
        json_page_end(&j);
    }
    json_page_end(&j);
}

void report_signed(struct page *to, const struct sign_report *r)
{
    page_addf(to, "signed    %s: %" PRIu64 " record%s, by %s%s\n", r->c.origin, r->c.size,
              plural(r->c.size), r->who, r->signed_already ? " (it was signed already)" : "");
    if (r->keys > 0)
        page_addf(to, "keys      %zu change%s of who may sign: see metaneuron ledger keys\n",
                  r->keys, plural(r->keys));
}

void report_signed_json(struct page *to, const struct sign_report *r)
{
    struct json_page j = {.to = to};
    char hex[SHA256_HEX + 1];

    json_page_object(&j, NULL);
    json_page_text(&j, "origin", r->c.origin);
    json_page_count(&j, "size", r->c.size);
    json_page_text(&j, "root", hex_encode(hex, r->c.root, SHA256_LEN));
    json_page_text(&j, "signed_by", r->who);
    json_page_boolean(&j, "before", r->signed_already);
    json_page_count(&j, "keys", r->keys);
    json_page_end(&j);
}

void report_lines(struct page *to, const char *text)
{
    size_t len;

    for (const char *line; (line = text_line(&text, &len));)
        page_addf(to, "%.*s\n", (int)len, line);
}

void report_text_json(struct page *to, const char *name, const char *text)
{
    struct json_page j = {.to = to};

    json_page_object(&j, NULL);
    json_page_text(&j, name, text);
    json_page_end(&j);
}

void report_kept(struct page *to, size_t count, bool checked, bool json)
{
    struct json_page j = {.to = to};

    if (!json) {
        page_addf(to, "kept  %zu cosignature%s%s\n", count, plural(count),
                  checked ? "" : ", unchecked: there was no --policy");
        return;
    }
    json_page_object(&j, NULL);
    json_page_count(&j, "cosignatures", count);
    json_page_boolean(&j, "checked", checked);
    json_page_end(&j);
}

void report_agreement(struct page *to, const struct checkpoint *c, uint64_t cosigned, bool json)
{
    struct json_page j = {.to = to};

    if (!json) {
        page_addf(to,
                  "agrees  %s: its %" PRIu64 " records are the beginning of the %" PRIu64
                  " that were cosigned\n",
                  c->origin, c->size, cosigned);
        return;
    }
    json_page_object(&j, NULL);
    json_page_text(&j, "origin", c->origin);
    json_page_count(&j, "size", c->size);
    json_page_count(&j, "cosigned", cosigned);
    json_page_end(&j);
}

void report_evidence(struct page *to, const struct checkpoint *smaller,
                     const struct checkpoint *larger, bool json)
{
    struct json_page j = {.to = to};

    if (!json) {
        page_addf(to,
                  "proved  %s has signed two histories: its checkpoints of %" PRIu64
                  " and of %" PRIu64 " records contradict each other\n",
                  smaller->origin, smaller->size, larger->size);
        return;
    }
    json_page_object(&j, NULL);
    json_page_text(&j, "origin", smaller->origin);
    json_page_count(&j, "smaller", smaller->size);
    json_page_count(&j, "larger", larger->size);
    json_page_end(&j);
}
