#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# exec: programs that stay, and are called by lines of JSON.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python numpy,h5py

mkdir programs tmp bin || exit 99
ln -s "$py" bin/python3 || exit 99
PATH=$T/bin:$PATH
TMPDIR=$T/tmp
METANEURON_FUNCTIONS=$T/programs:$jobs_dir/any-language
export PATH TMPDIR METANEURON_FUNCTIONS

equal() {
    timeout 120 "$py" "$scripts/compare.py" equal "$@"
}
# contract PROGRAM MORE: over a table in 3 slaves of 4 units each, into c.h5
contract() {
    cat >c.yaml <<END
title: Serve
function:
  name: exec
  params:
    {program: $1, sha256: "$(mn function digest "programs/$1")", form: text, length: 2, time: 60$2}
data: {name: table, split: rows, slaves: 3, unit_rows: 5}
limits: {slaves_min: 1}
END
    mn contract build c.yaml -o c.h5 >out 2>err
}
awk 'BEGIN { print "x"; for (i = 1; i <= 60; i++) print i / 7 }' >table.csv
table=table=table.csv
# The states are sums of the rows, so equal results mean equal bits of every unit's.
go() {
    rm -rf l
    mn run c.h5 --quiet --data "$table" --ledger l --out "$@"
}

# --- the same sums, by a program that stays and one that does not
cat >programs/once.sh <<'END'
#!/bin/sh
awk 'NR > 1 { n++; s += $1 } END { printf "%d %.17g\n", n, s }' block.csv >state.csv
END
# serve BODY: a program whose body sees $call, $line and $process, from 1.
serve() {
    printf '%s\n' '#!/bin/sh' 'call=0' 'while IFS= read -r line <&3; do' \
        '    call=$((call + 1))' "$1" 'done'
}
sum="awk 'NR > 1 { n++; s += \$1 } END { printf \"%d %.17g\\n\", n, s }' block.csv >state.csv"
answer='printf "{\"call\":%d}\n" $call >&4'
serve "$sum; echo \"\$\$ \$line\"; $answer" >programs/stays.sh
contract once.sh ''
mn contract show c.h5 >out
ok 'a contract that does not name it has nothing of it' not says out serve
sed 's/sha256: .*/sha256: "sha256:0a2a01bca3664a2519ff0bf69ea659ea8c443fd5578ee3cd427419fe8e1e2d4e"/' \
    "$jobs_dir/any-language/awk.yaml" >before.yaml
echo 'format: 1' >>before.yaml
ok 'a spec of before' run 0 mn contract build before.yaml -o before.h5
ok 'has the id of before' says out 694728e4d91b245289cf7792708dd49dd11cc0a0fa560bec53906ae352540a4b
ok 'called unit by unit' run 0 go once.h5
contract stays.sh ', serve: true'
ok 'a program that stays' run 0 go stays.h5
ok 'gives the same bits' run 0 equal once.h5 stays.h5
cat l/logs/*/slave-?.stderr >said
ok 'it is one process' same "$(cut -d' ' -f1 said | sort -u | wc -l)" 1
ok 'that is called for each unit' lines 12 said
printf '%s' '{"call":1,"first":0,"in":"block.csv","out":"state.csv","round":1,"update":false}' >wanted
ok 'by a line of JSON' same "$(head -n 1 said | cut -d' ' -f2-)" "$(cat wanted)"
ok 'what it prints is in the log of the slave' lines 4 "$(echo l/logs/*/slave-3.stderr)"
ok 'all is cleared away' rmdir tmp
ok 'where there is no place for it each slave tries once' run 76 env TMPDIR=/proc timeout 60 \
    "$METANEURON" run c.h5 --quiet --data "$table" --ledger nowhere --out nowhere.h5
ok 'in words' says err '3 slaves (1, 2, 3)' '/proc: no directory can be made in it'
mkdir tmp
for ranks in 2 3 4; do
    ok "$ranks ranks" run 0 mpi $ranks run c.h5 --quiet --data "$table" --ledger "l$ranks" --out r.h5
    ok 'give the same bits' run 0 equal stays.h5 r.h5
done
ok 'a process for each that computes' same \
    "$(cat l4/logs/*/slave-?.stderr | cut -d' ' -f1 | sort -u | wc -l)" 3
ok 'several ranks per slave' run 0 mpi 3 run c.h5 --quiet --data "$table" --ledger lr --out r.h5 \
    --ranks-per-slave 2
ok 'give the same bits' run 0 equal stays.h5 r.h5
ok 'all is cleared away' rmdir tmp
mkdir tmp

# --- its descriptors, directory and environment
serve "ls /proc/\$\$/fd >fds; grep -v .. fds | tr '\\n' ' '; rm fds
       ls | tr '\\n' ' '; tr '\\0' '\\n' </proc/\$\$/environ | sed 's/=.*//' | sort | tr '\\n' ' '; echo
       echo \"\$METANEURON_SERVE_IN \$METANEURON_SERVE_OUT\"; $sum; $answer" >programs/looks.sh
contract looks.sh ', serve: true'
ok 'a program that looks around' run 0 env -u CUDA_VISIBLE_DEVICES -u ROCR_VISIBLE_DEVICES \
    "$METANEURON" run c.h5 --force --quiet --data "$table" --ledger ll --out r.h5
# The shell's own are those from 10 on.
head -n 1 ll/logs/*/slave-1.stderr | sed 's/ $//' >seen
printf '%s%s\n' '0 1 2 3 4 block.csv looks.sh HOME LC_ALL METANEURON_SERVE_IN METANEURON_SERVE_OUT '\
'OMP_NUM_THREADS PATH PWD TMPDIR' >wanted
ok 'finds what is documented' diff wanted seen
ok 'and where it is called' same "$(sed -n 2p ll/logs/*/slave-1.stderr)" '3 4'

# --- what is unexpected in a fresh process is the slave's failure, with its reason
wrong() {
    _name=$1 _reason=$2
    serve "$3" >programs/wrong.sh
    contract wrong.sh ', serve: true, memory: 1 GiB'
    sed -i "s/time: 60/time: ${4:-60}/" c.yaml && mn contract build c.yaml -o c.h5 >out 2>err
    rm -rf l
    mn run c.h5 --quiet --data "$table" --ledger l --out r.h5 >out 2>err
    ok "$_name" not [ $? -eq 0 ]
    ok "is told: $_reason" says err "$_reason"
}
wrong 'an exit' 'wrong.sh ended with exit code 3' "echo out of luck; exit 3"
ok 'with its last words' says err 'out of luck'
wrong 'an exit without a word' 'ended with exit code 0 and no answer' 'exit 0'
wrong 'a crash' 'was ended by signal 11' 'kill -SEGV $$'
wrong 'no JSON' "answered 'done', which is no JSON" "$sum; echo done >&4"
wrong 'another call' 'answered call 7 where it was asked call 1' "$sum; echo '{\"call\":7}' >&4"
wrong 'another key' "expected {\"call\":1}" "$sum; echo '{\"call\":1,\"more\":2}' >&4"
wrong 'a number as text' "expected {\"call\":1}" "$sum; echo '{\"call\":\"1\"}' >&4"
wrong 'a key twice' 'which is no JSON' "$sum; echo '{\"call\":1,\"call\":1}' >&4"
wrong 'an error of its own' "says 'no such column'" "echo '{\"call\":1,\"error\":\"no such column\"}' >&4"
wrong 'two lines' 'answered by more than one line' "$sum; printf '{\"call\":1}\\n{\"call\":2}\\n' >&4"
wrong 'a long line' 'answered by a line of more than 4096 bytes' \
    "$sum; head -c 5000 /dev/zero | tr '\\0' ' ' >&4; $answer"
wrong 'who closes what it is to write to' 'has closed a descriptor' 'exec 4>&-; read -r x <&3'
wrong 'too long a time' 'took longer than 1 s' 'setsid sleep 1000 & echo $! >'"$T"'/pid; sleep 1000' 1
ok 'nothing of it lives on' not kill -0 "$(cat pid)" 2>/dev/null
wrong 'no state' 'wrote no state.csv' "$answer"
wrong 'other rows' 'says that it had 99 rows' "echo 99 1 >state.csv; $answer"
wrong 'too little memory' '(it may have 1 GiB of memory)' \
    "awk 'BEGIN { s = \"x\"; while (1) s = s s }' || exit 1"
ok 'all is cleared away' rmdir tmp
mkdir tmp

# --- a call that fails after others is made again in a fresh process: what was before does not count
again() {
    _name=$1
    serve "$2" >programs/again.sh
    contract again.sh ', serve: true'
    for ranks in 1 3; do
        rm -rf l
        ok "$_name, $ranks ranks" run 0 mpi $ranks run c.h5 --quiet --data "$table" --ledger l --out r.h5
        ok 'the bits are those of fresh processes' run 0 equal once.h5 r.h5
    done
}
again 'who leaves after two calls' "[ \$call -le 2 ] || exit 1; $sum; $answer"
ok 'the log has the reason' says "$(echo l/logs/*/slave-1.stderr)" \
    'ended with exit code 1 on rows 11 to 15' 'a fresh one gets the same rows'
again 'who leaves after its answer' "$sum; $answer; exit 0"
again 'who answers early' "$sum; $answer; [ \$call -lt 2 ] || echo '{\"call\":3}' >&4"
again 'who forgets what it was asked' "[ \$call -ne 3 ] || call=9; $sum; $answer"
again 'who leaves a directory for a state' \
    "[ \$call -gt 1 ] || $sum; $answer; mkdir state.csv 2>/dev/null"
again 'who leaves a link for a block' \
    "$sum; $answer; ln -sf $T/victim block.csv.tmp-\$(ps -o ppid= -p \$PPID | tr -d ' ')"
ok 'which nothing follows' not [ -e victim ]
ok 'all is cleared away' rmdir tmp
mkdir tmp

# --- a run that is halted
serve "if [ -e $T/go ] || [ \$call -lt 3 ]; then $sum; $answer; else echo began >$T/began; sleep 1000; fi" \
    >programs/slow.sh
contract slow.sh ', serve: true'
mkfifo began
timeout -k 10 300 "$METANEURON" run c.h5 --force --quiet --data "$table" --ledger lh --out r.h5 >out 2>err &
halted=$!
read -r word <began
kill -TERM "$(ps -o pid= --ppid $halted | tr -d ' ')"
wait $halted
ok 'a halt breaks a call off' same $? 75
ok 'and leaves nothing' rmdir tmp
mkdir tmp
touch go
ok 'the same command goes on' run 0 mn run c.h5 --quiet --data "$table" --ledger lh --out r.h5
ok 'with the same bits' run 0 equal once.h5 r.h5

# --- the sandbox
cat >programs/wide <<END
#!$py
import json, os, socket
def done(act):
    try:
        act()
        return 1
    except OSError:
        return 0
with os.fdopen(3) as ask, os.fdopen(4, "w", 1) as answer:
    for line in ask:
        call = json.loads(line)
        rows = len(open(call["in"]).readlines()) - 1
        done(lambda: open("$T/outside", "w"))
        bad = done(lambda: open("$HOME/outside", "w")) + done(lambda: os.rename(os.getcwd(), os.getcwd() + "-moved"))
        with open(call["out"], "w") as f:
            print(rows, bad * rows, file=f)
        print(json.dumps({"call": call["call"]}), file=answer)
END
contract wide ', serve: true'
if need_sandbox 'in the sandbox'; then
    ok 'in the sandbox' run 0 go w.h5 $sandbox
    mn result export w.h5 --csv >out
    ok 'a program that stays is shut in' says out 'sum,0,,0'
    ok 'and writes nothing outside' not [ -e outside ]
    contract stays.sh ', serve: true'
    ok 'and has one process' run 0 go r.h5 $sandbox
    ok 'called for all units' lines 12 /dev/stdin <<END
$(cat l/logs/*/slave-?.stderr)
END
    ok 'and the same bits' run 0 equal stays.h5 r.h5
fi

# --- by rounds, with an update by the program
cat >programs/rounds <<END
#!$py
import json, os
with os.fdopen(3) as ask, os.fdopen(4, "w", 1) as answer:
    for line in ask:
        call = json.loads(line)
        with open(call["out"], "w") as f:
            if call["update"]:
                n, s = map(float, open(call["in"]).read().split())
                print(repr(s / n), 0, file=f)
            else:
                m = float(open(call["model"]).read())
                x = [float(v) for v in open(call["in"]).read().split()[1:]]
                print(len(x), repr(sum((m + v) / 2 for v in x)), file=f)
        print(json.dumps({"call": call["call"]}), file=answer)
END
contract rounds ', serve: true, model: 1, update: program'
sed -i 's/^title.*/&\nrounds: 3/' c.yaml && mn contract build c.yaml -o c.h5 >out 2>err
printf 'x\n1\n2\n3\n4\n5\n6\n' >half.csv
sed -i 's/unit_rows: 5/unit_rows: 2/' c.yaml && mn contract build c.yaml -o c.h5 >out 2>err
ok 'by rounds' run 0 mn run c.h5 --quiet --data table=half.csv --ledger lb --out b.h5
ok 'as computed by hand' run 0 timeout 60 "$py" "$scripts/exec.py" values b.h5 3.0625
ok 'under mpirun' run 0 mpi 3 run c.h5 --quiet --data table=half.csv --ledger lb3 --out b3.h5
ok 'the same' run 0 equal b.h5 b3.h5
ok 'is verified' run 0 mn verify b.h5 --ledger lb

# --- the ready contracts
jobs=$jobs_dir/any-language
ready() {
    mn contract build "$jobs/$1" -o c.h5 && rm -rf l && mn run c.h5 --quiet --data "$2" --ledger l --out "$3"
}
compare() {
    timeout 120 "$py" "$scripts/exec.py" "$@"
}
ok 'shell and awk' run 0 ready awk.yaml "$hospitals" a.h5
ok 'that stay' run 0 ready stays-awk.yaml "$hospitals" s.h5
ok 'give the same bits' run 0 equal a.h5 s.h5
if Rscript -e 1 >/dev/null 2>&1; then
    ok 'R that stays' run 0 ready stays-r.yaml "$hospitals" s.h5
    ok 'agrees with numpy' run 0 compare labels s.h5 "$jobs_dir"/breast-cancer/hospital-?.csv
else
    skip 'R that stays' 'there is no Rscript here (r-base-core)'
fi
torch=
for _python in "$py" /usr/bin/python3; do
    timeout 120 "$_python" -c 'import torch, h5py' 2>/dev/null && torch=$_python && break
done
if [ -n "$torch" ]; then
    ln -sf "$torch" bin/python3
    sed 's/^rounds: 5/rounds: 3/' "$jobs/stays-torch.yaml" >torch.yaml
    mn contract build torch.yaml -o c.h5 >out 2>err
    ok 'PyTorch that stays' run 0 mpi 3 run c.h5 --quiet --ledger lt --out t.h5 \
        --data "digits=$jobs_dir/pca/digits.csv"
    ln -sf "$py" bin/python3
    ok 'agrees with numpy' run 0 compare federated t.h5 "$jobs_dir/pca/digits.csv"
    ok 'is verified' run 0 mn verify t.h5 --ledger lt
else
    skip 'PyTorch that stays' 'no Python here has torch and h5py (python3-torch)'
fi
ok 'all is cleared away' rmdir tmp

done_testing
