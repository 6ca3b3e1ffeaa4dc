/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads from the environment what started this process. */
#include "engine/transport/launcher.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include "util/parse.h"

static long number_in(const char *variable)
{
    uint64_t n;

    return parse_variable(variable, &n) == 0 && n <= INT_MAX ? (long)n : 0;
}

static bool is_set(const char *variable)
{
    return getenv(variable) != NULL;
}

/* Hydra begins its own processes by srun within a job: its variables come before Slurm's. */
struct launcher launcher_find(void)
{
    bool pmix = is_set("PMIX_RANK"), pmi = is_set("PMI_RANK") || is_set("PMI_FD");

    if (is_set("OMPI_COMM_WORLD_SIZE"))
        return (struct launcher){"mpirun of Open MPI", number_in("OMPI_COMM_WORLD_SIZE"), true,
                                 false};
    if (pmi && is_set("MPI_LOCALNRANKS"))
        return (struct launcher){is_set("I_MPI_MPIRUN") ? "mpirun of Intel MPI" : "mpirun of MPICH",
                                 number_in("PMI_SIZE"), true, false};
    if (is_set("SLURM_STEP_NUM_TASKS"))
        return (struct launcher){pmix  ? "srun with PMIx"
                                 : pmi ? "srun with PMI"
                                       : "srun without PMI",
                                 number_in("SLURM_STEP_NUM_TASKS"), pmix || pmi, true};
    if (pmi)
        return (struct launcher){"a launcher with PMI", number_in("PMI_SIZE"), true, false};
    return (struct launcher){pmix ? "a launcher with PMIx" : NULL, 0, pmix, false};
}

const char *launcher_rank(void)
{
    static const char *const variables[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK",
                                            "SLURM_PROCID"};
    /* Under Hydra an Open MPI that is alone makes itself rank 0. */
    const char *rank = is_set("MPI_LOCALNRANKS") ? getenv("PMI_RANK") : NULL;

    for (size_t i = 0; !rank && i < sizeof variables / sizeof variables[0]; i++)
        rank = getenv(variables[i]);
    return rank;
}
