/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hello_mpi: the least that an MPI job can do. Every rank says hello to rank 0, which
 * prints the time of day at which it has heard from all, in seconds.
 *
 *   mpirun -n N hello_mpi
 */
#include <mpi.h>
#include <stdio.h>
#include <time.h>

int main(int argc, char **argv)
{
    struct timespec now;
    int one = 1, all = 0;

    MPI_Init(&argc, &argv);
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Reduce(&one, &all, 1, MPI_INT, MPI_SUM, 0, MPI_COMM_WORLD);
    clock_gettime(CLOCK_REALTIME, &now);
    if (rank == 0)
        printf("%d ranks at %lld.%06ld\n", all, (long long)now.tv_sec, now.tv_nsec / 1000);
    MPI_Finalize();
    return 0;
}
