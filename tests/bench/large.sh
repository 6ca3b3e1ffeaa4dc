#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Results of 10 million coordinates from 32 slaves, judged and merged by ranks none of which holds
# them all: the peak memory of each rank beside the bound, the bytes that it sent and received beside
# the least that must be, and the seconds of each step. Fails if a bound is broken, and never for the
# time. It takes 4 GB, some of it twice.
#
#   BENCH_LARGE    RESULTS COORDINATES (32 10000000)
#   BENCH_RANKS    how many there are (1 2 4)
set -eu

ranks=${BENCH_PROGRAMS:-.}/../shard/ranks
: "${MPIRUN:=mpirun}"
flags=
[ "${MPI_FLAVOUR:-openmpi}" != openmpi ] ||
    flags='--oversubscribe --mca btl_vader_single_copy_mechanism none --mca btl self,vader'
OMPI_ALLOW_RUN_AS_ROOT=1
OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_ALLOW_RUN_AS_ROOT OMPI_ALLOW_RUN_AS_ROOT_CONFIRM
set -- ${BENCH_LARGE:-32 10000000}
said=$(mktemp) || exit 1
trap 'rm -f "$said"' EXIT

echo "large results: $1 of $2 numbers, $(($1 * $2 * 8 / 1000000)) MB"
for n in ${BENCH_RANKS:-1 2 4}; do
    $MPIRUN $flags -n "$n" "$ranks" dealt "$1" "$2" pos-lof mad >"$said" 2>/dev/null </dev/null
    [ "$n" = "${first:=$n}" ] && decided=$(grep -v '^#' "$said")
    [ "$decided" = "$(grep -v '^#' "$said")" ] || { echo "$n ranks decide otherwise"; exit 1; }
    sed -n 's/^# seconds:/  '"$n"' ranks, seconds:/p' "$said"
    # What a process has before it begins, with MPI, is part of the constant: 64 MB.
    awk -v constant=64e6 '/^# rank/ { gsub(/[:;,]/, "")
        mb = 1e6
        printf "    rank %d: sent %.1f MB (at least %.1f), received %.1f MB (at least %.1f); peak %.0f MB (at most %.0f)\n",
            $3, $5 / mb, $9 / mb, $12 / mb, $14 / mb, $20 / mb, ($23 + constant) / mb
        if ($20 > $23 + constant) wrong = 1 }
        END { if (wrong) print "    more memory than the bound"; exit wrong }' "$said"
done
