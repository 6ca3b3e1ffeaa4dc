/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * VERSIONS before a function: it is compiled for wider vectors as well, and the
 * processor that it runs on decides which is called.
 *
 * -ffp-contract=off keeps fused multiply-adds out, so that all versions give the
 * same bits if a loop over independent sums becomes vectors of any width.
 */
#ifndef UTIL_VERSIONS_H
#define UTIL_VERSIONS_H

#if defined __x86_64__ && defined __GLIBC__ && !defined __clang__ && !defined __SANITIZE_ADDRESS__
#define VERSIONS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VERSIONS
#endif

/* The same for sums of products, which the processor may round once instead of twice: then versions
 * give different bits, as BLAS does. */
#if defined __x86_64__ && defined __GLIBC__ && !defined __clang__ && !defined __SANITIZE_ADDRESS__
#define VERSIONS_FUSED                           \
    __attribute__((optimize("fp-contract=fast"), \
                   target_clones("avx512f", "arch=haswell", "default")))
#else
#define VERSIONS_FUSED
#endif

/* The same for a function that may take its numbers for finite, and zeros for equal: then
 * minimum and maximum are one instruction each. It must not depend on what it does with
 * others. */
#if defined __GNUC__ && !defined __clang__
#define VERSIONS_FINITE __attribute__((optimize("finite-math-only", "no-signed-zeros"))) VERSIONS
#else
#define VERSIONS_FINITE VERSIONS
#endif

#endif
