#!/bin/sh
# Runs @NAME@, whose answer is known, and verifies the result.
set -eu
: "${METANEURON:=metaneuron}"
METANEURON_FUNCTIONS=$PWD
export METANEURON_FUNCTIONS
rm -rf test && mkdir test

digest=$($METANEURON function digest ./@NAME@.so)
sed "s/DIGEST/$digest/" contract.yaml >test/contract.yaml
$METANEURON contract build test/contract.yaml -o test/contract.h5
$METANEURON function verify test/contract.h5
$METANEURON run test/contract.h5 --quiet --ledger test/ledger --out test/result.h5
$METANEURON verify test/result.h5 --ledger test/ledger
$METANEURON result export test/result.h5 --csv >test/result.csv

# The mean of x^2 is 1/3; that of 100,000 draws is that to 0.001.
awk -F, -v n=0 '$1 == "mean" {
    n++
    if (($NF - 1 / 3) ^ 2 > 1e-5) { print "wrong: " $0; exit 1 }
} END { if (n != 1) { print "expected 1 mean, found " n; exit 1 } }' test/result.csv
echo '@NAME@: the result is right'
