/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * moments_mpi: the moments of each column of an HDF5 dataset, as one would write
 * the program by hand for this purpose alone.
 *
 *   mpirun -n N moments_mpi FILE DATASET
 *
 * Each rank reads its contiguous share of the rows in blocks that stay in the
 * second-level cache, and goes over a block twice: sums and extremes first, then
 * powers about the block's means. Blocks, and at last ranks, are merged by the
 * formulas of Chan et al. (1979) and Pebay (2008). Missing values, other types and
 * damaged files are not looked for. Rank 0 prints lines of array,row,column,value.
 */
#include <float.h>
#include <hdf5.h>
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 32768, /* doubles in a block: 256 KiB */
    UNROLL = 8,    /* rows that are added while a sum is in a register */
};

enum { MEAN, MIN, MAX, M2, M3, M4, FIELDS };

/* Per column; the count is that of all. FIELDS x columns doubles follow it. */
struct moments {
    double count;
    double of[];
};

static double *field(struct moments *m, int f, size_t columns)
{
    return m->of + (size_t)f * columns;
}

static struct moments *create(size_t columns)
{
    struct moments *m = calloc(1, sizeof *m + FIELDS * columns * sizeof(double));

    if (!m)
        MPI_Abort(MPI_COMM_WORLD, 1);
    return m;
}

/* First pass over rows: sums and extremes. */
static inline __attribute__((always_inline)) void sum_rows(const double *restrict x, size_t rows,
                                                           size_t columns, double *restrict sum,
                                                           double *restrict min,
                                                           double *restrict max)
{
    for (size_t j = 0; j < columns; j++) {
        double s = sum[j], lo = min[j], hi = max[j];
#pragma GCC unroll 8
        for (size_t r = 0; r < rows; r++) {
            double v = x[r * columns + j];
            s += v;
            lo = v < lo ? v : lo;
            hi = v > hi ? v : hi;
        }
        sum[j] = s, min[j] = lo, max[j] = hi;
    }
}

/* Second pass over rows: powers about the mean. */
static inline __attribute__((always_inline)) void power_rows(
    const double *restrict x, size_t rows, size_t columns, const double *restrict mean,
    double *restrict m2, double *restrict m3, double *restrict m4)
{
    for (size_t j = 0; j < columns; j++) {
        double m = mean[j], p2 = m2[j], p3 = m3[j], p4 = m4[j];
#pragma GCC unroll 8
        for (size_t r = 0; r < rows; r++) {
            double d = x[r * columns + j] - m, d2 = d * d;
            p2 += d2;
            p3 += d2 * d;
            p4 += d2 * d2;
        }
        m2[j] = p2, m3[j] = p3, m4[j] = p4;
    }
}

static void block_moments(struct moments *m, const double *x, size_t rows, size_t columns)
{
    double *mean = field(m, MEAN, columns), *min = field(m, MIN, columns);
    double *max = field(m, MAX, columns), *m2 = field(m, M2, columns);
    double *m3 = field(m, M3, columns), *m4 = field(m, M4, columns);
    size_t r;

    m->count = (double)rows;
    memset(m->of, 0, FIELDS * columns * sizeof(double));
    for (size_t j = 0; j < columns; j++)
        min[j] = DBL_MAX, max[j] = -DBL_MAX;
    for (r = 0; r + UNROLL <= rows; r += UNROLL)
        sum_rows(x + r * columns, UNROLL, columns, mean, min, max);
    for (; r < rows; r++)
        sum_rows(x + r * columns, 1, columns, mean, min, max);
    for (size_t j = 0; j < columns; j++)
        mean[j] /= (double)rows;
    for (r = 0; r + UNROLL <= rows; r += UNROLL)
        power_rows(x + r * columns, UNROLL, columns, mean, m2, m3, m4);
    for (; r < rows; r++)
        power_rows(x + r * columns, 1, columns, mean, m2, m3, m4);
}

static void merge(struct moments *a, struct moments *b, size_t columns)
{
    double na = a->count, nb = b->count, n = na + nb;

    if (nb == 0)
        return;
    if (na == 0) {
        memcpy(a, b, sizeof *a + FIELDS * columns * sizeof(double));
        return;
    }
    for (size_t j = 0; j < columns; j++) {
        double *x = a->of + j, *y = b->of + j;
        double d = y[MEAN * columns] - x[MEAN * columns], p = na / n, q = nb / n;
        double a2 = x[M2 * columns], b2 = y[M2 * columns];
        double a3 = x[M3 * columns], b3 = y[M3 * columns];
        x[M4 * columns] += y[M4 * columns] + d * d * d * d * na * q * (p * p - p * q + q * q) +
                           6 * d * d * (p * p * b2 + q * q * a2) + 4 * d * (p * b3 - q * a3);
        x[M3 * columns] += b3 + d * d * d * na * q * (p - q) + 3 * d * (p * b2 - q * a2);
        x[M2 * columns] += b2 + d * d * na * q;
        x[MEAN * columns] += q * d;
        x[MIN * columns] = fmin(x[MIN * columns], y[MIN * columns]);
        x[MAX * columns] = fmax(x[MAX * columns], y[MAX * columns]);
    }
    a->count = n;
}

/* The moments of rows [from, to). */
static void share(hid_t set, hsize_t from, hsize_t to, size_t columns, struct moments *all)
{
    hsize_t piece = BLOCK / columns ? BLOCK / columns : 1;
    double *data = malloc(piece * columns * sizeof *data);
    struct moments *one = create(columns);
    hid_t space = H5Dget_space(set);

    while (from < to) {
        hsize_t n = to - from < piece ? to - from : piece;
        hsize_t start[2] = {from, 0}, count[2] = {n, columns};
        hid_t memory = H5Screate_simple(2, count, NULL);
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
        if (!data || H5Dread(set, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, data) < 0)
            MPI_Abort(MPI_COMM_WORLD, 1);
        H5Sclose(memory);
        block_moments(one, data, n, columns);
        merge(all, one, columns);
        from += n;
    }
    H5Sclose(space);
    free(one);
    free(data);
}

static void print(const char *name, size_t j, double value)
{
    printf("%s,c%zu,,%.17g\n", name, j, value);
}

static void report(const struct moments *m, size_t columns)
{
    double n = m->count;

    for (size_t j = 0; j < columns; j++) {
        const double *x = m->of + j;
        double m2 = x[M2 * columns], m3 = x[M3 * columns], m4 = x[M4 * columns];
        print("count", j, n);
        print("mean", j, x[MEAN * columns]);
        print("min", j, x[MIN * columns]);
        print("max", j, x[MAX * columns]);
        print("variance", j, m2 / (n - 1));
        print("sd", j, sqrt(m2 / (n - 1)));
        print("skewness", j, sqrt(n) * m3 / (m2 * sqrt(m2)));
        print("kurtosis", j, n * m4 / (m2 * m2) - 3);
    }
}

int main(int argc, char **argv)
{
    int rank, size;
    hsize_t extent[2];

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    hid_t file = argc == 3 ? H5Fopen(argv[1], H5F_ACC_RDONLY, H5P_DEFAULT) : -1;
    hid_t set = file < 0 ? -1 : H5Dopen2(file, argv[2], H5P_DEFAULT);
    hid_t space = set < 0 ? -1 : H5Dget_space(set);
    if (space < 0 || H5Sget_simple_extent_dims(space, extent, NULL) != 2) {
        fprintf(stderr, "Usage: moments_mpi FILE DATASET\n");
        MPI_Abort(MPI_COMM_WORLD, 2);
    }
    size_t columns = extent[1], length = 1 + FIELDS * columns;
    struct moments *mine = create(columns);
    hsize_t ranks = (hsize_t)size, r = (hsize_t)rank;
    share(set, extent[0] * r / ranks, extent[0] * (r + 1) / ranks, columns, mine);
    H5Sclose(space);
    H5Dclose(set);
    H5Fclose(file);

    double *all = rank == 0 ? malloc(length * (size_t)size * sizeof *all) : NULL;
    MPI_Gather(mine, (int)length, MPI_DOUBLE, all, (int)length, MPI_DOUBLE, 0, MPI_COMM_WORLD);
    for (int i = 1; rank == 0 && i < size; i++)
        merge(mine, (struct moments *)(void *)(all + (size_t)i * length), columns);
    if (rank == 0)
        report(mine, columns);
    free(all);
    free(mine);
    MPI_Finalize();
    return 0;
}
