#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# From sbatch to the answer: two nodes, by mpirun and by srun; truthful exit codes.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/slurm/lib.sh"

ok 'a contract, and its answer in one process' build_points

ok 'submit it to two nodes' submit -N2 -n5 -- c.h5 --data "$data" --ledger l
ok 'it ends well' exits 0
ok 'with the answer of one process, once' right l c-result.h5
ok 'which it prints' says "metaneuron-$job.out" '8 of 8 slaves answered'
ok 'slaves ran on the first node' grep -q ' claim .*node=mn1 ' l/log
ok 'and on the second' grep -q ' claim .*node=mn2 ' l/log
ok 'the result names the job' run 0 mn result show c-result.h5 --json
ok 'by its number' says out "$job"

ok 'so does the ledger, once' same "$(count job)" 1
ok 'as Slurm does' grep -qF " cluster=$(scontrol show config | sed -n 's/^ClusterName *= *//p') \
job=$job task=- user=$(id -un) account=$(job_field Account | sed 's/^(null)$/-/') \
submit=$(date -d "$(job_field SubmitTime)" +%s) " l/log

ok 'the same again is shown, not computed' submit -N1 -n3 -- c.h5 --data "$data" --ledger l
ok 'it ends well' exits 0
ok 'it says so' says "metaneuron-$job.out" 'settled already'
ok 'and nothing was added' once l

METANEURON_LAUNCH=srun METANEURON_LEDGER=$T/by-srun
export METANEURON_LAUNCH METANEURON_LEDGER
ok 'by srun, and PMIx' submit -N2 -n5 -- c.h5 --data "$data" --out by-srun.h5
ok 'it ends well' exits 0
ok 'with the answer of one process, once' right by-srun by-srun.h5
ok 'on both nodes' same "$(sed -n 's/.* claim .*node=\([^ ]*\) .*/\1/p' by-srun/log | sort -u |
    tr '\n' ' ')" 'mn1 mn2 '
unset METANEURON_LAUNCH METANEURON_LEDGER

rm part-3.csv
for launch in mpirun srun; do
    METANEURON_LAUNCH=$launch
    export METANEURON_LAUNCH
    ok "$launch: a partition is missing" submit -N2 -n4 -- c.h5 --data "$data" --ledger "m-$launch" \
        --out "m-$launch.h5"
    ok "$launch: the job's exit code is the run's" exits 66
    ok "$launch: why is said" says "metaneuron-$job.out" 'slave 3:' 'part-3.csv'
done
METANEURON_LAUNCH=ssh
ok 'launched in a way that is not known' submit -n2 -- c.h5 --data "$data"
ok 'it ends at once' exits 2
done_testing
