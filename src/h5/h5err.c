/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns HDF5's errors into ours. */
#include "h5/h5err.h"

#include <hdf5.h>
#include <stdio.h>

void h5err_quiet(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    H5PLset_loading_state(0);
}

/* H5Ewalk2 callback: keeps the first (innermost) description. */
static herr_t innermost(unsigned n, const H5E_error2_t *entry, void *text)
{
    if (n == 0 && entry->desc)
        snprintf(text, 200, "%s", entry->desc);
    return 0;
}

int h5err_set(struct err *e, enum err_code code, const char *format, ...)
{
    char words[900], reason[200] = "";
    va_list ap;

    va_start(ap, format);
    vsnprintf(words, sizeof words, format, ap);
    va_end(ap);
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, innermost, reason);
    H5Eclear2(H5E_DEFAULT);
    if (!reason[0])
        return err_set(e, code, "%s", words);
    return err_set(e, code, "%s (HDF5: %s)", words, reason);
}
