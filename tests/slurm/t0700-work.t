#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Work without data under Slurm: saved and requeued until it is done, with the job's
# comment as progress; and data that is copied to the nodes.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/slurm/lib.sh"

# work NAME UNITS SECONDS
work() {
    cat >"$1.yaml" <<END
title: Test of $1
function: {name: wait, params: {seconds: $3}}
work: {units: $2, check: 0.05}
END
    mn contract build "$1.yaml" -o "$1.h5" >out 2>err
}
# every_unit_once RESULT LEDGER
every_unit_once() {
    run 0 mn verify "$1" --ledger "$2" && run 0 mn result export "$1" --csv && says out 'each_once,0,,1'
}
comment() {
    squeue -h -j "$job" -o %k
}
has_progress() {
    comment | grep -q "$1"
}

# --- progress
ok 'twenty seconds of work' work slow 4000 0.02
ok 'is submitted to two nodes' submit -N2 -n5 -- slow.h5 --ledger l --out slow-r.h5
ok "the job's comment shows progress" until_true 60 has_progress '[0-9] of [0-9]'
echo "# $(comment)"
ok 'so does status, from another shell' run 0 mn status --ledger l
ok 'with the nodes' says out mn1
ok 'it ends well' exits 0
ok 'with every unit once' every_unit_once slow-r.h5 l
ok 'units ran on both nodes' same "$(sed -n 's/.* submit .* slave=[^/]*\/\(mn[12]\)\/.*/\1/p' l/log |
    sort -u | tr '\n' ' ')" 'mn1 mn2 '
ok 'an attempt is recorded' grep -q ' attempt .*outcome=settled' l/log

# --- more work than fits into the partition's minute
ok 'nearly two minutes of work' work long 16000 0.02
ok 'on the short partition' submit -p short -N2 -n4 --signal=B:USR1@20 -- long.h5 --ledger m --out long-r.h5
ok 'is halted, and requeues itself' until_true 90 restarted
ok 'it says so' says "metaneuron-$job.out" 'halted' 'requeued'
before=$(grep -c ' submit ' m/log)
ok 'with what was submitted kept' test "$before" -gt 0
ok 'until it is done' until_true 400 gone
ok 'well' exits 0
ok 'with every unit once' every_unit_once long-r.h5 m
ok 'nothing was submitted twice' same "$(sed -n 's/.* submit .* slave=\([^ ]*\) .*/\1/p' m/log |
    sed 's/.*#//' | sort | uniq -d)" ''

# --- data is copied to the nodes
ok 'a contract over data, and its answer in one process' build_points
METANEURON_STAGE=$T/local
export METANEURON_STAGE
ok 'whose files are copied to each node' submit -N2 -n5 -- c.h5 --data "$data" --ledger s --out s.h5
ok 'it ends well' exits 0
ok 'with the answer of one process, once' right s s.h5
ok 'from the copies' test -s "$(echo "$T"/local/metaneuron-*/*/part-8.csv)"
echo x >>"$(echo "$T"/local/metaneuron-*/*/part-8.csv)"
ok 'a copy that was altered' submit -N2 -n5 -- c.h5 --data "$data" --ledger t --out t.h5
ok 'is made again' exits 0
ok 'to the right answer' right t t.h5
done_testing
