#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# GPUs: each slave of a node sees its own, by a bus that is made up for these processes alone.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

# node COMMAND…: on a node with four GPUs.
cat >node <<'END'
#!/bin/sh
exec unshare -rm sh -c 'mount -t tmpfs none /sys/bus/pci/devices || exit 99
for i in 0 1 2 3; do
    d=/sys/bus/pci/devices/0000:${i}1:00.0
    mkdir $d && echo 0x030200 >$d/class && echo 0x10de >$d/vendor && echo 0-1023 >$d/local_cpulist
done
exec "$@"' sh "$@"
END
chmod +x node
[ ! -e /proc/driver/nvidia ] && [ ! -e /dev/nvidia0 ] && [ ! -e /dev/kfd ] ||
    skip_all 'this machine has GPUs of its own'
./node true 2>/dev/null || skip_all 'needs namespaces, and /sys/bus/pci/devices to mount over'

mkdir programs || exit 99
METANEURON_FUNCTIONS=$T/programs
export METANEURON_FUNCTIONS
unset CUDA_VISIBLE_DEVICES ROCR_VISIBLE_DEVICES HIP_VISIBLE_DEVICES
cat >programs/sees.sh <<'END'
#!/bin/sh
echo "sees ${CUDA_VISIBLE_DEVICES-all}" >&2
awk 'END { print NR - 1, 1 }' "$2" >"$4"
END
printf 'x\n1\n2\n3\n4\n5\n6\n7\n8\n' >table.csv

# contract RESOURCES: into c.h5
contract() {
    cat >c.yaml <<END
title: Devices
function:
  name: exec
  params: {program: sees.sh, sha256: "$(mn function digest programs/sees.sh)", form: text, length: 2}
filter: {method: none}
resources: {$1}
data: {name: table, split: rows, slaves: 4}
END
    mn contract build c.yaml -o c.h5 >out 2>err
}
# go CODE RANKS: runs it on that node.
go() {
    _code=$1
    _go=$2
    rm -rf l
    if [ "$_go" -eq 1 ]; then
        set -- "$METANEURON"
    else
        set -- $mpirun -n "$_go" "$METANEURON"
    fi
    run "$_code" timeout 300 ./node "$@" run c.h5 --force --quiet --data table=table.csv --ledger l \
        --out r.h5
}
# sees WORD…: what the slaves have seen, in the order of the words.
sees() {
    same "$(cat l/logs/*/slave-*.stderr | sort | tr '\n' ' ')" "$(printf 'sees %s ' "$@")"
}

contract 'gpus: 1'
ok 'four slaves on four devices' go 0 5
ok 'have one each' sees 0 1 2 3
ok 'one process' go 0 1
ok 'has one for all of its slaves' sees 0 0 0 0
CUDA_VISIBLE_DEVICES=1
export CUDA_VISIBLE_DEVICES
ok 'a job that was given one' go 0 5
ok 'has it for one slave at a time' sees 1 1 1 1
ok 'and the others say why' grep -q ' lacking GPUs:.*none' l/logs/*/declines
CUDA_VISIBLE_DEVICES=3,2
contract 'gpus: 0.5'
ok 'slaves of half a device' go 0 5
ok 'share two' sees 2 2 3 3
contract 'gpus: 3'
ok 'more than there are' go 76 5
ok 'are not there' says err 'GPUs: 2 here' '3 asked for'
contract 'memory: 1 KiB'
ok 'without gpus in the contract' go 0 5
ok 'all is as it was' sees 3,2 3,2 3,2 3,2

done_testing
