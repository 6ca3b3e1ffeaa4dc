/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What OpenBLAS needs while it is there, and its threads. */
#include "util/blas.h"

#include <cblas.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <sys/resource.h>

/* Another BLAS has none of these; some headers of OpenBLAS declare them, strong. */
extern void openblas_set_num_threads(int n) __attribute__((weak));
extern int openblas_get_num_threads(void) __attribute__((weak));

static const size_t taken = (size_t)136 << 20; /* bytes: its buffer of 128 MiB, and some more */

int blas_prepare(struct err *e)
{
    struct rlimit addresses;
    double one = 1, square = 0;

    if (!openblas_set_num_threads)
        return 0;
    openblas_set_num_threads(1);
    if (getrlimit(RLIMIT_AS, &addresses) < 0 || addresses.rlim_cur == RLIM_INFINITY)
        return 0;
    void *room = mmap(NULL, taken, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED)
        return err_set(e, ERR_PERMANENT,
                       "the limit of %" PRIu64 " KiB of addresses (ulimit -v) leaves less than the "
                       "%zu MiB that OpenBLAS takes at its first use: allow more",
                       (uint64_t)addresses.rlim_cur >> 10, taken >> 20);
    munmap(room, taken);
    cblas_dsyrk(CblasColMajor, CblasUpper, CblasNoTrans, 1, 1, 1, &one, 1, 0, &square, 1);
    return 0;
}

unsigned blas_threads(void)
{
    int threads = openblas_get_num_threads ? openblas_get_num_threads() : 1;

    return threads > 1 ? (unsigned)threads : 1;
}

void blas_take_threads(unsigned threads)
{
    if (openblas_set_num_threads && threads != blas_threads())
        openblas_set_num_threads((int)threads);
}
