#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The sandbox of programs: what each attempt to reach out of it comes to, and what works in it.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python numpy,h5py

mkdir programs tmp data shown bin || exit 99
TMPDIR=$T/tmp
METANEURON_FUNCTIONS=$T/programs
PATH=/usr/local/bin:/usr/bin:/bin
export TMPDIR METANEURON_FUNCTIONS PATH
unset CUDA_VISIBLE_DEVICES ROCR_VISIBLE_DEVICES

# --- what is refused before anything runs
# contract PROGRAM MORE: over eight rows, into c.h5
contract() {
    cat >c.yaml <<END_OF
title: Sandbox
function:
  name: exec
  params:
    {program: $1, sha256: "$(mn function digest "programs/$1")", form: text, length: 2, time: 100,
     arguments: "$T"$2}
data: {name: table, split: rows, slaves: 1}
END_OF
    mn contract build c.yaml -o c.h5 >out 2>err
}
printf 'x\n1\n2\n3\n4\n5\n6\n7\n8\n' >table.csv
chmod 644 table.csv
sum='awk "END { print NR - 1, 1 }" block.csv >state.csv'
printf '#!/bin/sh\n%s\n' "$sum" >programs/sum.sh
contract sum.sh
go() {
    rm -rf l
    mn run c.h5 --quiet --data table=table.csv --ledger l --out r.h5 "$@"
}
for words in '--bind /opt' '--sandbox-user nobody' "--sandbox-space 4GiB"; do
    ok "without --sandbox: $words" run 2 go $words
    ok 'is told so' says err 'give --sandbox, too'
done
for directory in opt '' / /proc /dev /opt/ /opt/../root /opt//x /opt/.; do
    ok "no directory to show: '$directory'" run 2 go --sandbox --bind="/usr,$directory"
    ok 'is told so' says err "--bind: "
done
ok 'nobody of that name' run 2 go --sandbox --sandbox-user no-such-user
ok 'root for a user' run 2 go --sandbox --sandbox-user root
ok 'is told why' says err 'no boundary'
ok 'no size' run 2 go --sandbox --sandbox-space 4k
if [ "$(id -u)" -eq 0 ]; then
    ok 'root is refused' run 77 go --sandbox
    ok 'and told what to do' says err 'for root it is none' '--sandbox-user NAME'
    ok 'in a dry run, too' run 77 go --sandbox --dry-run
else
    skip 'root is refused' 'this is not root'
    ok 'who is not root can be nobody else' run 77 go --sandbox --sandbox-user nobody
    ok 'and is told so' says err 'only root'
fi
if ! need_sandbox 'programs in a sandbox'; then
    done_testing
fi
ok 'an honest program' run 0 go $sandbox
ok 'nothing is left' rmdir tmp
mkdir tmp

# --- each attempt, outside of a sandbox and within
cat >programs/tries <<END_OF
#!/usr/bin/python3
import ctypes, errno, os, socket, sys
T = sys.argv[-1]
libc = ctypes.CDLL(None, use_errno=True)
numbers = {"x86_64": dict(keyctl=250, unshare=272, ptrace=101, bpf=321, perf=298, mount=165),
           "aarch64": dict(keyctl=219, unshare=97, ptrace=117, bpf=280, perf=241, mount=40)}
number = numbers.get(os.uname().machine, {})
io_uring, clone3, userfaultfd, unknown = 425, 435, {"x86_64": 323}.get(os.uname().machine, 282), 900

def call(name, *words):
    ctypes.set_errno(0)
    rc = libc.syscall(number[name] if isinstance(name, str) else name, *words)
    if rc < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

def known(*words):
    try:
        call(*words)
    except OSError as e:
        if e.errno in (errno.EPERM, errno.ENOSYS):
            raise

def connect(address):
    socket.socket(socket.AF_UNIX).connect(address)

def environments():
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and b"4711-token" in open("/proc/%s/environ" % entry, "rb").read():
                return
        except OSError:
            pass
    raise OSError("no token")

def in_child(name, *words):
    child = os.fork()
    if child == 0:
        os._exit(libc.syscall(number[name], *words) != 0)
    if os.waitpid(child, 0)[1] != 0:
        raise OSError("none")

def cloned():
    stack = ctypes.create_string_buffer(1 << 16)
    run = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(lambda _: 0)
    ctypes.set_errno(0)
    child = libc.clone(run, ctypes.c_void_p(ctypes.addressof(stack) + (1 << 15)), 0x10000000 | 17, None)
    if child < 0:
        raise OSError(ctypes.get_errno(), "clone")
    os.waitpid(child, 0)

tries = {
    "shadow": lambda: open("/etc/shadow").read(),
    "key": lambda: open(T + "/home/key").read(),
    "data": lambda: open(T + "/data/other.csv").read(),
    "ledger": lambda: os.listdir(T + "/l"),
    "shown": lambda: open(T + "/shown/file").read(),
    "write": lambda: open(T + "/shown/new", "w"),
    "token": environments,
    "socket": lambda: connect(T + "/home/agent"),
    "abstract": lambda: connect("\0metaneuron-$$"),
    "network": lambda: socket.create_connection(("127.0.0.1", int(os.environ["PORT"])), 10),
    "sysctl": lambda: open("/proc/sys/kernel/core_pattern", "r+"),
    "processes": lambda: os.stat("/proc/" + os.environ["SERVER"]),
    "signal": lambda: os.kill(int(os.environ["SERVER"]), 0),
    "keyring": lambda: call("keyctl", 0, -4, 1),
    "ptrace": lambda: in_child("ptrace", 0, 0, 0, 0),
    "namespaces": lambda: in_child("unshare", 0x10000000),
    "cloned": cloned,
    "bpf": lambda: known("bpf", -1, 0, 0),
    "perf": lambda: known("perf", 0, 0, -1, -1, 0),
    "mount": lambda: known("mount", 0, 0, 0, 0, 0),
    "io_uring": lambda: known(io_uring, 0, 0),
    "clone3": lambda: known(clone3, 0, 0),
    "unknown": lambda: known(unknown),
    "vsock": lambda: socket.socket(40, socket.SOCK_STREAM),
    "packet": lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET),
    "root": lambda: open("/new", "w").close(),
    "etc": lambda: os.listdir("/etc/ssl"),
    "device": lambda: os.stat("/dev/kmsg"),
}
for name, act in tries.items():
    if name in ("keyring", "ptrace", "namespaces", "bpf", "perf", "mount") and not number:
        continue
    try:
        act()
        print(name, "yes", file=sys.stderr)
    except OSError as e:
        print(name, "no", e, file=sys.stderr)
rows = len(open("block.csv").readlines()) - 1
open("state.csv", "w").write("%d 1" % rows)
END_OF
echo secret >"$HOME/key"
echo x >data/other.csv
echo seen >shown/file
chmod 755 "$HOME" shown data
mkfifo hold port
"$py" -c "
import os, socket, sys
one = socket.create_server(('127.0.0.1', 0))
two, three = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
two.bind('home/agent'); two.listen(); os.chmod('home/agent', 0o777)
three.bind('\0metaneuron-$$'); three.listen()
print(one.getsockname()[1], flush=True)
sys.stdin.read()" <hold >port &
SERVER=$!
exec 9>hold
read -r PORT <port
export SERVER PORT
contract tries
pass='--pass-env SERVER,PORT'
# found NAME yes|no: what has come of an attempt.
found() {
    grep -q "^$1 $2" l/logs/*/slave-1.stderr ||
        { echo "# $(grep "^$1 " l/logs/*/slave-1.stderr || echo "$1: not tried")"; return 1; }
}
TOKEN=4711-token
export TOKEN
ok 'outside of a sandbox' run 0 go $pass
for name in key data ledger shown write token socket abstract network processes; do
    ok "a program gets at: $name" found $name yes
done
rm -f shown/new /new
denied() {
    ok "$1" run 0 go $pass $sandbox $2
    for name in shadow key data ledger token socket abstract network sysctl processes signal namespaces \
        cloned io_uring clone3 unknown vsock packet root etc device write; do
        ok "$1 it does not get at: $name" found $name no
    done
    case $(uname -m) in
    x86_64 | aarch64)
        for name in keyring ptrace bpf perf mount; do
            ok "$1 it does not get at: $name" found $name no
        done
        ;;
    esac
}
denied 'in a sandbox'
ok 'what is not shown is not seen' found shown no
denied 'with a directory shown' "--bind $T/shown"
ok 'it is seen' found shown yes
ok 'nothing was written' not [ -e shown/new ]

# --- limits
cat >programs/much <<'END_OF'
#!/usr/bin/python3
import os, sys
MiB = bytes(1 << 20)

def processes():
    hold, ready = os.pipe()
    count = 0
    try:
        while count < 1500:
            if os.fork() == 0:
                os.close(ready)
                os.read(hold, 1)
                os._exit(0)
            count += 1
    finally:
        os.close(ready)
        for _ in range(count):
            os.wait()

def files():
    kept = [open("/dev/null") for _ in range(1500)]

def size():
    try:
        with open("big", "wb", buffering=0) as f:
            for _ in range(12):
                f.write(MiB)
    finally:
        os.remove("big")

def total():
    names = [p + "big%d" % i for i in range(4) for p in ("", "/tmp/", "/dev/shm/")]
    try:
        for name in names:
            with open(name, "wb", buffering=0) as f:
                f.write(MiB)
    finally:
        for name in filter(os.path.exists, names):
            os.remove(name)

def many():
    os.mkdir("many")
    for i in range(20000):
        open("many/%d" % i, "w").close()

for act in processes, files, size, total, many:
    try:
        act()
        print(act.__name__, "yes", file=sys.stderr)
    except OSError as e:
        print(act.__name__, "no", e, file=sys.stderr)
os.system("rm -rf many")
open("half", "wb").write(4 * MiB)
rows = len(open("block.csv").readlines()) - 1
open("state.csv", "w").write("%d 1" % rows)
END_OF
contract much
ok 'who wants much' run 0 go $sandbox --sandbox-space 8MiB
for name in processes files size total many; do
    ok "does not get: $name" found $name no
done
printf '#!/bin/sh\nhead -c 20000000 /dev/zero >x || exit 5\n' >programs/fills.sh
contract fills.sh
ok 'who fills it fails' run 76 go $sandbox --sandbox-space 8MiB
ok 'with its reason' says err 'fills.sh '
printf '#!/bin/sh\nhead -c 20000000 /dev/zero >x && %s\n' "$sum" >programs/fills.sh
contract fills.sh
ok 'with more there is room' run 0 go $sandbox --sandbox-space '32 MiB'
contract sum.sh
awk 'BEGIN { print "x"; for (i = 0; i < 200000; i++) printf "%.17g\n", i / 7 }' >long.csv
ok 'a block for which there is no room' run 76 mn run c.h5 --quiet --data table=long.csv --ledger ll \
    --out r.h5 $sandbox --sandbox-space 1MiB
ok 'is told' says err 'block.csv' 'No space left' '--sandbox-space'

# --- interpreters
ln -s /usr/bin/python3 bin/python3
printf '#!%s\nopen("state.csv", "w").write("8 1")\n' "$T/bin/python3" >programs/elsewhere
contract elsewhere
ok 'an interpreter that is not shown' run 76 go $sandbox
ok 'is named, and what to do' says err "its interpreter $T/bin/python3 is here" '--bind DIR'
ok 'where it is shown' run 0 go $sandbox --bind "$T/bin"
printf '#!/usr/bin/env python3\nopen("state.csv", "w").write("8 1")\n' >programs/elsewhere
contract elsewhere
PATH=$T/bin:$PATH
ok 'in PATH the one is taken that is shown' run 0 go $sandbox
PATH=${PATH#*:}

# --- a user of his own
if [ "$(id -u)" -eq 0 ]; then
    mkdir user && cp -r table.csv programs c.h5 user && chown -R nobody user && chmod 711 user
    contract tries && cp c.h5 user
    as_user() {
        (cd user && rm -rf l && setpriv --reuid "$(id -u nobody)" --regid "$(id -g nobody)" --clear-groups \
            env HOME="$T/user" METANEURON_FUNCTIONS="$T/user/programs" TMPDIR="$T/user" timeout 100 \
            "$METANEURON" run c.h5 --force --quiet --data table=table.csv --ledger l --out r.h5 $pass "$@")
    }
    if setpriv --reuid "$(id -u nobody)" --regid "$(id -g nobody)" --clear-groups "$METANEURON" --version \
        >/dev/null 2>&1; then
        ok 'a user' run 0 as_user --sandbox
        rm -rf l && mv user/l l
        for name in shadow key data token socket abstract network sysctl processes namespaces cloned; do
            ok "has a sandbox without: $name" found $name no
        done
        ok 'and is nobody else' run 77 as_user --sandbox --sandbox-user daemon
        ok 'which is told' says err 'only root'
    else
        skip 'a user' "nobody cannot run $METANEURON"
    fi
fi
exec 9>&-
wait $SERVER

# --- what works
jobs=$jobs_dir/any-language
METANEURON_FUNCTIONS=$jobs
honest=$(for k in 1 2 3 4 6 7 8; do echo "$jobs_dir/breast-cancer/hospital-$k.csv"; done)
compare() {
    timeout 120 "$py" "$scripts/exec.py" "$@"
}
ready() {
    mn contract build "$jobs/$1" -o c.h5 && rm -rf l &&
        mn run c.h5 --quiet --data "$2" --ledger l --out "$3" $sandbox
}
ok 'shell and awk' run 0 ready awk.yaml "$hospitals" s.h5
ok 'agree with numpy' run 0 compare sums s.h5 $honest
ok 'a program that stays' run 0 ready stays-awk.yaml "$hospitals" t.h5
ok 'agrees with them' run 0 timeout 120 "$py" "$scripts/compare.py" equal s.h5 t.h5
if /usr/bin/python3 -c 'import numpy, h5py' 2>/dev/null; then
    ok 'Python with numpy and h5py' run 0 ready python.yaml "$hospitals" p.h5
    ok 'rejects hospital 5' run 0 timeout 120 "$py" "$scripts/compare.py" rejected p.h5 5
else
    skip 'Python with numpy and h5py' '/usr/bin/python3 has not both (python3-numpy, python3-h5py)'
fi
if Rscript -e 1 >/dev/null 2>&1; then
    ok 'R' run 0 ready r.yaml "$hospitals" r.h5
    ok 'agrees with numpy' run 0 compare labels r.h5 "$jobs_dir"/breast-cancer/hospital-?.csv
else
    skip 'R' 'there is no Rscript here (r-base-core)'
fi
if /usr/bin/python3 -c 'import torch, h5py' 2>/dev/null; then
    sed 's/^rounds: 5/rounds: 2/' "$jobs/torch.yaml" >torch.yaml
    mn contract build torch.yaml -o c.h5 >out 2>err
    ok 'PyTorch' run 0 mn run c.h5 --quiet --ledger lt --out t.h5 $sandbox \
        --data "digits=$jobs_dir/pca/digits.csv"
    ok 'and outside' run 0 mn run c.h5 --quiet --ledger lo --out o.h5 \
        --data "digits=$jobs_dir/pca/digits.csv"
    ok 'has the same bits' run 0 timeout 120 "$py" "$scripts/compare.py" equal t.h5 o.h5
else
    skip 'PyTorch' '/usr/bin/python3 has not torch and h5py (python3-torch)'
fi
ok 'all is cleared away' rmdir tmp

done_testing
