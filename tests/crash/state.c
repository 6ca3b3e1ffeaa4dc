/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold in every state that a crash may leave. */
#include <dirent.h>
#include <sys/stat.h>

#include "lab.h"

#include "ledger/trust/audit.h"
#include "ledger/trust/kept.h"
#include "ledger/trust/sign.h"

/* The state's own ledger, beside the disk. */
struct place_of_state {
    char root[80], dir[90], log[100];
};

/* Readers pass over what is torn; nobody is accused. */
static int check_readers(const struct place_of_state *p, size_t acknowledged, struct err *e)
{
    struct err why = {0};
    struct chain_state state = {0};

    if (access(p->log, F_OK) < 0)
        return acknowledged ? err_set(e, ERR_SOFTWARE, "the log is gone") : 0;
    struct ledger *l = ledger_open_read(p->dir, e);
    if (!l)
        return err_context(e, "a reader");
    uint64_t count = ledger_state(l)->count;
    ledger_close(l);
    if (count < acknowledged)
        return err_set(e, ERR_SOFTWARE, "a reader sees %u records of %zu", (unsigned)count,
                       acknowledged);
    if (ledger_verify(p->dir, &state, &why) < 0 && why.code != ERR_VERIFY)
        return err_set(e, why.code, "verify: %s", why.text);
    return 0;
}

static bool was_tried(const struct lab *lab, const char *sum)
{
    for (size_t i = 0; i < lab->tried_count; i++)
        if (strcmp(lab->tried[i], sum) == 0)
            return true;
    return false;
}

struct looked {
    const struct lab *lab;
    size_t acknowledged, count;
    char torn[DIGEST_TEXT]; /* of which a repair record must tell */
    bool told;
};

/* What was acknowledged is there; what follows was tried, or is what opening has written. */
static int check_record(const struct record *r, void *context, struct err *e)
{
    struct looked *look = context;
    char sum[SHA256_HEX + 1];
    size_t i = look->count++;

    hex_encode(sum, r->sum, SHA256_LEN);
    if (strcmp(r->type, "repair") == 0 && strcmp(record_get(r, "sha256"), look->torn) == 0)
        look->told = true;
    if (i < look->acknowledged && strcmp(sum, look->lab->acknowledged[i]) != 0)
        return err_set(e, ERR_SOFTWARE, "record %zu is another", i);
    if (i >= look->acknowledged && !was_tried(look->lab, sum) && strcmp(r->type, "repair") != 0 &&
        strcmp(r->type, "genesis") != 0)
        return err_set(e, ERR_SOFTWARE, "record %zu was invented: %s", i, r->type);
    return 0;
}

/* Whether one of the files in torn/ holds those bytes. */
static bool is_in_torn(const struct place_of_state *p, const char *bytes, size_t len)
{
    char path[500];
    bool found = false;

    snprintf(path, sizeof path, "%s/torn", p->dir);
    DIR *list = opendir(path);
    for (struct dirent *f; list && !found && (f = readdir(list));) {
        struct stat st;
        snprintf(path, sizeof path, "%s/torn/%s", p->dir, f->d_name);
        if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
            continue;
        struct bytes b = log_read(path);
        found = b.len == len && memcmp(b.data, bytes, len) == 0;
        free(b.data);
    }
    if (list)
        closedir(list);
    return found;
}

static int check_key(const struct lab *lab, const struct place_of_state *p, struct err *e)
{
    char path[120], begins[80] = "ed25519:", *text;
    size_t len;

    hex_encode(begins + strlen(begins), lab->public, KEY_PUBLIC_LEN);

    snprintf(path, sizeof path, "%s/key.pub", p->dir);
    if (file_read(path, 1000, &text, &len, e) < 0)
        return -1;
    int rc = strncmp(text, begins, strlen(begins)) == 0 && strstr(text, " jena\n")
                 ? 0
                 : err_set(e, ERR_SOFTWARE, "%s: holds '%s'", path, text);
    free(text);
    return rc;
}

static int check_opened(const struct lab *lab, const struct place_of_state *p, struct ledger *l,
                        size_t acknowledged, struct err *e)
{
    struct looked look = {.lab = lab, .acknowledged = acknowledged, .torn = "?"};

    if (lab->torn_len > 0 && hash_text(lab->torn, lab->torn_len, look.torn, e) < 0)
        return -1;
    if (ledger_scan(l, check_record, &look, e) < 0)
        return -1;
    if (look.count < acknowledged)
        return err_set(e, ERR_SOFTWARE, "%zu records of %zu are there", look.count, acknowledged);
    if (lab->torn_len > 0 && !is_in_torn(p, lab->torn, lab->torn_len))
        return err_set(e, ERR_SOFTWARE, "what was torn is lost");
    if (lab->torn_len > 0 && !look.told)
        return err_set(e, ERR_SOFTWARE, "no record tells of what was torn");
    return check_key(lab, p, e);
}

/* The newest checkpoint covers what was signed, and no more than there is; and who signs can. */
static int check_signed(const struct lab *lab, const struct place_of_state *p, struct ledger *l,
                        size_t signed_records, struct err *e)
{
    struct err why = {0};
    struct kept k;
    struct audit a;
    struct sign_report r;
    uint64_t size = 0;

    if (kept_read(&k, p->dir, 0, &why) == 0) {
        size = k.c.size;
        kept_free(&k);
    } else if (why.code != ERR_OPEN) {
        return err_set(e, why.code, "%s", why.text);
    }
    if (size < signed_records || size > ledger_state(l)->count)
        return err_set(e, ERR_SOFTWARE, "the checkpoint covers %u records of %u, %zu were signed",
                       (unsigned)size, (unsigned)ledger_state(l)->count, signed_records);
    if (sign_ledger(l, lab->key, 0, &r, e) < 0)
        return err_context(e, "signing");
    int rc = audit_ledger(p->dir, &(struct audit_known){0}, &a, e);
    audit_free(&a);
    return rc < 0 ? err_context(e, "the audit") : 0;
}

/* Opens it, looks at it, appends, and verifies it. */
static int check_use(const struct lab *lab, const struct place_of_state *p, const struct said *said,
                     struct err *e)
{
    const struct ledger_genesis genesis = lab_genesis(lab);
    struct chain_state state = {0};
    struct record r;
    struct ledger *l = ledger_open(p->dir, &genesis, e);

    if (!l)
        return err_context(e, "opening");
    int rc = check_opened(lab, p, l, said->records, e);
    if (rc == 0 && lab->signs)
        rc = check_signed(lab, p, l, said->signed_records, e);
    uint64_t count = ledger_state(l)->count;
    fill_submit(&r, "jena/wdbc/0", 7);
    if (rc == 0 && (rc = ledger_append(l, &r, 1, NULL, e)) < 0)
        err_context(e, "the next append");
    ledger_close(l);
    if (rc == 0 && (rc = ledger_verify(p->dir, &state, e)) == 0 && state.count != count + 1)
        rc = err_set(e, ERR_SOFTWARE, "the next append left %u records", (unsigned)state.count);
    return rc;
}

int lab_check(struct lab *lab, const struct disk *d, const struct disk_image *i, size_t said,
              struct err *e)
{
    struct place_of_state p;

    snprintf(p.root, sizeof p.root, "%s/state", lab->place.dir);
    snprintf(p.dir, sizeof p.dir, "%s/a/ledger", p.root);
    snprintf(p.log, sizeof p.log, "%s/log", p.dir);
    image_put(d, i, p.root);
    lab->states++;
    lab_home(p.root);
    int rc = check_readers(&p, lab->said[said].records, e);
    if (rc == 0)
        rc = check_use(lab, &p, &lab->said[said], e);
    place_remove(p.root);
    return rc;
}
