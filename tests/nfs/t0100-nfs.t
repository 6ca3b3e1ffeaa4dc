#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A ledger on NFS 4, which this machine exports to itself: two clients, as on two nodes, write to
# it at once, and what the doctor says of it is so.
top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
[ -n "${NFS_SERVED:-}" ] || exec "$top_srcdir/tests/nfs/inside.sh" "$0"
. "$top_srcdir/tests/t/lib.sh"
. "$top_srcdir/tests/t/survive.sh"

unset METANEURON_TRACE
mkdir m
# mounts_as OPTIONS: on m, for this process and those that it starts.
mounts_as() {
    mount -t nfs4 -o "vers=4.2,$1" 127.0.0.1:/ m
}
# elsewhere OPTIONS COMMAND…: the same directory, mounted by another client.
cat >elsewhere <<'END2'
#!/bin/sh
options=$1
shift
umount -l m && nsenter -t "$NFS_OTHER" -n -u mount -t nfs4 -o "vers=4.2,$options" 10.99.0.1:/ m &&
    exec "$@"
exit 99
END2
chmod +x elsewhere
elsewhere() { unshare -m ./elsewhere "$@"; }
# doctors OPTIONS [WORD…]: rank 0 here, rank 1 there.
doctors() {
    _options=$1
    shift
    METANEURON_NODES=one,two timeout 300 $mpirun -n 1 "$METANEURON" doctor --ledger m/l "$@" : \
        -n 1 unshare -m ./elsewhere "$_options" "$METANEURON" doctor --ledger m/l "$@"
}

data_contract
words="run c.h5 --quiet --data nuclei=$T/all.csv --ledger m/l"
ok 'it is mounted' mounts_as local_lock=none
grep " $T/m " /proc/self/mountinfo | sed 's/^/# /'
ok 'a run would work there' run 0 mn doctor --ledger m/l
ok 'as far as its type promises' grep -q '^ok .*shared *nfs4: locks hold between nodes, by its type' out
ok 'and does' run 0 mn $words --out 1.h5
expected=$(field aggregate state m/l)
ok 'the server has it' cmp m/l/log "$NFS_SERVED/l/log"
ok 'another mount sees it' run 0 elsewhere local_lock=none "$METANEURON" ledger verify m/l
ok 'and goes on with it' run 0 elsewhere local_lock=none "$METANEURON" $words --again --out 2.h5
ok 'which is seen here' same "$(grep -c ' publish ' m/l/log)" 2
ok 'and verified' run 0 mn verify 2.h5 --ledger m/l
if [ -n "$MPIRUN" ]; then
    ok 'two ranks on two mounts' run 0 doctors local_lock=none
    ok 'keep each other out, and see each other' says out \
        "rank 0's lock keeps out 1 other rank on 2 nodes, and each sees what another has appended" \
        'nfs4: locks hold between nodes; between the nodes of this job they did'
fi

# Several runs at once, from both.
for i in 1 2 3; do
    "$METANEURON" $words --again --out here-$i.h5 >here-$i 2>&1 &
    here="${here:-} $!"
    unshare -m ./elsewhere local_lock=none "$METANEURON" $words --again --out there-$i.h5 \
        >there-$i 2>&1 &
    here="$here $!"
done
codes=
for pid in $here; do wait "$pid"; codes="$codes $?"; done
ok 'six runs at once from two mounts' same "$codes" ' 0 0 0 0 0 0'
grep -h '^metaneuron:' here-? there-? | sed 's/^/# /'
ok 'are all in the ledger' same "$(grep -c ' publish ' m/l/log) $(grep -c ' repair ' m/l/log)" '8 0'
ok 'which is whole' run 0 mn ledger verify m/l
ok 'for the other, too' run 0 elsewhere local_lock=none "$METANEURON" ledger verify m/l
for i in 1 2 3; do
    ok 'each can be verified' run 0 mn verify here-$i.h5 --ledger m/l
    ok 'by either' run 0 mn verify there-$i.h5 --ledger m/l
done

# One is killed while it holds the lock; the server gives it to the next.
METANEURON_FAULTS='after-pwrite:*/l/log~ claim =kill' "$METANEURON" $words --again --out 3.h5 >out 2>&1
ok 'one that is killed' test $? -eq 137
ok 'is gone on with from the other mount' run 0 elsewhere local_lock=none "$METANEURON" $words \
    --out 3.h5
ok 'to the same end' same "$(field aggregate state m/l)" "$expected"
umount m

# Version 4 takes no notice of this; without nosharecache, options of an earlier mount could stay.
ok 'it is mounted as if its locks were of one node' mounts_as local_lock=all,nosharecache
ok 'which version 4 does not do' run 0 mn doctor --ledger m/l
ok 'nor say' grep -q '^ok .*shared *nfs4: locks hold between nodes' out
if [ -n "$MPIRUN" ]; then
    ok 'two ranks on two mounts' run 0 doctors local_lock=all,nosharecache
    ok 'keep each other out' says out "rank 0's lock keeps out 1 other rank on 2 nodes"
fi
ok 'so that a run is not refused' run 0 mn $words --again --out 4.h5
ok 'the ledger stays whole' run 0 mn ledger verify m/l
umount m
done_testing
