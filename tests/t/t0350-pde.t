#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# poisson against numpy and closed forms, on one rank and several of a slave.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python numpy,h5py
: "${FAULTS:=$top_builddir/tests/faults/metaneuron-faults}"

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

# --- without PETSc
ok 'the contract of jobs/poisson' run 0 mn contract build "$jobs_dir/poisson/contract.yaml" -o two.h5
if ! need_petsc 'systems of equations'; then
    ok 'a run without PETSc' run 76 mn run two.h5 --quiet --ledger absent --out absent.h5
    ok 'says so' says err 'poisson needs PETSc' '--without-petsc'
    ok 'and so does one under mpirun' run 76 mpi 3 run two.h5 --quiet --ledger absent2 \
        --out absent.h5 --ranks-per-slave 2
    ok 'there is no result' test ! -e absent.h5
    done_testing
fi

# --- a known solution
ok 'in one process, without mpirun' at 1 1 two two.r.h5
ok 'has order 2, and the errors that numpy finds' compare order two.r.h5 2 16 5
ok 'the same in a cube' describe three poisson 'dimension: 3, cells: 6, levels: 4' \
    'units: 4, range: 1, check: 1, tolerance: 1e-5'
ok 'runs' at 1 1 three three.r.h5
ok 'has order 2 as well' compare order three.r.h5 3 6 4
ok 'one rank under mpirun' run 0 mpi 1 run three.h5 --quiet --ledger alone --out alone.h5
ok 'gives the same' compare same 0 three.r.h5 alone.h5

# --- ranks of a slave
for layout in 3x1 3x2 5x2 4x3; do
    for dimension in two three; do
        ok "$dimension dimensions: $layout (ranks x ranks per slave)" \
            at "${layout%x*}" "${layout#*x}" $dimension other.h5
        ok 'agrees with one' compare same 1e-6 $dimension.r.h5 other.h5
        case $layout in
        3x1 | 5x2) ok 'and the two slaves with each other' same "$(grep -c 'verdict=same' l/log)" \
            "$(grep -c ' submit ' l/log)" ;;
        esac
    done
done

# --- an ensemble
random='problem: ensemble, dimension: 2, cells: 10, terms: 14, sigma: 0.8, seed: 5'
ok 'twelve samples' describe few poisson "$random" 'units: 12, range: 4, check: 1, tolerance: 1e-8'
ok 'on two slaves' at 3 1 few few.r.h5
ok 'are those that numpy solves' compare sample few.r.h5 2 10 14 0.8 5 12
ok 'nobody is blamed' same "$(grep -c 'verdict=same' l/log)" 3
ok 'five samples in a cube' describe cube poisson \
    'problem: ensemble, dimension: 3, cells: 5, terms: 9, sigma: 1, seed: 4294967298' 'units: 5'
ok 'run' at 1 1 cube cube.r.h5
ok 'are numpy'"'"'s too' compare sample cube.r.h5 3 5 9 1 4294967298 5
ok 'two ranks a slave' at 5 2 few other.h5
ok 'give the same' compare same 1e-9 few.r.h5 other.h5
ok 'a coefficient that is the same everywhere' describe closed poisson \
    'problem: ensemble, cells: 12, terms: 1, sigma: 0.5, seed: 1' \
    'units: 1000, range: 32, check: 0.2, tolerance: 1e-8'
ok 'in 1000 samples' at 3 1 closed closed.r.h5
ok 'has the moments of its closed form' compare closed closed.r.h5 12 0.5 1000
ok 'the contract of jobs/ensemble' run 0 mn contract build "$jobs_dir/ensemble/contract.yaml" -o e.h5
ok 'fewer samples of it' eval 'sed "s/units: 2000/units: 96/; s/check: 0.05/check: 1/" \
    "$jobs_dir/ensemble/contract.yaml" >e.yaml && run 0 mn contract build e.yaml -o e.h5'
ok 'run' at 3 1 e e.r.h5
ok 'and are confirmed' same "$(grep -c 'verdict=same' l/log)" 6

# --- options
for options in '-ksp_type gmres -pc_type ilu -ksp_rtol 1e-11' '-ksp_type preonly -pc_type lu' \
    '-pc_type mg -pc_mg_galerkin both -mg_levels_ksp_max_it 2'; do
    ok "with $options" describe o poisson "$random, options: '$options'" 'units: 12, range: 4'
    ok 'it runs' at 1 1 o o.r.h5
    ok 'to the same answer' compare same 1e-8 few.r.h5 o.r.h5
done
for options in -ksp_view '-ksp_monitor ascii:x' '-log_view' '-options_file x' \
    '-ksp_type cg -ksp_converged_reason' '-pc_factor_mat_solver_type /tmp/x.so'; do
    ok "$options" run 65 describe o poisson "$random, options: '$options'" 'units: 12'
    ok 'is refused' says err 'is not allowed; expected -ksp_NAME or -pc_NAME'
done
ok 'nothing was written' not test -e x
ok 'a misspelt option' describe o poisson "$random, options: '-ksp_typo cg'" 'units: 12'
ok 'fails' run 76 mn run o.h5 --quiet --ledger lo --out o.r.h5
ok 'and is named' says err 'PETSc has no use for the option -ksp_typo'
ok 'a solver that stops too early' describe o poisson \
    "$random, options: '-pc_type none -ksp_max_it 3'" 'units: 12'
ok 'fails' run 76 mn run o.h5 --quiet --ledger lo --out o.r.h5
ok 'and says why' says err 'did not converge: DIVERGED_ITS after 3 iterations'
ok 'on two ranks of a slave' run 76 mpi 3 run o.h5 --quiet --ledger lo2 --out o.r.h5 \
    --ranks-per-slave 2
ok 'it does, too' says err 'did not converge: DIVERGED_ITS after 3 iterations'
ok 'a solver that does not solve' describe o poisson \
    "$random, options: '-ksp_type preonly -pc_type jacobi'" 'units: 12'
ok 'fails' run 76 mn run o.h5 --quiet --ledger lo3 --out o.r.h5
ok 'though PETSc calls that converged' says err 'has not solved the system'
echo '-ksp_type richardson -ksp_max_it 1 -log_view' | tee .petscrc petscrc >"$HOME/.petscrc"
PETSC_OPTIONS='-ksp_type richardson -ksp_max_it 1 -log_view'
export PETSC_OPTIONS
ok "the user's own options" at 3 1 few other.h5
ok 'change nothing' compare same 0 few.r.h5 other.h5
unset PETSC_OPTIONS
rm .petscrc petscrc "$HOME/.petscrc"

# --- a node without PETSc
CC=${CC:-cc}
cat >hide.c <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

void *dlopen(const char *name, int flags)
{
    void *(*next)(const char *, int) = dlsym(RTLD_NEXT, "dlopen");

    return name && strstr(name, "petsc") ? NULL : next(name, flags);
}
END
if $CC -fPIC -shared -o hide.so hide.c -ldl 2>err; then
    hidden() {
        LD_PRELOAD=$T/hide.so timeout 60 "$METANEURON" "$@"
    }
    half_hidden() {
        timeout -k 10 120 $mpirun -n 2 "$METANEURON" "$@" : -n 1 env LD_PRELOAD="$T/hide.so" \
            "$METANEURON" "$@"
    }
    ok 'without PETSc' run 76 hidden run few.h5 --quiet --ledger none --out none.h5
    ok 'it is said what is missing' says err 'PETSc 3.' 'is not there'
    ok 'pi needs none' describe pi montecarlo 'samples: 10' 'units: 10'
    ok 'and gets it' run 0 hidden run pi.h5 --quiet --ledger none --out none.h5
    ok 'one rank of a slave without it' run 76 half_hidden run few.h5 --quiet --ledger half \
        --out half.h5 --ranks-per-slave 2
    ok 'does not leave the other waiting' says err 'is not there'
else
    skip 'a node without PETSc' 'there is no compiler here'
fi

# --- a slave that lies, and one whose last digits differ
if [ -x "$FAULTS" ]; then
    ok 'a contract of 24 ranges' describe many poisson "$random" \
        'units: 24, range: 1, check: 1, tolerance: 1e-8'
    ok 'which nobody disturbs' at 1 1 many many.r.h5
    METANEURON_FAULTS='after-unit@2=lie'
    METANEURON_UNIT_SECONDS=0.1 # or the first to be ready would compute them all
    export METANEURON_FAULTS METANEURON_UNIT_SECONDS
    METANEURON=$FAULTS
    ok 'a slave lies' run 0 mpi 4 run many.h5 --quiet --ledger lie --out lie.h5
    ok 'it is found out' eval 'grep "verdict=wrong " lie/log | grep -q "slave=here/[^ ]*/2 "'
    ok 'and only it' eval '! grep "verdict=wrong " lie/log | grep -v "slave=here/[^ ]*/2 "'
    METANEURON_FAULTS='after-unit@2=bit'
    ok 'a last bit' run 0 mpi 4 run many.h5 --quiet --ledger bit --out bit.h5
    unset METANEURON_FAULTS METANEURON_UNIT_SECONDS
    ok 'is no lie here' not grep -q 'verdict=\(differs\|wrong\)' bit/log
    ok 'though it is compared' grep -q 'by=here/[^ ]*/2 .*verdict=same' bit/log
    for result in lie bit; do
        ok 'the result verifies' run 0 mn verify $result.h5 --ledger $result
        ok 'and is right' compare same 1e-9 many.r.h5 $result.h5
    done
    METANEURON_FAULTS='after-unit@1#4=kill'
    export METANEURON_FAULTS
    ok 'a run is killed' eval '! mpi 3 run few.h5 --quiet --ledger cut --out cut.h5 \
        --ranks-per-slave 2 >out 2>err && [ ! -e cut.h5 ]'
    unset METANEURON_FAULTS
    ok 'it goes on' run 0 mpi 3 run few.h5 --quiet --ledger cut --out cut.h5 --ranks-per-slave 2
    ok 'to the same answer' compare same 1e-9 few.r.h5 cut.h5
    METANEURON=$top_builddir/metaneuron
else
    skip 'a slave that lies' "$FAULTS is not built (make check builds it)"
fi

# --- a sweep of ensembles
price() {
    [ -s direct ] && awk 'NR == FNR { x = $1; next } { exit !($1 - x < 1e-12 && x - $1 < 1e-12) }' \
        direct swept
}
ok 'a sweep of ensembles' describe u sweep "function: poisson@1, grid: 'problem=ensemble; cells=10;
    terms=14; seed=5; sigma=0.4,0.8; dimension=2,3'" 'units: 48, range: 4, check: 0.5, tolerance: 1e-8'
ok 'on two slaves' at 3 1 u u.r.h5
mn result export few.r.h5 --csv | sed -n 's/^mean,centre,,//p' >direct
mn result export u.r.h5 --csv | sed -n 's/^mean,sigma=0.8 dimension=2,centre,//p' >swept
ok 'has the ensemble at its point' price
ok 'and says where it is' eval 'mn result export u.r.h5 --csv >out
    says out "at_sigma,sigma=0.4 dimension=3,,0.4" "at_items,sigma=0.4 dimension=3,,12"'
done_testing
