/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * poisson: its order of convergence, its options, which must not change the answer, its
 * errors, states and features.
 */
#include "poisson_case.h"

#include <stdio.h>
#include <unistd.h>

/* The order that a solution of second order has, within 0.1, from 8 cells on. */
static void check_order(int64_t dimension, int64_t cells, int64_t levels)
{
    struct bound *b = bind(&(struct setting){"manufactured", NULL, dimension, cells, levels, 0, 0});
    double *state = new_state(b);
    struct kept k;

    for (int64_t u = 0; u < levels; u++)
        add_unit(b, state, (uint64_t)u);
    finish_state(b, state, &k);
    ck_assert(kept_values(&k, "units")[0] == (double)levels);
    for (int64_t i = 0; i + 1 < levels; i++) {
        ck_assert(kept_values(&k, "cells")[i] == (double)(cells << i));
        ck_assert(kept_values(&k, "l2_error")[i] < kept_values(&k, "max_error")[i]);
        ck_assert_msg(fabs(kept_values(&k, "order")[i] - 2) < 0.1, "%d-D, level %d: order %g",
                      (int)dimension, (int)i, kept_values(&k, "order")[i]);
        ck_assert_msg(fabs(kept_values(&k, "order_max")[i] - 2) < 0.25, "%d-D, level %d: %g",
                      (int)dimension, (int)i, kept_values(&k, "order_max")[i]);
    }
    free(state);
    bound_destroy(b);
}

START_TEST(converges_with_second_order)
{
    check_order(2, 8, 5);
    check_order(3, 6, 3);
}
END_TEST

static void sample(const char *options, double *q)
{
    struct bound *b = bind(&(struct setting){"ensemble", options, 2, 16, 1, 10, 1});
    double *state = new_state(b);
    struct kept k;

    add_unit(b, state, 2);
    finish_state(b, state, &k);
    memcpy(q, kept_values(&k, "mean"), 3 * sizeof *q);
    free(state);
    bound_destroy(b);
}

START_TEST(options_choose_the_way_not_the_answer)
{
    static const char *const options[] = {
        "-ksp_type gmres -pc_type ilu -ksp_rtol 1e-11",
        "  -ksp_type preonly   -pc_type lu ",
        "-ksp_type bcgs -pc_type bjacobi -sub_pc_type icc -ksp_rtol 1e-12",
        "-pc_type mg -pc_mg_levels 2 -pc_mg_galerkin both -mg_levels_ksp_max_it 2",
        "-pc_type sor -pc_sor_omega 1.2 -ksp_type richardson -ksp_rtol 1e-12",
    };
    double q[3], other[3], again[3];

    sample("", q);
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        sample(options[i], other);
        ck_assert_msg(memcmp(q, other, sizeof q) != 0, "%s changes nothing", options[i]);
        for (int j = 0; j < 3; j++)
            ck_digits(other[j], q[j], 8);
    }
    sample("", again); /* nothing is left of them */
    ck_assert_mem_eq(again, q, sizeof q);
}
END_TEST

START_TEST(other_options_are_refused)
{
    static const char *const options[] = {
        "-ksp_view",
        "-ksp_monitor",
        "-ksp_converged_reason",
        "-ksp_type cg -log_view",
        "-options_file x",
        "-pc_type lu -pc_factor_mat_solver_type /tmp/x.so",
        "-ksp_type cg:x",
        "-pc_type python",
        "-pc_python_type x",
        "-ksp_compute_eigenvalues",
        "-mat_view",
        "-dll_append x",
        "-ksp_",
        "cg",
        "-KSP_TYPE cg",
        "-mg_levels_view",
        "-ksp_type cg cg",
        "-prefix_push -ksp_",
        "-ksp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    };
    struct err e = {0};

    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        struct setting s = {"ensemble", options[i], 2, 8, 1, 1, 0};
        struct bound *b = try_bind(&s, &e);
        ck_assert_msg(!b && e.code == ERR_INPUT && strstr(e.text, "is not allowed"), "%s: %s",
                      options[i], e.text);
        err_clear(&e);
    }
    ck_assert_ptr_null(
        try_bind(&(struct setting){"ensemble", "-ksp_type cg -log_view", 2, 8, 1, 1, 0}, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "'-log_view'"));
}
END_TEST

/* fails OPTIONS WORDS: what a unit says that could not be solved. */
static void fails(const char *options, const char *words)
{
    struct bound *b = bind(&(struct setting){"manufactured", options, 2, 16, 1, 0, 0});
    double *state = new_state(b);
    struct err e = {0};
    const struct block unit = {.rows = 1, .first = 0};

    ck_fails(bound_accumulate(b, state, &unit, &e), &e, ERR_PERMANENT, words);
    free(state);
    bound_destroy(b);
}

START_TEST(what_cannot_be_solved_says_why)
{
    struct err e = {0};

    fails("-ksp_max_it 3 -pc_type none", "did not converge: DIVERGED_ITS after 3 iterations");
    fails("-ksp_typo cg", "no use for the option -ksp_typo");
    fails("-pc_type nonsense", "Unable to find requested PC type nonsense");
    fails("-ksp_rtol x", "x");
    fails("-ksp_type preonly -pc_type jacobi", "has not solved the system");
    fails("-ksp_rtol 0.1 -pc_type none", "more than 0.0001");
    ck_assert_ptr_null(try_bind(&(struct setting){"manufactured", NULL, 3, 512, 2, 0, 0}, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "1024 cells along a side are too many"));
    check_order(2, 8, 2); /* and the next one is none the worse for it */
}
END_TEST

/* Neither the user's file, nor one where one stands, nor the environment. */
START_TEST(nothing_else_sets_options)
{
    char dir[] = "/tmp/metaneuron-petsc.XXXXXX", before[4096];
    static const char words[] = "-ksp_type richardson -ksp_max_it 1 -log_view -on_error_abort\n";
    double q[3], again[3];

    ck_assert_ptr_nonnull(mkdtemp(dir));
    ck_assert_ptr_nonnull(getcwd(before, sizeof before));
    ck_assert_int_eq(chdir(dir), 0);
    static const char *const names[] = {".petscrc", "petscrc"};
    for (int i = 0; i < 2; i++) {
        FILE *f = fopen(names[i], "w");
        ck_assert(f && fputs(words, f) >= 0 && fclose(f) == 0);
    }
    setenv("HOME", dir, 1);
    setenv("PETSC_OPTIONS", words, 1);
    sample("", q);
    for (int i = 0; i < 2; i++)
        unlink(names[i]);
    ck_assert_int_eq(chdir(before), 0);
    rmdir(dir);
    sample("-ksp_type cg -pc_type bjacobi -sub_pc_type icc -ksp_rtol 1e-12 -ksp_max_it 10000",
           again);
    ck_assert_mem_eq(q, again, sizeof q);
}
END_TEST

START_TEST(states_merge_whatever_their_order)
{
    struct bound *b = bind(&(struct setting){"ensemble", NULL, 2, 8, 1, 4, 1});
    double *all = new_state(b), *odd = new_state(b), *even = new_state(b);
    struct err e = {0};
    struct kept k, l;

    for (uint64_t u = 0; u < 11; u++) {
        add_unit(b, all, u);
        add_unit(b, u % 2 ? odd : even, u);
    }
    ck_ok(bound_merge(b, odd, even, &e), &e);
    finish_state(b, all, &k);
    finish_state(b, odd, &l);
    ck_assert(kept_values(&k, "units")[0] == 11 && kept_values(&l, "units")[0] == 11);
    for (int i = 0; i < 3; i++) {
        ck_digits(kept_values(&l, "mean")[i], kept_values(&k, "mean")[i], 14);
        ck_digits(kept_values(&l, "variance")[i], kept_values(&k, "variance")[i], 12);
    }
    free(all);
    free(odd);
    free(even);
    bound_destroy(b);
}
END_TEST

START_TEST(features_say_what_is_known)
{
    struct bound *b = bind(&(struct setting){"manufactured", NULL, 2, 8, 3, 0, 0});
    double *state = new_state(b), value[3], error[3];
    struct err e = {0};
    struct kept k;
    char name[64];

    ck_assert_uint_eq(bound_features_length(b), 3);
    add_unit(b, state, 1);
    add_unit(b, state, 4); /* the same level once more */
    ck_ok(bound_features(b, state, value, error, &e), &e);
    ck_assert(isinf(error[0]) && error[1] == 0 && isinf(error[2]) && value[1] < -7);
    bound_feature_name(b, 1, name, sizeof name);
    ck_assert_str_eq(name, "log2_error(16)");
    finish_state(b, state, &k);
    ck_assert(isnan(kept_values(&k, "l2_error")[0]) && isnan(kept_values(&k, "order")[0]));
    ck_digits(log2(kept_values(&k, "l2_error")[1]), value[1], 14);
    bound_destroy(b);
    free(state);

    b = bind(&(struct setting){"ensemble", NULL, 2, 8, 1, 4, 1});
    state = new_state(b);
    add_unit(b, state, 0);
    ck_ok(bound_features(b, state, value, error, &e), &e);
    ck_assert(value[0] > 0 && isinf(error[0]));
    add_unit(b, state, 1);
    ck_ok(bound_features(b, state, value, error, &e), &e);
    ck_assert(error[0] > 0 && error[0] < value[0]);
    bound_feature_name(b, 2, name, sizeof name);
    ck_assert_str_eq(name, "mean(flux)");
    bound_destroy(b);
    free(state);
}
END_TEST

#ifndef MN_PETSC_NAME
START_TEST(without_petsc_it_says_so)
{
    fails("", "poisson needs PETSc, and this program was built without (--without-petsc)");
}
END_TEST
#endif

static void add(TCase *t)
{
#ifndef MN_PETSC_NAME
    tcase_add_test(t, without_petsc_it_says_so);
#endif
    unit_add_solving(t, converges_with_second_order);
    unit_add_solving(t, options_choose_the_way_not_the_answer);
    tcase_add_test(t, other_options_are_refused);
    unit_add_solving(t, what_cannot_be_solved_says_why);
    unit_add_solving(t, nothing_else_sets_options);
    unit_add_solving(t, states_merge_whatever_their_order);
    unit_add_solving(t, features_say_what_is_known);
}

UNIT_MAIN("poisson", add)
