/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes HDF5 ready ahead of time. */
#include "h5/prepare.h"

#include <hdf5.h>

#include "h5/h5err.h"

void h5_prepare(void)
{
    H5open();
    h5err_quiet();
}
