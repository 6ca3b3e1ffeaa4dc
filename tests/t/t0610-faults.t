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
    'half-pwrite:*~ settle ' 'after-pwrite:*~ settle ' 'before-fsync:r.h5*' 'before-rename:r.h5' \
    'after-rename:r.h5' 'before-unlinkat:lock' 'after-unlinkat:state-2'; do
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
done_testing
