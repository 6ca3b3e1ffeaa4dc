/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One round of train on one block, all ranks as a slave's: time and memory.
 *
 *   train_mlp FILE ROWS COLUMNS CLASSES LAYERS BATCH EPOCHS PRECISION TIMES [adam]
 *
 * FILE has rows of COLUMNS doubles, with the class in the last one, and is written if it is
 * not there. Prints the shortest of TIMES times in seconds per epoch, the loss before and
 * after, the bytes of optimizer state of a rank, and the largest peak of memory of a rank
 * in kB.
 */

#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/bound.h"
#include "function/registry.h"
#include "function/train/train_plan.h"

extern void openblas_set_num_threads(int n) __attribute__((weak));

static void die(const char *text)
{
    fprintf(stderr, "train_mlp: %s\n", text);
    MPI_Abort(MPI_COMM_WORLD, 1);
    exit(1);
}

static double uniform(uint64_t *seed)
{
    *seed ^= *seed << 13, *seed ^= *seed >> 7, *seed ^= *seed << 17;
    return (double)(*seed >> 11) * 0x1p-53;
}

/* Each class has a centre; rows lie about them. */
static void make_rows(double *x, size_t rows, size_t columns, size_t classes)
{
    double *centre = malloc(classes * columns * sizeof *centre);
    uint64_t seed = 88172645463325252u;

    if (!centre)
        die("out of memory");
    for (size_t i = 0; i < classes * columns; i++)
        centre[i] = uniform(&seed) - 0.5;
    for (size_t i = 0; i < rows; i++) {
        size_t is = (size_t)(uniform(&seed) * (double)classes);
        for (size_t j = 0; j + 1 < columns; j++)
            x[i * columns + j] = 0.3 * centre[is * columns + j] + 2 * uniform(&seed) - 1;
        x[i * columns + columns - 1] = (double)is;
    }
    free(centre);
}

static double *rows_of(const char *path, size_t rows, size_t columns, size_t classes)
{
    double *x = malloc(rows * columns * sizeof *x);
    FILE *f = fopen(path, "rb");

    if (!x)
        die("out of memory");
    if (f && fread(x, columns * sizeof *x, rows, f) == rows) {
        fclose(f);
        return x;
    }
    make_rows(x, rows, columns, classes);
    if (!(f = fopen(path, "wb")) || fwrite(x, columns * sizeof *x, rows, f) != rows || fclose(f))
        die("the file cannot be written");
    return x;
}

static struct bound *bind(char **argv, size_t columns, struct err *e)
{
    const struct function_setting s[] = {
        {"target", FUNCTION_STRING, {.string = "class"}},
        {"classes", FUNCTION_INTEGER, {.integer = atol(argv[4])}},
        {"layers", FUNCTION_STRING, {.string = argv[5]}},
        {"batch", FUNCTION_INTEGER, {.integer = atol(argv[6])}},
        {"epochs", FUNCTION_INTEGER, {.integer = atol(argv[7])}},
        {"precision", FUNCTION_STRING, {.string = argv[8]}},
        {"rate", FUNCTION_NUMBER, {.number = argv[10] ? 0.001 : 0.01}},
        {"optimizer", FUNCTION_STRING, {.string = argv[10] ? argv[10] : "momentum"}},
    };
    const char **names = calloc(columns, sizeof *names);
    struct bound *b;

    for (size_t i = 0; names && i < columns; i++) {
        char *name = malloc(24);
        if (!name)
            die("out of memory");
        snprintf(name, 24, "x%zu", i);
        names[i] = i + 1 < columns ? name : "class";
    }
    b = bound_create(registry_find("train", e), s, sizeof s / sizeof *s, names, columns, e);
    if (!b)
        die(e->text);
    return b;
}

static long peak_memory(void)
{
    char line[128];
    long kb = 0;
    FILE *f = fopen("/proc/self/status", "r");

    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kb = strtol(line + 6, NULL, 10);
    if (f)
        fclose(f);
    return kb;
}

int main(int argc, char **argv)
{
    struct err e = {0};
    MPI_Comm world = MPI_COMM_WORLD;
    int rank, ranks;

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(world, &rank);
    MPI_Comm_size(world, &ranks);
    if (argc != 10 && argc != 11)
        die("FILE ROWS COLUMNS CLASSES LAYERS BATCH EPOCHS PRECISION TIMES [adam]");
    if (openblas_set_num_threads)
        openblas_set_num_threads(1);
    size_t rows = strtoul(argv[2], NULL, 10), columns = strtoul(argv[3], NULL, 10);
    if (rank == 0)
        free(rows_of(argv[1], rows, columns, strtoul(argv[4], NULL, 10)));
    MPI_Barrier(world);
    double *x = rows_of(argv[1], rows, columns, 0), best = INFINITY;
    struct bound *b = bind(argv, columns, &e);
    double *model = calloc(bound_model_length(b), sizeof *model);
    double *state = calloc(bound_length(b), sizeof *state), before = NAN;
    bool converged;
    if (!model || !state || bound_start(b, model, &e) < 0)
        die("out of memory");
    bound_set_team(b, ranks > 1 ? &world : NULL, rank, ranks);
    for (int k = 0; k < atoi(argv[9]); k++) {
        const struct block block = {.rows = rows, .columns = columns, .data = x};
        memset(state, 0, bound_length(b) * sizeof *state);
        bound_set_round(b, (uint64_t)k + 1, model);
        MPI_Barrier(world);
        double begin = MPI_Wtime();
        if (bound_accumulate(b, state, &block, &e) < 0)
            die(e.text);
        double took = (MPI_Wtime() - begin) / strtod(argv[7], NULL);
        best = took < best ? took : best;
        before = k == 0 ? state[TRAIN_LOSSES] / (double)rows : before;
        MPI_Bcast(state, (int)bound_length(b), MPI_DOUBLE, 0, world);
        if (bound_update(b, model, state, &converged, &e) < 0)
            die(e.text);
    }
    long peak = peak_memory(), most = 0;
    MPI_Reduce(&peak, &most, 1, MPI_LONG, MPI_MAX, 0, world);
    if (rank == 0)
        printf("%.6f %.4f %.4f %.0f %ld\n", best, before, state[TRAIN_LOSSES] / (double)rows,
               state[TRAIN_OPTIMIZER_BYTES] / (double)rows, most);
    return MPI_Finalize();
}
