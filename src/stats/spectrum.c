/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the standard deviations of a cloud of points along its principal axes. */
#include "stats/spectrum.h"

#include <math.h>
#include <stdlib.h>

#include "util/blas.h"

static const double least_share = 1e-9; /* of the largest eigenvalue: less is rounding */

/* Eigenvalues w, rising, of a symmetric matrix a (n x n), which is overwritten: LAPACK's. */
void dsyev_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
            double *work, const int *lwork, int *info, size_t jobz_len, size_t uplo_len);

/* Effect: gram becomes sqrt(w_i w_k) times the product of points i and k about their mean:
 * its eigenvalues are those of the covariance. Of squared
 * distances D about weighted means it is -D/2, centred twice (Torgerson 1952). */
static int fill_gram(double *gram, const double *squares, const double *stake, size_t n,
                     struct err *e)
{
    double *mean = err_alloc(n, sizeof *mean, "mean distances", e), all = 0;

    if (!mean)
        return -1;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < n; k++)
            mean[i] += stake[k] * squares[i * n + k];
        all += stake[i] * mean[i];
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            gram[i * n + k] =
                -(squares[i * n + k] - mean[i] - mean[k] + all) / 2 * sqrt(stake[i] * stake[k]);
    free(mean);
    return 0;
}

int spectrum_of_squares(struct spectrum *p, const double *squares, const double *stake, size_t n,
                        struct err *e)
{
    double *gram = err_alloc(n * n, sizeof *gram, "a spectrum", e);
    double *value = err_alloc(n, 4 * sizeof *value, "a spectrum", e);
    int rc = -1, info, order = (int)n, room = 3 * (int)n;

    *p = (struct spectrum){0};
    p->length = err_alloc(n, sizeof *p->length, "a spectrum", e);
    if (!gram || !value || !p->length || fill_gram(gram, squares, stake, n, e))
        goto done;
    unsigned threads = blas_threads();
    blas_take_threads(1); /* the same bits with any number of them */
    dsyev_("N", "U", &order, gram, &order, value, value + n, &room, &info, 1, 1);
    blas_take_threads(threads);
    if (info != 0) {
        err_set(e, ERR_PERMANENT, "the spectrum of %zu results has not converged", n);
        goto done;
    }
    for (size_t c = n; c-- > 0;)
        if (value[c] > least_share * value[n - 1] && p->count + 1 < n)
            p->length[p->count++] = sqrt(value[c]);
    if (p->count == 0) /* all are in one place */
        p->length[p->count++] = 1;
    rc = 0;
done:
    free(gram);
    free(value);
    if (rc)
        spectrum_free(p);
    return rc;
}

void spectrum_free(struct spectrum *p)
{
    free(p->length);
    *p = (struct spectrum){0};
}
