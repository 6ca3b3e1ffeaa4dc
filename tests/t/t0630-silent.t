#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Ranks that fall silent, crash or fail: the job ends by itself, the ledger says who was
# lost, and the same command goes on.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
. "$top_srcdir/tests/t/survive.sh"

data_contract
undisturbed
METANEURON_UNIT_SECONDS=0.01
METANEURON_SAVE_EVERY=1
export METANEURON_UNIT_SECONDS METANEURON_SAVE_EVERY

# lost SLAVE: the ledger says that it was.
lost() {
    same "$(field lost slave l)" "$1" &&
        same "$(field lost reason l | cut -c1-27)" 'gave%20no%20sign%20of%20lif'
}

# --- stopped, as by a hung file system or a node that swaps
for who in '1 1' '2 1' '2 2' '3 2'; do
    size=${who% *}
    rank=${who#* }
    job="mpi $((size + 1)) $words --ranks-per-slave $size --lease 1"
    ok "$size ranks per slave, rank $rank stops" ends 75 "after-unit:1/*@$rank#2=stop" $job
    ok 'the job says who is lost' says err 'slave here/nuclei/2 on node' 'no sign of life' \
        'the same command goes on'
    ok 'so does the ledger' lost here/nuclei/2
    ok 'the same command goes on' goes_on mpi $((size + 1)) \
        --ranks-per-slave "$size" --lease 20
    ok 'and computes what was not saved' at_most $size
done
ok 'a slave that stops while it claims' ends 75 'before-open:*/contracts/*@2=stop' \
    mpi 3 $words --lease 1
ok 'is lost too' says err 'no sign of life'
ok 'the same command goes on' goes_on mpi 3
ok 'a slave that stops before its answer' ends 75 'after-unit:0/9@1=stop' mpi 3 $words --lease 1
ok 'is lost too' lost here/nuclei/1
ok 'the same command goes on' goes_on mpi 3
ok 'one of two that stops' ends 75 'after-unit@2#3=stop' mpi 3 $words --lease 1
ok 'is lost' says err 'no sign of life'
ok 'the same command goes on' goes_on mpi 3
ok 'and computes what was not saved' at_most 5

# --- a slave that is slow, but alive
METANEURON_UNIT_SECONDS=0.3
ok 'units of a third of the lease' ends 0 '' mpi 4 $words --ranks-per-slave 3 --lease 1
ok 'are waited for' as_expected
METANEURON_UNIT_SECONDS=0.01

# --- killed or crashed: mpirun ends the job, the ledger knows nothing of it
for who in '1 1 kill' '2 2 kill' '2 1 crash' '3 3 crash' '2 0 kill'; do
    size=${who%% *}
    how=${who##* }
    rank=${who#* }
    rank=${rank% *}
    point="after-unit:1/*@$rank#2"
    [ "$rank" -ne 0 ] || point='after-rename:*/state-1'
    ok "$size ranks per slave, rank $rank: $how" killed "$point=$how" \
        mpi $((size + 1)) $words --ranks-per-slave "$size"
    ok 'the same command goes on' goes_on mpi $((size + 1)) --ranks-per-slave "$size"
    ok 'and computes what was not saved' at_most "$((size + 1))"
done

# --- a unit that fails
ok 'a unit fails' ends 65 'after-unit:1/4=fail' mn $words
ok 'the run says so' says err '3 of 4 slaves answered, 4 are needed' 'unit 1/4 fails'
ok 'and the ledger' same "$(field lost slave l)" here/nuclei/2
ok 'the same command goes on' goes_on mn
ok 'and computes what was not saved' at_most 2
ok 'a unit fails, of a member' ends 65 'after-unit:1/4@2=fail;after-unit:1/7@2=fail' \
    mpi 3 $words --ranks-per-slave 2
ok 'the run says so' says err '3 of 4 slaves answered, 4 are needed' 'unit 1/7 fails'
ok 'the same command goes on' goes_on mpi 3 --ranks-per-slave 2
done_testing
