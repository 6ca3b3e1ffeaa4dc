/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read_mpi: what must be paid for in any case. With a file, each rank reads its
 * share of it with read(2) and forgets it; without, the ranks start and end.
 *
 *   mpirun -n N read_mpi [FILE]
 */
#include <fcntl.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 256 << 10 }; /* bytes: stays in the second-level cache */

/* Reads bytes [from, to). Returns 0, or -1. */
static int read_share(int fd, off_t from, off_t to)
{
    char *piece = malloc(PIECE);

    if (!piece || lseek(fd, from, SEEK_SET) < 0)
        return -1;
    while (from < to) {
        ssize_t n = read(fd, piece, to - from < PIECE ? (size_t)(to - from) : PIECE);
        if (n <= 0)
            return -1;
        from += n;
    }
    free(piece);
    return 0;
}

int main(int argc, char **argv)
{
    int rank, size;
    struct stat st;

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (argc > 1) {
        int fd = open(argv[1], O_RDONLY);
        if (fd < 0 || fstat(fd, &st) < 0 ||
            read_share(fd, st.st_size / size * rank,
                       rank + 1 == size ? st.st_size : st.st_size / size * (rank + 1)) < 0) {
            perror(argv[1]);
            MPI_Abort(MPI_COMM_WORLD, 1);
        }
        close(fd);
    }
    MPI_Finalize();
    return 0;
}
