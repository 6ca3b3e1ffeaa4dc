#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# That part of `make attacks` which calls metaneuron run, for eight slaves: what errs in two of them is
# rejected by the rule that a contract has by default, and no honest round loses anybody.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python numpy,h5py
: "${FAULTS:=$top_builddir/tests/faults/metaneuron-faults}"
[ -x "$FAULTS" ] || skip_all "$FAULTS is not built (make check builds it)"
export METANEURON FAULTS MPIRUN MPI_FLAVOUR

attacks=$top_srcdir/tests/attacks
attack() {
    timeout -k 10 300 "$py" "$attacks/runs.py" "$top_srcdir" --slaves 8 --wrong .25 --deals 1 "$@"
}
# of ATTACK NAME: caught, accused and error of moments of wdbc.
of() {
    awk -F, -v attack="$1" -v name="$2" \
        '$1 == "wdbc-run" && $7 == attack && $11 == name { print $13, $14, $16 }' all.csv
}

ok 'moments of eight slaves, two of which have other units' \
    run 0 attack --sets wdbc --functions moments --attacks unit-all,none
cp out all.csv
ok 'union rejects these two, and the answer is that of the others' same "$(of unit-all union/simulated)" \
    '1.0000 0.0000 0'
ok 'without a filter it is far from it' same "$(of unit-all none)" '0.0000 0.0000 100'
ok 'so is the mean' same "$(of unit-all mean)" '0.0000 0.0000 100'
ok 'nnm is not' eval 'of unit-all nnm | awk "{ exit !(\$3 < 1) }"'
ok 'of honest slaves none is rejected, and the answer is that of all' same "$(of none union/simulated)" \
    "$(printf '0.0000 0.0000 0\n0.0000 0.0000 0')"
ok 'the report' run 0 "$py" "$attacks/report.py" "$T" all.csv
ok 'has tables of runs' says out 'wdbc-run   moments    8 union/simulated' 'mean error of estimates'

# --- the fault by which bits are turned: the sign of a slave's rows
build_hospitals
METANEURON=$FAULTS METANEURON_FAULTS='after-unit:2/0=flip0/63'
export METANEURON_FAULTS
ok 'a bit of one state is turned' run 0 mn run c.h5 --quiet --data "$hospitals" --ledger l
unset METANEURON_FAULTS
rejected() {
    sed -n 's/.* settle .*slave=[^ ]*\/\([0-9]*\) .*decision=rejected .*/\1/p' l/log | tr '\n' ' '
}
ok 'it is rejected beside the hospital that has other units' same "$(rejected)" '3 5 '
done_testing
