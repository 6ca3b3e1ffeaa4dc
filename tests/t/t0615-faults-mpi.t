#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Under mpirun, any rank killed at steps of its writes: the ledger is intact, the same
# command goes on, what was saved is not computed again, and the answer has the same bits.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
. "$top_srcdir/tests/t/survive.sh"
METANEURON_SAVE_EVERY=1
export METANEURON_SAVE_EVERY

# at RANKS PER_SLAVE AGAIN POINT: killed there; at most AGAIN units are computed again.
at() {
    ok "$1 ranks, $2 per slave: $4" killed "$4=kill" mpi "$1" $words --ranks-per-slave "$2"
    ok 'the same command goes on' goes_on mpi "$1" --ranks-per-slave "$2"
    ok 'what was saved is not computed again' at_most "$3"
}

data_contract
undisturbed
for step in half after; do # a share's last unit is followed by no checkpoint
    at 4 1 6 "$step-pwrite:*/log@0#3"
    at 3 2 4 "$step-pwrite:*/log~ submit @0#2"
done
at 4 3 6 'before-fdatasync:*/log@0#4'
at 3 2 4 'half-write:*/state-*@0#2'
at 4 3 6 'after-rename:*/state-*@0#1'
at 4 3 6 'before-pwrite:*~ settle @0'
at 4 3 6 'after-link:r.h5@0'
for step in half-write before-rename after-rename; do
    at 3 2 4 "$step:*/units-*@1#3"
    at 4 3 6 "$step:*/units-*@3#2"
done

cat >c.yaml <<END
title: Survives
function: {name: montecarlo, params: {samples: 50, seed: 3}}
work: {units: 200, range: 8, check: 0}
END
ok 'a contract without data' run 0 mn contract build c.yaml -o c.h5
words='run c.h5 --quiet --ledger l --out r.h5'
units=200
undisturbed
# Ranges that were under way go to other slaves, whom what was saved is not given.
for point in 'half-pwrite:*/states@0#2' 'after-pwrite:*/states@0#3' \
    'half-pwrite:*/log~ submit @0#2' 'after-rename:*/units-*@2#9' 'after-unit@1#20'; do
    at 4 1 200 "$point"
done
done_testing
