/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes HDF5 ready ahead of time.
 *
 * Its first call costs milliseconds; whoever waits for something anyway can pay
 * them then. Nothing depends on it.
 */
#ifndef H5_PREPARE_H
#define H5_PREPARE_H

/* Effect: HDF5 is initialised in this process, prints nothing by itself and
 * loads no plug-ins. */
void h5_prepare(void);

#endif
