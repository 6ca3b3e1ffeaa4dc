/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures that others have published, and their verdicts. */
#include "proof_fixture.h"
#include "util/hash.h"
#include "util/key.h"

enum { FIELD = 4096 }; /* characters of one in the file */

static struct err e;

static size_t of_hex(uint8_t *bytes, const char *text)
{
    size_t len = strcmp(text, "-") == 0 ? 0 : strlen(text) / 2;

    ck_assert_int_eq(len == 0 ? 0 : hex_decode(text, bytes, len), 0);
    return len;
}

START_TEST(verdicts_of_others)
{
    FILE *f = fopen(TEST_DATA "/vectors/ed25519", "r");
    static char line[4 * FIELD], verdict[FIELD], public[FIELD], message[FIELD], signature[FIELD],
        about[FIELD];
    uint8_t key[FIELD], text[FIELD], bytes[FIELD];
    size_t valid = 0, invalid = 0;

    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof line, f)) {
        if (line[0] == '#')
            continue;
        ck_assert_int_eq(sscanf(line, "%4095s %4095s %4095s %4095s %4095s", verdict, public,
                                message, signature, about),
                         5);
        ck_assert_uint_eq(of_hex(key, public), KEY_PUBLIC_LEN);
        size_t len = of_hex(text, message);
        bool wanted = strcmp(verdict, "valid") == 0;
        ck_assert(wanted || strcmp(verdict, "invalid") == 0);
        /* Another length is nothing that key_verify() could be asked. */
        if (of_hex(bytes, signature) != KEY_SIGNATURE_LEN) {
            ck_assert_msg(!wanted, "%s", about);
            continue;
        }
        err_clear(&e);
        bool good = key_verify(key, text, len, bytes, &e) == 0;
        ck_assert_msg(good == wanted, "%s should be %s", about, verdict);
        ck_assert(good || e.code == ERR_VERIFY);
        ++*(good ? &valid : &invalid);
    }
    fclose(f);
    ck_assert_uint_eq(valid, 88 + 2);
    ck_assert_uint_ge(invalid, 40);
}
END_TEST

/* RFC 8032, section 7.1: secret, public key, message, signature. */
static const char *const standard[][4] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "-",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "4"
     "6bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d"
     "8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6"
     "594a7c15e9716ed28dc027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3fee"
     "b"
     "bd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e"
     "0"
     "303dca179c138ac17ad9bef1177331a704"},
};

START_TEST(vectors_of_the_standard)
{
    for (size_t i = 0; i < sizeof standard / sizeof standard[0]; i++) {
        uint8_t secret[32], public[KEY_PUBLIC_LEN], text[64], wanted[KEY_SIGNATURE_LEN],
            got[KEY_SIGNATURE_LEN], mine[KEY_PUBLIC_LEN];
        of_hex(secret, standard[i][0]);
        of_hex(public, standard[i][1]);
        size_t len = of_hex(text, standard[i][2]);
        of_hex(wanted, standard[i][3]);
        struct key *k = key_of(secret);
        key_public(k, mine);
        ck_assert_mem_eq(mine, public, sizeof mine);
        ck_ok(key_sign(k, text, len, got, &e), &e);
        ck_assert_mem_eq(got, wanted, sizeof got);
        ck_ok(key_verify(public, text, len, got, &e), &e);
        for (size_t bit = 0; bit < 8 * sizeof got; bit++) {
            got[bit / 8] ^= (uint8_t)(1u << bit % 8);
            ck_fails(key_verify(public, text, len, got, &e), &e, ERR_VERIFY, "not that key's");
            got[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        for (size_t bit = 0; bit < 8 * sizeof public; bit++) {
            public[bit / 8] ^= (uint8_t)(1u << bit % 8);
            ck_fails(key_verify(public, text, len, got, &e), &e, ERR_VERIFY, "");
            public[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        key_close(k);
    }
}
END_TEST

/* With the key 1, of order 1, R = [S]B is a signature over everything: here S = 0. */
START_TEST(keys_of_everybody_are_none)
{
    static const char *const y[] = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    };
    uint8_t public[KEY_PUBLIC_LEN], signature[KEY_SIGNATURE_LEN] = {1};

    for (size_t i = 0; i < sizeof y / sizeof y[0]; i++) {
        of_hex(public, y[i]);
        ck_fails(key_verify(public, "anything", 8, signature, &e), &e, ERR_VERIFY,
                 "anybody can sign for it");
    }
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, verdicts_of_others);
    tcase_add_test(tests, vectors_of_the_standard);
    tcase_add_test(tests, keys_of_everybody_are_none);
}

UNIT_MAIN("key", add)
