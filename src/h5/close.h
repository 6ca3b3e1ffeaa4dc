/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How what HDF5 has opened for reading is closed.
 */
#ifndef H5_CLOSE_H
#define H5_CLOSE_H

#include <hdf5.h>

/* Effect: closes whatever id is of, but a file; nothing if it could not be opened. Not for what
 * was written: this does not say whether the bytes are safe. */
static inline void h5_close(hid_t id)
{
    if (id >= 0)
        H5Idec_ref(id);
}

#endif
