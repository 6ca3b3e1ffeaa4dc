#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The moments job on BENCH_GB of HDF5, against a program written by hand for it
# that keeps no ledger and filters nothing. All are started in turn, over several
# rounds, with the file in the page cache; what counts is the median of the
# ratios within a round. Fails if the results differ, and never for the time.
#
#   BENCH_GB      size of the data in GB of 10^9 bytes (2.147483648)
#   BENCH_RANKS   ranks of metaneuron, its master included (processors + 1)
#   BENCH_ROUNDS  rounds that are counted (7)
#   BENCH_DIR     where the data and the ledger are (tests/bench/data)
#   BENCH_MPIRUN  how to start ranks (mpirun --oversubscribe)
set -eu

here=${BENCH_PROGRAMS:-.}
metaneuron=${METANEURON:-metaneuron}
mpirun=${MPIRUN:-mpirun}
case $($mpirun --version 2>&1) in
*"Open MPI"* | *OpenRTE*) mpirun="$mpirun --oversubscribe" ;;
esac
mpirun=${BENCH_MPIRUN:-$mpirun}
dir=${BENCH_DIR:-$here/data}
cores=$(getconf _NPROCESSORS_ONLN)
ranks=${BENCH_RANKS:-$((cores + 1))}
rounds=${BENCH_ROUNDS:-7}
computing=$((ranks - 1))
columns=32
rows=$(awk -v gb="${BENCH_GB:-2.147483648}" -v c=$columns 'BEGIN { printf "%d", gb * 1e9 / 8 / c }')

die() {
    echo "bench: $*" >&2
    exit 1
}

[ "$rows" -ge 1000 ] || die "BENCH_GB=$BENCH_GB is too little"
[ "$computing" -ge 1 ] || die "BENCH_RANKS=$ranks: one master and one slave make 2 at least"
# In a container one is root, whom Open MPI asks twice.
if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
data=$dir/moments-$rows.h5
rm -rf "$dir/run"
mkdir "$dir/run"
export XDG_DATA_HOME="$dir/run" XDG_CONFIG_HOME="$dir/run" XDG_STATE_HOME="$dir/run"

if [ ! -f "$data" ]; then
    echo "writing $data"
    "$here/make_data" "$data.part" "$rows" $columns
    mv "$data.part" "$data"
    sync
fi

# Eight slaves or a few more, as many for each rank: the filter has a choice to make.
slaves=$(((8 + computing - 1) / computing * computing))
cat >"$dir/run/contract.yaml" <<END
title: Moments of $rows rows
function:
  name: moments
data:
  name: table
  split: rows
  slaves: $slaves
END
"$metaneuron" contract build "$dir/run/contract.yaml" -o "$dir/run/contract.h5" >/dev/null

# Prints the wall time of a command in seconds; what it prints goes to a file.
wall() {
    output=$1
    shift
    begin=$(date +%s%N)
    "$@" >"$output" || die "failed: $*"
    end=$(date +%s%N)
    echo "$begin $end" | awk '{ printf "%.4f\n", ($2 - $1) / 1e9 }'
}

# $mpirun is several words.
run_metaneuron() {
    wall "$dir/run/report" $mpirun -n "$ranks" "$metaneuron" run "$dir/run/contract.h5" \
        --data "table=$data" --ledger "$dir/run/ledger" --out "$dir/run/result.h5" --again --quiet
}

run_hand() {
    wall "$dir/run/hand-$1.csv" $mpirun -n "$1" "$here/moments_mpi" "$data" x
}

run_read() {
    wall "$dir/run/report" $mpirun -n "$computing" "$here/read_mpi" "$data"
}

run_start() {
    wall "$dir/run/report" $mpirun -n "$ranks" "$here/read_mpi"
}

# Fails unless all numbers are the same to 1e-9.
compare() {
    awk -F, -v name="$2" '
        function abs(x) { return x < 0 ? -x : x }
        /^#/ || $1 == "array" { next }
        NR == FNR { a[$1 "," $2] = $4; n++; next }
        {
            k = $1 "," $2
            size = abs($4) > 1 ? abs($4) : 1
            if (!(k in a) || !(abs(a[k] - $4) <= 1e-9 * size)) {
                printf "bench: %s: metaneuron has %s, %s %s\n", k, a[k], name, $4
                bad = 1
            }
            m++
        }
        END { exit bad || n == 0 || n != m }' "$dir/run/result.csv" "$1"
}

# The first of each is not counted: it fills the page cache and makes the ledger.
echo "warming up"
run_read >/dev/null
run_metaneuron >/dev/null
"$metaneuron" result export "$dir/run/result.h5" --csv >"$dir/run/result.csv"
for n in $ranks $computing; do
    run_hand "$n" >/dev/null
    compare "$dir/run/hand-$n.csv" "the program on $n ranks" || die "the results differ"
done

: >"$dir/run/times"
load=$(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?')
i=0
while [ $i -lt "$rounds" ]; do
    i=$((i + 1))
    # Every other round goes backwards, so that a drift of the machine cancels out.
    if [ $((i % 2)) = 1 ]; then
        s=$(run_start) r=$(run_read) a=$(run_hand "$ranks") m=$(run_metaneuron)
        b=$(run_hand "$computing")
    else
        b=$(run_hand "$computing") m=$(run_metaneuron) a=$(run_hand "$ranks")
        r=$(run_read) s=$(run_start)
    fi
    echo "$m $a $b $r $s" >>"$dir/run/times"
    echo "round $i of $rounds: metaneuron $m s, by hand $a s ($ranks ranks), $b s ($computing ranks)"
done

bytes=$(wc -c <"$data")
awk -v bytes="$bytes" -v rows="$rows" -v columns=$columns -v ranks="$ranks" \
    -v computing=$computing -v cores="$cores" -v slaves=$slaves -v load="$load" '
    function median(v, n,    i, j, t) {
        for (i = 2; i <= n; i++)
            for (j = i; j > 1 && v[j - 1] > v[j]; j--) {
                t = v[j]; v[j] = v[j - 1]; v[j - 1] = t
            }
        return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
    }
    # median() has sorted v: the first is the fastest.
    function line(what, n, v, with,    t) {
        t = median(v, NR)
        printf "  %-18s %6d %9.3f %9.3f", what, n, t, v[1]
        if (with != "-") printf " %7.2f   %s", bytes / 1e9 / t, with
        printf "\n"
    }
    {
        m[NR] = $1; a[NR] = $2; b[NR] = $3; r[NR] = $4; s[NR] = $5
        total[NR] = $1 / $2; same[NR] = $1 / $3; plain[NR] = $4 / $1
    }
    END {
        x = median(total, NR); y = median(same, NR)
        printf "\nmoments of %d x %d doubles, %.2f GB of HDF5 in the page cache\n", rows, columns, \
            bytes / 1e9
        printf "%d processors, load %s before; medians of %d rounds, mpirun included\n\n", cores, \
            load, NR
        printf "  %-18s %6s %9s %9s %7s\n", "", "ranks", "seconds", "fastest", "GB/s"
        line("metaneuron", ranks, m, "1 master, " computing " computing; " slaves " slaves, ledger and filter")
        line("by hand", ranks, a, "all compute")
        line("by hand", computing, b, "all compute")
        line("plain read", computing, r, "read(2), nothing computed")
        line("start and end", ranks, s, "-")
        printf "\n  ratio to the program by hand: %.3f on the same %d ranks (target: at most 1.05)\n", \
            x, ranks
        printf "                                %.3f on the same %d computing ranks\n", y, computing
        printf "  a plain read takes %.0f %% of the time of metaneuron\n", 100 * median(plain, NR)
        printf "\nThe master sleeps, so with a rank more than processors metaneuron uses as many\n"
        printf "processors as the program on %d ranks; that is the harder comparison.\n", computing
        printf "Results agree to 1e-9. Target %s.\n", x <= 1.05 ? \
            (y <= 1.05 ? "met in both comparisons" : "met on the same ranks") : "missed"
    }' "$dir/run/times"
