#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The doctor: alone and under mpirun, and what it says of a bad place.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
unset SLURM_NTASKS SLURM_STEP_NUM_TASKS SLURM_PROCID

# --- alone
ok 'alone' run 0 mn doctor --ledger l
ok 'a line for each finding' says out 'ok       launch' 'HDF5' ' ledger ' ' result ' ' reader ' \
    ' state ' ' node ' ' limits ' 'key ' 'time '
ok 'no problem' not grep -q '^PROBLEM' out
ok 'and a verdict at the end' sh -c 'tail -n 1 out | grep -q "^a run would work here"'
ok 'every note says what to do' not grep -q '^note [^>]*$' out
ok 'nothing on standard error' silent err
ok 'nothing is left behind' same "$(find . -mindepth 1 ! -name out ! -name err ! -name home)" ''
ok 'what it says, a run does' build_hospitals
ok 'with the same places' run 0 mn run c.h5 --quiet --data "$hospitals" --ledger l
ok 'and a ledger that is there' run 0 mn doctor --ledger l
ok 'stays as it is' run 0 mn ledger verify l

# --- as one JSON document
# json EXPRESSION: of the document d in out.
json() {
    "$py" -c 'import json, sys; d = json.load(open("out")); sys.exit(not eval(sys.argv[1]))' "$1"
}
if [ -n "$py" ]; then
    ok '--json' run 0 mn doctor --ledger l --json
    ok 'parses' json 'd["works"] and d["code"] == 0 and d["ranks"] == 1'
    ok 'has the findings' json 'len(d["findings"]) > 8 and all(
        (f["verdict"] == "ok") != ("advice" in f) for f in d["findings"])'
    ok 'a problem, too' run 66 mn doctor --ledger l --out nowhere/r.h5 --json
    ok 'by its code' json 'not d["works"] and [f["topic"] for f in d["findings"] if f["code"] == 66] == ["result"]'
else
    skip '--json' 'there is no Python'
fi

# --- under mpirun
if [ -n "$MPIRUN" ]; then
    ok 'on three ranks' run 0 mpi 3 doctor --ledger l
    ok 'one report' same "$(grep -c '^a run would work here' out)" 1
    ok 'the size is seen' says out '3 ranks by mpirun' ': 3 ranks on '
    ok 'locks hold between ranks' says out "keeps out 2 other ranks on 1 node"
    ok 'clocks are compared' grep -q '^ok *clock' out
    ok 'nothing is left behind there' same "$(find . -name '.metaneuron*')" ''
    ok 'a problem gives mpirun its exit code' run 66 mpi 3 doctor --ledger out/l
    ok 'and is said once' same "$(grep -c '^PROBLEM' out)" 1
else
    skip 'under mpirun' 'there is no mpirun'
fi

# --- places
: >file
ok 'a ledger below a file' run 66 mn doctor --ledger file/l
ok 'is a problem, with what to do' \
    grep -q '^PROBLEM  ledger .*file is no directory.*->.*--ledger' out
ok 'and no run' says out 'a run would not work here: 1 problem'
ok 'as a run finds out' run 66 mn run c.h5 --quiet --data "$hospitals" --ledger file/l --out r.h5
ok 'a result without a directory' run 66 mn doctor --ledger l --out nowhere/r.h5
ok 'is a problem of the result' grep -q '^PROBLEM  result .*nowhere' out
ok 'a home below a file' run 66 env HOME="$T/file" "$METANEURON" doctor --ledger l
ok 'is a problem of key and state' says out 'PROBLEM  key' 'PROBLEM  state'
if [ -d /dev/shm ] && [ -w /dev/shm ] && [ "$(stat -f -c %T /dev/shm)" = tmpfs ]; then
    ok 'a ledger in memory' run 0 mn doctor --ledger /dev/shm/metaneuron-nosuch/l
    ok 'is noted' grep -q '^note .*ledger .*tmpfs' out
else
    skip 'a ledger in memory' '/dev/shm is no tmpfs'
fi

# --- Slurm
ok 'tasks, but no launcher' run 0 env SLURM_NTASKS=4 "$METANEURON" doctor --ledger l
ok 'is noted' grep -q "^note .*launch .*4 tasks.*srun --mpi=$srun_mpi" out
ok 'a step whose tasks do not meet' run 70 \
    env SLURM_NTASKS=4 SLURM_STEP_NUM_TASKS=4 "$METANEURON" doctor --ledger l
ok 'is a problem' grep -q "^PROBLEM  launch .*do not share $pmi.*srun --mpi=$srun_mpi" out
ok 'of which the other tasks do not speak' run 70 \
    env SLURM_NTASKS=4 SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=3 "$METANEURON" doctor --ledger l
ok 'a word' silent out
# A rank of an mpirun whose MPI is not this program's.
case $MPI_FLAVOUR in
openmpi) other='MPI_LOCALNRANKS=4 PMI_SIZE=4 PMI_RANK=0' ;;
*) other='OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=0' ;;
esac
ok 'a launcher of another MPI' run 70 \
    env SLURM_NTASKS=4 SLURM_STEP_NUM_TASKS=4 $other "$METANEURON" doctor --ledger l
ok 'is a problem of the launch' grep -q '^PROBLEM  launch .*started 4 ranks, but MPI .*sees 1' out
ok 'with what to do' says out 'use the mpirun of '
ok 'and of a run' run 70 env $other "$METANEURON" run c.h5 --quiet --data "$hospitals" \
    --ledger alone --out alone.h5
ok 'which would else be four' says err 'started 4 ranks' 'they do not belong together'
ok 'and does not begin' test ! -e alone
now=$(date +%s)
ok 'a job that ends soon' run 0 env SLURM_JOB_END_TIME=$((now + 90)) "$METANEURON" doctor --ledger l
ok 'is noted' grep -q '^note .*time .*s left' out
ok 'one that is over' run 75 env SLURM_JOB_END_TIME=$((now - 9)) "$METANEURON" doctor --ledger l
ok 'is a problem' grep -q '^PROBLEM  time' out

# --- what the job was given
ok 'memory by a limit of addresses' run 0 sh -c 'ulimit -v 1048576; exec "$0" doctor --ledger l' \
    "$METANEURON"
ok 'is what there is' grep -q '^.* node .*; memory 1.0 GiB;' out
ok 'by Slurm' run 0 env SLURM_JOB_ID=7 SLURM_JOB_END_TIME=$((now + 9000)) SLURM_MEM_PER_NODE=512 \
    "$METANEURON" doctor --ledger l
ok 'likewise' says out 'memory 512 MiB'
cat >much.yaml <<END
title: Much memory
function: {name: moments}
data: {name: nuclei, slaves: 8, split: files}
resources: {memory: 1 GiB}
END
ok 'a contract that asks for more' run 0 mn contract build much.yaml -o much.h5
ok 'is declined there' run 76 env SLURM_JOB_ID=7 SLURM_JOB_END_TIME=$((now + 9000)) \
    SLURM_MEM_PER_NODE=512 "$METANEURON" run much.h5 --force --quiet --data "$hospitals" --ledger much
ok 'by name' says err 'memory: 512 MiB here, 1.0 GiB asked for'
ok 'GPUs' run 0 env CUDA_VISIBLE_DEVICES= ROCR_VISIBLE_DEVICES= SLURM_JOB_ID=7 \
    SLURM_GPUS_ON_NODE=0 SLURM_JOB_END_TIME=$((now + 9000)) "$METANEURON" doctor --ledger l
ok 'that were not given are none' says out 'GPUs 0'
if grep -q ' avx2 ' /proc/cpuinfo && grep -q 'OpenBLAS .* for ' out; then
    ok 'a BLAS that takes the processor for an old one' run 0 env OPENBLAS_CORETYPE=Prescott \
        "$METANEURON" doctor --ledger l
    ok 'is noted, with what to do' \
        grep -Eq '^note .*blas .*for Prescott.*-> set OPENBLAS_CORETYPE=(SkylakeX|Haswell) ' out
else
    skip 'an old kernel' 'it needs OpenBLAS, and a processor with AVX2'
fi

# --- usage
ok 'an argument' run 2 mn doctor bogus
ok 'is named' says err "'bogus'"
ok 'an unknown option' run 2 mn doctor --nosuch
done_testing
