/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a trust policy. */
#include <stdlib.h>
#include <string.h>

#include "ledger/proof/policy_inside.h"
#include "util/parse.h"

/* A word of a line, and what follows it. */
struct word {
    const char *text;
    size_t len;      /* 0: there is none */
    const char *end; /* of the line */
};

enum { SHOWN = 200 }; /* bytes of a word in an error */

static int shown(const struct word *w)
{
    return (int)(w->len < SHOWN ? w->len : SHOWN);
}

static bool is(const struct word *w, const char *text)
{
    return w->len == strlen(text) && memcmp(w->text, text, w->len) == 0;
}

/* Effect: w is the next word. */
static bool next(struct word *w)
{
    w->text += w->len;
    while (w->text < w->end && (*w->text == ' ' || *w->text == '\t'))
        w->text++;
    for (w->len = 0; w->text + w->len < w->end; w->len++)
        if (w->text[w->len] == ' ' || w->text[w->len] == '\t')
            break;
    return w->len > 0;
}

/* The next word is the last one; a URL, which is not looked at, may follow it. */
static bool is_last(struct word w, bool url)
{
    return !next(&w) || (url && !next(&w));
}

static int find(const struct policy *p, const struct word *w)
{
    for (size_t i = 0; i < count_parties(p); i++)
        if (is(w, p->parties[i].name))
            return (int)i;
    return POLICY_NONE;
}

/* Returns a new party of that name, which counts once its kind is known. */
static struct policy_party *new_party(struct policy *p, const struct word *w, struct err *e)
{
    struct policy_party *party = &p->parties[count_parties(p)];

    if (is(w, "none"))
        return err_null(
            err_set(e, ERR_INPUT, "'none' can name nothing: it is the quorum of nobody"));
    if (find(p, w) != POLICY_NONE)
        return err_null(err_set(e, ERR_INPUT, "'%.*s' names something already", shown(w), w->text));
    free(party->name);
    party->name = err_alloc(w->len + 1, 1, "a trust policy", e);
    if (!party->name)
        return NULL;
    memcpy(party->name, w->text, w->len);
    party->group = POLICY_NONE;
    return party;
}

static int read_key(struct note_key *k, const struct word *w, enum note_kind kind,
                    const char *whose, struct err *e)
{
    if (note_key_read(k, w->text, w->len, e) < 0)
        return -1;
    if (k->kind == kind)
        return 0;
    return err_set(e, ERR_INPUT, "%s: a %s has a key of type 0x%02x, not 0x%02x", k->name, whose,
                   (unsigned)kind, (unsigned)k->kind);
}

static bool same_key(const struct note_key *a, const struct note_key *b)
{
    return memcmp(a->public, b->public, KEY_PUBLIC_LEN) == 0;
}

static int read_log(struct policy *p, struct word w, struct err *e)
{
    struct note_key k;

    if (!next(&w) || !is_last(w, true))
        return err_set(e, ERR_INPUT, "expected: log KEY [URL]");
    if (p->log_count == POLICY_LOGS)
        return err_set(e, ERR_INPUT, "more than %d logs", POLICY_LOGS);
    if (read_key(&k, &w, NOTE_ED25519, "log", e) < 0)
        return -1;
    for (size_t i = 0; i < p->log_count; i++)
        if (same_key(&p->logs[i], &k))
            return err_set(e, ERR_INPUT, "the key of %s a second time: a log has a key of its own",
                           p->logs[i].name);
    p->logs[p->log_count++] = k;
    return 0;
}

static int read_witness(struct policy *p, struct word w, struct err *e)
{
    struct word name;

    if (!next(&w) || (name = w, !next(&w)) || !is_last(w, true))
        return err_set(e, ERR_INPUT, "expected: witness NAME KEY [URL]");
    if (p->witness_count == POLICY_WITNESSES)
        return err_set(e, ERR_INPUT, "more than %d witnesses", POLICY_WITNESSES);
    struct policy_party *party = new_party(p, &name, e);
    if (!party || read_key(&party->key, &w, NOTE_COSIGNATURE, "witness", e) < 0)
        return -1;
    for (const struct policy_party *other = p->parties; other < party; other++)
        if (other->key.kind && same_key(&other->key, &party->key))
            return err_set(e, ERR_INPUT,
                           "the key of %s a second time: a witness has a key of its own",
                           other->name);
    p->witness_count++;
    return 0;
}

/* Sets how many members have to cosign. */
static int read_least(struct policy_party *group, const struct word *w, struct err *e)
{
    char number[NUMBER_TEXT] = "";
    uint64_t least = 0;

    if (w->len < sizeof number)
        memcpy(number, w->text, w->len);
    if (is(w, "all"))
        least = group->members;
    else if (is(w, "any"))
        least = 1;
    else if (parse_u64(number, &least) < 0 || least < 1 || least > group->members)
        return err_set(e, ERR_INPUT, "'%.*s' of %zu members: expected all, any, or 1 to %zu",
                       shown(w), w->text, group->members, group->members);
    group->least = least;
    return 0;
}

static int read_group(struct policy *p, struct word w, struct err *e)
{
    struct word name, least;
    int this = (int)count_parties(p);

    if (!next(&w) || (name = w, !next(&w)) || (least = w, is_last(w, false)))
        return err_set(e, ERR_INPUT, "expected: group NAME all|any|NUMBER MEMBER …");
    if (p->group_count == POLICY_GROUPS)
        return err_set(e, ERR_INPUT, "more than %d groups", POLICY_GROUPS);
    struct policy_party *group = new_party(p, &name, e);
    if (!group)
        return -1;
    group->key = (struct note_key){0};
    for (group->members = 0; next(&w); group->members++) {
        int i = find(p, &w);
        if (i == POLICY_NONE)
            return err_set(e, ERR_INPUT, "'%.*s' is no witness or group of a line before",
                           shown(&w), w.text);
        if (p->parties[i].group != POLICY_NONE)
            return err_set(e, ERR_INPUT, "'%s' is a member of group '%s' already",
                           p->parties[i].name, p->parties[p->parties[i].group].name);
        p->parties[i].group = this;
    }
    if (read_least(group, &least, e) < 0)
        return -1;
    p->group_count++;
    return 0;
}

static int read_quorum(struct policy *p, struct word w, struct err *e)
{
    if (!next(&w) || !is_last(w, false))
        return err_set(e, ERR_INPUT, "expected: quorum NAME, or quorum none");
    if (p->has_quorum)
        return err_set(e, ERR_INPUT, "a second quorum: expected one");
    p->quorum = is(&w, "none") ? POLICY_NONE : find(p, &w);
    if (p->quorum == POLICY_NONE && !is(&w, "none"))
        return err_set(e, ERR_INPUT, "'%.*s' is no witness or group of a line before", shown(&w),
                       w.text);
    p->has_quorum = true;
    return 0;
}

static int read_line(struct policy *p, const char *line, const char *end, struct err *e)
{
    struct word w = {.text = line, .end = end};

    for (const char *c = line; c < end; c++)
        if (((unsigned char)*c < ' ' && *c != '\t') || *c == 0x7f)
            return err_set(e, ERR_INPUT, "the control character 0x%02X", (unsigned)*c);
    if (!next(&w) || *w.text == '#')
        return 0;
    if (is(&w, "log"))
        return read_log(p, w, e);
    if (is(&w, "witness"))
        return read_witness(p, w, e);
    if (is(&w, "group"))
        return read_group(p, w, e);
    if (is(&w, "quorum"))
        return read_quorum(p, w, e);
    return err_set(e, ERR_INPUT, "'%.*s': expected log, witness, group or quorum", shown(&w),
                   w.text);
}

static int read_lines(struct policy *p, const char *path, const char *data, size_t len,
                      struct err *e)
{
    const char *end = data + len;
    size_t number = 1;

    if (len > POLICY_MOST)
        return err_set(e, ERR_INPUT, "%s: %zu bytes; a trust policy has %d at most", path, len,
                       POLICY_MOST);
    for (const char *line = data, *feed; line < end; line = feed + 1, number++) {
        feed = memchr(line, '\n', (size_t)(end - line));
        if (!feed)
            return err_set(e, ERR_INPUT, "%s: line %zu ends without a line feed: was it cut?", path,
                           number);
        if (read_line(p, line, feed, e) < 0)
            return err_context(e, "%s: line %zu", path, number);
    }
    if (!p->has_quorum)
        return err_set(e, ERR_INPUT,
                       "%s: no quorum: expected a line 'quorum NAME' or 'quorum none'", path);
    return 0;
}

struct policy *policy_read(const char *path, const char *data, size_t len, struct err *e)
{
    struct policy *p = err_alloc(1, sizeof *p, "a trust policy", e);

    if (!p || read_lines(p, path, data, len, e) == 0)
        return p;
    policy_free(p);
    return NULL;
}
