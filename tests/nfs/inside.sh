#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# inside.sh SCRIPT: runs it, as root, where this machine exports a directory to itself by NFS 4:
# in a network and mount namespace of its own, if this kernel has server and client, or else in a
# kernel in user space (Debian: user-mode-linux) that has them. So nothing outside is changed, and
# nothing listens but on a loopback that nobody else sees. Where neither can be: a skip, and why.
#
# In the script:
#
#   $NFS_SERVED    where the exported directory is, on the server's side
#   127.0.0.1:/    what one client mounts
#   10.99.0.1:/    what another does, by nsenter -t $NFS_OTHER -n -u: it has a network and a host
#                  name of its own. (Two mounts of one client would not do: the server delegates a
#                  file to a client, which then asks no more.)
set -u
script=${1:+$(cd "$(dirname "$1")" && pwd)/$(basename "$1")}
missing=
for program in rpc.nfsd rpc.mountd exportfs mount.nfs4 ip nsenter unshare; do
    command -v $program >/dev/null 2>&1 || missing="$missing $program"
done

skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}

# A network and a host name of its own, beside ours.
second_client() {
    hostname one
    unshare -n -u sleep 1000 &
    NFS_OTHER=$!
    export NFS_OTHER
    until [ "$(readlink /proc/$NFS_OTHER/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do :; done
    other() { nsenter -t "$NFS_OTHER" -n -u "$@"; }
    ip link add near type veth peer name far && ip link set far netns "$NFS_OTHER" &&
        ip addr add 10.99.0.1/24 dev near && ip link set near up && other hostname two &&
        other ip link set lo up && other ip addr add 10.99.0.2/24 dev far && other ip link set far up
}

# serve SCRIPT: both ends are here.
serve() {
    export NFS_SERVED
    NFS_SERVED=$(mktemp -d "${TMPDIR:-/tmp}/metaneuron-nfs.XXXXXX") || exit 99
    mount --make-rprivate / 2>/dev/null
    mount -t tmpfs state /var/lib/nfs && mkdir /var/lib/nfs/v4recovery /var/lib/nfs/rpc_pipefs &&
        : >/var/lib/nfs/etab && : >/var/lib/nfs/rmtab &&
        mount -t tmpfs served "$NFS_SERVED" && chmod 1777 "$NFS_SERVED" && ip link set lo up &&
        { mountpoint -q /proc/fs/nfsd || mount -t nfsd nfsd /proc/fs/nfsd; } || exit 99
    # Who was there before a server began may claim its locks again for so many seconds.
    echo 10 >/proc/fs/nfsd/nfsv4leasetime
    echo 10 >/proc/fs/nfsd/nfsv4gracetime
    rpc.mountd -F -N 3 >/dev/null 2>&1 &
    mountd=$!
    second_client || exit 99
    exportfs -o rw,fsid=0,no_root_squash,insecure,no_subtree_check "127.0.0.1:$NFS_SERVED" \
        "10.99.0.2:$NFS_SERVED"
    rpc.nfsd -N 3 -V 4 -H 127.0.0.1 -H 10.99.0.1 --no-udp 4 || exit 99
    echo Y >/proc/fs/nfsd/v4_end_grace
    ${SHELL:-/bin/sh} "$1"
    code=$?
    rpc.nfsd 0
    kill $mountd "$NFS_OTHER"
    umount "$NFS_SERVED" && rmdir "$NFS_SERVED"
    return $code
}

# The first process of that kernel, which has this machine's files.
boot() {
    export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    mount -t proc proc /proc && mount -t sysfs sys /sys
    for directory in /run /mnt /dev/shm; do mkdir -p $directory && mount -t tmpfs tmp $directory; done
    mkdir -p /run/lib/modules
    ln -s "/usr/lib/uml/modules/$(uname -r)" "/run/lib/modules/$(uname -r)"
    for module in nfsd nfs nfsv4 veth; do modprobe -d /run $module; done
    . "$NFS_SCRATCH/env"
    export TMPDIR=/run
    # What is written here reaches the files of this machine when it is synced.
    { (serve "$NFS_SCRIPT") 2>&1; echo $? >/run/code; } |
        dd "of=$NFS_SCRATCH/out" bs=64k oflag=sync status=none
    dd if=/run/code "of=$NFS_SCRATCH/code" oflag=sync status=none
    reboot -f
}

in_uml() {
    NFS_SCRATCH=$(mktemp -d /tmp/metaneuron-uml.XXXXXX) || exit 99
    kernel=
    trap '[ -z "$kernel" ] || kill $kernel 2>/dev/null; rm -rf "$NFS_SCRATCH"' EXIT
    trap 'exit 99' HUP INT TERM
    for name in top_srcdir top_builddir METANEURON FAULTS MPIRUN MPI_FLAVOUR PYTHON; do
        eval "printf \"export %s='%s'\\n\" $name \"\${$name:-}\""
    done >"$NFS_SCRATCH/env"
    echo "export NFS_SCRIPT='$script'" >>"$NFS_SCRATCH/env"
    timeout -k 5 570 linux.uml mem=1G rootfstype=hostfs rootflags=/ rw "init=$inside" con=null con0=null \
        "NFS_SCRATCH=$NFS_SCRATCH" >"$NFS_SCRATCH/console" 2>&1 </dev/null &
    kernel=$!
    until [ -s "$NFS_SCRATCH/code" ] || ! kill -0 $kernel 2>/dev/null; do sleep 0.2; done
    kill $kernel 2>/dev/null # it has nothing to lose
    kernel=
    [ -s "$NFS_SCRATCH/code" ] || { tail -n 20 "$NFS_SCRATCH/console" | sed 's/^/# /'; exit 99; }
    cat "$NFS_SCRATCH/out"
    return "$(cat "$NFS_SCRATCH/code")"
}

inside=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
case ${NFS_SERVING:-} in
1) serve "$script"; exit ;;
esac
[ $$ -ne 1 ] || boot
[ "$(id -u)" -eq 0 ] || skip_all 'an NFS export needs root'
[ -z "$missing" ] ||
    skip_all "there is no$missing (Debian: nfs-kernel-server nfs-common iproute2 util-linux)"
modprobe -q -a nfsd nfsv4 2>/dev/null
if grep -q 'nfsd$' /proc/filesystems && grep -q 'nfs4$' /proc/filesystems; then
    NFS_SERVING=1
    export NFS_SERVING
    unshare -m -n -u "$inside" "$script"
elif command -v linux.uml >/dev/null 2>&1 && command -v modprobe >/dev/null 2>&1; then
    in_uml
else
    skip_all 'this kernel has no NFS server and client, nor is there one in user space that has (Debian: user-mode-linux kmod)'
fi
