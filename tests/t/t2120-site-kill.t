#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Centres whose commands are killed between any two writes: the same again goes on, and nothing is
# said twice. SITE_KILLS=N kills at every N-th call of each kind, for a soak.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python json
METANEURON_JOBS=$jobs_dir
export METANEURON_JOBS

# killed FAULT: the demonstration dies there, or was over before.
killed() {
    METANEURON_FAULTS="$1=kill" timeout -k 10 120 "$FAULTS" site demo --dir d >out 2>err
    code=$?
    [ "$code" -eq 137 ] || [ "$code" -eq 0 ]
}
# What is said of a run, or of a centre in it, stands once in a log.
once() {
    for log in d/*/house/ledger/log; do
        for type in claim submit approve roster aggregate settle; do
            grep " $type " "$log" | tr ' ' '\n' | awk '/^run=/ { run = $0; slave = "" } /^slave=/ { slave = $0 }
                /^sum=/ { print run, slave }' | sort | uniq -d | sed "s,^,$log $type ,"
        done
    done >twice
    silent twice || { sed 's/^/# twice: /' twice; return 1; }
}

if [ -n "${SITE_KILLS:-}" ]; then
    faults=$(for call in fsync rename write fdatasync link; do
        seq 1 "$SITE_KILLS" 1000 | sed "s/^/before-$call#/"
    done)
else
    faults='before-fsync#3 half-write#9 after-rename#12 before-link#4 after-fsync#90 half-write#70
        before-rename#60 after-fdatasync#20 before-fsync#333 half-write#160 after-rename#120
        before-fsync#555'
fi
dead=0
for fault in $faults; do
    ok "killed $fault" killed "$fault"
    [ "$code" -eq 0 ] || dead=$((dead + 1))
done
ok 'most of them' test "$dead" -ge 8
ok 'the same again' run 0 mn site demo --dir d --json
ok 'is verified' "$py" -c 'import json, sys; sys.exit(not json.load(open("out"))["verified"])'
ok 'nothing was said twice' once
for site in alpha beta gamma; do
    ok "$site: its log is whole" run 0 mn ledger verify "d/$site/house/ledger"
    ok "$site: as it is published" cmp "d/$site/house/ledger/log" "d/exchange/$site/log"
    ok "$site: its own" run 0 mn ledger verify "d/$site/house/own"
    ok "$site: goes on" run 0 mn site step --local --dir "d/$site/house"
    find "d/exchange/$site" -name '.*' >out
    ok "$site: nothing of what was cut is in the exchange, but temporary files" \
        test "$(find "d/exchange/$site" -type f -size 0 ! -name '.*' | wc -l)" -eq 0
done
done_testing
