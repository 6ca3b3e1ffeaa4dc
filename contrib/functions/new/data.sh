#!/bin/sh
# Runs @NAME@ on a small table whose answer is known, and verifies the result.
set -eu
: "${METANEURON:=metaneuron}"
METANEURON_FUNCTIONS=$PWD
export METANEURON_FUNCTIONS
rm -rf test && mkdir test

# x is 1 to 100, so its mean is 50.5; y is twice that.
awk 'BEGIN { print "x,y"; for (i = 1; i <= 100; i++) print i "," 2 * i }' >test/table.csv

digest=$($METANEURON function digest ./@NAME@.so)
sed "s/DIGEST/$digest/" contract.yaml >test/contract.yaml
$METANEURON contract build test/contract.yaml -o test/contract.h5
$METANEURON function verify test/contract.h5
$METANEURON run test/contract.h5 --data table=test/table.csv --quiet \
    --ledger test/ledger --out test/result.h5
$METANEURON verify test/result.h5 --ledger test/ledger
$METANEURON result export test/result.h5 --csv >test/result.csv

awk -F, -v n=0 '$1 == "mean" {
    n++
    if (($NF - 50.5 * n) ^ 2 > 1e-18) { print "wrong: " $0; exit 1 }
} END { if (n != 2) { print "expected 2 means, found " n; exit 1 } }' test/result.csv
echo '@NAME@: the result is right'
