#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What it costs to hand out units of work: metaneuron, with its ledger, against a
# master and workers by hand in C, mpi4py.futures, and GNU parallel, on as many
# workers, in turn over several rounds; then start-up against a hello, many ranks on
# few processors, and what waiting ranks cost. Units sleep, so that processors do not
# limit. What counts is the median over the rounds. Fails if a unit is missing or is
# there twice, and never for the time.
#
#   BENCH_WORKERS  workers of each; the master comes on top (as many as processors)
#   BENCH_ROUNDS   rounds that are counted (3; 7 for start-up)
#   BENCH_MANY     ranks of the run with more ranks than processors (64)
#   BENCH_DIR, BENCH_MPIRUN  as for run.sh
#
# python3-mpi4py and parallel are Debian's packages; what is not there is left out.
set -eu

here=${BENCH_PROGRAMS:-.}
sources=$(cd "$(dirname "$0")" && pwd)
metaneuron=${METANEURON:-metaneuron}
mpirun=${MPIRUN:-mpirun}
case $($mpirun --version 2>&1) in
*"Open MPI"* | *OpenRTE*) mpirun="$mpirun --oversubscribe" ;;
esac
mpirun=${BENCH_MPIRUN:-$mpirun}
dir=${BENCH_DIR:-$here/data}
cores=$(getconf _NPROCESSORS_ONLN)
workers=${BENCH_WORKERS:-$cores}
ranks=$((workers + 1))
rounds=${BENCH_ROUNDS:-3}
starts=${BENCH_ROUNDS:-7}
many=${BENCH_MANY:-64}
patience=300 # seconds that anything may take

die() {
    echo "bench: $*" >&2
    exit 1
}

[ "$workers" -ge 1 ] || die "BENCH_WORKERS=$workers: one at least"
# In a container one is root, whom Open MPI asks twice.
if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
mkdir -p "$dir/dispatch"
dir=$(cd "$dir/dispatch" && pwd)
rm -rf "$dir"
mkdir "$dir"
export XDG_DATA_HOME="$dir" XDG_CONFIG_HOME="$dir" XDG_STATE_HOME="$dir"

# The first python3 of the path may be one without mpi4py.
python=
for p in python3 /usr/bin/python3; do
    if [ -z "$python" ] && $p -c 'import mpi4py.futures' 2>/dev/null; then
        python=$p
    fi
done
parallel=
if command -v parallel >/dev/null && parallel --version 2>/dev/null | grep -q 'GNU parallel'; then
    parallel=parallel
fi

now() {
    date +%s.%N
}

minus() {
    echo "$1 $2" | awk '{ printf "%.6f\n", $1 - $2 }'
}

# wall COMMAND: what it prints goes to $dir/out; sets took.
wall() {
    begin=$(now)
    timeout $patience "$@" >"$dir/out" 2>"$dir/errors" ||
        die "failed: $*: $(head -c 300 "$dir/errors")"
    took=$(minus "$(now)" "$begin")
}

# contract NAME UNITS SECONDS [LINE]: LINE is one more of /work.
contract() {
    cat >"$dir/$1.yaml" <<END
title: $2 units of $3 s
function:
  name: wait
  params: {seconds: $3}
work:
  units: $2
  check: 0
  ${4:-}
END
    "$metaneuron" contract build "$dir/$1.yaml" -o "$dir/$1.h5" >/dev/null
}

# Every contender sets took, the wall time, and inside, the time in which it had work.
say() {
    echo "$1 $2 $3 $took $inside" >>"$dir/times" # contender, seconds of a unit, units
}

check_sum() {
    echo "$1" | awk -v n="$2" '{ exit !($1 == n && $2 == n * (n - 1) / 2) }' ||
        die "$3: units are missing: $1"
}

run_job() { # RANKS NAME [OPTION...]
    n=$1 name=$2
    shift 2
    wall $mpirun -n "$n" "$metaneuron" run "$dir/$name.h5" --ledger "$dir/ledger" \
        --out "$dir/$name.result.h5" --again --quiet "$@"
    # From the record that publishes to the one that settles.
    inside=$(awk '$3 == "publish" { a = $2 } $3 == "settle" { b = $2 } END { printf "%.6f\n", b - a }' \
        "$dir/ledger/log")
}

# The units' numbers add up only if each was there once.
check_job() {
    "$metaneuron" result export "$dir/$1.result.h5" --csv | grep -q '^each_once,0,,1$' ||
        die "$1: not each unit was computed once"
}

run_metaneuron() { # SECONDS UNITS
    run_job "$ranks" "units-$1"
    check_job "units-$1"
    say metaneuron "$1" "$2"
}

run_hand() {
    wall $mpirun -n "$ranks" "$here/dispatch_mpi" "$2" "$1"
    check_sum "$(cat "$dir/out")" "$2" dispatch_mpi
    inside=$(awk '{ print $3 }' "$dir/out")
    say hand "$1" "$2"
}

run_alone() { # RANKS SECONDS UNITS
    wall $mpirun -n "$1" "$here/dispatch_mpi" "$3" "$2" alone
    check_sum "$(cat "$dir/out")" "$3" 'dispatch_mpi alone'
    inside=$(awk '{ print $3 }' "$dir/out")
}

run_futures() { # SECONDS UNITS CHUNKSIZE NAME
    wall $mpirun -n "$ranks" $python -m mpi4py.futures "$sources/dispatch_futures.py" "$2" "$1" "$3"
    check_sum "$(cat "$dir/out")" "$2" mpi4py.futures
    inside=$(awk '{ print $3 }' "$dir/out")
    say "$4" "$1" "$2"
}

run_parallel() {
    command="sleep $1"
    [ "$1" != 0 ] || command=true
    begin=$(now)
    seq "$2" | timeout $patience $parallel --will-cite -j "$workers" -n 1 "$command #" >"$dir/out" ||
        die "failed: parallel"
    took=$(minus "$(now)" "$begin")
    inside=$took
    say parallel "$1" "$2"
}

run_hello() { # RANKS; sets started as well
    begin=$(now)
    timeout $patience $mpirun -n "$1" "$here/hello_mpi" >"$dir/out" || die "failed: hello_mpi"
    took=$(minus "$(now)" "$begin")
    inside=$(minus "$(awk '{ print $4 }' "$dir/out")" "$begin")
}

# As many units as keep each busy for a while; the slow ones get fewer.
units_1ms=$((1000 * workers))
units_10ms=$((2000 * workers))
contract units-0 20000000 0
contract units-0.001 $units_1ms 0.001
contract units-0.01 $units_10ms 0.01
contract one 1 0

one_round() {
    rm -rf "$dir/ledger"
    run_hello "$ranks"
    say hello 0 0
    for c in $1; do
        case $c in
        metaneuron)
            run_metaneuron 0 20000000
            run_metaneuron 0.001 $units_1ms
            run_metaneuron 0.01 $units_10ms
            ;;
        alone)
            run_alone "$ranks" 0.001 $units_1ms
            say alone 0.001 $units_1ms
            run_alone "$ranks" 0.01 $units_10ms
            say alone 0.01 $units_10ms
            ;;
        hand)
            run_hand 0 500000
            run_hand 0.001 $units_1ms
            run_hand 0.01 $units_10ms
            ;;
        futures)
            [ -n "$python" ] || continue
            run_futures 0 10000 1 futures-1
            run_futures 0 1000000 1000 futures-many
            run_futures 0.001 $units_1ms 1 futures-1
            run_futures 0.001 $units_1ms 10 futures-many
            run_futures 0.01 $units_10ms 1 futures-1
            run_futures 0.01 $units_10ms 4 futures-many
            ;;
        parallel)
            [ -n "$parallel" ] || continue
            run_parallel 0 300
            run_parallel 0.001 300
            run_parallel 0.01 300
            ;;
        esac
    done
}

median() { # numbers on stdin
    sort -g | awk '{ v[NR] = $1 }
        END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

load() {
    cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?'
}

: >"$dir/times"
echo "dispatch: 1 master and $workers workers each, $cores processors, load $(load) before"
[ -n "$python" ] || echo "mpi4py.futures is left out: package python3-mpi4py is not installed"
[ -n "$parallel" ] || echo "GNU parallel is left out: package parallel is not installed"
i=0
while [ $i -lt "$rounds" ]; do
    i=$((i + 1))
    # Every other round goes backwards, so that a drift of the machine cancels out.
    if [ $((i % 2)) = 1 ]; then
        one_round 'metaneuron alone hand futures parallel'
    else
        one_round 'parallel futures hand alone metaneuron'
    fi
    echo "round $i of $rounds"
done

# contender, seconds, units, median wall, median inside
sort -u -k1,3 "$dir/times" | awk '{ print $1, $2, $3 }' | sort -u | while read -r c s u; do
    mine="\$1 == \"$c\" && \$2 == \"$s\" && \$3 == \"$u\""
    echo "$c $s $u $(awk "$mine { print \$4 }" "$dir/times" | median)" \
        "$(awk "$mine { print \$5 }" "$dir/times" | median)"
done >"$dir/medians"

awk -v workers="$workers" -v rounds="$rounds" '
    function line(key, name,    s, i, u, e) {
        split("0 0.001 0.01", s, " ")
        for (i = 1; i <= 3; i++) {
            if (!((key, s[i]) in wall))
                continue
            u = units[key, s[i]]
            rate[key, s[i]] = u / inside[key, s[i]]
            printf "  %-24s %8s %9d %9.3f %9.3f %12.0f", name, \
                s[i] == 0 ? "empty" : s[i] * 1000 " ms", u, wall[key, s[i]], inside[key, s[i]], \
                rate[key, s[i]]
            e = u * s[i] / workers
            if (s[i] > 0)
                printf " %7.3f %7.3f %7.3f", e / wall[key, s[i]], \
                    e / (wall[key, s[i]] - hello), e / inside[key, s[i]]
            printf "\n"
            name = ""
        }
    }
    function target(what, value, least) {
        printf "  %-58s %8.3g   target %g: %s\n", what, value, least, \
            (value >= least ? "met" : "missed")
    }
    $1 == "hello" { hello = $4; next }
    { units[$1, $2] = $3; wall[$1, $2] = $4; inside[$1, $2] = $5 }
    END {
        printf "\nmedians of %d rounds; wall: the whole command; work: from the first unit asked\n", rounds
        printf "for to the last answer (metaneuron: from publish to settle, all of it durable)\n"
        printf "efficiency: units x seconds / workers, by wall, by wall - hello (%.3f s), by work\n\n", hello
        printf "  %-24s %8s %9s %9s %9s %12s %s\n", "", "unit", "units", "wall s", "work s", \
            "units/s", "efficiency"
        line("metaneuron", "metaneuron")
        line("alone", "no dispatch, shares")
        line("hand", "by hand, C and MPI")
        line("futures-1", "mpi4py, chunksize 1")
        line("futures-many", "mpi4py, by 1000, 10, 4")
        line("parallel", "GNU parallel")
        printf "\n"
        m = rate["metaneuron", 0]
        if (("futures-1", 0) in wall) {
            target("empty units, against mpi4py.futures, chunksize 1", m / rate["futures-1", 0], 10)
            target("empty units, against mpi4py.futures, chunksize 1000", m / rate["futures-many", 0], 10)
        }
        target("empty units, against by hand", m / rate["hand", 0], 0.5)
        e = units["metaneuron", 0.01] * 0.01 / workers
        target("efficiency at 10 ms, by wall - hello", \
            e / (wall["metaneuron", 0.01] - hello), 0.98)
        target("the same, by how long the sleeps alone take", \
            (wall["alone", 0.01] - hello) / (wall["metaneuron", 0.01] - hello), 0.98)
        target("efficiency at 10 ms, by wall", e / wall["metaneuron", 0.01], 0.98)
    }' "$dir/medians"

# Start-up: one empty unit. The first unit is done before its record is written.
: >"$dir/starts"
rm -rf "$dir/ledger"
run_job "$ranks" one
i=0
while [ $i -lt "$starts" ]; do
    i=$((i + 1))
    run_hello "$ranks"
    hello="$took $inside"
    begun=$(now)
    run_job "$ranks" one
    unit=$(awk '$3 == "submit" { a = $2 } END { print a }' "$dir/ledger/log")
    echo "$hello $took $(minus "$unit" "$begun")" >>"$dir/starts"
done
check_job one
of() {
    awk "{ print \$$1 }" "$dir/starts" | median
}
echo "$(of 1) $(of 2) $(of 3) $(of 4)" | awk -v n="$ranks" -v rounds="$starts" '{
    printf "\nstart-up on %d ranks, medians of %d rounds, in ms\n\n", n, rounds
    printf "  %-44s %8s %8s\n", "", "to there", "to the end"
    printf "  %-44s %8.0f %8.0f\n", "hello, all ranks heard of", $2 * 1000, $1 * 1000
    printf "  %-44s %8.0f %8.0f\n", "metaneuron, first unit in and recorded", $4 * 1000, $3 * 1000
    printf "  %-44s %8.0f %8.0f\n", "difference", ($4 - $2) * 1000, ($3 - $1) * 1000
    printf "\n  first unit over hello: %.0f ms, target at most 100: %s\n", ($4 - $2) * 1000, \
        ($4 - $2 <= 0.1 ? "met" : "missed")
}'

# Many ranks on few processors.
units=$((many * 500))
contract many $units 0.01
run_hello "$many"
hello=$took
run_job "$many" many
check_job many
manywall=$took manyinside=$inside
run_alone "$many" 0.01 $units
echo "$manywall $hello $manyinside $took $inside" | awk -v n="$many" -v cores="$cores" -v units=$units '{
    e = units * 0.01 / (n - 1)
    printf "\n%d ranks on %d processors, %d units of 10 ms: each computed once\n", n, cores, units
    printf "  efficiency %.3f by wall (%.3f s), %.3f by wall - hello, %.3f from publish to settle\n", \
        e / $1, $1, e / ($1 - $2), e / $3
    printf "  without dispatch, in shares: %.3f by wall (%.3f s), %.3f by wall - hello\n", \
        e / $4, $4, e / ($4 - $2)
}'

# What waiting costs: one unit, so all ranks but one have nothing to do for its 8 s, of
# which 5 are looked at. Of those ranks, one sleeps in its unit.
used() { # nanoseconds of processor that the ranks of an mpirun have had
    for p in $(pgrep -P "$1"); do
        cat "/proc/$p"/task/*/schedstat
    done | awk '{ n += $1 } END { printf "%.0f\n", n }'
}
idle=9
if [ -r /proc/self/schedstat ] && command -v pgrep >/dev/null; then
    contract idle 1 8
    : >"$dir/idle"
    for i in 1 2 3; do
        $mpirun -n $idle "$metaneuron" run "$dir/idle.h5" --ledger "$dir/ledger" \
            --out "$dir/idle.result.h5" --again --quiet >"$dir/out" &
        pid=$!
        sleep 2
        a=$(used $pid)
        sleep 5
        b=$(used $pid)
        wait $pid || die "failed: a unit of 8 s"
        echo "$a $b" | awk -v n=$idle '{ print ($2 - $1) / 1e9 / 5 / n * 100 }' >>"$dir/idle"
    done
    median <"$dir/idle" | awk -v n=$idle '{
        printf "\n%d ranks, one of which has a unit of 8 s\n", n
        printf "  a rank that waits uses %.2f %% of a processor; aim: at most 1 %%: %s\n", $1, \
            ($1 <= 1 ? "met" : "missed")
    }'
else
    echo "idle ranks are left out: no pgrep, or no /proc/PID/schedstat"
fi
