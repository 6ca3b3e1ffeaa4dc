/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds how many GPUs of this node the job was given. */
#include "engine/plan/gpus.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/directory.h"
#include "util/parse.h"
#include "util/place.h"
#include "util/store.h"

enum { NVIDIA = GPUS_NVIDIA, AMD = GPUS_AMD, INTEL = 0x8086 };

/* What is counted on the way through a directory. */
struct count {
    char directory[PATH_MAX];
    int64_t nvidia, amd, other;
};

/* Returns the number in a file of /sys, 0x10de or 42; 0: there is none. */
static unsigned long number_in(const char *directory, const char *name, const char *file)
{
    char path[PATH_MAX], line[64];

    if (snprintf(path, sizeof path, "%s/%s/%s", directory, name, file) >= PATH_MAX ||
        !file_first_line(path, line, sizeof line))
        return 0;
    return strtoul(line, NULL, 0);
}

/* A display controller (class 0x03) that computes: any that shows no picture, and a VGA
 * adapter of those who make others, too; a management controller has one. */
static unsigned long vendor_of(const char *directory, const char *name)
{
    unsigned long class = number_in(directory, name, "class");
    unsigned long vendor = number_in(directory, name, "vendor");
    bool vga = class >> 8 == 0x0300, known = vendor == NVIDIA || vendor == AMD || vendor == INTEL;
    bool accelerator = class >> 16 == 0x12 && vendor == AMD;

    return accelerator || (class >> 16 == 0x03 && (!vga || known)) ? vendor : 0;
}

unsigned long gpus_vendor(const char *root, const char *address)
{
    char directory[PATH_MAX];

    return snprintf(directory, sizeof directory, "%s/sys/bus/pci/devices", root) < PATH_MAX
               ? vendor_of(directory, address)
               : 0;
}

static int visit_pci(void *context, const char *name, struct err *e)
{
    struct count *c = context;
    unsigned long vendor = vendor_of(c->directory, name);

    (void)e;
    if (vendor == 0)
        return 0;
    *(vendor == NVIDIA ? &c->nvidia : vendor == AMD ? &c->amd : &c->other) += 1;
    return 0;
}

/* /dev/nvidia0, and not /dev/nvidiactl. */
static int visit_nvidia(void *context, const char *name, struct err *e)
{
    const char *number = name + strlen("nvidia");

    (void)e;
    ((struct count *)context)->nvidia += number[0] && number[strspn(number, "0123456789")] == '\0';
    return 0;
}

/* A node of AMD's topology is a GPU if it has an id; the others are processors. */
static int visit_kfd(void *context, const char *name, struct err *e)
{
    struct count *c = context;

    (void)e;
    c->amd += number_in(c->directory, name, "gpu_id") > 0;
    return 0;
}

static struct count count_in(const char *root, const char *directory, const char *prefix,
                             file_visit *visit)
{
    struct count c = {0};

    if (snprintf(c.directory, sizeof c.directory, "%s%s", root, directory) < PATH_MAX)
        file_each(c.directory, prefix, visit, &c, NULL);
    return c;
}

/* What is here, by maker. */
static struct count count_here(const char *root)
{
    struct count all = count_in(root, "/sys/bus/pci/devices", "", visit_pci);
    int64_t nvidia = count_in(root, "/dev", "nvidia", visit_nvidia).nvidia;
    int64_t amd = count_in(root, "/sys/class/kfd/kfd/topology/nodes", "", visit_kfd).amd;
    char kfd[PATH_MAX];

    /* A container may see the whole bus, and have files of its own devices only. */
    all.nvidia = nvidia > 0 ? nvidia : all.nvidia;
    if (snprintf(kfd, sizeof kfd, "%s/dev/kfd", root) < PATH_MAX && file_exists(kfd))
        all.amd = amd > 0 ? amd : all.amd > 0 ? all.amd : 1;
    return all;
}

/* Returns the devices in a list as CUDA_VISIBLE_DEVICES has it: those before the first that
 * is none. Parts of a device (MIG) count as devices, and set *parts. */
static int64_t listed(const char *list, int64_t *parts)
{
    int64_t n = 0;

    *parts = 0;
    for (const char *p = list + strspn(list, " "); *p; p += strspn(p, ", "), n++) {
        bool part = strncmp(p, "MIG-", strlen("MIG-")) == 0;
        if (!isdigit((unsigned char)*p) && !part && strncmp(p, "GPU-", strlen("GPU-")) != 0)
            break;
        *parts += part;
        p += strcspn(p, ", ");
    }
    return n;
}

/* Returns the devices in what Slurm says: 2, h100:2, gpu:a:1,gpu:b:2; -1: it is nothing such. */
static int64_t counted(const char *count)
{
    int64_t sum = 0, n;
    char text[256], *rest = NULL;

    if (!count[0] || snprintf(text, sizeof text, "%s", count) >= (int)sizeof text)
        return -1;
    for (char *part = strtok_r(text, ",", &rest); part; part = strtok_r(NULL, ",", &rest)) {
        char *colon = strrchr(part, ':'), *number = colon ? colon + 1 : part;
        number[strcspn(number, "(")] = '\0'; /* gpu:2(IDX:0-1) */
        if (parse_i64(number, &n) < 0 || n < 0 || n > INT_MAX)
            return -1;
        sum += n;
    }
    return sum;
}

/* Returns the devices in a list of Slurm's: 0,2-3; -1: it is none. */
static int64_t indexed(const char *list)
{
    int64_t sum = 0;

    if (!list[0])
        return -1;
    for (const char *p = list; *p; p += *p == ',') {
        unsigned first, last;
        int used = 0, more = 0;
        if (sscanf(p, "%6u%n", &first, &used) != 1)
            return -1;
        last = first;
        if (sscanf(p + used, "-%6u%n", &last, &more) == 1)
            used += more;
        p += used;
        if (last < first || (*p && *p != ','))
            return -1;
        sum += (int64_t)(last - first) + 1;
    }
    return sum;
}

/* What a maker's variables leave of its devices. */
static int64_t visible(int64_t here, const char *const *variables, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *list = getenv(variables[i]);
        int64_t parts, n = list ? listed(list, &parts) : here;
        if (here > 0 && list && (n < here || parts > 0))
            here = n;
    }
    return here;
}

/* What Slurm says of this node; -1: nothing. */
static int64_t given_by_slurm(void)
{
    static const struct {
        const char *name;
        int64_t (*read)(const char *text);
    } variables[] = {
        {"SLURM_STEP_GPUS", indexed},    {"SLURM_JOB_GPUS", indexed},
        {"SLURM_GPUS_ON_NODE", counted}, {"SLURM_GPUS_PER_NODE", counted},
        {"SLURM_GPUS", counted}, /* of the whole job */
    };
    int64_t least = -1;

    for (size_t i = 0; getenv("SLURM_JOB_ID") && i < sizeof variables / sizeof variables[0]; i++) {
        const char *text = getenv(variables[i].name);
        int64_t n = text ? variables[i].read(text) : -1;
        if (n >= 0 && (least < 0 || n < least))
            least = n;
    }
    return least;
}

int64_t gpus_given(const char *root)
{
    static const char *const nvidia[] = {"CUDA_VISIBLE_DEVICES"};
    static const char *const amd[] = {"ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"};
    struct count here = count_here(root);
    int64_t slurm = given_by_slurm();

    here.nvidia = visible(here.nvidia, nvidia, sizeof nvidia / sizeof nvidia[0]);
    here.amd = visible(here.amd, amd, sizeof amd / sizeof amd[0]);
    int64_t sum = here.nvidia + here.amd + here.other;
    return slurm >= 0 && slurm < sum ? slurm : sum;
}
