/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the GPUs of this node that the job was given, one by one. */
#include "engine/plan/devices.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan/gpus.h"
#include "engine/plan/here.h"
#include "util/buf.h"

static const char *const variable[] = {
    [DEVICE_NVIDIA] = "CUDA_VISIBLE_DEVICES", [DEVICE_AMD] = "ROCR_VISIBLE_DEVICES"};

/* Adds the device that a variable calls by that name: the number of it, or what its UUID
 * begins with; parts of devices, too, whose place nobody says. */
static void add_named(struct devices *d, const char *root, enum device_maker maker,
                      const char *name, const struct here *h, size_t count)
{
    struct device *x = &d->list[d->count];
    size_t at = isdigit((unsigned char)name[0]) ? strtoul(name, NULL, 10) : count;

    if (d->count == DEVICES_MOST || strlen(name) >= DEVICE_NAME)
        return;
    for (size_t i = 0; i < count && at >= count; i++)
        if (strncmp(name, "GPU-", 4) == 0 && strncmp(h[i].uuid, name, strlen(name)) == 0)
            at = i;
    memset(x, 0, sizeof *x); /* it is compared whole */
    x->maker = maker;
    memcpy(x->name, name, strlen(name) + 1);
    if (at < count)
        here_cpus(root, &h[at], x->cpus);
    d->count++;
}

/* Adds those of a list as CUDA_VISIBLE_DEVICES has it, to the first that is none. */
static void add_list(struct devices *d, const char *root, enum device_maker maker, const char *text,
                     const struct here *h, size_t count)
{
    char name[DEVICE_NAME];

    for (const char *p = text + strspn(text, " "); *p; p += strspn(p, ", ")) {
        size_t n = strcspn(p, ", ");
        if (n >= sizeof name || (!isdigit((unsigned char)*p) && strncmp(p, "MIG-", 4) != 0 &&
                                 strncmp(p, "GPU-", 4) != 0))
            return;
        memcpy(name, p, n);
        name[n] = '\0';
        if (!isdigit((unsigned char)*p) || strtoul(name, NULL, 10) < count)
            add_named(d, root, maker, name, h, count);
        p += n;
    }
}

/* Effect: list has the devices that Slurm has given, 0,2-3, one by one; it is empty where it
 * does not say. */
static void list_of_slurm(struct buf *list)
{
    const char *text = getenv("SLURM_STEP_GPUS");
    unsigned first, last;
    int used;

    text = text ? text : getenv("SLURM_JOB_GPUS");
    for (const char *p = getenv("SLURM_JOB_ID") && text ? text : "";
         sscanf(p, "%3u%n", &first, &used) == 1; p += *p == ',') {
        p += used;
        last = first;
        if (sscanf(p, "-%3u%n", &last, &used) == 1)
            p += used;
        for (unsigned i = first; i <= last; i++)
            buf_addf(list, "%u,", i);
    }
}

/* HIP_VISIBLE_DEVICES counts from what ROCR_VISIBLE_DEVICES leaves. */
static void choose(struct devices *d, size_t first, const char *numbers)
{
    struct devices all = *d;

    d->count = first;
    for (const char *p = numbers; isdigit((unsigned char)*p); p += strspn(p, ", ")) {
        size_t at = first + strtoul(p, NULL, 10);
        if (at < all.count && d->count < DEVICES_MOST)
            d->list[d->count++] = all.list[at];
        p += strcspn(p, ", ");
    }
}

static void see_maker(struct devices *d, const char *root, enum device_maker maker)
{
    const char *rocr = getenv("ROCR_VISIBLE_DEVICES"), *hip = getenv("HIP_VISIBLE_DEVICES");
    const char *given = maker == DEVICE_NVIDIA ? getenv("CUDA_VISIBLE_DEVICES") : rocr ? rocr : hip;
    struct here h[DEVICES_MOST];
    struct buf slurm = {0};
    size_t count = here_see(root, maker, h), first = d->count;
    char number[24];

    list_of_slurm(&slurm);
    given = given ? given : slurm.data;
    if (given && count > 0)
        add_list(d, root, maker, given, h, count);
    if (given && maker == DEVICE_AMD && rocr && hip)
        choose(d, first, hip);
    for (size_t i = 0; !given && i < count; i++) {
        snprintf(number, sizeof number, "%zu", i);
        add_named(d, root, maker, h[i].uuid[0] ? h[i].uuid : number, h, count);
    }
    buf_free(&slurm);
}

void devices_see(const char *root, struct devices *d)
{
    int64_t given = gpus_given(root);

    memset(d, 0, sizeof *d);
    see_maker(d, root, DEVICE_NVIDIA);
    see_maker(d, root, DEVICE_AMD);
    if (given >= 0 && (size_t)given < d->count)
        d->count = (size_t)given;
    d->divided =
        getenv("SLURM_JOB_ID") && (getenv("SLURM_GPUS_PER_TASK") || getenv("SLURM_GPU_BIND"));
}

static void add_file(struct buf *files, const char *name)
{
    buf_addf(files, "/dev/%s", name);
    buf_addc(files, '\0');
}

/* What a maker's programs need, whichever device they use. */
static void add_common(struct buf *files, enum device_maker maker, bool parts)
{
    static const char *const nvidia[] = {"nvidiactl", "nvidia-uvm", "nvidia-uvm-tools",
                                         "nvidia-modeset"};

    for (size_t i = 0; maker == DEVICE_NVIDIA && i < sizeof nvidia / sizeof nvidia[0]; i++)
        add_file(files, nvidia[i]);
    if (maker == DEVICE_NVIDIA && parts)
        add_file(files, "nvidia-caps");
    if (maker == DEVICE_AMD)
        add_file(files, "kfd");
}

/* Whether a name of CUDA_VISIBLE_DEVICES or ROCR_VISIBLE_DEVICES is that of device number at. */
static bool is_called(const char *name, const struct here *h, size_t at)
{
    if (isdigit((unsigned char)name[0]))
        return strtoul(name, NULL, 10) == at;
    return h->uuid[0] && strncmp(h->uuid, name, strlen(name)) == 0;
}

static void add_files(struct buf *files, const char *root, enum device_maker maker)
{
    struct here h[DEVICES_MOST];
    size_t count = here_see(root, maker, h);
    bool wanted[DEVICES_MOST] = {false}, parts = false;
    struct devices d = {0};

    add_list(&d, root, maker, getenv(variable[maker]), h, count);
    for (size_t k = 0; k < d.count; k++) {
        bool any = false;
        for (size_t i = 0; i < count; i++)
            if (is_called(d.list[k].name, &h[i], i) && h[i].node[0])
                any = wanted[i] = true;
        parts |= !any;
    }
    for (size_t i = 0; i < count; i++)
        if (h[i].node[0] && (wanted[i] || parts))
            add_file(files, h[i].node);
    if (d.count > 0)
        add_common(files, maker, parts);
}

void devices_files(const char *root, struct buf *files)
{
    for (enum device_maker maker = DEVICE_NVIDIA; maker <= DEVICE_AMD; maker++)
        if (getenv(variable[maker]))
            add_files(files, root, maker);
}

void devices_take(const struct devices *d, const bool own[static DEVICES_MOST])
{
    for (enum device_maker maker = DEVICE_NVIDIA; maker <= DEVICE_AMD; maker++) {
        struct buf b = {0};
        bool any = false;
        for (size_t i = 0; i < d->count; i++) {
            any |= d->list[i].maker == maker;
            if (d->list[i].maker == maker && own[i])
                buf_addf(&b, "%s%s", b.len ? "," : "", d->list[i].name);
        }
        if (any)
            setenv(variable[maker], b.data ? b.data : "", 1);
        if (any && maker == DEVICE_AMD) /* it counts from the first that is left */
            unsetenv("HIP_VISIBLE_DEVICES");
        buf_free(&b);
    }
}
