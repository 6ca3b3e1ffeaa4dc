#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Contracts that ask for more than a node has: slaves decline, and say why,
# and the job does not come back.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/slurm/lib.sh"

ok 'a contract, and its answer in one process' build_points

# declined CODE NAME REASON LINES OPTION…: with the reason of every slave.
declined() {
    code=$1
    name=$2
    reason=$3
    ok "$name: a contract" describe "$name" "$4"
    shift 4
    ok "$name: is submitted" submit "$@" -- "$name.h5" --data "$data" --ledger "l-$name"
    ok "$name: ends with $code" exits "$code"
    ok "$name: nobody starts it again" same "$(grep -c 'metaneuron launch: .* again' "metaneuron-$job.out")" 0
    ok "$name: the job says why" says "metaneuron-$job.out" '0 of 8 slaves answered' "$reason"
    ok "$name: so does what is kept beside the ledger, for each slave" \
        same "$(sed -n "s/^\([^ ]*\) [^ ]* [a-z]* $name:.*/\1/p" "l-$name"/logs/*/declines |
            sort -u | wc -l)" $slaves
    ok "$name: without a requeue" same "$(restarts)" 0
}
declined 76 memory 'memory:' 'resources: {memory: 1 PiB}' -N2 -n5
# Slurm gives the job a GPU that is only declared; the node has none.
declined 76 GPUs 'GPUs: 0 here, 1 asked for' 'resources: {gpus: 1}' -N1 -n3 --gres=gpu:1
declined 75 time 'time:' 'resources: {time: 1 h}' -p short -N2 -n5 --signal=B:USR1@1

ok 'a contract that asks for half a minute' describe brief 'resources: {time: 30 s}'
ok 'is submitted to where there is a minute' submit -p short -N2 -n5 --signal=B:USR1@1 -- \
    brief.h5 --data "$data" --ledger brief
ok 'and runs' exits 0
ok 'to the right answer' right brief brief-result.h5
done_testing
