#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A bad node among good ones: what fails there is offered elsewhere, and it is left out and
# named. The ranks of one machine say here that they are on several.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
FAULTS=$top_builddir/tests/faults/metaneuron-faults
[ -x "$FAULTS" ] || skip_all "$FAULTS is not built (make check builds it)"
METANEURON=$FAULTS

build_hospitals || exit 99
ok 'the answer' run 0 mn run c.h5 --quiet --data "$hospitals" --ledger l0 --out r0.h5

# on NODES FAULTS CODE WORD…: as many ranks as there are nodes, in a run of its own.
on() {
    METANEURON_NODES=$1 METANEURON_FAULTS=$2
    export METANEURON_NODES METANEURON_FAULTS
    _wanted_code=$3
    shift 3
    rm -rf l r.h5
    run "$_wanted_code" mpi "$(echo "$METANEURON_NODES" | tr ',' '\n' | wc -l)" "$@" \
        --data "$hospitals" --ledger l --out r.h5
    _code=$?
    unset METANEURON_NODES METANEURON_FAULTS
    return $_code
}
records() {
    grep -c " $1 .*node=$2 " l/log
}
right() {
    says out '8 of 8 slaves answered' && same "$(field aggregate state l)" "$(field aggregate state l0)" &&
        run 0 mn verify r.h5 --ledger l
}
job='run c.h5 --quiet --ranks-per-slave 1'
unmounted='before-open:*/hospital-*@1=eacces'

ok 'a node without the data: all slaves answer' on m,a,b "$unmounted" 0 $job
ok 'the node is named, and why' says err 'node a is left out:' 'hospital-' 'cannot be opened'
ok 'it is right' right
ok 'it has failed two' same "$(records decline a)" 2
ok 'the ledger says so, and where they were served' same "$(records claim b)" 8
ok 'several groups on it' on m,a,a,b 'before-open:*/hospital-*@1=eacces;before-open:*/hospital-*@2=eacces' \
    0 $job
ok 'it is named' says err 'node a is left out:'
ok 'it is right' right
ok 'others on it are as bad: a few declines, and no more' sh -c "[ $(records decline a) -le 3 ]"

ok 'data that no node has' on m,a,b 'before-open:*/hospital-*=eacces' 66 $job
ok 'is no fault of a node' not grep -q 'left out' err
ok 'each was asked on each' same "$(grep -c ' decline ' l/log)" 16
ok 'one machine, as ever' on m,m,m 'before-open:*/hospital-*=eacces' 66 $job
ok 'asks once for each' same "$(grep -c ' decline ' l/log)" 8

# --- what the node lacks
sed 's/^filter:/resources:\n  memory: 1000 MiB\nfilter:/' "$jobs_dir/breast-cancer/contract.yaml" >big.yaml
ok 'a contract that asks for memory' run 0 mn contract build big.yaml -o big.h5
cat >rank.sh <<END2
#!/bin/sh
case " \$LITTLE " in *" \${OMPI_COMM_WORLD_RANK:-\$PMI_RANK} "*) ulimit -v 900000 ;; esac
exec "$METANEURON" "\$@"
END2
chmod +x rank.sh
METANEURON=$T/rank.sh
LITTLE='1 2'
export LITTLE
ok 'a node with too little' on m,a,a,b '' 0 run big.h5 --quiet
ok 'is named' says err 'node a is left out:' 'memory:'
ok 'all answer' says out '8 of 8 slaves answered'
ok 'each of its groups says so once' same "$(records decline a)" 2
LITTLE='0 1 2 3'
ok 'nodes that all have too little' on m,a,a,b '' 76 run big.h5 --quiet
ok 'are not named' not grep -q 'left out' err
METANEURON=$FAULTS

# --- what fails while it is computed
ok 'a node on which it fails' on m,a,b 'after-unit@1=fail' 0 $job
ok 'is named' says err 'node a is left out:'
ok 'all answer' right
ok 'two were lost there' same "$(records lost a)" 2
ok 'what fails on all' on m,a,b,d 'after-unit:2/*=fail' 65 $job
ok 'is tried on two' same "$(grep -c ' lost ' l/log)" 2
ok 'which are not named' not grep -q 'left out' err
ok 'one machine, as ever' on m,m,m 'after-unit:2/*=fail' 65 $job
ok 'tries it once' same "$(grep -c ' lost ' l/log)" 1
ok 'the same command goes on' run 0 mpi 3 run c.h5 --quiet --data "$hospitals" --ledger l --out r.h5
ok 'to the right answer' right

# --- rounds: the node stays out, and what it had claimed goes elsewhere
cat >rounds.yaml <<'END2'
title: Rounds
function: {name: logreg, params: {target: malignant, ridge: 1}}
rounds: 4
data: {name: nuclei, slaves: 8, split: files}
END2
ok 'rounds' run 0 mn contract build rounds.yaml -o rounds.h5
ok 'alone' run 0 mn run rounds.h5 --quiet --data "$hospitals" --ledger l0 --out rounds.h5.r
ok 'with a bad node' on m,a,b "$unmounted" 0 run rounds.h5 --quiet
ok 'the node is named once' same "$(grep -c 'node a is left out' err)" 1
ok 'it is the same answer' right
ok 'and was asked no more' same "$(records decline a)" 2
done_testing
