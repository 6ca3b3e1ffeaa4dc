#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What centres cost that compute together through files: the demonstration from nothing (three
# centres), a round of eight centres besides their computing, and the bytes that a round puts into
# the exchange, beside the least that could be said. Each round measures all; what counts is the
# median. Fails if a demo does, and never for the time.
#
#   BENCH_ROUNDS   rounds that are counted (5)
#   BENCH_DIR      where the centres are (tests/bench/data)
set -eu

metaneuron=${METANEURON:-metaneuron}
METANEURON_JOBS=$(cd "$(dirname "$0")/../../jobs" && pwd)
export METANEURON_JOBS
rounds=${BENCH_ROUNDS:-5}
dir=${BENCH_DIR:-${BENCH_PROGRAMS:-.}/data}/site
numbers=16 # in a state of jobs/federation
rm -rf "$dir"
mkdir -p "$dir"
trap 'rm -rf "$dir"' EXIT

# seconds DIR N: of a demo there, as "PART SECONDS", a line each.
seconds() {
    "$metaneuron" site demo --json --dir "$1" --sites "$2" >"$dir/told" || exit 1
    grep -q '"verified": true' "$dir/told" || { echo "a demo is not verified"; exit 1; }
    sed -n '/"seconds"/,/}/s/^ *"\([a-z-]*\)": \([0-9.e-]*\),*$/\1 \2/p' "$dir/told"
}
# Bytes of what was published, logs and payloads.
bytes() {
    cat "$1"/exchange/*/log "$1"/exchange/*/files/* | wc -c
}
median() {
    sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

echo "centres that compute together, median of $rounds:"
i=0
while [ $i -lt "$rounds" ]; do
    i=$((i + 1))
    rm -rf "$dir/three"
    seconds "$dir/three" 3 | awk '{ print; sum += $2 } END { print "all", sum }' >>"$dir/three.parts"
done
for part in all set-up claims computing collecting checking; do
    printf '%s ' "$(sed -n "s/^$part //p" "$dir/three.parts" | median)"
done | awk '{ printf "  the demo of three: %.1f s (target: at most 10): set-up %.1f, claims %.1f, computing %.1f, collecting %.1f, checking %.1f\n", $1, $2, $3, $4, $5, $6 }'

seconds "$dir/eight" 8 >"$dir/first"
before=$(bytes "$dir/eight")
i=0
while [ $i -lt "$rounds" ]; do
    i=$((i + 1))
    seconds "$dir/eight" 8 | awk '$1 == "computing" { print "computing", $2 }
        $1 == "claims" || $1 == "collecting" { sum += $2 } END { print "besides", sum }' >>"$dir/eight.parts"
done
besides=$(sed -n 's/^besides //p' "$dir/eight.parts" | median)
computing=$(sed -n 's/^computing //p' "$dir/eight.parts" | median)
echo "$besides $computing" | awk '{ printf "  a run of eight, one round: %.2f s besides computing (target of a round: 1), with claims; computing %.2f s\n", $1, $2 }'
echo "$before $(bytes "$dir/eight") $rounds $numbers" |
    awk '{ n = ($2 - $1) / $3 / 8; least = 8 * $4
           printf "  bytes a centre and run, with its part of the result: %.0f; the state alone has %d\n", n, least }'
