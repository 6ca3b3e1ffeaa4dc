# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests have that kill a run and start it again. Sourced, after lib.sh; from
# here on mn and mpi run the program with faults (tests/faults/faults.c).
#
#   data_contract, work_contract   c.h5, and in $words the command that runs it
#   undisturbed                    runs it once: $expected is what all others must give
#   faulty FAULTS COMMAND…         the command, with faults
#   goes_on COMMAND…               it brings the run in ledger l to its right end; what it
#                                  says of that on standard error is in the file told

: "${FAULTS:=$top_builddir/tests/faults/metaneuron-faults}"
[ -x "$FAULTS" ] || skip_all "$FAULTS is not built (make check builds it)"
METANEURON=$FAULTS
METANEURON_TRACE=$T/trace
export METANEURON_TRACE

# 40 units in 4 slaves of 10.
data_contract() {
    cat >c.yaml <<END
title: Survives
function: {name: moments}
data: {name: nuclei, split: rows, slaves: 4, unit_rows: 3,
       columns: [mean_radius, mean_area, worst_area]}
END
    cat "$jobs_dir"/breast-cancer/hospital-[1-8].csv | awk 'NR == 1 || !/mean_radius/' |
        head -n 121 >all.csv
    run 0 mn contract build c.yaml -o c.h5 || exit 99
    words="run c.h5 --quiet --data nuclei=$T/all.csv --ledger l --out r.h5"
    units=40
}

# work_contract UNITS RANGE SECONDS CHECK
work_contract() {
    cat >c.yaml <<END
title: Survives
function: {name: wait, params: {seconds: $3}}
work: {units: $1, range: $2, check: $4}
END
    run 0 mn contract build c.yaml -o c.h5 || exit 99
    words="run c.h5 --quiet --ledger l --out r.h5"
    units=$1
}

afresh() {
    rm -rf l r.h5 r.h5.tmp-* trace
}

undisturbed() {
    afresh
    ok 'a run that nothing disturbs' run 0 mn $words
    expected=$(field aggregate state l)
    ok 'computes every unit once' covered 0
}

# faulty FAULTS COMMAND…: its exit code, which mpirun may make its own.
faulty() {
    _faults=$1
    shift
    METANEURON_FAULTS=$_faults "$@"
}

# ends CODE FAULTS COMMAND…: afresh, with faults.
ends() {
    _code=$1
    _faults=$2
    shift 2
    afresh
    run "$_code" faulty "$_faults" "$@"
}

# killed FAULTS COMMAND…: afresh, with a fault that ends the command somehow.
killed() {
    afresh
    _faults=$1
    shift
    faulty "$_faults" "$@" >out 2>err
    code=$?
    [ "$code" -ne 0 ] && [ "$code" -ne 99 ] || { echo "# exit code $code: not killed"; return 1; }
}

# The ledger is whole, but for a batch that was being written.
intact() {
    [ ! -s l/log ] || run 0 mn ledger verify l || says err 'torn: record'
}

# unique TYPE: no slave has two such records.
unique() {
    _twice=$(sed -n "s/^[0-9]* [0-9.]* $1 .*slave=\([^ ]*\) .*/\1/p" l/log | sort | uniq -d)
    [ -z "$_twice" ] || { echo "# two $1 records of $_twice"; return 1; }
}

# How often units were computed beyond once; fails where one never was. Aborted work and
# inspections count too.
recomputed() {
    awk -v units="$units" -v work="$(grep -c '^work' c.yaml)" '
        { n++; seen[work ? $3 : $2 "/" $3] = 1 }
        END { for (u in seen) k++; if (k != units) { print "missing"; exit 1 } print n - units }' trace
}
covered() {
    same "$(recomputed)" "$1"
}

# at_most N: so many units were computed a second time, at most.
at_most() {
    _again=$(recomputed) || return 1
    [ "$_again" -le "$1" ] || { echo "# $_again units were computed again"; return 1; }
}

# The run ended as if nothing had happened.
as_expected() {
    same "$(field aggregate state l)" "$expected" && same "$(grep -c ' publish ' l/log)" 1 &&
        unique submit && unique filter && unique settle &&
        run 0 mn ledger verify l && run 0 mn verify r.h5 --ledger l &&
        same "$(find l/runs -mindepth 1 -type d)" ''
}
# goes_on mn, goes_on mpi N [OPTION…]
goes_on() {
    _runner=$1
    shift
    case $_runner in
    mpi | team)
        _size=$1
        shift
        intact && run 0 "$_runner" "$_size" $words "$@" && cp err told && as_expected ;;
    *) intact && run 0 "$_runner" $words "$@" && cp err told && as_expected ;;
    esac
}
