/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom a centre knows, and what it has of them. */
#include "site_fixture.h"

#include "site/exchange/publish.h"
#include "site/house/payload.h"

enum { MOST = 1000, LATER = 2000000000 };

static struct house alpha, beta;
static char text[IDENTITY_FINGERPRINT];
static struct peer added;

static void begin(void)
{
    site_begin();
    site_make(&alpha, "alpha");
    site_make(&beta, "beta");
}

static void end(void)
{
    house_close(&alpha);
    house_close(&beta);
    tear_down();
}

/* The state in which alpha knows beta, and by which identity; 0: not at all. */
static enum peer_state state(uint64_t *number)
{
    struct peers p;

    ck_ok(peers_load(&alpha, &p, &e), &e);
    const struct peer *known = peers_find(&p, "beta");
    enum peer_state s = known ? known->state : 0;
    *number = known ? known->identity.number : 0;
    peers_free(&p);
    return s;
}

static void is(enum peer_state wanted, uint64_t number)
{
    uint64_t n;

    ck_assert_int_eq(state(&n), wanted);
    ck_assert_uint_eq(n, number);
}

static void publish(struct house *h)
{
    ck_ok(publish_house(h->directory, h->name, h->exchange, &e), &e);
}

static size_t rotate(void)
{
    size_t count;

    ck_ok(peers_rotate(&alpha, &count, &e), &e);
    return count;
}

START_TEST(by_its_fingerprint)
{
    is(0, 0);
    ck_fails(peers_add(&alpha, "gamma", text, &added, &e), &e, ERR_INCOMPLETE, "gamma");
    ck_fails(peers_add(&alpha, "alpha", text, &added, &e), &e, ERR_USAGE, "another centre");
    ck_fails(peers_add(&alpha, "Beta", text, &added, &e), &e, ERR_USAGE, "'Beta'");
    site_fingerprint("alpha", 1, text);
    ck_fails(peers_add(&alpha, "beta", text, &added, &e), &e, ERR_VERIFY, "ask again");
    ck_fails(peers_add(&alpha, "beta", "", &added, &e), &e, ERR_VERIFY, "ask again");
    is(0, 0);
    ck_ok(peers_add(&alpha, "beta", site_fingerprint("beta", 1, text), &added, &e), &e);
    ck_assert_str_eq(added.identity.origin, beta.origin);
    is(PEER_KNOWN, 1);
    /* Once more says nothing more. */
    uint64_t records = ledger_state(alpha.ledger)->count;
    ck_ok(peers_add(&alpha, "beta", text, &added, &e), &e);
    ck_assert_uint_eq(ledger_state(alpha.ledger)->count, records);
    /* Another's identity in its place. */
    shell("cp -r exchange/beta exchange/gamma");
    ck_fails(peers_add(&alpha, "gamma", text, &added, &e), &e, ERR_VERIFY, "is identity 1 of beta");
    shell("rm -r exchange/gamma; mkdir exchange/gamma; cp exchange/alpha/id-1 exchange/gamma/");
    ck_fails(peers_add(&alpha, "gamma", site_fingerprint("gamma", 1, text), &added, &e), &e,
             ERR_VERIFY, "of alpha");
}
END_TEST

START_TEST(an_unbroken_chain)
{
    site_know(&alpha, "beta");
    ck_assert_uint_eq(rotate(), 0);
    site_rotate(&beta, 2, LATER, 0);
    ck_assert_uint_eq(rotate(), 0); /* it is not published */
    site_rotate(&beta, 3, LATER, 0);
    publish(&beta);
    ck_assert_uint_eq(rotate(), 2);
    ck_assert_uint_eq(rotate(), 0);
    is(PEER_KNOWN, 3);
    /* Signed by itself, or by the one before the one before. */
    for (unsigned signer = 4; signer >= 2; signer -= 2) {
        site_rotate(&beta, 4, LATER, signer);
        publish(&beta);
        ck_assert_uint_eq(rotate(), 0);
    }
    /* A number is left out; and what is no identity, and a link. */
    shell("mv beta/identity/4 exchange/beta/id-5; cp exchange/beta/id-3 exchange/beta/id-4");
    ck_assert_uint_eq(rotate(), 0);
    shell("echo x > exchange/beta/id-4");
    ck_assert_uint_eq(rotate(), 0);
    shell("ln -sf id-5 exchange/beta/id-4");
    ck_assert_uint_eq(rotate(), 0);
    is(PEER_KNOWN, 3);
    shell("rm exchange/beta/id-4");
    site_rotate(&beta, 4, LATER, 0);
    publish(&beta);
    ck_assert_uint_eq(rotate(), 1);
    is(PEER_KNOWN, 4);
}
END_TEST

START_TEST(keys_that_have_expired)
{
    site_know(&alpha, "beta");
    site_rotate(&beta, 2, 1000000000, 0);
    site_rotate(&beta, 3, LATER, 0);
    publish(&beta);
    ck_assert_uint_eq(rotate(), 1); /* number 2 is over, and vouches for nobody */
    is(PEER_KNOWN, 2);
    ck_fails(peers_add(&alpha, "beta", site_fingerprint("beta", 3, text), &added, &e), &e,
             ERR_REFUSED, "peer revoke");
    ck_ok(peers_set(&alpha, "beta", PEER_REVOKED, &e), &e);
    ck_fails(peers_add(&alpha, "beta", site_fingerprint("beta", 2, text), &added, &e), &e,
             ERR_REFUSED, "has expired");
    ck_ok(peers_add(&alpha, "beta", site_fingerprint("beta", 3, text), &added, &e), &e);
    is(PEER_KNOWN, 3);
}
END_TEST

START_TEST(revoked_and_added_anew)
{
    struct house thief;

    site_know(&alpha, "beta");
    ck_fails(peers_set(&alpha, "gamma", PEER_REVOKED, &e), &e, ERR_INPUT, "is no peer");
    ck_ok(peers_set(&alpha, "beta", PEER_SUSPENDED, &e), &e);
    is(PEER_SUSPENDED, 1);
    ck_ok(peers_set(&alpha, "beta", PEER_KNOWN, &e), &e);
    is(PEER_KNOWN, 1);
    site_rotate(&beta, 2, LATER, 0);
    publish(&beta);
    ck_ok(peers_set(&alpha, "beta", PEER_REVOKED, &e), &e);
    ck_assert_uint_eq(rotate(), 0); /* a thief of key 1 could have signed it */
    ck_fails(peers_set(&alpha, "beta", PEER_KNOWN, &e), &e, ERR_REFUSED, "adds it anew");
    ck_fails(peers_set(&alpha, "beta", PEER_SUSPENDED, &e), &e, ERR_REFUSED, "adds it anew");
    uint64_t records = ledger_state(alpha.ledger)->count;
    ck_ok(peers_set(&alpha, "beta", PEER_REVOKED, &e), &e);
    ck_assert_uint_eq(ledger_state(alpha.ledger)->count, records);
    /* It begins with the identity whose fingerprint was given, not with the first or the last. */
    site_rotate(&beta, 3, LATER, 0);
    site_rotate(&beta, 4, LATER, 0);
    publish(&beta);
    ck_ok(peers_add(&alpha, "beta", site_fingerprint("beta", 3, text), &added, &e), &e);
    ck_assert_uint_eq(added.identity.number, 3);
    is(PEER_KNOWN, 3);
    ck_assert_uint_eq(rotate(), 1);
    is(PEER_KNOWN, 4);
    /* Another ledger under its name. */
    ck_ok(peers_set(&alpha, "beta", PEER_REVOKED, &e), &e);
    shell("mv beta beta-before; rm -r exchange/beta");
    site_make(&thief, "beta");
    ck_fails(peers_add(&alpha, "beta", site_fingerprint("beta", 1, text), &added, &e), &e,
             ERR_REFUSED, "takes a new name");
    house_close(&thief);
}
END_TEST

START_TEST(a_ledger_has_one_name)
{
    char path[PATH_MAX], *site;
    size_t len;

    /* Somebody with beta's keys takes another name for the same ledger. */
    site_know(&alpha, "beta");
    shell("mkdir exchange/delta; cp -r beta delta");
    site = site_read("delta/identity/1", &len);
    struct identity i;
    struct buf b = {0};
    ck_ok(identity_read(&i, site, len, NULL, &e), &e);
    free(site);
    strcpy(i.name, "delta");
    ck_ok(house_path(&beta, "keys/1", path, &e), &e);
    struct key *key = key_open(path, &e);
    ck_ok(identity_write(&b, &i, key, NULL, NULL, &e), &e);
    key_close(key);
    site_put("exchange/delta/id-1", b.data, b.len);
    buf_free(&b);
    ck_fails(peers_add(&alpha, "delta", site_fingerprint("delta", 1, text), &added, &e), &e,
             ERR_REFUSED, "has the ledger of beta");
}
END_TEST

START_TEST(what_was_kept_is_altered)
{
    struct peers p;

    site_know(&alpha, "beta");
    shell("cp exchange/alpha/id-1 alpha/peers/beta/id-1");
    ck_fails(peers_load(&alpha, &p, &e), &e, ERR_VERIFY, "is not the identity that the ledger");
    ck_assert_uint_eq(p.count, 0);
}
END_TEST

START_TEST(payloads)
{
    uint8_t digest[SHA256_LEN], other[SHA256_LEN] = {1};
    char *data = NULL, path[PATH_MAX], hex[SHA256_HEX + 1];
    size_t len;

    ck_ok(payload_put(&beta, "what is large", 13, digest, &e), &e);
    ck_ok(payload_put(&beta, "what is large", 13, digest, &e), &e);
    ck_ok(payload_get(&beta, "beta", digest, MOST, &data, &len, &e), &e);
    ck_assert_str_eq(data, "what is large");
    free(data);
    ck_fails(payload_get(&beta, "beta", other, MOST, &data, &len, &e), &e, ERR_INCOMPLETE, "beta");
    ck_fails(payload_get(&alpha, "beta", digest, MOST, &data, &len, &e), &e, ERR_INCOMPLETE,
             "not there yet");
    publish(&beta);
    ck_fails(payload_get(&alpha, "beta", digest, 12, &data, &len, &e), &e, ERR_INPUT, "13 bytes");
    /* Another digest, a link, too large; and then it comes. */
    hex_encode(hex, digest, SHA256_LEN);
    shell("cp exchange/beta/files/%s right; echo wrong > exchange/beta/files/%s", hex, hex);
    ck_fails(payload_get(&alpha, "beta", digest, MOST, &data, &len, &e), &e, ERR_VERIFY, "damaged");
    ck_assert_ptr_null(data);
    shell("ln -sf ../../../right exchange/beta/files/%s", hex);
    ck_fails(payload_get(&alpha, "beta", digest, MOST, &data, &len, &e), &e, ERR_INPUT, "link");
    shell("rm exchange/beta/files/%s; truncate -s 10G exchange/beta/files/%s", hex, hex);
    ck_fails(payload_get(&alpha, "beta", digest, MOST, &data, &len, &e), &e, ERR_INPUT, hex);
    shell("rm exchange/beta/files/%s; cp right exchange/beta/files/%s", hex, hex);
    ck_ok(payload_get(&alpha, "beta", digest, MOST, &data, &len, &e), &e);
    free(data);
    /* It is read from there once. */
    shell("echo wrong > exchange/beta/files/%s", hex);
    ck_ok(payload_get(&alpha, "beta", digest, MOST, &data, &len, &e), &e);
    ck_assert_str_eq(data, "what is large");
    free(data);
    ck_ok(payload_path(&alpha, digest, path, &e), &e);
    ck_assert_ptr_nonnull(strstr(path, "alpha/fetched/"));
    ck_ok(payload_path(&beta, digest, path, &e), &e);
    ck_assert_ptr_nonnull(strstr(path, "beta/files/"));
    /* A copy that was damaged here is fetched again. */
    shell("echo wrong > alpha/fetched/%s", hex);
    ck_fails(payload_get(&alpha, "beta", digest, MOST, &data, &len, &e), &e, ERR_VERIFY, "damaged");
    shell("cp right exchange/beta/files/%s", hex);
    ck_ok(payload_get(&alpha, "beta", digest, MOST, &data, &len, &e), &e);
    free(data);
    shell("cmp right alpha/fetched/%s", hex);
}
END_TEST

/* No two names that others look at differ by case alone: those with capitals are none. */
START_TEST(names_that_collide_without_case)
{
    for (int c = 1; c < 256; c++) {
        const char name[] = {'a', (char)c, '\0'};
        ck_assert_int_eq(house_is_name(name),
                         strchr("abcdefghijklmnopqrstuvwxyz0123456789-", c) != NULL);
    }
    site_know(&alpha, "beta");
    shell("mv exchange/beta exchange/Beta");
    ck_fails(peers_add(&alpha, "beta", text, &added, &e), &e, ERR_INCOMPLETE, "beta");
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, by_its_fingerprint);
    tcase_add_test(tests, an_unbroken_chain);
    tcase_add_test(tests, keys_that_have_expired);
    tcase_add_test(tests, revoked_and_added_anew);
    tcase_add_test(tests, a_ledger_has_one_name);
    tcase_add_test(tests, what_was_kept_is_altered);
    tcase_add_test(tests, payloads);
    tcase_add_test(tests, names_that_collide_without_case);
}

UNIT_MAIN("peers", add)
