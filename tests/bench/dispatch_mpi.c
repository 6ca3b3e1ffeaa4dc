/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dispatch_mpi: a master hands out units one by one, as one would write it by hand:
 * a message with the unit's number, a message with its result, blocking receives.
 *
 *   mpirun -n N dispatch_mpi UNITS SECONDS [alone]
 *
 * A unit sleeps for SECONDS, or does nothing if that is 0. Nothing is recorded, no
 * worker is checked. With a third word the units are divided beforehand and nobody is
 * told anything: the time that the sleeps alone take, which is more than their sum. Rank 0 prints the units that it got, their sum, and the seconds
 * from the first message to the last.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { TAG_UNIT = 1, TAG_STOP = 2 };

static double work(long unit, double seconds)
{
    struct timespec t = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};

    if (seconds > 0)
        nanosleep(&t, NULL);
    return (double)unit;
}

static void send_unit(int to, long *next, long units)
{
    MPI_Send(next, 1, MPI_LONG, to, *next < units ? TAG_UNIT : TAG_STOP, MPI_COMM_WORLD);
    *next += *next < units;
}

static void master(int workers, long units)
{
    double begin = MPI_Wtime(), sum = 0, result;
    long next = 0, got;
    MPI_Status status;

    for (int w = 1; w <= workers; w++)
        send_unit(w, &next, units);
    for (got = 0; got < units; got++) {
        MPI_Recv(&result, 1, MPI_DOUBLE, MPI_ANY_SOURCE, TAG_UNIT, MPI_COMM_WORLD, &status);
        sum += result;
        send_unit(status.MPI_SOURCE, &next, units);
    }
    printf("%ld %.17g %.6f\n", got, sum, MPI_Wtime() - begin);
}

static void worker(double seconds)
{
    MPI_Status status;
    long unit;

    for (;;) {
        MPI_Recv(&unit, 1, MPI_LONG, 0, MPI_ANY_TAG, MPI_COMM_WORLD, &status);
        if (status.MPI_TAG == TAG_STOP)
            return;
        double result = work(unit, seconds);
        MPI_Send(&result, 1, MPI_DOUBLE, 0, TAG_UNIT, MPI_COMM_WORLD);
    }
}

/* Units in equal shares, without dispatch. */
static void alone(int rank, int workers, long units, double seconds)
{
    double begin = MPI_Wtime(), mine[2] = {0, 0}, all[2];

    for (long u = rank - 1; rank > 0 && u < units; u += workers) {
        mine[0]++;
        mine[1] += work(u, seconds);
    }
    MPI_Reduce(mine, all, 2, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
    if (rank == 0)
        printf("%.0f %.17g %.6f\n", all[0], all[1], MPI_Wtime() - begin);
}

int main(int argc, char **argv)
{
    int rank, size;

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (argc < 3 || size < 2) {
        fprintf(stderr, "Usage: mpirun -n N dispatch_mpi UNITS SECONDS [alone]\n");
        MPI_Abort(MPI_COMM_WORLD, 2);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    if (argc > 3)
        alone(rank, size - 1, strtol(argv[1], NULL, 10), strtod(argv[2], NULL));
    else if (rank == 0)
        master(size - 1, strtol(argv[1], NULL, 10));
    else
        worker(strtod(argv[2], NULL));
    MPI_Finalize();
    return 0;
}
