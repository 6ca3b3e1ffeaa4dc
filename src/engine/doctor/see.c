/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks at what a run would meet on this node. */
#include "engine/doctor/facts.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>

#include "h5/flavour.h"
#include "ledger/ledger.h"
#include "ledger/trust/sign.h"
#include "util/key.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/text.h"

/* What OpenBLAS tells of itself; another BLAS has none of these. */
extern char *openblas_get_config(void) __attribute__((weak));
extern char *openblas_get_corename(void) __attribute__((weak));
extern int openblas_get_num_threads(void) __attribute__((weak));
extern void dgemm_(void) __attribute__((weak));

/* What OpenBLAS takes for a processor that it does not know, and its kernels for old ones. */
static bool is_old_kernel(const char *core)
{
    static const char *const old[] = {"Prescott",  "Generic",   "Core2",   "Penryn",
                                      "Nehalem",   "Atom",      "Opteron", "Opteron_SSE3",
                                      "Barcelona", "Dunnington"};
    bool found = false;

    for (size_t i = 0; i < sizeof old / sizeof old[0]; i++)
        found |= strcasecmp(core, old[i]) == 0;
    return found;
}

/* Returns the kernel for the instructions that this processor has, or "". */
static const char *better_kernel(void)
{
#if defined __x86_64__
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return "SkylakeX";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return "Haswell";
#endif
    return "";
}

static void see_blas(struct doctor_rank *d)
{
    d->blas_linked = dgemm_ != NULL;
    if (!openblas_get_config || !openblas_get_corename || !openblas_get_num_threads)
        return;
    /* "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH …": name and version */
    const char *config = openblas_get_config(), *space = strchr(config, ' ');
    size_t len = space ? (size_t)(space - config) + 1 + strcspn(space + 1, " ") : strlen(config);
    snprintf(d->blas, sizeof d->blas, "%.*s", (int)len, config);
    snprintf(d->blas_core, sizeof d->blas_core, "%s", openblas_get_corename());
    d->blas_threads = openblas_get_num_threads();
    if (is_old_kernel(d->blas_core))
        snprintf(d->blas_better, sizeof d->blas_better, "%s", better_kernel());
}

static uint64_t limit_of(int resource)
{
    struct rlimit limit;

    if (getrlimit((__rlimit_resource_t)resource, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
        return UINT64_MAX;
    return limit.rlim_cur;
}

/* Effect: tells of an error in trouble, which may be cut. */
static void take_trouble(char trouble[static DOCTOR_TROUBLE], const struct err *why)
{
    snprintf(trouble, DOCTOR_TROUBLE, "%.*s", DOCTOR_TROUBLE - 1, why->text);
    text_show(trouble, DOCTOR_TROUBLE);
}

/* Whether a file of that path could be made, with the directories above it. */
static int can_be_made(const char *path, struct err *e)
{
    char existing[PATH_MAX - 8], name[PATH_MAX];

    if (file_exists(path))
        return 0;
    if (probe_existing(path, existing, sizeof existing, e) < 0)
        return -1;
    snprintf(name, sizeof name, "%s/x", existing);
    return file_can_make(name, NULL) == 0
               ? 0
               : err_set(e, ERR_OPEN, "%s: cannot be made, as %s cannot be written", path,
                         existing);
}

void doctor_see_rank(struct doctor_rank *d, struct reader *r)
{
    char path[PATH_MAX];
    struct err hardware = {0}, reader = {0}, state = {0};

    memset(d, 0, sizeof *d); /* it is sent whole */
    if (resources_node(d->node, &hardware) < 0 || resources_see(&d->has, &hardware) < 0)
        take_trouble(d->has_trouble, &hardware);
    see_blas(d);
    d->files = limit_of(RLIMIT_NOFILE);
    d->locked_memory = limit_of(RLIMIT_MEMLOCK);
    if (flavour_try_reader(r, &reader) < 0)
        take_trouble(d->reader_trouble, &reader);
    if (paths_find(PATHS_STATE, "contracts/x", path, sizeof path, &state) < 0 ||
        can_be_made(path, &state) < 0)
        take_trouble(d->state_trouble, &state);
}

/* Effect: the directory in which path would be, tried. */
static void see_directory(struct doctor_place *p, const char *path, bool locks)
{
    char existing[PATH_MAX];

    if (probe_existing(path, existing, sizeof existing, &p->why) == 0)
        probe_directory(existing, locks, &p->is, &p->why);
}

/* The files that are there are opened as a run opens them. Whether nodes keep each other out is
 * another question, and has an answer of its own. */
static void see_ledger(struct doctor_facts *f)
{
    char existing[PATH_MAX];
    struct doctor_place *p = &f->ledger;

    if (ledger_try(p->path, NULL, true, &p->why) < 0 ||
        probe_existing(p->path, existing, sizeof existing, &p->why) < 0)
        return;
    filesystem_see(existing, &p->is.fs);
    f->half_groups = strcmp(existing, p->path) == 0 && owner_is_half_groups(existing);
    see_directory(p, p->path, p->is.fs.locks != FILESYSTEM_NONE);
}

/* A result is made beside where it is to be; its directory must be there. */
static void see_result(struct doctor_place *p)
{
    char parent[PATH_MAX];
    char *slash;

    if (file_can_make(p->path, &p->why) < 0)
        return;
    snprintf(parent, sizeof parent, "%s", p->path);
    slash = strrchr(parent, '/');
    if (slash)
        slash[1] = '\0';
    see_directory(p, slash ? parent : ".", false);
}

void doctor_see_places(struct doctor_facts *f, const struct doctor_options *o)
{
    if (snprintf(f->ledger.path, sizeof f->ledger.path, "%s", o->ledger) >=
        (int)sizeof f->ledger.path)
        err_set(&f->ledger.why, ERR_OPEN, "--ledger: the path is too long");
    else
        see_ledger(f);
    if (snprintf(f->out.path, sizeof f->out.path, "%s", o->out) >= (int)sizeof f->out.path)
        err_set(&f->out.why, ERR_OPEN, "--out: the path is too long");
    else
        see_result(&f->out);
    if (key_site_path(f->key, &f->key_why) == 0)
        can_be_made(f->key, &f->key_why);
    if (!f->ledger.why.code && !f->key_why.code)
        sign_could(o->ledger, &f->sign_why);
}
