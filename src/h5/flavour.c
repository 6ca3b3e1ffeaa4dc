/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says whether the HDF5 that is loaded works here. */
#include "h5/flavour.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5/h5err.h"
#include "h5/writer.h"

#ifdef H5_HAVE_PARALLEL
static const char build[] = "parallel build";
#else
static const char build[] = "serial build";
#endif

int flavour_check(char *text, size_t size, struct err *e)
{
    unsigned major = 0, minor = 0, release = 0;

    if (H5get_libversion(&major, &minor, &release) < 0)
        return h5err_set(e, ERR_SOFTWARE, "HDF5 does not tell its version");
    snprintf(text, size, "HDF5 %u.%u.%u, %s", major, minor, release, build);
    if (major == H5_VERS_MAJOR && minor == H5_VERS_MINOR && release == H5_VERS_RELEASE)
        return 0;
    return err_set(e, ERR_SOFTWARE,
                   "HDF5 %u.%u.%u is loaded, but the program was compiled for %d.%d.%d", major,
                   minor, release, H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE);
}

int flavour_try_reader(struct reader *r, struct err *e)
{
    static const char path[] = "/contract@title", title[] = "a trial";
    const struct reader_limits limits = {.elements = 1000, .memory = 1 << 20, .seconds = 10};
    struct flat *f = flat_create(e), *back = NULL;
    char *bytes = NULL;
    size_t len;
    int rc = -1;

    if (!f)
        return -1;
    flat_add_group(f, "/contract");
    flat_add_string(f, path, title);
    if (writer_image(f, &bytes, &len, e) < 0)
        goto done;
    back = reader_read(r, "a trial contract", bytes, len, &limits, e);
    if (!back)
        goto done;
    const struct flat_value *v = flat_find(back, path);
    if (v && v->type == FLAT_STRING && v->count == 1 && strcmp(v->strings[0], title) == 0)
        rc = 0;
    else
        err_set(e, ERR_SOFTWARE, "a trial contract was read, but %s came back changed", path);
done:
    free(bytes);
    flat_destroy(back);
    flat_destroy(f);
    return rc;
}
