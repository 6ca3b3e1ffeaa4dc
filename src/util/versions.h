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

#endif
