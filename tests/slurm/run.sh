#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh [--two] COMMAND…: runs it with the test bed up (that of two clusters), and
# takes that down again. Where there can be no test bed the command runs all the same:
# its tests say why they are skipped.
testbed=${top_srcdir:-.}/slurm/testbed
two=
[ "$1" != --two ] || { two=2; shift; }

end() {
    "$testbed" down$two
    exit "$1"
}

message=$("$testbed" up$two 2>&1)
code=$?
printf '%s\n' "$message"
case $code in
0)
    trap 'end 99' HUP INT TERM
    eval "$("$testbed" env$two)"
    "$@"
    end $?
    ;;
77)
    unset SLURM_CONF METANEURON_TESTBED2
    TESTBED_MISSING=$(printf '%s\n' "$message" | tail -n 1)
    export TESTBED_MISSING
    "$@"
    ;;
*)
    exit 99
    ;;
esac
