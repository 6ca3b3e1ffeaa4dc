/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the GPUs that the kernel shows, and where they are. */
#include "engine/plan/here.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan/gpus.h"
#include "util/directory.h"
#include "util/place.h"
#include "util/store.h"

enum { ENTRY = DEVICE_NAME, TEXT = 4096 }; /* bytes of a name, and of a file */

static const char bus[] = "/sys/bus/pci/devices", driver[] = "/proc/driver/nvidia/gpus",
                  topology[] = "/sys/class/kfd/kfd/topology/nodes";

/* The names of what a directory has, or the devices of a maker by their places on the bus. */
struct names {
    const char *root;
    enum device_maker maker;
    size_t count;
    char list[DEVICES_MOST][ENTRY];
};

static int add(struct names *n, const char *name)
{
    if (n->count == DEVICES_MOST || strlen(name) >= ENTRY)
        return 0;
    memcpy(n->list[n->count++], name, strlen(name) + 1);
    return 0;
}

static int visit_any(void *context, const char *name, struct err *e)
{
    (void)e;
    return name[0] == '.' ? 0 : add(context, name);
}

static int visit_pci(void *context, const char *name, struct err *e)
{
    static const unsigned long vendor[DEVICE_MAKERS] = {
        [DEVICE_NVIDIA] = GPUS_NVIDIA, [DEVICE_AMD] = GPUS_AMD};
    struct names *n = context;

    (void)e;
    return gpus_vendor(n->root, name) == vendor[n->maker] ? add(n, name) : 0;
}

/* By number, where they are numbers: 2 is before 10. Places on the bus are of equal length. */
static int compare(const void *a, const void *b)
{
    size_t i = strlen(a), k = strlen(b);

    return i != k ? (i > k) - (i < k) : strcmp(a, b);
}

static void list(struct names *n, const char *directory, file_visit *visit)
{
    char path[PATH_MAX];

    n->count = 0;
    if (snprintf(path, sizeof path, "%s%s", n->root, directory) < PATH_MAX)
        file_each(path, "", visit, n, NULL);
    qsort(n->list, n->count, sizeof n->list[0], compare);
}

/* Copies the word behind a key of a text of lines "KEY: WORD" or "KEY WORD". */
static bool value_of(const char *text, const char *key, char *word, size_t size)
{
    const char *at = strstr(text, key);

    if (!at)
        return false;
    at += strlen(key);
    at += strspn(at, ": \t");
    size_t n = strcspn(at, " \t\r\n");
    snprintf(word, size, "%.*s", (int)(n < size ? n : size - 1), at);
    return n > 0 && n < size;
}

/* Effect: text is what a file says, or "". */
static void read_text(char text[static TEXT], const char *root, const char *directory,
                      const char *name, const char *file)
{
    char path[PATH_MAX];

    text[0] = '\0';
    if (snprintf(path, sizeof path, "%s%s/%s/%s", root, directory, name, file) < PATH_MAX)
        file_lines(path, text, TEXT);
}

/* A number that a driver's file has for each device, and no "GPU-????…" of one that may not be
 * looked at. */
static bool is_uuid(const char *text)
{
    return strncmp(text, "GPU-", 4) == 0 && text[4] &&
           text[4 + strspn(text + 4, "0123456789abcdef-")] == '\0';
}

static size_t see_nvidia(const char *root, struct here list_here[static DEVICES_MOST])
{
    struct names n = {.root = root, .maker = DEVICE_NVIDIA};
    char path[PATH_MAX], minor[16], text[TEXT];
    size_t count = 0;

    list(&n, driver, visit_any);
    for (size_t i = 0; i < n.count; i++) {
        struct here h = {0};
        read_text(text, root, driver, n.list[i], "information");
        memcpy(h.address, n.list[i], sizeof h.address);
        if (!value_of(text, "GPU UUID", h.uuid, sizeof h.uuid) || !is_uuid(h.uuid))
            h.uuid[0] = '\0';
        bool has = value_of(text, "Device Minor", minor, sizeof minor);
        snprintf(path, sizeof path, "%s/dev/nvidia%s", root, minor);
        if (has && minor[strspn(minor, "0123456789")] == '\0')
            snprintf(h.node, sizeof h.node, "nvidia%s", minor);
        if (!has || file_exists(path)) /* a container may have some of them only */
            list_here[count++] = h;
    }
    return count;
}

/* AMD's own order. */
static size_t see_amd(const char *root, struct here list_here[static DEVICES_MOST])
{
    struct names n = {.root = root, .maker = DEVICE_AMD};
    char word[24], id[TEXT], text[TEXT];
    size_t count = 0;

    list(&n, topology, visit_any);
    for (size_t i = 0; i < n.count; i++) {
        struct here h = {0};
        read_text(id, root, topology, n.list[i], "gpu_id");
        read_text(text, root, topology, n.list[i], "properties");
        if (value_of(text, "location_id", word, sizeof word)) {
            unsigned long at = strtoul(word, NULL, 10);
            unsigned long domain =
                value_of(text, "domain", word, sizeof word) ? strtoul(word, NULL, 10) : 0;
            snprintf(h.address, sizeof h.address, "%04lx:%02lx:%02lx.%lx", domain, at >> 8 & 0xff,
                     at >> 3 & 0x1f, at & 7);
        }
        if (value_of(text, "drm_render_minor", word, sizeof word))
            snprintf(h.node, sizeof h.node, "dri/renderD%lu", strtoul(word, NULL, 10));
        if (strtoul(id, NULL, 10) > 0)
            list_here[count++] = h;
    }
    return count;
}

size_t here_see(const char *root, enum device_maker maker,
                struct here list_here[static DEVICES_MOST])
{
    struct names n = {.root = root, .maker = maker};
    size_t count = maker == DEVICE_NVIDIA ? see_nvidia(root, list_here) : see_amd(root, list_here);

    if (count > 0)
        return count;
    list(&n, bus, visit_pci);
    for (size_t i = 0; i < n.count; i++) {
        list_here[i] = (struct here){0};
        memcpy(list_here[i].address, n.list[i], sizeof list_here[i].address);
    }
    return n.count;
}

/* Effect: the processors of a list as the kernel writes it, 0-3,8. */
static void read_cpus(uint64_t cpus[static DEVICE_CPUS], const char *text)
{
    unsigned first, last;
    int used;

    for (const char *p = text; sscanf(p, "%5u%n", &first, &used) == 1; p += *p == ',') {
        p += used;
        last = first;
        if (*p == '-' && sscanf(p, "-%5u%n", &last, &used) == 1)
            p += used;
        for (unsigned i = first; i <= last && i < 64 * DEVICE_CPUS; i++)
            cpus[i / 64] |= (uint64_t)1 << i % 64;
        if (*p != ',')
            return;
    }
}

void here_cpus(const char *root, const struct here *h, uint64_t cpus[static DEVICE_CPUS])
{
    char text[TEXT];

    if (!h->address[0])
        return;
    read_text(text, root, bus, h->address, "local_cpulist");
    read_cpus(cpus, text);
}
