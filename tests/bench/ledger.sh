#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What a ledger costs: a durable append beside a raw write and fdatasync, SQLite (WAL,
# synchronous=FULL) and LMDB on the same disk, in turn; verifying, opening and proving, as
# a ledger grows, beside what openssl takes to hash the same bytes; bytes a record in the
# ledger of a real run. Each round measures all; what counts is the median over the rounds
# of the ratio within a round. Fails if an answer is wrong, and never for the time.
#
#   BENCH_RECORDS  records of the ledgers that are read ("1000 10000 100000 1000000")
#   BENCH_ROUNDS   rounds that are counted (5)
#   BENCH_BATCHES  batches that are appended to each store in a round (200)
#   BENCH_DIR      where the ledgers are (tests/bench/data)
set -eu

here=${BENCH_PROGRAMS:-.}
metaneuron=${METANEURON:-metaneuron}
jobs=$(dirname "$0")/../../jobs
mpirun=${MPIRUN:-mpirun}
case $($mpirun --version 2>&1) in
*"Open MPI"* | *OpenRTE*) mpirun="$mpirun --oversubscribe" ;;
esac
mpirun=${BENCH_MPIRUN:-$mpirun}
# In a container one is root, whom Open MPI asks twice.
if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
rounds=${BENCH_ROUNDS:-5}
batches=${BENCH_BATCHES:-200}
dir=${BENCH_DIR:-$here/data}/ledger
rm -rf "$dir"
mkdir -p "$dir"
trap 'rm -rf "$dir"' EXIT

# Lines "round name value": the first round, 0, is not counted. $1 is a program in awk that has
# median(list, n), middle(name) and ratio(of, to), the medians of a value and of a quotient.
summary() {
    awk '
    function median(list, n, i, j, x) {
        for (i = 2; i <= n; i++) {
            x = list[i]
            for (j = i - 1; j >= 1 && list[j] > x; j--) list[j + 1] = list[j]
            list[j + 1] = x
        }
        return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
    }
    function middle(a, r, n, list) {
        for (r = 1; r <= rounds; r++) if ((r, a) in value) list[++n] = value[r, a]
        return n ? median(list, n) : -1
    }
    function ratio(a, b, r, n, list) {
        for (r = 1; r <= rounds; r++)
            if ((r, a) in value && (r, b) in value) list[++n] = value[r, a] / value[r, b]
        return n ? median(list, n) : -1
    }
    { value[$1, $2] = $3; if ($1 > rounds) rounds = $1 }
    END { '"$1"' }'
}

# Seconds that openssl takes to hash BYTES in one call.
openssl_seconds() {
    openssl speed -evp sha256 -seconds 1 -bytes "$1" 2>/dev/null |
        awk -v bytes="$1" '$1 == "sha256" || $1 == "SHA256" { sub(/k$/, "", $2); print bytes / $2 / 1000 }'
}

append() {
    echo "appending, on $(df -PT "$dir" | awk 'NR == 2 { print $2 " (" $1 ")" }'): medians of $rounds rounds of $batches batches"
    "$here/ledger" append "$dir" "$rounds" "$batches" >"$dir/append"
    for store in sqlite lmdb; do
        grep -q " $store-" "$dir/append" ||
            echo "  no $store: pkg-config did not find it (Debian: libsqlite3-dev, liblmdb-dev)"
    done
    summary '
        n = split("ledger raw sqlite lmdb", name, " ")
        for (batch = 1; batch <= 64; batch *= 64) {
            printf "  %-10s", batch == 1 ? "one record" : batch " records"
            for (i = 1; i <= n; i++)
                if (middle(name[i] "-" batch) > 0)
                    printf "  %s %8.0f us", name[i], 1e6 * middle(name[i] "-" batch)
            printf "\n  %-10s", "  processor"
            for (i = 1; i <= n; i++)
                if (middle(name[i] "-" batch) > 0)
                    printf "  %s %8.0f us", name[i], 1e6 * middle(name[i] "-" batch "-processor")
            printf "\n"
        }
        printf "  one record takes %.2f times what a raw write and fdatasync does (target: at most 1.25)\n", \
            ratio("ledger-1", "raw-1")
        for (i = 3; i <= n; i++)
            if (middle(name[i] "-64") > 0)
                printf "  in batches of 64, %.2f times the records/s of %s (target: at least 1.2)\n", \
                    ratio(name[i] "-64", "ledger-64"), name[i]' <"$dir/append"
}

# Measures a ledger of so many records; with openssl in between, if $2 says so.
read_ledger() {
    "$here/ledger" fill "$dir/$1" "$1"
    "$here/ledger" read "$dir/$1" 0 >"$dir/read"
    bytes=$(awk '$2 == "bytes" { printf "%d", $3 }' "$dir/read")
    for round in $(seq "$rounds"); do
        # The bytes of a record's sum, of its leaf, and of a node of the tree.
        [ -z "$2" ] || for size in $((bytes - 70)) "$bytes" 65; do
            openssl_seconds "$size"
        done | awk -v round="$round" '{ s += $1 } END { print round, "hashing", s }' >>"$dir/read"
        "$here/ledger" read "$dir/$1" "$round" >>"$dir/read"
    done
    rm -rf "${dir:?}/$1"
}

growth() {
    echo
    echo "a ledger that grows: seconds, medians of $rounds rounds"
    printf '  %8s %8s %8s %8s %8s %8s %8s %8s %8s\n' '' bytes verify chain '' open 'open and' '' snapshot
    printf '  %8s %8s %8s %8s %8s %8s %8s %8s %8s\n' records 'a record' all alone open snapshot prove prove written
    last=
    for records in ${BENCH_RECORDS:-1000 10000 100000 1000000}; do
        last=$records
    done
    for records in ${BENCH_RECORDS:-1000 10000 100000 1000000}; do
        compared=
        [ "$records" != "$last" ] || compared=yes
        read_ledger "$records" "$compared"
        summary 'printf "  %8d %8.0f %8.4f %8.4f %8.4f %8.4f %8.4f %8.4f %8.4f\n", value[0, "records"], \
            value[0, "bytes"], middle("verify"), middle("verify-chain"), middle("open"), \
            middle("open-snapshot"), middle("open-prove"), middle("prove"), middle("save")' <"$dir/read"
    done
    summary '
        n = value[0, "records"]
        for (r = 1; r <= rounds; r++) value[r, "speed"] = n * value[r, "hashing"] / value[r, "verify-processor"]
        printf "  verify: %.2f million records/s of processor time; the chain alone %.2f\n", \
            1e-6 * n / middle("verify-processor"), 1e-6 * n / middle("verify-chain-processor")
        printf "  that is %.2f of the speed at which openssl hashes the same bytes (target: at least 0.5)\n", \
            middle("speed")' <"$dir/read"
}

# The ledger of a run: the demo, which has eight slaves.
run() {
    echo
    $mpirun -n 9 "$metaneuron" demo --jobs "$jobs" --dir "$dir/demo" --ledger "$dir/demo/ledger" \
        >"$dir/report" 2>&1 || {
        echo "  the demo fails: $(tail -n 1 "$dir/report")"
        return 1
    }
    awk '{ bytes += length($0) + 1 }
         END { printf "  a run of %d records: %.0f bytes a record (target: at most 640)\n", NR, bytes / NR }' "$dir/demo/ledger/log"
}

append
growth
run
