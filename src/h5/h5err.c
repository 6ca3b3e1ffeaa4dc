/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns HDF5's errors into ours. */
#include "h5/h5err.h"

#include <hdf5.h>
#include <stdbool.h>
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

static int set(struct err *e, enum err_code code, const char *advice, const char *format,
               va_list ap)
{
    char words[900], reason[200] = "";

    vsnprintf(words, sizeof words, format, ap);
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, innermost, reason);
    H5Eclear2(H5E_DEFAULT);
    if (!reason[0])
        return err_set(e, code, "%s%s", words, advice);
    return err_set(e, code, "%s%s (HDF5: %s)", words, advice, reason);
}

int h5err_set(struct err *e, enum err_code code, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    set(e, code, "", format, ap);
    va_end(ap);
    return -1;
}

/* What a failed call comes from. */
struct cause {
    bool missing, locked, device;
};

/* H5Ewalk2 callback. Each level may say again that reading failed: the device it is where
 * the innermost does. */
static herr_t find_cause(unsigned n, const H5E_error2_t *entry, void *cause)
{
    struct cause *c = cause;

    c->missing |= entry->min_num == H5E_NOTFOUND;
#ifdef H5E_CANTLOCKFILE
    c->locked |= entry->min_num == H5E_CANTLOCKFILE;
#endif
    c->device |= n == 0 && entry->maj_num == H5E_IO && entry->min_num == H5E_READERROR;
    return 0;
}

int h5err_read(struct err *e, const char *format, ...)
{
    struct cause c = {0};
    va_list ap;

    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find_cause, &c);
    va_start(ap, format);
    if (c.locked)
        set(e, ERR_IO, ": another program has it open for writing; wait until it is closed", format,
            ap);
    else
        set(e, c.device ? ERR_IO : c.missing ? ERR_OPEN : ERR_INPUT, "", format, ap);
    va_end(ap);
    return -1;
}
