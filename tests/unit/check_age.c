/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sealing: files that others have made, what is altered or cut, and age itself where it is. */
#include <sys/stat.h>

#include "scratch.h"
#include "unit.h"
#include "util/age_private.h"
#include "util/base64.h"
#include "util/bech32.h"
#include "util/store.h"

#define SPEC_IDENTITY  "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
#define SPEC_RECIPIENT "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

static struct err e;

static struct age_identity identity_of(const char *text)
{
    struct age_identity i;

    ck_ok(bech32_decode(text, "AGE-SECRET-KEY-", i.secret, AGE_KEY), &e);
    ck_ok(age_public(i.secret, i.public, &e), &e);
    return i;
}

static struct age_identity new_identity(char recipient[static AGE_RECIPIENT])
{
    struct age_identity i;

    ck_ok(random_bytes(i.secret, AGE_KEY, &e), &e);
    ck_ok(age_public(i.secret, i.public, &e), &e);
    age_recipient(recipient, &i);
    return i;
}

static void seal_to(const char *recipient, const void *data, size_t len, struct buf *b)
{
    ck_ok(age_seal(&recipient, 1, data, len, b, &e), &e);
}

/* The code with which it cannot be opened; ERR_NONE: it is what was sealed. */
static enum err_code opens(const struct age_identity *i, const struct buf *sealed, const void *data,
                           size_t len)
{
    struct buf plain = {0};
    enum err_code code = ERR_NONE;

    buf_adds(&plain, "before ");
    err_clear(&e);
    if (age_open(i, sealed->data, sealed->len, &plain, &e) < 0) {
        code = e.code;
        ck_assert(e.text[0] && strcmp(plain.data, "before ") == 0);
    } else {
        ck_assert_uint_eq(plain.len, 7 + len);
        ck_assert(len == 0 || memcmp(plain.data + 7, data, len) == 0);
    }
    buf_free(&plain);
    return code;
}

/* Hexadecimal, in which XX*N, is N times that byte. */
static void add_hex(struct buf *b, const char *text)
{
    for (uint8_t byte; *text; text += 2) {
        ck_assert_int_eq(hex_read(text, &byte, 1), 0);
        char *end = NULL;
        size_t count = text[2] == '*' ? strtoul(text + 3, &end, 10) : 1;
        for (size_t i = 0; i < count; i++)
            buf_addc(b, (char)byte);
        if (end)
            text = end + 1 - 2;
    }
}

static void check_vector(const char *verdict, const char *name, const char *secret,
                         const char *digest, const char *hex)
{
    struct age_identity i = identity_of(secret);
    struct buf sealed = {0}, plain = {0};
    uint8_t found[SHA256_LEN], wanted[SHA256_LEN];

    add_hex(&sealed, strcmp(hex, "-") == 0 ? "" : hex);
    err_clear(&e);
    int rc = age_open(&i, sealed.data, sealed.len, &plain, &e);
    if (strcmp(verdict, "good") == 0) {
        ck_assert_msg(rc == 0, "%s: %s", name, e.text);
        ck_ok(hash_bytes(plain.data ? plain.data : "", plain.len, found, &e), &e);
        ck_assert_int_eq(hex_decode(digest, wanted, SHA256_LEN), 0);
        ck_assert_msg(memcmp(found, wanted, SHA256_LEN) == 0, "%s", name);
    } else {
        enum err_code code = strcmp(verdict, "input") == 0 ? ERR_INPUT : ERR_VERIFY;
        ck_assert_msg(rc < 0 && e.code == code && plain.len == 0, "%s: expected %d, got %d: %s",
                      name, (int)code, (int)e.code, e.text);
        ck_assert_ptr_null(strstr(e.text, "SECRET"));
    }
    buf_free(&sealed);
    buf_free(&plain);
}

START_TEST(files_of_others)
{
    static char line[16384], verdict[16], name[64], secret[AGE_IDENTITY], digest[80], hex[16384];
    FILE *f = fopen(TEST_DATA "/vectors/age", "r");
    size_t count = 0;

    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof line, f)) {
        if (line[0] == '#')
            continue;
        ck_assert_int_eq(
            sscanf(line, "%15s %63s %74s %79s %16383s", verdict, name, secret, digest, hex), 5);
        check_vector(verdict, name, secret, digest, hex);
        count++;
    }
    fclose(f);
    ck_assert_uint_eq(count, 67);
}
END_TEST

START_TEST(texts_of_the_specification)
{
    struct age_identity i = identity_of(SPEC_IDENTITY);
    char text[AGE_IDENTITY];

    ck_assert_uint_eq(i.secret[0], 0x42);
    ck_assert_str_eq(age_recipient(text, &i), SPEC_RECIPIENT);
    bech32_encode(text, "AGE-SECRET-KEY-", i.secret, AGE_KEY);
    ck_assert_str_eq(text, SPEC_IDENTITY);
    ck_assert(age_is_recipient(SPEC_RECIPIENT));
}
END_TEST

/* What is read is what would be written: no other text is a recipient. */
START_TEST(a_recipient_has_one_text)
{
    static const char letters[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l1bioQP -";
    char text[AGE_RECIPIENT + 1];

    for (size_t at = 0; at < AGE_RECIPIENT - 1; at++)
        for (size_t k = 0; k < sizeof letters; k++) {
            strcpy(text, SPEC_RECIPIENT);
            text[at] = letters[k];
            ck_assert_int_eq(age_is_recipient(text), strcmp(text, SPEC_RECIPIENT) == 0);
        }
    ck_assert(!age_is_recipient(""));
    ck_assert(!age_is_recipient(SPEC_RECIPIENT "q"));
    ck_assert(!age_is_recipient(SPEC_IDENTITY));
    ck_assert(!age_is_recipient("AGE1ZVKYG2LQZRAA2LNJVQEJ32NKUU0UES2S82HZRYE869XEEXVN73EQUNUJWJ"));
}
END_TEST

/* BIP 173, to the letter: the checksum of values behind the prefix "a". */
static uint32_t slow_sum(const uint8_t *values, size_t len)
{
    static const uint32_t generator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                         0x2a1462b3};
    uint8_t all[64] = {'a' >> 5, 0, 'a' & 31};
    uint32_t sum = 1;

    memcpy(all + 3, values, len); /* and 6 zeros */
    for (size_t i = 0; i < 3 + len + 6; i++) {
        uint32_t top = sum >> 25;
        sum = (sum & 0x1ffffff) << 5 ^ all[i];
        for (int k = 0; k < 5; k++)
            sum ^= top >> k & 1 ? generator[k] : 0;
    }
    return sum ^ 1;
}

/* Bits behind the last byte, with a checksum that is right, are another text of the same bytes. */
START_TEST(no_bits_are_left_over)
{
    static const char digits[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    uint8_t bytes[4], values[7] = {1, 2, 3, 4, 5, 6};

    for (uint8_t last = 0; last < 32; last++) { /* 4 bytes are 32 of the 35 bits of 7 digits */
        char text[16] = "a1", same[16];
        values[6] = last;
        uint32_t sum = slow_sum(values, sizeof values);
        for (int i = 0; i < 7; i++)
            text[2 + i] = digits[values[i]];
        for (int i = 0; i < 6; i++)
            text[9 + i] = digits[sum >> 5 * (5 - i) & 31];
        ck_assert_int_eq(bech32_decode(text, "a", bytes, 4), last % 8 == 0 ? 0 : -1);
        if (last % 8 != 0)
            continue;
        bech32_encode(same, "a", bytes, 4);
        ck_assert_str_eq(same, text);
    }
}
END_TEST

/* Points that share one secret with everybody, and other forms of a point. */
START_TEST(not_every_point_is_a_recipient)
{
    static const char *const none[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0900000000000000000000000000000000000000000000000000000000000080",
    };
    char text[AGE_RECIPIENT];
    uint8_t point[AGE_KEY] = {9};
    struct buf b = {0};

    bech32_encode(text, "age", point, AGE_KEY);
    ck_assert(age_is_recipient(text));
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        const char *list[] = {SPEC_RECIPIENT, text};
        ck_assert_int_eq(hex_decode(none[i], point, AGE_KEY), 0);
        bech32_encode(text, "age", point, AGE_KEY);
        ck_assert_msg(!age_is_recipient(text), "%s", none[i]);
        ck_fails(age_seal(list, 2, "x", 1, &b, &e), &e, ERR_INPUT, text);
        ck_assert_uint_eq(b.len, 0);
    }
    buf_free(&b);
}
END_TEST

START_TEST(every_size_comes_back)
{
    static const size_t sizes[] = {0,      1,      15,     16,     17,    65519,
                                   65520,  65535,  65536,  65537,  65552, 65553,
                                   131071, 131072, 131073, 196608, 200000};
    static uint8_t data[200000];
    char recipient[AGE_RECIPIENT];
    struct age_identity i = new_identity(recipient);

    for (size_t k = 0; k < sizeof data; k++)
        data[k] = (uint8_t)draw();
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        size_t len = sizes[k], chunks = len == 0 ? 1 : (len + 65535) / 65536;
        struct buf b = {0};
        seal_to(recipient, data, len, &b);
        /* Version, a stanza, MAC, nonce; and a tag for each chunk. */
        ck_assert_uint_eq(b.len, 22 + 54 + 44 + 48 + 16 + len + 16 * chunks);
        ck_assert_int_eq(opens(&i, &b, data, len), ERR_NONE);
        buf_free(&b);
    }
}
END_TEST

START_TEST(no_chunk_can_be_moved)
{
    enum { CHUNK = 65536 + 16, BEFORE = 22 + 54 + 44 + 48 + 16 };
    static uint8_t data[3 * 65536], chunk[CHUNK];
    char recipient[AGE_RECIPIENT];
    struct age_identity i = new_identity(recipient);
    struct buf b = {0};

    seal_to(recipient, data, sizeof data, &b);
    ck_assert_uint_eq(b.len, BEFORE + 3 * CHUNK);
    uint8_t *first = (uint8_t *)b.data + BEFORE;
    memcpy(chunk, first, CHUNK); /* the first two change places */
    memcpy(first, first + CHUNK, CHUNK);
    memcpy(first + CHUNK, chunk, CHUNK);
    ck_assert_int_eq(opens(&i, &b, data, sizeof data), ERR_VERIFY);
    memcpy(first + CHUNK, first, CHUNK);
    memcpy(first, chunk, CHUNK);
    ck_assert_int_eq(opens(&i, &b, data, sizeof data), ERR_NONE);
    for (size_t chunks = 0; chunks < 3; chunks++) { /* the last ones are missing */
        b.len = BEFORE + chunks * CHUNK;
        ck_assert_int_eq(opens(&i, &b, data, sizeof data), ERR_VERIFY);
    }
    buf_free(&b);
}
END_TEST

START_TEST(what_is_altered_or_cut_is_refused)
{
    char recipient[AGE_RECIPIENT];
    struct age_identity i = new_identity(recipient);
    struct buf b = {0};

    seal_to(recipient, "a few numbers", 13, &b);
    for (size_t at = 0; at < b.len; at++)
        for (int bit = 0; bit < 8; bit++) {
            b.data[at] ^= (char)(1 << bit);
            enum err_code code = opens(&i, &b, NULL, 0);
            ck_assert_msg(code == ERR_VERIFY || code == ERR_INPUT, "byte %zu, bit %d", at, bit);
            b.data[at] ^= (char)(1 << bit);
        }
    for (size_t len = b.len; b.len-- > 0;) {
        enum err_code code = opens(&i, &b, NULL, 0);
        ck_assert_msg(code == ERR_VERIFY || code == ERR_INPUT, "%zu of %zu bytes", b.len, len);
    }
    buf_free(&b);
    seal_to(recipient, "a few numbers", 13, &b);
    buf_addc(&b, '\0');
    ck_assert_int_eq(opens(&i, &b, NULL, 0), ERR_VERIFY);
    buf_free(&b);
}
END_TEST

START_TEST(each_recipient_opens_it_and_nobody_else)
{
    char text[AGE_RECIPIENTS + 1][AGE_RECIPIENT];
    const char *list[AGE_RECIPIENTS + 1];
    struct age_identity i[AGE_RECIPIENTS + 1];
    struct buf b = {0}, again = {0};

    for (size_t k = 0; k <= AGE_RECIPIENTS; k++) {
        i[k] = new_identity(text[k]);
        list[k] = text[k];
    }
    buf_adds(&b, "before ");
    ck_fails(age_seal(list, AGE_RECIPIENTS + 1, "x", 1, &b, &e), &e, ERR_INPUT, "17 recipients");
    ck_fails(age_seal(list, 0, "x", 1, &b, &e), &e, ERR_INPUT, "0 recipients");
    ck_assert_str_eq(b.data, "before ");
    buf_reset(&b);
    ck_ok(age_seal(list, AGE_RECIPIENTS, "secret", 6, &b, &e), &e);
    ck_ok(age_seal(list, AGE_RECIPIENTS, "secret", 6, &again, &e), &e);
    ck_assert(again.len == b.len && memcmp(again.data, b.data, b.len) != 0);
    for (size_t k = 0; k < AGE_RECIPIENTS; k++)
        ck_assert_int_eq(opens(&i[k], &b, "secret", 6), ERR_NONE);
    ck_assert_int_eq(opens(&i[AGE_RECIPIENTS], &b, NULL, 0), ERR_VERIFY);
    buf_free(&b);
    buf_free(&again);
}
END_TEST

/* Others' stanzas are passed over; what a header holds is bounded. */
START_TEST(headers_are_bounded)
{
    static struct age_header h;
    static const struct age_stanza stanza;
    static const uint8_t mac[SHA256_LEN];
    struct buf b = {0};

    for (size_t others = 62; others <= 64; others++) {
        buf_reset(&b);
        age_header_begin(&b, &stanza, 1);
        b.len -= strlen("---");
        for (size_t i = 0; i < others; i++)
            buf_addf(&b, "-> example.com/kind %zu\n%064d\n\n", i, 0);
        buf_adds(&b, "---");
        size_t covered = b.len;
        age_header_end(&b, mac);
        size_t len = b.len;
        buf_adds(&b, "payload");
        if (others < 64) {
            ck_ok(age_header_read(&h, b.data, b.len, &e), &e);
            ck_assert(h.count == 1 && h.others == others);
            ck_assert(h.covered == covered && h.len == len);
        } else
            ck_fails(age_header_read(&h, b.data, b.len, &e), &e, ERR_INPUT, "the most is 64");
    }
    buf_free(&b);
}
END_TEST

static void put_identity(const char *text, unsigned mode)
{
    ck_ok(file_write("key", text, strlen(text), mode, &e), &e);
}

START_TEST(identities_are_files_of_age_keygen)
{
    struct age_identity one, two;
    struct stat st;
    char text[AGE_RECIPIENT];

    ck_fails(age_identity_open(&one, "key", false, &e), &e, ERR_OPEN, "key");
    ck_ok(age_identity_open(&one, "key", true, &e), &e);
    ck_assert(stat("key", &st) == 0 && (st.st_mode & 0777) == 0600);
    ck_ok(age_identity_open(&two, "key", true, &e), &e);
    ck_assert_int_eq(memcmp(&one, &two, sizeof one), 0);
    ck_assert(age_is_recipient(age_recipient(text, &one)));
    put_identity("# created: 2026-01-01T00:00:00Z\n# public key: " SPEC_RECIPIENT
                 "\n\n" SPEC_IDENTITY "\n",
                 0600);
    ck_ok(age_identity_open(&one, "key", true, &e), &e);
    ck_assert_str_eq(age_recipient(text, &one), SPEC_RECIPIENT);
    age_identity_forget(&one);
    ck_assert(one.secret[0] == 0 && one.public[0] == 0);
}
END_TEST

START_TEST(what_is_no_identity_is_refused_and_not_told)
{
    static const char *const none[] = {
        "",
        "# nothing\n",
        SPEC_RECIPIENT "\n",
        SPEC_IDENTITY "\n" SPEC_IDENTITY "\n",
        SPEC_IDENTITY " \n",
        " " SPEC_IDENTITY "\n",
        SPEC_IDENTITY "\r\n",
        "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEQ\n",
        "age-secret-key-1gfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpq4egaex\n",
        "nonsense\n" SPEC_IDENTITY "\n",
    };
    struct age_identity i;

    for (size_t k = 0; k < sizeof none / sizeof none[0]; k++) {
        put_identity(none[k], 0600);
        ck_fails(age_identity_open(&i, "key", true, &e), &e, ERR_INPUT, "key: holds no identity");
        ck_assert_ptr_null(strstr(e.text, "GFPYY"));
        ck_assert_uint_eq(i.secret[0], 0);
    }
    put_identity(SPEC_IDENTITY "\n", 0640);
    ck_fails(age_identity_open(&i, "key", true, &e), &e, ERR_REFUSED, "others may use it");
    ck_assert_int_eq(unlink("key"), 0);
    ck_assert_int_eq(symlink("elsewhere", "key"), 0);
    ck_assert_int_ne(age_identity_open(&i, "key", true, NULL), 0);
    ck_assert_int_ne(access("elsewhere", F_OK), 0);
}
END_TEST

/* Both directions, with one chunk and with more. */
START_TEST(age_reads_and_writes_the_same)
{
    struct age_identity i;
    struct buf b = {0}, back = {0};
    char recipient[AGE_RECIPIENT], command[512], *data;
    size_t len;

    ck_ok(age_identity_open(&i, "key", true, &e), &e);
    age_recipient(recipient, &i);
    for (int k = 0; k < 3; k++) {
        static const size_t sizes[] = {0, 100000, 131072};
        static char zeros[131072];
        buf_reset(&b);
        seal_to(recipient, zeros, sizes[k], &b);
        ck_ok(file_write("sealed", b.data, b.len, 0600, &e), &e);
        ck_assert_int_eq(system("age -d -i key sealed >opened"), 0);
        ck_ok(file_read("opened", sizeof zeros, &data, &len, &e), &e);
        ck_assert(len == sizes[k] && memcmp(data, zeros, len) == 0);
        free(data);
        snprintf(command, sizeof command, "age -r %s -r %s -o sealed opened", SPEC_RECIPIENT,
                 recipient);
        ck_assert_int_eq(system(command), 0);
        ck_ok(file_read("sealed", 2 * sizeof zeros, &data, &len, &e), &e);
        buf_reset(&back);
        ck_ok(age_open(&i, data, len, &back, &e), &e);
        ck_assert(back.len == sizes[k] && (back.len == 0 || !memcmp(back.data, zeros, back.len)));
        free(data);
    }
    /* Its keys are ours, ours its. */
    ck_assert_int_eq(system("age-keygen -y key >public && age-keygen -o its 2>/dev/null && "
                            "age-keygen -y its >its-public && chmod 600 its"),
                     0);
    ck_ok(file_read("public", 100, &data, &len, &e), &e);
    ck_assert(len == AGE_RECIPIENT && strncmp(data, recipient, AGE_RECIPIENT - 1) == 0);
    free(data);
    ck_ok(age_identity_open(&i, "its", false, &e), &e);
    ck_ok(file_read("its-public", 100, &data, &len, &e), &e);
    ck_assert(strncmp(data, age_recipient(recipient, &i), AGE_RECIPIENT - 1) == 0);
    free(data);
    buf_free(&b);
    buf_free(&back);
}
END_TEST

/* Stanzas of other kinds are passed over; a file for these alone, or in armour, is none for us. */
START_TEST(other_kinds_of_age_are_passed_over)
{
    const char ssh[] =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEdh1XlolQLaLp8aZYhKy22JLD3c61FqtHw+gPp2mp7Z";
    struct age_identity i;
    struct buf b = {0};
    char recipient[AGE_RECIPIENT], command[512], *data;
    size_t len;

    ck_ok(age_identity_open(&i, "key", true, &e), &e);
    age_recipient(recipient, &i);
    snprintf(command, sizeof command, "printf plain | age -r '%s' -r %s >both", ssh, recipient);
    ck_assert_int_eq(system(command), 0);
    ck_ok(file_read("both", 4096, &data, &len, &e), &e);
    ck_ok(age_open(&i, data, len, &b, &e), &e);
    ck_assert_str_eq(b.data, "plain");
    free(data);
    snprintf(command, sizeof command, "printf plain | age -r '%s' >other", ssh);
    ck_assert_int_eq(system(command), 0);
    ck_ok(file_read("other", 4096, &data, &len, &e), &e);
    ck_fails(age_open(&i, data, len, &b, &e), &e, ERR_INPUT, "no recipient of X25519");
    free(data);
    snprintf(command, sizeof command, "printf plain | age -a -r %s >armoured", recipient);
    ck_assert_int_eq(system(command), 0);
    ck_ok(file_read("armoured", 4096, &data, &len, &e), &e);
    ck_fails(age_open(&i, data, len, &b, &e), &e, ERR_INPUT, "no age file: line 1");
    free(data);
    ck_assert_str_eq(b.data, "plain");
    buf_free(&b);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, files_of_others);
    tcase_add_test(t, texts_of_the_specification);
    tcase_add_test(t, a_recipient_has_one_text);
    tcase_add_test(t, no_bits_are_left_over);
    tcase_add_test(t, not_every_point_is_a_recipient);
    tcase_add_test(t, every_size_comes_back);
    tcase_add_test(t, no_chunk_can_be_moved);
    tcase_add_test(t, what_is_altered_or_cut_is_refused);
    tcase_add_test(t, each_recipient_opens_it_and_nobody_else);
    tcase_add_test(t, headers_are_bounded);
    tcase_add_test(t, identities_are_files_of_age_keygen);
    tcase_add_test(t, what_is_no_identity_is_refused_and_not_told);
    if (system("command -v age age-keygen >/dev/null") == 0) {
        tcase_add_test(t, age_reads_and_writes_the_same);
        tcase_add_test(t, other_kinds_of_age_are_passed_over);
    } else
        printf("# SKIP what age itself reads and writes: it is not here (Debian: age)\n");
}

UNIT_MAIN("age", add)
