#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What abandoned runs have left is removed, after asking, and told by the ledger.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python json

for k in 1 2 3; do
    printf 'a,b\n1,2\n3,5\n4,4\n%s,1\n' $k >site$k.csv
done
for name in one two three; do
    printf '%s\n' "title: $name" 'function: {name: moments}' \
        'data: {name: d, split: files, slaves: 3, columns: [a, b]}' >$name.yaml
    run 0 mn contract build $name.yaml -o $name.h5 || exit 99
done
go() {
    run "$1" mn run "$2.h5" --quiet --ledger l --out "$2-r.h5" --data 'd=site{slave}.csv'
}
prune() {
    run "$1" mn ledger prune l $2 $3 $4 </dev/null
}
key_of() {
    sed -n "s/^[0-9]* [0-9.]* publish .* sum=\([0-9a-f]\{16\}\).*/\1/p" l/log | sed -n "$1p"
}
number_of() {
    grep -c " $1 " l/log
}

ok 'a run that is settled' go 0 one
mv site3.csv away.csv
ok 'one that is interrupted' go 66 two
ok 'and another' go 66 three
mv away.csv site3.csv
two=$(key_of 2)
three=$(key_of 3)
files=$(ls l/runs/$two/* l/logs/$two/* l/openings/$two | wc -l)
bytes=$(cat l/runs/$two/* l/logs/$two/* l/openings/$two | wc -c)

# --- who is asked, and what is left
ok 'runs of today are not abandoned' prune 0 --yes
ok 'which is said' says out '0 abandoned runs, 0 files'
ok 'nor those of a week, yet' prune 0 --days 7 --dry-run
ok 'all of them, in a dry run' prune 0 --days 0 --dry-run
ok 'are listed' says out "run $two of contract" "run $three of contract" " $files files, " \
    '2 abandoned runs'
ok 'but those that are settled' not grep -q "$(key_of 1)" out
ok 'and stay' same "$(number_of prune)-$(test -e l/runs/$two/key && echo there)" 0-there
ok 'without a terminal' prune 2 --days 0
ok 'nobody can be asked' says err '2 abandoned runs have files' '--yes removes them, --dry-run lists'
ok 'and they stay' test -e l/runs/$two/key
ok 'days that are none' prune 2 --days -1
ok 'are refused' says err 'expected a number of days'

# asked CODE ANSWER: on a terminal
asked() {
    run "$1" timeout 60 "$py" -c "
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], ['metaneuron', 'ledger', 'prune', 'l', '--days', '0'])
said = b''
while b'[y/N]' not in said:
    said += os.read(fd, 4096)
os.write(fd, sys.argv[2].encode() + b'\n')
try:
    while True:
        more = os.read(fd, 4096)
        if not more:
            break
        said += more
except OSError:
    pass
print(said.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))" "$METANEURON" "$2"
}
ok 'asked, and no' asked 0 no
ok 'nothing is removed' says out "run $two of contract" 'nothing is removed'
ok 'nor with no answer' asked 0 ''
ok 'as is seen' test -e l/runs/$two/key

# --- one that is being worked on, and the other
ok 'while one is being worked on' run 0 timeout 60 "$py" -c "
import fcntl, subprocess, sys
f = open('l/runs/$three/lock', 'r+')
fcntl.lockf(f, fcntl.LOCK_EX)
sys.exit(subprocess.call([sys.argv[1], 'ledger', 'prune', 'l', '--days', '0', '--yes']))" "$METANEURON"
ok 'the other is removed' says out "removed $files files of 1 runs"
ok 'all of it' not ls l/runs/$two l/logs/$two l/openings/$two
ok 'the one is not' test -e l/runs/$three/key
ok 'which the ledger tells' grep -q " prune run=$two files=$files bytes=$bytes " l/log
ok 'once' same "$(number_of prune)" 1
ok 'it is intact' run 0 mn ledger verify l
ok 'its status' run 0 mn status "$two" --ledger l
ok 'is told' says out 'pruned' 'command begins a new one'
ok 'as JSON, too' run 0 mn status "$two" --ledger l --json
ok 'and explained' run 0 mn explain "$two" 1 --ledger l
ok 'with what to do' says out 'the same command begins a new one'

# --- an interruption between the record and the end of the removal
mkdir l/logs/$two && echo left >l/logs/$two/declines
ok 'what was left of it' prune 0 --yes
ok 'is removed, however young' says out '(left by a pruning)' 'removed 1 files of 1 runs'
ok 'and told' same "$(number_of prune)-$(test -e l/logs/$two || echo gone)" 2-gone

# --- starting it again
ok 'the same command, dry' run 0 mn run two.h5 --dry-run --ledger l --out two-r.h5 \
    --data 'd=site{slave}.csv'
ok 'would begin a new run' not grep -q "$two" out
ok 'it does' go 0 two
ok 'without a word of the other' not grep -q "$two" err
ok 'and is a new one' same "$(number_of publish)" 4
ok 'which verifies' run 0 mn verify two-r.h5 --ledger l
ok 'so does the ledger' run 0 mn ledger verify l
ok 'the other abandoned one goes on' go 0 three
ok 'as it was' same "$(number_of publish)" 4
ok 'nothing is left to prune' prune 0 --days 0 --yes
ok 'which is said' says out '0 abandoned runs, 0 files'
ok 'a ledger that is not there' run 66 mn ledger prune nowhere --yes
done_testing
