/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What OpenBLAS needs of a process that uses it.
 */
#ifndef FUNCTION_BLAS_H
#define FUNCTION_BLAS_H

#include "util/err.h"

/* Effect: OpenBLAS, if it is that, computes by one thread, and has the addresses that it takes at
 * its first use. ERR_PERMANENT: a limit of addresses (ulimit -v) leaves too few; it would ask for
 * them again and again, for ever. To be called before MPI takes what there is. */
int blas_prepare(struct err *e);

#endif
