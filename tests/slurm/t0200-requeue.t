#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A job that ends in the middle of its run: the run goes on, and the answer is the
# same, once.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/slurm/lib.sh"

ok 'a contract, and its answer in one process' build_points

# What had been submitted before is in the ledger as it was, and only once.
kept() {
    ok 'it ends well' exits 0
    ok 'with the answer of one process, once' right l r.h5
    ok 'and goes on: nothing that was submitted is computed again' \
        says "metaneuron-$job.out" 'resumed: '
}

# The ranks know that they are to end: mpirun says that it has passed the signal on.
told() {
    until_true 90 says "metaneuron-$job.out" 'Forwarding signal 10'
}

# --- Slurm requeues
for launch in mpirun srun; do
    METANEURON_LAUNCH=$launch
    export METANEURON_LAUNCH
    ok "$launch: a job in the middle of its run" begin -N2 -n5
    ok "$launch: it is requeued" scontrol requeue "$job"
    release
    ok 'the job has the same number' until_true 60 restarted
    kept
done
unset METANEURON_LAUNCH

# --- the time is nearly up: the same signal as Slurm's, but now
ok 'a job whose time is nearly up' begin -N2 -n5
ok 'is told so' scancel --signal=USR1 --batch "$job"
ok 'and its ranks' told
release
ok 'it requeues itself' until_true 120 restarted
ok 'it says so' says "metaneuron-$job.out" 'the time is nearly up: requeued'
kept

# --- by Slurm itself, on the partition with a limit of one minute
ok 'a job on the short partition' begin -p short -N2 -n5 --signal=B:USR1@10
ok 'is told so in its minute' told
release
ok 'and requeues itself' until_true 120 restarted
ok 'it says so' says "metaneuron-$job.out" 'the time is nearly up: requeued'
kept

# --- no more than so often
METANEURON_RESTARTS=0
export METANEURON_RESTARTS
ok 'a job that may not requeue itself' begin -N2 -n5
unset METANEURON_RESTARTS
ok 'when its time is nearly up' scancel --signal=USR1 --batch "$job"
ok 'tells its ranks' told
release
ok 'ends, not complete' exits 75
ok 'and says what to do' says "metaneuron-$job.out" 'the same sbatch goes on'
ok 'which is so' submit -N2 -n5 -- c.h5 --data "$data" --ledger l --out r.h5
kept

# --- scancel
ok 'a job' begin -N2 -n5
ok 'is cancelled' scancel "$job"
ok 'and ends' until_job CANCELLED
until_gone
release
ok 'its ledger is intact' run 0 mn ledger verify l
ok 'with what was submitted' same "$(count submit)" "$before"
ok 'and nothing settled' same "$(count settle)" 0
ok 'by fewer ranks' submit -N1 -n3 -- c.h5 --data "$data" --ledger l --out r.h5
kept

# --- the time limit itself: the job does not heed the signal
ok 'a job that is not told' begin -p short -N2 -n5 --signal=CONT@1
ok 'is ended by its time limit' until_job TIMEOUT 120
until_gone
release
ok 'the same sbatch on another partition' submit -p main -N2 -n5 -- c.h5 --data "$data" \
    --ledger l --out r.h5
kept
done_testing
