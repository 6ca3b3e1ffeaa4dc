#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One process, killed at every step of every write: the ledger is intact, the same
# command goes on, what was saved is not computed again, and the answer has the same bits.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
installed=$METANEURON
. "$top_srcdir/tests/t/survive.sh"

# --- the installed program has no faults
symbols() {
    $NM "$1" | grep -c '__wrap_\|__real_'
}
ok 'the program with faults has them' test "$(symbols "$FAULTS")" -ge 15
ok 'and reads them from the environment' grep -q METANEURON_FAULTS "$FAULTS"
ok 'the installed one has none' test "$(symbols "$installed")" -eq 0
ok 'and does not ask the environment' not grep -q 'METANEURON_FAULTS\|METANEURON_TRACE' "$installed"
ok 'what is no fault is refused' run 99 faulty 'log=kill' mn --version
METANEURON_SAVE_EVERY=1
export METANEURON_SAVE_EVERY

# --- over data
data_contract
undisturbed

every_step='before-write half-write after-write before-fsync after-fsync before-rename after-rename'
# at POINT: killed there. A slave's last unit is followed by its result, no checkpoint.
at() {
    ok "killed at $1" killed "$1=kill" mn $words
    ok 'the same command goes on' goes_on mn
    ok 'what was saved is not computed again' at_most 1
}
for n in 1 2 3 4 6; do
    for step in before half after; do
        at "$step-pwrite:*/log#$n"
    done
done
for n in 2 5; do
    at "before-fdatasync:*/log#$n"
    at "after-fdatasync:*/log#$n"
done
for n in 1 14; do
    for step in before-open after-open $every_step; do
        at "$step:*/units-*#$n"
    done
done
for step in before-open $every_step; do
    at "$step:*/state-3*"
done
for point in 'before-rename:*/key.pub' 'after-open:*/runs/lock' 'before-open:*/columns.*' \
    'half-write:*/columns.*' 'after-rename:*/columns' 'before-open:*/lock' 'after-fsync:*/runs' \
    'after-fsync:*/runs/????????????????#5' 'before-pwrite:*~ publish ' \
    'before-pwrite:*~ filter ' 'before-pwrite:*~ aggregate ' 'before-pwrite:*~ settle ' \
    'half-pwrite:*~ settle ' 'after-pwrite:*~ settle ' 'before-fsync:r.h5*' \
    'before-rename:*/result' 'after-rename:*/result' 'before-link:r.h5' 'after-link:r.h5' \
    'after-unlink:r.h5.tmp-*' 'before-unlinkat:lock' 'after-unlinkat:state-2'; do
    at "$point"
done

# --- over work: states first, then their records
work_contract 64 4 0 0
undisturbed
for n in 1 2 4; do
    for step in before-pwrite half-pwrite after-pwrite before-fdatasync after-fdatasync; do
        at "$step:*/states#$n"
    done
    at "before-pwrite:*/log~ submit #$n"
    at "half-pwrite:*/log~ submit #$n"
done
for point in 'before-ftruncate:*/states' 'after-ftruncate:*/states' 'after-unit:*/37' \
    'half-write:*/units-*#5' 'after-rename:*/units-*#5'; do
    at "$point"
done

# --- by rounds: a model is a file before it is a record
METANEURON_FUNCTIONS=$top_builddir/contrib/functions
export METANEURON_FUNCTIONS
data_contract
digest=$(mn function digest "$METANEURON_FUNCTIONS/geomedian.so")
printf '%s\n' 'title: Survives' 'rounds: 3' "function: {name: geomedian, digest: '$digest'}" \
    'data: {name: nuclei, split: rows, slaves: 4, unit_rows: 3, columns: [mean_radius]}' >c.yaml
mn contract build c.yaml -o c.h5 >/dev/null || exit 99
models() {
    sed -n 's/.* update .*\(round=.*converged=.\) .*/\1/p' l/log
}
afresh
ok 'three rounds that nothing disturbs' run 0 mn $words
expected=$(models)
ok 'have four models' same "$(echo "$expected" | wc -l)" 4
ok 'and compute every unit three times' covered $((2 * units))
# The results of a round share a batch of records: the last unit of each of the four
# slaves has no checkpoint of its own.
rounds_go_on() {
    intact && run 0 mn $words && same "$(models)" "$expected" &&
        same "$(grep -c ' submit ' l/log)" 12 && same "$(grep -c ' aggregate ' l/log)" 3 &&
        run 0 mn ledger verify l && run 0 mn verify r.h5 --ledger l &&
        same "$(find l/runs -mindepth 1 -type d)" ''
}
for point in 'before-open:*/model-0*' 'before-pwrite:*~ update ' 'half-pwrite:*~ update ' \
    'after-pwrite:*~ update ' 'before-rename:*/model-1' 'half-write:*/model-1.*' \
    'after-rename:*/model-1' 'before-pwrite:*~ update #2' 'after-pwrite:*~ update #2' \
    'before-rename:*/state-2-2' 'after-rename:*/state-2-2' 'before-pwrite:*~ submit #6' \
    'half-write:*/units-*#20' 'after-rename:*/units-*#20' 'after-rename:*/model-3' \
    'before-pwrite:*~ update #4' 'after-pwrite:*~ update #4' 'before-link:r.h5' \
    'before-pwrite:*~ settle '; do
    ok "killed at $point" killed "$point=kill" mn $words
    ok 'the same command goes on' rounds_go_on
    ok 'what was saved is not computed again' at_most $((2 * units + 4))
done
done_testing
