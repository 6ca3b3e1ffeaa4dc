#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A node that lacks what the other has: the mount of the data, or the program.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/slurm/lib.sh"
testbed=$top_srcdir/slurm/testbed
hidden=
mend() {
    [ -z "$hidden" ] || "$testbed" show mn2 "$hidden"
    hidden=
}
trap 'mend >/dev/null 2>&1; leave' EXIT
hide() {
    "$testbed" hide mn2 "$1" && hidden=$1
}

ok 'a contract, and its answer in one process' build_points

# --- the data
mkdir mount
mv part-*.csv mount
data=points=$T/mount/part-{slave}.csv
ok 'mn2 has no data' hide "$T/mount"
ok 'a job on both' submit -N2 -n5 --ntasks-per-node=3 -- c.h5 --data "$data" --ledger l --out r.h5
ok 'ends well' exits 0
ok 'with the answer of one process' right l r.h5
ok 'all by mn1' same "$(grep -c ' claim .*node=mn1 ' l/log)" $slaves
ok 'mn2 is named, and why' says "metaneuron-$job.out" 'node mn2 is left out:' 'part-'
ok 'without another attempt' same "$(field attempt number l)" 1
mend

# --- the program, which the launcher cannot start there
mkdir bin
cp "$METANEURON" bin/metaneuron
METANEURON=$T/bin/metaneuron
for way in mpirun srun; do
    METANEURON_LAUNCH=$way
    export METANEURON_LAUNCH
    ok "$way: mn2 has no program" hide "$T/bin"
    ok 'a job on both' submit -N2 -n6 -w mn1,mn2 -- c.h5 --data "$data" --ledger "l-$way" \
        --out "r-$way.h5"
    ok 'ends well' exits 0
    mend
    ok 'with the answer of one process' right "l-$way" "r-$way.h5"
    ok 'mn2 is left out at the third start' says "metaneuron-$job.out" \
        'attempt 2 failed' 'node mn2, where the program cannot be started' 'again without node mn2'
done
done_testing
