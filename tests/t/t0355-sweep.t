#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sweeps, against the functions that they sweep; those of poisson are in t0350-pde.t.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python numpy,h5py

compare() {
    run 0 timeout 120 "$py" "$scripts/pde.py" "$@"
}
# describe NAME FUNCTION PARAMS WORK
describe() {
    printf 'title: Test of %s\nfunction: {name: %s, params: {%s}}\nwork: {%s}\n' "$1" "$2" "$3" "$4" \
        >"$1.yaml"
    mn contract build "$1.yaml" -o "$1.h5"
}
# at RANKS PER_SLAVE CONTRACT RESULT: runs it in a new ledger; everything verifies.
at() {
    rm -rf l "$4"
    if [ "$1" -eq 1 ]; then
        run 0 mn run "$3.h5" --quiet --ledger l --out "$4"
    else
        run 0 mpi "$1" run "$3.h5" --quiet --ledger l --out "$4" --ranks-per-slave "$2"
    fi
    [ "$code" -eq 0 ] && run 0 mn verify "$4" --ledger l && run 0 mn ledger verify l
}

# --- sweeps
ok 'the contract of jobs/sweep' run 0 mn contract build "$jobs_dir/sweep/contract.yaml" -o s.h5
ok 'on two slaves' at 3 1 s s.r.h5
ok 'has the prices of Black and Scholes' compare prices s.r.h5
expected=$(field aggregate state l)
ok 'in one process' at 1 1 s other.h5
ok 'it has the same bits' same "$(field aggregate state l)" "$expected"
ok 'one point of it alone' describe p montecarlo \
    'experiment: option, samples: 10000, seed: 1, volatility: 0.2, strike: 110' 'units: 80'
ok 'runs' at 1 1 p p.r.h5
mn result export p.r.h5 --csv | sed -n 's/^estimate,.*,//p' >direct
mn result export s.r.h5 --csv | sed -n 's/^estimate,volatility=0.2 strike=110,.*,//p' >swept
price() {
    [ -s direct ] && awk 'NR == FNR { x = $1; next } { exit !($1 - x < 1e-12 && x - $1 < 1e-12) }' \
        direct swept
}
ok 'to the same price' price
describe u sweep "function: poisson@1, grid: 'cells=10,12'" 'units: 4' >out 2>err
sed 's/poisson@1/poisson@0/' u.yaml >wrong.yaml
ok 'of another version' run 65 mn contract build wrong.yaml -o wrong.h5
ok 'is refused' says err 'poisson@0 is wanted, here is poisson@1'
ok 'of a function over data' run 65 describe wrong sweep "function: moments@1, grid: ''" 'units: 4'
ok 'it is refused, too' says err 'moments is over data: sweep_data takes it'

# --- a function from a file
collatz=$top_builddir/contrib/functions/collatz.so
if [ -f "$collatz" ]; then
    METANEURON_FUNCTIONS=$top_builddir/contrib/functions
    export METANEURON_FUNCTIONS
    ok 'a sweep of a function from a file' describe c sweep \
        "function: 'collatz@$(mn function digest "$collatz")', grid: 'first=1,1000001'" 'units: 64'
    ok 'runs' at 3 1 c c.r.h5
    unset METANEURON_FUNCTIONS
    ok 'but not where it is not' run 65 mn run c.h5 --quiet --ledger nowhere --out c.r.h5
    ok 'which is said' says err 'collatz'
else
    skip 'a sweep of a function from a file' "$collatz is not built"
fi

# --- a sweep over data
ok 'the contract of jobs/ridge' run 0 mn contract build "$jobs_dir/ridge/contract.yaml" -o r.h5
ok 'on three slaves' run 0 mpi 4 run r.h5 --quiet --data "$hospitals" --ledger r --out r.r.h5
ok 'rejects hospital 5' run 0 timeout 120 "$py" "$scripts/compare.py" rejected r.r.h5 5
ok 'and agrees with numpy' compare ridge r.r.h5 \
    $(for k in 1 2 3 4 6 7 8; do echo "$jobs_dir/breast-cancer/hospital-$k.csv"; done)
ok 'it verifies' run 0 mn verify r.r.h5 --ledger r
done_testing
