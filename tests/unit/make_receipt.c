/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes a trust policy and a receipt for one line of a log, with new keys.
 *
 * Usage: make_receipt LOG INDEX makes ./policy and ./receipt, and keys in ./keys.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/proof/receipt.h"
#include "util/parse.h"
#include "util/store.h"

enum { LINES = 4096, WITNESSES = 3, LOG_MOST = 1 << 24 };

static struct err e;
static const char *lines[LINES];
static size_t lengths[LINES];

/* Ends the program if what was done has failed. */
static void need(int rc)
{
    if (rc == 0)
        return;
    fprintf(stderr, "make_receipt: %s\n", e.text);
    exit(1);
}

static int subtree(void *h, uint64_t first, unsigned level, uint8_t hash[static SHA256_LEN],
                   struct err *err)
{
    uint8_t right[SHA256_LEN];

    if (level == 0)
        return tree_leaf(h, lines[first], lengths[first], hash, err);
    if (subtree(h, first, level - 1, hash, err) < 0 ||
        subtree(h, first + (UINT64_C(1) << (level - 1)), level - 1, right, err) < 0)
        return -1;
    return tree_node(h, hash, right, hash, err);
}

/* Signs b with a new key, and appends it to the policy. */
static void sign(struct buf *b, struct buf *policy, const char *name, enum note_kind kind)
{
    char path[100];
    uint8_t public[KEY_PUBLIC_LEN];
    struct note_key k;

    snprintf(path, sizeof path, "keys/%s", name);
    struct key *key = key_open(path, &e);
    need(key ? 0 : -1);
    key_public(key, public);
    need(note_key_make(&k, kind == NOTE_ED25519 ? "metaneuron/log" : name, kind, public, &e));
    need(note_sign(b, &k, key, 1700000000, &e));
    buf_addf(policy, kind == NOTE_ED25519 ? "log " : "witness %s ", name);
    note_key_write(policy, &k);
    buf_addc(policy, '\n');
    key_close(key);
}

int main(int argc, char **argv)
{
    struct checkpoint c = {.origin = "metaneuron/log"};
    struct tree t = {0};
    struct buf note = {0}, policy = {0}, receipt = {0};
    struct receipt r = {0};
    char *data;
    size_t len;

    if (argc != 3 || parse_u64(argv[2], &r.index) < 0)
        return 2;
    struct hash *h = hash_create(&e);
    need(h ? 0 : -1);
    need(file_read(argv[1], LOG_MOST, &data, &len, &e));
    for (char *line = data, *feed; t.size < LINES && (feed = strchr(line, '\n')); line = feed + 1) {
        uint8_t leaf[SHA256_LEN];
        lines[t.size] = line;
        lengths[t.size] = (size_t)(feed - line);
        need(tree_leaf(h, line, lengths[t.size], leaf, &e));
        need(tree_push(&t, h, leaf, &e));
    }
    c.size = t.size;
    need(tree_root(&t, h, c.root, &e));
    checkpoint_write(&note, &c);
    sign(&note, &policy, "log", NOTE_ED25519);
    for (int i = 0; i < WITNESSES; i++)
        sign(&note, &policy, (char[]){'w', (char)('1' + i), '\0'}, NOTE_COSIGNATURE);
    buf_adds(&policy, "group g 2 w1 w2 w3\nquorum g\n");
    need(tree_prove(r.index, t.size, subtree, h, &r.path, &e));
    r.line = (char *)lines[r.index];
    r.len = lengths[r.index];
    r.note = note.data;
    r.note_len = note.len;
    receipt_write(&receipt, &r);
    need(file_write("policy", policy.data, policy.len, 0600, &e));
    need(file_write("receipt", receipt.data, receipt.len, 0600, &e));
    buf_free(&note);
    buf_free(&policy);
    buf_free(&receipt);
    free(data);
    hash_destroy(h);
    return 0;
}
