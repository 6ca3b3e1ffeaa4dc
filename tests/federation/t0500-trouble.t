#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317 # called by ok and until_true
# What goes wrong at one centre, while the other is done: its job is requeued, cancelled,
# ended by its time limit, its node dies. It goes on, at that centre, and the answer has the
# bits of one run. And what ends a run: a centre that is late, one that takes its data back.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/federation/lib.sh"
holder=
trap 'release; leave' EXIT
contract=$jobs_dir/federation/contract.yaml
own=$B/.local/share/metaneuron/site/own

# begin [OPTION…]: a run, of which alpha's part is submitted and beta is asked to compute.
begin() {
    ask "$contract" --again "$@" && carry && site beta sync >out && run 0 site beta claim "$key" &&
        run 0 site alpha claim "$key" && carry && site alpha sync >out &&
        run 75 site alpha collect "$key" && run 0 site alpha compute "$key" --local &&
        run 0 site alpha submit "$key" --yes && carry && site beta sync >out
}

# A job is held by the lock of the ledger that it writes to.
held() {
    rm -f held
    "$py" "$top_srcdir/tests/slurm/hold.py" "$own" 0 held &
    holder=$!
    until_true 60 test -e held
}

release() {
    [ -z "$holder" ] && return
    kill "$holder" 2>/dev/null
    wait "$holder" 2>/dev/null
    holder=
}

# computing: beta's job, which waits for that lock. It is sent while there is no room for it.
computing() {
    submit beta -M beta -N2 -n8 -o /dev/null -D /tmp --wrap 'sleep 1000' && until_job RUNNING ||
        return
    filler=$job
    run 0 site beta compute "$key" && held || return
    at beta scancel -M beta "$filler"
    on=beta
    job=$(job_of beta)
    until_job RUNNING && until_true 60 said_at_beta 'is held by process'
}

said_at_beta() {
    said beta | grep -q "$1"
}

test_restarts() {
    [ "$(job_field Restarts)" -ge 1 ]
}

# It settles, with all, once, and the bits of one run.
finish() {
    run 0 site beta submit "$key" --yes && carry && site alpha sync >out &&
        run 0 site alpha collect "$key" && says out '2 of 2 slaves answered' &&
        same "$(settled_state)" "$pooled"
}

ok 'two centres' centres
ok 'what one run comes to' pooled "$contract"

# --- a requeue
ok 'beta computes, when alpha is done' begin
ok 'its job runs' computing
first=$job
ok 'and is requeued' at beta scontrol -M beta requeue "$job"
release
ok 'it ends well' until_computed beta
ok 'the same job' same "$(job_of beta) $(job_field Restarts)" "$first 1"
ok 'on a node of beta' case_of "$(job_field NodeList)" bn
ok 'the run is settled' finish

# --- scancel
ok 'again' begin
ok 'beta computes' computing
ok 'its job is cancelled' at beta scancel -M beta "$job"
ok 'and ends' until_job CANCELLED
release
ok 'nothing can be submitted' run 75 site beta submit "$key" --yes
ok 'step starts another' run 0 site beta step
ok 'which ends well' until_computed beta
ok 'the run is settled' finish

# --- the node dies, with all that runs there
ok 'again' begin
ok 'beta computes' computing
node=$(job_field NodeList)
"$testbed" kill "$node"
for pid in $(ip netns pids "$node"); do
    kill -KILL "$pid" 2>/dev/null
done
release
ok 'its node dies, and it is started again' until_true 120 test_restarts
ok 'it ends well' until_computed beta
ok 'on the other node of beta' test "$(job_field NodeList)" != "$node"
ok 'the run is settled' finish
"$testbed" start "$node"

# --- the time limit, which nothing was said of before
ok 'beta allows one minute' run 0 policy beta 's/time: 10 min/time: 1 min/'
ok 'again' begin
SBATCH_PARTITION=short
SBATCH_SIGNAL=CONT@1
export SBATCH_PARTITION SBATCH_SIGNAL
ok 'beta computes' computing
unset SBATCH_PARTITION SBATCH_SIGNAL
for pid in $(ip netns pids "$(job_field NodeList)"); do
    case $(cat "/proc/$pid/comm") in
    metaneuron | sleep) kill -STOP "$pid" ;;
    esac
done
release
ok 'its job is ended by the limit' until_job TIMEOUT 120
ok 'step starts another' run 0 site beta step
ok 'which ends well' until_computed beta
ok 'the run is settled' finish

# --- a result that is late
ok 'one result is enough for beta' run 0 policy beta 's/sites-min: 2/sites-min: 1/'
ok 'and alpha' run 0 policy alpha 's/sites-min: 2/sites-min: 1/'
ok 'a run of which results count for 20 seconds' begin --min 1 --deadline '20 s'
ok 'beta computes' run 0 site beta compute "$key" --local
settles() {
    run 78 site alpha collect "$key"
}
ok 'alpha settles without it, when they are over' until_true 120 settles
ok 'as too little of the data is in the answer' says err 'only 42.7 % of the items'
ok 'with one' says out '1 of 2 slaves answered'
site beta submit "$key" --yes >out 2>&1
carry
site alpha sync >out
ok 'beta is not paid' not grep -q " settle run=$key slave=beta" \
    "$A/.local/share/metaneuron/site/ledger/log"
carry
ok 'beta sees that it is over' run 0 site beta sync

# --- data that is taken back
ok 'a run' begin
ok 'that beta computes' computing
ok 'beta takes its data back' run 0 site beta data recall nuclei
release
ok 'its job is cancelled' until_job CANCELLED
carry
site alpha sync >out
ok 'alpha cannot settle' run 76 site alpha collect "$key"
ok 'and ends the run' run 0 site alpha close "$key" --code few
carry
site beta sync >out
ok 'nothing waits at beta' run 0 site beta
ok 'as it says' not says out "$key"
ok 'alpha asks again' ask "$contract" --again
carry
site beta sync >out
ok 'beta takes no part' run 77 site beta claim "$key"
ok 'for its data was taken back' says err recalled
done_testing
