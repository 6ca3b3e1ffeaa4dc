#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# make soak: kills runs at random for so many seconds.
#
#   soak-kill.sh SECONDS SEED
seconds=$1
seed=$2
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
. "$top_srcdir/tests/t/survive.sh"
need_python json
unset METANEURON_TRACE
work_contract 300 4 0.0005 0.2
mv c.h5 work.h5
data_contract
mv c.h5 data.h5
METANEURON=$FAULTS "$py" "$scripts/soak.py" "$seconds" "$seed" "$T"
