/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What OpenBLAS needs of a process that uses it, and its threads.
 */
#ifndef UTIL_BLAS_H
#define UTIL_BLAS_H

#include "util/err.h"

/* Effect: OpenBLAS, if it is that, computes by one thread, and has the addresses that it takes at
 * its first use. ERR_PERMANENT: a limit of addresses (ulimit -v) leaves too few; it would ask for
 * them again and again, for ever. To be called before MPI takes what there is. */
int blas_prepare(struct err *e);

/* Returns by how many threads OpenBLAS computes: OPENBLAS_NUM_THREADS, or the processors that it
 * may use; 1 after blas_prepare(), and of another BLAS. */
unsigned blas_threads(void);

/* Effect: from now on it computes by that many. Nobody else may be computing. */
void blas_take_threads(unsigned threads);

#endif
