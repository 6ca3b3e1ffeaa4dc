#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# File systems that several nodes write to: what is refused where locks do not hold between them,
# what --exclusive promises, and what the doctor tries from two ranks.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
. "$top_srcdir/tests/t/survive.sh"

unset METANEURON_TRACE
data_contract
# on 'TYPE OPTIONS' COMMAND…: as if all directories were on that.
on() {
    _filesystem=$1
    shift
    METANEURON_FILESYSTEM=$_filesystem "$@"
}

# --- where nobody keeps out another node
while IFS='|' read -r filesystem told; do
    rm -rf l r.h5
    ok "on $filesystem a run is refused" run 77 on "$filesystem" mn $words
    ok 'with what is promised, and what to do' says err "l: is on $told" '--exclusive' 'you promise'
    ok 'and nothing is made' test ! -e l
    ok 'a dry run says so' run 77 on "$filesystem" mn $words --dry-run
    ok 'likewise' says out "PROBLEM  l: is on $told"
    ok 'and doctor' run 77 on "$filesystem" mn doctor --ledger l --out r.h5
    ok 'likewise' grep -q "^PROBLEM  shared *$told.*-> .*--exclusive" out
    ok 'who promises to be alone runs it' run 0 on "$filesystem" mn $words --exclusive
    ok 'as it would say before' run 0 on "$filesystem" mn doctor --ledger l --out r.h5 --exclusive
    ok 'with a note' grep -q "^note .*shared *$told" out
done <<'END2'
nfs rw,vers=3,nolock,local_lock=all|nfs with nolock: locks hold on one node only
lustre rw,localflock|lustre with localflock: locks hold on one node only
beegfs rw,cfgFile=x|beegfs
fuse.anything rw|fuse.anything: whether locks hold between nodes is not known
END2
expected=$(field aggregate state l)

# --- each verb that writes; those that read do not ask
nowhere='lustre rw,localflock'
ok 'a ledger that is there' run 77 on "$nowhere" mn $words --again
ok 'is not written' same "$(grep -c ' publish ' l/log)" 1
ok 'nor signed' run 77 on "$nowhere" mn ledger checkpoint l
ok 'but on a promise' run 0 on "$nowhere" mn ledger checkpoint l --exclusive
ok 'nor begun' run 77 on "$nowhere" mn ledger init other
ok 'but on a promise' run 0 on "$nowhere" mn ledger init other --exclusive
for words_of in 'ledger show l' 'ledger verify l' 'ledger balance l' 'verify r.h5 --ledger l' \
    'status --ledger l'; do
    ok "it is read: $words_of" run 0 on "$nowhere" mn $words_of
done
if [ -n "$MPIRUN" ]; then
    rm -rf l r.h5
    ok 'launch is refused' run 77 on "$nowhere" mn launch ${words#run } -- $mpirun -n 2
    ok 'before anything is made' test ! -e l
    ok 'and hands a promise on' run 0 on "$nowhere" mn launch ${words#run } --exclusive -- $mpirun -n 2
    ok 'to the same end' same "$(field aggregate state l)" "$expected"
fi

# --- where locks hold, nobody has to promise anything
for filesystem in 'ext4 rw,relatime' 'tmpfs rw' 'overlay rw' 'nfs4 rw,vers=4.2,local_lock=none' \
    'nfs rw,vers=3,local_lock=none' 'lustre rw,flock,lazystatfs' 'gpfs rw' 'ceph rw'; do
    ok "on $filesystem nobody is asked" run 0 on "$filesystem" mn $words --again
done
ok 'one process cannot try it' run 0 on 'lustre rw,flock' mn doctor --ledger l
ok 'and says so' grep -q '^ok .*shared .*lustre with flock: .*two nodes can try it, one process cannot' out

# --- no locks at all: a file system without them, as fcntl says
nolocks='lustre rw'
METANEURON_NO_LOCKS=1
export METANEURON_NO_LOCKS
rm -rf l r.h5
ok 'where there are no locks a run is refused' run 77 on "$nolocks" mn $words
ok 'with why' says err 'lustre without flock: there are no locks'
ok 'doctor is of the same mind' run 77 on "$nolocks" mn doctor --ledger l
ok 'on a promise it runs' run 0 on "$nolocks" mn $words --exclusive
ok 'to the same end' same "$(field aggregate state l)" "$expected"
ok 'as doctor says' run 0 on "$nolocks" mn doctor --ledger l --exclusive
ok 'where a type promises locks that are not there' run 74 on 'ext4 rw' mn $words --again
ok 'that is an error of its own' says err 'cannot be locked'
ok 'of which doctor tells' run 74 on 'ext4 rw' mn doctor --ledger l
unset METANEURON_NO_LOCKS

# --- two ranks, which are called two nodes
if [ -n "$MPIRUN" ]; then
    METANEURON_NODES=one,two
    export METANEURON_NODES
    ok 'doctor on two nodes' run 0 mpi 2 doctor --ledger l
    ok 'tries the lock, and appends in turn' says out \
        "rank 0's lock keeps out 1 other rank on 2 nodes, and each sees what another has appended"
    ok 'and leaves nothing' same "$(find . -name '.metaneuron*')" ''
    ok 'on NFS' run 0 on 'nfs4 rw,local_lock=none' mpi 2 doctor --ledger l
    ok 'that is more than a promise' grep -q '^ok .*shared .*between the nodes of this job they did' out
    unset METANEURON_NODES
fi

# --- two mounts of one directory, which know nothing of each other's locks
fuse=
if [ "$(id -u)" -ne 0 ] || [ ! -w /dev/fuse ]; then
    why='it needs root and /dev/fuse'
elif ! command -v bindfs >/dev/null 2>&1 || ! unshare -m true 2>/dev/null; then
    why='there is no bindfs, or no mount namespaces'
elif [ -z "$MPIRUN" ]; then
    why='there is no mpirun'
else
    fuse=1
fi
# mounts OPTION… -- COMMAND…: each rank in a mount namespace with a mount of its own on m.
cat >mounted <<'END2'
#!/bin/sh
options=
while [ "$1" != -- ]; do options="$options $1"; shift; done
shift
bindfs -f -o attr_timeout=0,entry_timeout=0,negative_timeout=0 $options real m &
server=$!
n=0
until grep -q " $PWD/m .* fuse" /proc/self/mountinfo; do
    kill -0 $server 2>/dev/null && [ $n -lt 2000 ] || exit 99
    n=$((n + 1))
done
"$@"
code=$?
umount m
wait $server
exit $code
END2
chmod +x mounted
mounts() { timeout 120 $mpirun -n 2 unshare -m sh ./mounted "$@"; }
mkdir -p real m
if [ -n "$fuse" ]; then
    METANEURON_NODES=one,two
    export METANEURON_NODES
    ok 'two mounts in user space' run 74 mounts -- "$METANEURON" doctor --ledger m/l
    ok 'do not keep each other out' grep -q '^PROBLEM  locks *node two can lock what rank 0' out
    ok 'which was not known before' grep -q '^PROBLEM  shared *fuse.*is not known' out
    ok 'nothing is left' same "$(find real -mindepth 1)" ''
    unset METANEURON_NODES
    ok 'a run there is refused' run 77 unshare -m sh ./mounted -- "$METANEURON" \
        ${words% --ledger*} --ledger m/l --out m.h5
    ok 'but on a promise' run 0 unshare -m sh ./mounted -- "$METANEURON" \
        ${words% --ledger*} --ledger m/l --out m.h5 --exclusive
    ok 'to the same end' same "$(field aggregate state real/l)" "$expected"
else
    skip 'two mounts in user space' "$why"
fi
done_testing
