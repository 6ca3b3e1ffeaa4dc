#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317 # called by until_true and by the trap
# Nodes that are lost in the middle of a run. Slurm gives up a node that has been
# silent for ten seconds (SlurmdTimeout), and requeues its jobs.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/slurm/lib.sh"
testbed=$top_srcdir/slurm/testbed
mend() {
    "$testbed" join mn1
    "$testbed" join mn2
    "$testbed" start mn2
}
trap 'mend >/dev/null 2>&1; leave' EXIT

node_is() {
    case $(sinfo -h -n "$1" -p main -o %T) in
    "$2"*) return 0 ;;
    esac
    return 1
}

was_requeued() {
    [ "$(restarts)" -ge 1 ]
}

started_elsewhere() {
    was_requeued && [ "$(job_field BatchHost)" != "$node" ]
}

ok 'a contract, and its answer in one process' build_points

# --- the second node loses its network
ok 'a job in the middle of its run' begin -N2 -n5
ok 'the network of its second node is cut' "$testbed" cut mn2
ok 'Slurm requeues it' until_true 60 was_requeued
ok 'for the node is down' until_true 60 node_is mn2 down
ok 'the node comes back' "$testbed" join mn2
release
ok 'the job ends well' exits 0
ok 'with the answer of one process, once' right l r.h5
ok 'what was submitted before was kept' says "metaneuron-$job.out" 'resumed: '

# --- its slurmd dies
ok 'all nodes are there' until_true 60 node_is mn2 idle
ok 'another job' begin -N2 -n5
ok 'slurmd of its second node dies' "$testbed" kill mn2
ok 'Slurm gives the node up' until_true 60 node_is mn2 down
ok 'and comes back' "$testbed" start mn2
release
ok 'the job ends well' exits 0
ok 'after a requeue' test "$(restarts)" -ge 1
ok 'with the answer of one process, once' right l r.h5
ok 'what was submitted before was kept' says "metaneuron-$job.out" 'resumed: '

# --- the node of the script and of the master, where what Slurm has given up
# still holds the run: it is halted here, so that it can neither end nor go on.
ok 'all nodes are there' until_true 60 node_is mn2 idle
ok 'a job on one node' begin -N1 -n3
node=$(job_field BatchHost)
ok 'the network of the node is cut' "$testbed" cut "$node"
for pid in $(ip netns pids "$node"); do
    [ "$(cat "/proc/$pid/comm")" != metaneuron ] || kill -STOP "$pid"
done
release
ok 'the job starts on the other node' until_true 60 started_elsewhere
ok 'where it finds the run at work, and waits' \
    until_true 60 says "metaneuron-$job.out" 'worked on by another process'
ok 'the first node comes back' "$testbed" join "$node"
ok 'the job ends well' exits 0
ok 'with the answer of one process, once' right l r.h5
ok 'what was submitted before was kept' says "metaneuron-$job.out" 'resumed: '
done_testing
