#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A disk that is full, fails, or may not be written any more: the exit code and the text
# say so, nothing is half written, and with room the same command goes on.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
. "$top_srcdir/tests/t/survive.sh"
METANEURON_SAVE_EVERY=1
export METANEURON_SAVE_EVERY

# recovers COMMAND…: nothing half-written is left, and the run goes on.
recovers() {
    same "$(find . -name '*.tmp-*')" '' && goes_on "$@"
}
# refused CODE FAULT WORDS: the run ends with that code and text.
refused() {
    ok "$2" ends "$1" "$2" mn $words
    ok 'is told' says err "$3"
    ok 'the same command goes on' recovers mn
}

data_contract
undisturbed
for n in 2 3 5; do
    refused 74 "half-pwrite:*/log#$n=enospc" 'is the disk full?'
    refused 74 "before-pwrite:*/log#$n=enospc" 'No space left on device'
    refused 74 "before-fdatasync:*/log#$n=eio" 'Input/output error'
done
refused 74 'half-write:*/state-2*=enospc' 'No space left on device'
refused 74 'before-fsync:*/state-2*=eio' 'Input/output error'
refused 74 'before-rename:*/state-2=eio' 'Input/output error'
refused 66 'before-open:*/state-2*=eacces' 'Permission denied'
refused 74 'half-write:*/columns*=enospc' 'No space left on device'
refused 74 'before-fsync:r.h5*=eio' 'Input/output error'
refused 74 'before-link:r.h5=enospc' 'No space left on device'
refused 66 'before-open:*/runs/lock=eacces' 'Permission denied'
refused 66 'before-open:*/lock=eacces' 'Permission denied'
for fault in before-open:eacces half-write:enospc before-fsync:eio before-rename:enospc; do
    ok "no checkpoint can be written: $fault" ends 0 \
        "${fault%:*}:*/units-*=${fault#*:}" mn $words
    ok 'is harmless' as_expected
done

work_contract 64 4 0 0
undisturbed
refused 74 'half-pwrite:*/states#2=enospc' 'is the disk full?'
refused 74 'before-fdatasync:*/states#2=eio' 'Input/output error'
refused 74 'before-ftruncate:*/states=eio' 'Input/output error'
ok 'the master of others' ends 74 'half-pwrite:*/log#4=enospc' mpi 3 $words
ok 'is told' says err 'is the disk full?'
ok 'the same command goes on' goes_on mpi 3 # MPI may kill a rank that is writing

# --- a ledger that goes away
data_contract
undisturbed
afresh
METANEURON_UNIT_SECONDS=0.04
export METANEURON_UNIT_SECONDS
while_running() {
    afresh
    mn $words >out 2>err &
    pid=$!
    while ! grep -q ' submit ' l/log 2>/dev/null; do
        kill -0 $pid 2>/dev/null || break
    done
    "$@"
    wait $pid
    code=$?
}
while_running mv l moved
ok 'a ledger that is moved away' test "$code" -ne 0
ok 'is told' says err 'l/'
rm -rf l && mv moved l
ok 'and back: the same command goes on' goes_on mn
while_running rm -rf l
ok 'a ledger that is removed' test "$code" -ne 0
ok 'is told' says err 'l/'
rm -rf l
ok 'a new one can be begun' run 0 mn $words
unset METANEURON_UNIT_SECONDS

# --- as another user, who may not write
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    mkdir open && chmod 777 open && chmod 755 . && chmod 755 "$HOME"
    as_nobody() {
        HOME=$T/open METANEURON_TRACE=/dev/null setpriv --reuid=65534 --regid=65534 \
            --clear-groups "$METANEURON" "$@"
    }
    if as_nobody --version >out 2>&1; then
        ok 'a ledger in a directory that may not be written' run 66 as_nobody \
            run c.h5 --quiet --data "nuclei=$T/all.csv" --ledger no --out open/r.h5
        ok 'is told' says err 'no' 'Permission denied'
        ok 'a result that may not be written' run 66 as_nobody \
            run c.h5 --quiet --data "nuclei=$T/all.csv" --ledger open/l --out no.h5
        ok 'is told' says err 'no.h5'
        ok 'before anything is computed' not grep -q ' submit ' open/l/log
    else
        skip 'as another user' 'the program cannot be run from here'
    fi
else
    skip 'as another user' 'needs root and setpriv'
fi

# --- a small file system
mkdir small
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=256k none small 2>/dev/null; then
    trap 'umount -l "$T/small"; cd / && rm -rf "$T"' EXIT
    words="run c.h5 --quiet --data nuclei=$T/all.csv --ledger small/l --out r.h5"
    rm -rf l && ln -s small/l l
    for room in 0 8 16 24 32 48; do
        rm -rf small/* r.h5 trace
        head -c $((256 - room))k /dev/zero >small/fill 2>/dev/null
        mn $words >out 2>err
        code=$?
        [ "$room" -gt 16 ] || ok "$room KiB of room are too little" test "$code" -ne 0
        if [ "$code" -ne 0 ]; then
            ok "$room KiB: told" test "$code" -eq 74 -o "$code" -eq 66
            ok 'in words' says err 'small/l'
            ok 'nothing is half written' same "$(find small -name '*.tmp-*')" ''
            rm small/fill
            ok 'with room the same command goes on' goes_on mn
        else
            ok "$room KiB are enough" as_expected
        fi
    done
    words="run c.h5 --quiet --data nuclei=$T/all.csv --ledger kept --out small/r.h5"
    rm -rf l && ln -s kept l
    rm -rf small/* kept && head -c 256k /dev/zero >small/fill 2>/dev/null
    ok 'no room for the result' run 74 mn $words
    ok 'is told' says err 'small/r.h5' 'is the disk full?'
    ok 'nothing is half written' same "$(ls small)" fill
    rm small/fill
    ok 'with room the same command ends it' run 0 mn $words
    ok 'with the same bits' same "$(field aggregate state l)" "$expected"
else
    skip 'a full file system' 'needs root and mount'
fi
done_testing
