#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs one fuzz target under libFuzzer for FUZZ_SECONDS; speaks TAP.
# Usage: run.sh PROGRAM; its seeds are in $top_srcdir/tests/fuzz/seeds/NAME
program=$1
name=${program##*/}
here=$top_srcdir/tests/fuzz
seconds=${FUZZ_SECONDS:-20}

# What libFuzzer finds worth keeping goes into the first directory; a later run goes on from it.
mkdir -p "$program.corpus" || exit 1
set -- -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$program-"
[ ! -f "$here/$name.dict" ] || set -- "$@" -dict="$here/$name.dict"
"$program" "$@" "$program.corpus" "$here/seeds/$name" >"$program.out" 2>&1
rc=$?

runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$program.out")
coverage=$(sed -n 's/.* cov: \([0-9]*\).*/\1/p' "$program.out" | tail -n 1)
echo 1..1
if [ $rc -eq 0 ] && [ "${runs:-0}" -gt 0 ]; then
    echo "ok 1 - $name: $runs runs, coverage $coverage, $seconds s"
    exit 0
fi
echo "not ok 1 - $name: ended with code $rc after ${runs:-some} runs"
grep -v '^#[0-9]\|^INFO\|NEW_FUNC' "$program.out" | head -n 50 | sed 's/^/# /'
case=$(sed -n 's/.*Test unit written to //p' "$program.out" | tail -n 1)
[ -z "$case" ] || echo "# again: (cd $PWD && $program $case)"
