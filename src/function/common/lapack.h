/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The routines of LAPACK that are called here, by their Fortran names.
 *
 * Convention: matrices are stored column by column; characters are passed with
 * their lengths at the end, as gfortran's calling convention wants them.
 */
#ifndef FUNCTION_LAPACK_H
#define FUNCTION_LAPACK_H

#include <stddef.h>

/* QR of a triangle a (n x n, upper) on a rectangle b (m x n), l = 0. */
void dtpqrt_(const int *m, const int *n, const int *l, const int *nb, double *a, const int *lda,
             double *b, const int *ldb, double *t, const int *ldt, double *work, int *info);

/* Solves a x = b with a triangle a (n x n). */
void dtrtrs_(const char *uplo, const char *trans, const char *diag, const int *n, const int *nrhs,
             const double *a, const int *lda, double *b, const int *ldb, int *info, size_t uplo_len,
             size_t trans_len, size_t diag_len);

/* c := alpha a a' + beta c, with a (n x k) and c symmetric, in rectangular full packed
 * format. */
void dsfrk_(const char *transr, const char *uplo, const char *trans, const int *n, const int *k,
            const double *alpha, const double *a, const int *lda, const double *beta, double *c,
            size_t transr_len, size_t uplo_len, size_t trans_len);

/* Eigenvalues w, rising, of a symmetric matrix a (n x n), which becomes the
 * eigenvectors. */
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info,
             size_t jobz_len, size_t uplo_len);

#endif
