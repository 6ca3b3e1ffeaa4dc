/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * make_data: writes the bench's data, a contiguous HDF5 dataset of doubles.
 *
 *   make_data FILE ROWS COLUMNS
 *
 * Sums of two even numbers, around another mean and of another width in each
 * column, every third of them skewed. The same call gives the same file.
 */
#include <hdf5.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOCK = 8 << 20 }; /* doubles that are written at once */

/* The 53 upper bits of splitmix64 (S. Vigna, 2015), in [0, 1). */
static double draw(uint64_t *seed)
{
    uint64_t z = (*seed += 0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static void fill(double *data, size_t rows, size_t columns, uint64_t *seed)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++) {
            double u = draw(seed), v = draw(seed);
            double x = j % 3 == 0 ? u * u + v : u + v;
            *data++ = (double)j - (double)columns / 2 + (1 + (double)(j % 7)) * x;
        }
}

static int write_rows(hid_t set, hid_t space, hsize_t rows, hsize_t columns)
{
    uint64_t seed = 1;
    hsize_t piece = BLOCK / columns ? BLOCK / columns : 1;
    double *data = malloc(piece * columns * sizeof *data);
    herr_t status = data ? 0 : -1;

    for (hsize_t at = 0; status >= 0 && at < rows; at += piece) {
        hsize_t n = rows - at < piece ? rows - at : piece;
        hsize_t start[2] = {at, 0}, count[2] = {n, columns};
        hid_t memory = H5Screate_simple(2, count, NULL);
        fill(data, n, columns, &seed);
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
        status = H5Dwrite(set, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, data);
        H5Sclose(memory);
    }
    free(data);
    return status < 0 ? -1 : 0;
}

int main(int argc, char **argv)
{
    hsize_t extent[2] = {0};

    if (argc == 4) {
        extent[0] = strtoull(argv[2], NULL, 10);
        extent[1] = strtoull(argv[3], NULL, 10);
    }
    if (extent[0] == 0 || extent[1] == 0) {
        fprintf(stderr, "Usage: make_data FILE ROWS COLUMNS\n");
        return 2;
    }
    hid_t file = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(2, extent, NULL);
    hid_t set = H5Dcreate2(file, "x", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (set < 0 || write_rows(set, space, extent[0], extent[1]) < 0 || H5Dclose(set) < 0 ||
        H5Sclose(space) < 0 || H5Fclose(file) < 0) {
        fprintf(stderr, "make_data: %s cannot be written\n", argv[1]);
        return 1;
    }
    return 0;
}
