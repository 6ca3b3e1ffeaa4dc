/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds a filter that is not there. */
#include "h5/filter.h"

#include <stdio.h>

#include "h5/close.h"
#include "util/text.h"

/* Numbers that the HDF Group has given to filters; files need not name them. */
static const struct {
    H5Z_filter_t id;
    const char *name;
} known[] = {
    {H5Z_FILTER_DEFLATE, "gzip"},
    {H5Z_FILTER_SZIP, "szip"},
    {305, "lzo"},
    {307, "bzip2"},
    {32000, "lzf"},
    {32001, "blosc"},
    {32004, "lz4"},
    {32008, "bitshuffle"},
    {32013, "zfp"},
    {32015, "zstd"},
    {32017, "sz"},
    {32018, "fcidecomp"},
    {32019, "jpeg"},
    {32022, "lpc-rice"},
    {32024, "sz3"},
    {32026, "blosc2"},
};

/* Effect: name is what a filter is called, as far as anybody has said. */
static void call(H5Z_filter_t id, const char *stored, char name[static FILTER_NAME])
{
    char safe[FILTER_NAME - 20];

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].id == id)
            stored = known[i].name;
    if (stored[0])
        snprintf(name, FILTER_NAME, "%s (filter %d)", text_printable(safe, sizeof safe, stored),
                 (int)id);
    else
        snprintf(name, FILTER_NAME, "filter %d", (int)id);
}

bool filter_missing(hid_t dataset, char name[static FILTER_NAME])
{
    hid_t creation = H5Dget_create_plist(dataset);
    int count = creation < 0 ? 0 : H5Pget_nfilters(creation);
    bool missing = false;

    for (int i = 0; i < count && !missing; i++) {
        char stored[FILTER_NAME - 20] = "";
        unsigned flags, config = 0;
        size_t values = 0;
        H5Z_filter_t id = H5Pget_filter2(creation, (unsigned)i, &flags, &values, NULL,
                                         sizeof stored, stored, NULL);
        stored[sizeof stored - 1] = '\0';
        missing = id >= 0 && H5Zfilter_avail(id) <= 0;
        /* Built without an encoder or a decoder, it is there, and of no use here. */
        if (id >= 0 && !missing && H5Zget_filter_info(id, &config) >= 0)
            missing = !(config & H5Z_FILTER_CONFIG_DECODE_ENABLED);
        if (missing)
            call(id, stored, name);
    }
    H5Eclear2(H5E_DEFAULT);
    h5_close(creation);
    return missing;
}
