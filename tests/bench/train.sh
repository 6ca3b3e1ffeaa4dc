#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Training on one thread against PyTorch, the same networks, rows, batches and steps, in
# both precisions; then the memory of a rank when a slave has 1, 2 and 4. What counts is
# the median of the ratios within a round. Fails if a network learns nothing, and never
# for the time.
#
#   BENCH_ROUNDS  rounds that are counted (3)
#   BENCH_DIR, BENCH_MPIRUN  as for run.sh
#
# PyTorch is Debian's python3-torch; where it is not installed, numpy is timed instead.
set -eu

here=${BENCH_PROGRAMS:-.}
sources=$(cd "$(dirname "$0")" && pwd)
mpirun=${MPIRUN:-mpirun}
case $($mpirun --version 2>&1) in
*"Open MPI"* | *OpenRTE*) mpirun="$mpirun --oversubscribe" ;;
esac
mpirun=${BENCH_MPIRUN:-$mpirun}
dir=${BENCH_DIR:-$here/data}
rounds=${BENCH_ROUNDS:-3}
epochs=10 # of a client in a round, which share what is done once: a look at all rows
patience=600

die() {
    echo "bench: $*" >&2
    exit 1
}

# In a container one is root, whom Open MPI asks twice.
if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
mkdir -p "$dir/train"
dir=$(cd "$dir/train" && pwd)
rm -rf "$dir"
mkdir "$dir"

# The first python3 of the path may be one without them.
engine=
for m in torch numpy; do
    for p in python3 /usr/bin/python3; do
        if [ -z "$engine" ] && $p -c "import numpy, $m" 2>/dev/null; then
            python=$p engine=$m
        fi
    done
done
[ "$engine" = torch ] || echo "PyTorch is left out: package python3-torch is not installed"
[ -n "$engine" ] || echo "numpy is left out, too: package python3-numpy is not installed"

# NAME ROWS COLUMNS CLASSES BATCH LAYERS
cat >"$dir/networks" <<'END'
digits 10000 65 10 32 64
middle 5000 785 10 128 256 128
large 2000 785 10 128 1024 1024
END

# What a network's name stands for.
arguments() {
    read -r rows columns classes batch layers <<END
$(sed -n "s/^$1 //p" "$dir/networks")
END
}
run() {
    timeout $patience "$@" >"$dir/out" || die "failed: $*"
    awk '{ exit !($3 < 0.95 * $2) }' "$dir/out" || die "nothing was learned: $*: $(cat "$dir/out")"
    cut -d' ' -f1 "$dir/out"
}
# ours NAME PRECISION, theirs NAME PRECISION: seconds per epoch
ours() {
    arguments "$@"
    run "$here/train_mlp" "$dir/$1" "$rows" "$columns" "$classes" "$layers" "$batch" $epochs "$2" 3
}
theirs() {
    arguments "$@"
    run $python "$sources/train_torch.py" $engine "$dir/$1" "$rows" "$columns" "$classes" "$layers" \
        "$batch" $epochs "$2" 3
}

: >"$dir/times"
load=$(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?')
i=0
while [ $i -lt "$rounds" ]; do
    i=$((i + 1))
    for name in digits middle large; do
        for precision in single double; do
            t=-
            # Every other round goes backwards, so that a drift of the machine cancels out.
            if [ $((i % 2)) = 0 ] && [ -n "$engine" ]; then
                t=$(theirs $name $precision)
            fi
            m=$(ours $name $precision)
            if [ "$t" = - ] && [ -n "$engine" ]; then
                t=$(theirs $name $precision)
            fi
            echo "$name $precision $m $t" >>"$dir/times"
        done
    done
    echo "round $i of $rounds"
done

awk -v engine="$engine" -v rounds="$rounds" -v load="$load" -v epochs=$epochs '
    function median(v, n,    i, j, t) {
        for (i = 2; i <= n; i++)
            for (j = i; j > 1 && v[j - 1] > v[j]; j--) {
                t = v[j]; v[j] = v[j - 1]; v[j - 1] = t
            }
        return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
    }
    FNR == NR {
        text = "batch " $5 ", " $3 - 1
        for (i = 6; i <= NF; i++) text = text "-" $i
        shape[$1] = text "-" $4
        next
    }
    {
        k = $1 " " $2
        if (!(k in n)) order[++kinds] = k
        n[k]++
        m[k, n[k]] = $3
        if ($4 != "-") t[k, n[k]] = $4
    }
    END {
        printf "\ntraining on one thread, seconds per epoch; load %s before\n", load
        printf "medians of %d rounds; %d epochs after each other\n\n", rounds, epochs
        printf "  %-34s %-8s %10s %10s %8s\n", "network", "", "metaneuron", engine, "ratio"
        for (i = 1; i <= kinds; i++) {
            k = order[i]
            split(k, word, " ")
            for (j = 1; j <= n[k]; j++) {
                a[j] = m[k, j]; b[j] = t[k, j]; r[j] = b[j] > 0 ? a[j] / b[j] : 0
            }
            printf "  %-34s %-8s %10.4f", shape[word[1]], word[2], median(a, n[k])
            if (engine != "") {
                x = median(r, n[k])
                worst = x > worst ? x : worst
                printf " %10.4f %8.3f", median(b, n[k]), x
            }
            printf "\n"
        }
        if (engine != "")
            printf "\n  the largest ratio is %.3f (target, against torch: at most 1.0): %s\n", worst, \
                engine != "torch" ? "not compared" : worst <= 1 ? "met" : "missed"
    }' "$dir/networks" "$dir/times"

# One step of a network that is large beside its rows.
printf '\nmemory of a rank, 784-2048-2048-10 (5.8 million parameters), adam, single precision\n\n'
printf '  %6s %22s %14s %12s\n' ranks 'optimizer state, MB' 'peak, MB' 'loss'
for n in 1 2 4; do
    timeout $patience $mpirun -n $n "$here/train_mlp" "$dir/wide" 256 785 10 '2048 2048' 128 2 single 1 \
        adam >"$dir/out" || die "failed: train_mlp on $n ranks"
    awk -v n=$n '{ printf "  %6d %22.2f %14.1f %12.4f\n", n, $4 / 1e6, $5 * 1024 / 1e6, $3 }' "$dir/out"
done
