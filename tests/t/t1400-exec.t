#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# exec: programs in any language, what becomes of those that fail, and the sandbox.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python numpy,h5py

jobs=$jobs_dir/any-language
mkdir bin programs || exit 99
ln -s "$py" bin/python3 || exit 99
PATH=$T/bin:$PATH
TMPDIR=$T/tmp
METANEURON_FUNCTIONS=$jobs
export PATH TMPDIR METANEURON_FUNCTIONS
mkdir tmp

compare() {
    timeout 120 "$py" "$scripts/exec.py" "$@"
}
build() {
    mn contract build "$1" -o c.h5 >out 2>err
}
# go CONTRACT.yaml DATA RESULT.h5; $pass may have more options.
pass=
go() {
    rm -rf l
    build "$1" && mn run c.h5 $pass --quiet --data "$2" --ledger l --out "$3"
}
digest() {
    mn function digest "$1"
}
# A Python that can compute what the PyTorch example does.
find_torch() {
    for torch in "$py" /usr/bin/python3; do
        timeout 120 "$torch" -c 'import torch, h5py' 2>/dev/null && return 0
    done
    return 1
}
honest=$(for k in 1 2 3 4 6 7 8; do echo "$jobs_dir/breast-cancer/hospital-$k.csv"; done)
fifth_is_rejected() {
    timeout 120 "$py" "$scripts/compare.py" rejected "$1" 5
}

# --- the ready contracts
ok 'shell and awk' run 0 go "$jobs/awk.yaml" "$hospitals" awk.h5
ok 'rejects hospital 5' run 0 fifth_is_rejected awk.h5
ok 'agrees with numpy' run 0 compare sums awk.h5 $honest
ok 'is verified without the program' run 0 env METANEURON_FUNCTIONS="$T/none" \
    "$METANEURON" verify awk.h5 --ledger l
ok 'leaves nothing behind' rmdir tmp
mkdir tmp

ok 'Python with a built-in merge' run 0 go "$jobs/python.yaml" "$hospitals" python.h5
ok 'rejects hospital 5' run 0 fifth_is_rejected python.h5
sed 's/  name: exec/  name: moments/; s/program:.*/order: 2/; /sha256:/d; /merge/d; /time:/d' \
    "$jobs/python.yaml" >moments.yaml
mn contract build moments.yaml -o m.h5 >out 2>err && rm -rf lm
ok 'moments themselves' run 0 mn run m.h5 --quiet --data "$hospitals" --ledger lm --out moments.h5
ok 'are the same to the last digits, features too' run 0 compare close python.h5 moments.h5
ok 'is verified' run 0 mn verify python.h5 --ledger l

if Rscript -e 1 >/dev/null 2>&1; then
    ok 'R' run 0 go "$jobs/r.yaml" "$hospitals" r.h5
    ok 'agrees with numpy' run 0 compare labels r.h5 "$jobs_dir"/breast-cancer/hospital-?.csv
else
    skip 'R' 'there is no Rscript here (r-base-core)'
fi

# --- by rounds
all=$(echo "$jobs_dir"/breast-cancer/hospital-?.csv)
ok 'logistic regression, whose update is a program' run 0 go "$jobs/logistic.yaml" "$hospitals" g.h5
ok 'agrees with numpy on all rows at once' run 0 compare logistic g.h5 $all
ok 'is verified without programs' run 0 env METANEURON_FUNCTIONS="$T/none" \
    "$METANEURON" verify g.h5 --ledger l
ok 'which says so' says out '/rounds/models: what a program said, which is not run here'
if find_torch; then
    sed 's/^rounds: 5/rounds: 3/' "$jobs/torch.yaml" >torch.yaml
    build torch.yaml
    ln -sf "$torch" bin/python3
    ok 'federated averaging by PyTorch' run 0 mpi 3 run c.h5 --quiet --ledger lt --out t.h5 \
        --data "digits=$jobs_dir/pca/digits.csv"
    ln -sf "$py" bin/python3
    ok 'agrees with numpy' run 0 compare federated t.h5 "$jobs_dir/pca/digits.csv"
    ok 'is verified, models and all' run 0 mn verify t.h5 --ledger lt
    ok 'which are computed again' not grep -q '/rounds/models' out
else
    skip 'federated averaging by PyTorch' 'no Python here has torch and h5py (python3-torch)'
fi

# --- many ranks
build "$jobs/python.yaml"
ok 'two ranks per slave' run 0 mpi 5 run c.h5 --quiet --data "$hospitals" --ledger l2 \
    --out python2.h5 --ranks-per-slave 2
ok 'give the same bits' run 0 timeout 120 "$py" "$scripts/compare.py" equal python.h5 python2.h5

# Units are whole blocks: each is one call, which sees its first row and its rows.
cat >programs/units.sh <<'END'
#!/bin/sh
rows=$(awk 'END { print NR - 1 }' "$2")
echo "$METANEURON_FIRST $rows" >&2
echo "$rows, $rows; $rows" >"$4"
END
chmod +x programs/*
METANEURON_FUNCTIONS=$T/programs
cat >units.yaml <<END
title: Units
function:
  name: exec
  params: {program: units.sh, sha256: "$(digest programs/units.sh)", form: text, length: 3}
data: {name: digits, split: rows, slaves: 3, unit_rows: 200, columns: [p00]}
END
ok 'units' run 0 go units.yaml "digits=$jobs_dir/pca/digits.csv" u.h5
log=$(echo l/logs/*/slave-2.stderr)
printf '0 200\n200 200\n400 199\n' >wanted
ok 'are blocks of their own, and what is printed is kept' cmp "$log" wanted
ok 'all rows are there' run 0 compare values u.h5 1 1

# By rounds in shell and awk: the model goes half of the way to the mean. An update that
# fails is the master's, and the same command goes on.
cat >programs/half.sh <<'END'
#!/bin/sh
if [ "$1" = --update ]; then
    [ -e "$HALF/fixed" ] || { echo 'not yet'; exit 9; }
    [ ! -e "$HALF/nap" ] || { rm "$HALF/nap"; sleep 12; }
    awk 'NR == 1 { n = $1 } NR == 2 { print $1 / n, 0 }' "$3" >"$5"
else
    awk -v m="$(cat model.csv)" 'NR > 1 { n++; s += (m + $1) / 2 } END { printf "%d %.17g\n", n, s }' \
        "$2" >"$4"
fi
END
cat >half.yaml <<END
title: Half
rounds: 3
function:
  name: exec
  params:
    {program: half.sh, sha256: "$(digest programs/half.sh)", form: text, length: 2, model: 1,
     update: program}
data: {name: half, split: rows, slaves: 3}
END
printf 'x\n1\n2\n3\n4\n5\n6\n' >half.csv
HALF=$T
export HALF
pass='--pass-env HALF'
ok 'an update that fails' run 76 go half.yaml half=half.csv h.h5
ok 'is told' says err 'half.sh ended with exit code 9 on its update; see logs/' \
    'master.stderr: not yet'
touch fixed
ok 'the same command goes on' run 0 mn run c.h5 $pass --quiet --data half=half.csv --ledger l --out h.h5
ok 'by the rounds' run 0 compare values h.h5 3.0625
ok 'is verified' run 0 mn verify h.h5 --ledger l
ok 'under mpirun' run 0 mpi 3 run c.h5 $pass --quiet --data half=half.csv --ledger lh --out h3.h5
ok 'it is the same' run 0 timeout 120 "$py" "$scripts/compare.py" equal h.h5 h3.h5
touch nap
ok 'an update that is longer than the lease' run 0 mn launch c.h5 $pass --lease 5 --retries 0 --quiet \
    --data half=half.csv --ledger h4 --out h4.h5 -- $mpirun -n 2
ok 'is waited for' run 0 timeout 120 "$py" "$scripts/compare.py" equal h.h5 h4.h5

# As long as a program runs, its slave gives signs of life.
cat >programs/long.sh <<'END'
#!/bin/sh
sleep 12
awk 'END { print NR - 1, 1 }' "$2" >"$4"
END
cat >long.yaml <<END
title: Long
function:
  name: exec
  params: {program: long.sh, sha256: "$(digest programs/long.sh)", form: text, length: 2}
data: {name: digits, split: rows, slaves: 2, columns: [p00]}
END
build long.yaml
ok 'a call that is longer than the lease' run 0 mpi 3 run c.h5 --quiet --lease 5 --ledger ll \
    --out l.h5 --data "digits=$jobs_dir/pca/digits.csv"

# A run that is halted breaks the program off, and keeps what was done before.
cat >programs/slow.sh <<'END'
#!/bin/sh
if [ "$METANEURON_FIRST" -ge 600 ] && ! [ -e "$SLOW/go" ]; then
    echo began >"$SLOW/began"
    sleep 1000
fi
echo "$METANEURON_FIRST" >>"$SLOW/calls"
awk 'END { print NR - 1, 1 }' "$2" >"$4"
END
cat >slow.yaml <<END
title: Slow
function:
  name: exec
  params: {program: slow.sh, sha256: "$(digest programs/slow.sh)", form: text, length: 2}
data: {name: digits, split: rows, slaves: 1, unit_rows: 300, columns: [p00]}
END
SLOW=$T
export SLOW
mkfifo began
mn contract build slow.yaml -o c.h5 >out 2>err
timeout -k 10 300 "$METANEURON" run c.h5 --pass-env SLOW --force --quiet --data "digits=$jobs_dir/pca/digits.csv" \
    --ledger ls --out s.h5 >out 2>err &
halted=$!
read -r word <began
# To the command itself: timeout would pass it on to the whole group.
kill -TERM "$(ps -o pid= --ppid $halted | tr -d ' ')"
wait $halted
ok 'a halt breaks a program off' same $? 75
ok 'and says so' says err 'halted'
touch go
ok 'the same command goes on' run 0 mn run c.h5 --pass-env SLOW --quiet --ledger ls --out s.h5 \
    --data "digits=$jobs_dir/pca/digits.csv"
printf '0\n300\n600\n900\n1200\n1500\n' >wanted
ok 'with what was not done' cmp calls wanted

# --- whatever can go wrong is one slave's failure: the row's number is what happens
cat >programs/bad.sh <<'END'
#!/bin/sh
# Rows: a header, and then the number of what is to happen.
what=$(sed -n 2p "$2")
case $what in
1 | 2 | 3) printf '1\n%s\n3\n' "$what" ;;
4) kill -SEGV $$ ;;
5) echo 'out of luck' >&2; echo >&2; exit 3 ;;
6) printf '1\n2\n' ;;
7) printf '1\nnan\n3\n' ;;
8) setsid sleep 1000 & echo $! >"$BAD_PID"; sleep 1000 ;;
9) rm -f "$4"; exit 0 ;;
10) head -c 8000000 /dev/zero | tr '\0' ' ' ;;
11) echo 'no numbers' ;;
12) awk 'BEGIN { s = "x"; while (1) s = s s }' || exit 1 ;;
13) printf '2\n2\n3\n' ;;
14) rm -f "$4"; mkfifo "$4"; exit 0 ;;
15) head -c 3000000 /dev/zero | tr '\0' 'x' >&2; printf '1\n2\n3\n' ;;
16) rm -f "$4"; ln -s /etc/passwd "$4"; exit 0 ;;
17) setsid sleep 1000 >/dev/null 2>&1 & echo $! >"$BAD_PID.stray"
    python3 -c 'import os
for _ in range(5000):
    os.mkdir("deeper")
    os.chdir("deeper")' && printf '1\n2\n3\n' ;;
esac >"$4"
END
chmod +x programs/*
mkdir bad && for k in $(seq 17); do printf 'x\n%d\n' "$k" >"bad/$k.csv"; done
bad_contract() {
    cat <<END
title: Bad
function:
  name: exec
  params: {program: bad.sh, sha256: "$1", form: text, length: 3, time: 8, memory: 200 MiB}
data: {name: bad, split: files, slaves: 17}
limits: {slaves_min: ${2:-5}, share_min: 0}
END
}
bad_contract "$(digest programs/bad.sh)" >bad.yaml
BAD_PID=$T/pid
export BAD_PID
pass='--pass-env BAD_PID'
ok 'a run in which much goes wrong is settled' run 0 go bad.yaml 'bad=bad/{slave}.csv' b.h5
fails() {
    ok "$1" run 0 compare reason b.h5 "$2" "$3" "on rows 1 to 1"
}
fails 'a crash' 4 'bad.sh was ended by signal 11 (Segmentation fault)'
fails 'an exit code' 5 'bad.sh ended with exit code 3'
ok 'with its last words, and where they are' \
    run 0 compare reason b.h5 5 'out of luck' "logs/$(ls l/logs)/slave-5.stderr"
fails 'a wrong length' 6 'gave a state of 2 numbers, expected 3'
fails 'a NaN' 7 'gave a NaN as number 2 of its state'
fails 'a time-out' 8 'took longer than 8 s'
ok 'of which nothing lives on' not kill -0 "$(cat pid)" 2>/dev/null
fails 'no state' 9 'wrote no state.csv'
fails 'too much of it' 10 'state.csv: has 8000000 bytes'
fails 'no numbers' 11 "wrote 'no', which is no number"
fails 'too little memory' 12 '(it may have 200 MiB of memory)'
ok 'rows that were not there' run 0 compare reason b.h5 13 'says that it had 2 rows, of 1'
fails 'a pipe for a state' 14 'state.csv: is not a regular file'
fails 'a link for a state' 16 'left state.csv: is a symbolic link'
size=$(wc -c <"$(echo l/logs/*/slave-15.stderr)")
ok 'who prints without end is cut' [ "$size" -lt 1048700 ]
ok 'and has its result' run 0 timeout 60 "$py" -c "
import h5py
f = h5py.File('b.h5'); a = f['slaves/answered'][:]
assert [k + 1 for k in range(17) if a[k]] == [1, 2, 3, 15, 17], a"
ok 'what a program leaves running is ended, too' not kill -0 "$(cat pid.stray)" 2>/dev/null
ok 'the ledger has the reasons' run 0 mn explain "$(ls l/logs)" 5 --ledger l
ok 'for all to read' says out 'exit code 3'
ok 'what was printed is kept' says "$(echo l/logs/*/slave-5.stderr)" 'out of luck'
ok 'it is verified' run 0 mn verify b.h5 --ledger l
bad_contract "$(digest programs/bad.sh)" 6 >worse.yaml
sed -i 's/time: 8/time: 0.5/' worse.yaml
ok 'where more are needed, the run is not settled' run 76 go worse.yaml 'bad=bad/{slave}.csv' w.h5
build bad.yaml
ok 'many slaves at a time' run 0 mpi 4 run c.h5 $pass --quiet --data 'bad=bad/{slave}.csv' --ledger l3 \
    --out b3.h5
ok 'give the same' run 0 timeout 120 "$py" "$scripts/compare.py" equal b.h5 b3.h5
ok 'all is cleared away, a deep tree of directories, too' rmdir tmp
mkdir tmp

# --- what is not here is found before the claim
bad_contract "$(digest programs/units.sh)" >other.yaml
ok 'another file of that name' run 76 go other.yaml 'bad=bad/{slave}.csv' o.h5
ok 'is not run' says err 'programs/bad.sh is sha256:' 'which the contract does not allow'
METANEURON_FUNCTIONS=$T/none
ok 'no file of that name' run 76 go bad.yaml 'bad=bad/{slave}.csv' o.h5
ok 'is told' says err 'there is no bad.sh in' 'METANEURON_FUNCTIONS'
ok 'a dry run sees it' run 76 mn run c.h5 --dry-run --data 'bad=bad/{slave}.csv' --ledger l8
ok 'as a problem of this node' says out 'PROBLEM  this node: exec: there is no bad.sh in'
METANEURON_FUNCTIONS=$T/programs
for line in /opt/none/perl '/usr/bin/env no-such-language'; do
    printf '#!%s\n' "$line" >programs/alien && chmod +x programs/alien
    bad_contract "$(digest programs/alien)" | sed 's/bad.sh/alien/' >alien.yaml
    ok "a missing interpreter: $line" run 76 go alien.yaml 'bad=bad/{slave}.csv' o.h5
    ok 'is told' says err "alien: its interpreter ${line##* } is not"
done
for line in /bin/sh '/usr/bin/env sh'; do
    printf '#!%s\r\nexit 0\r\n' "$line" >programs/alien
    bad_contract "$(digest programs/alien)" | sed 's/bad.sh/alien/' >alien.yaml
    ok "a first line with CRLF: $line" run 76 go alien.yaml 'bad=bad/{slave}.csv' o.h5
    ok 'is told' says err "alien: its interpreter '${line##* }<U+000D>' is not here" CRLF
done
printf 'x\n2\n' >bad/one.csv
cat >one.yaml <<END
title: One
function:
  name: exec
  params: {program: bad.sh, sha256: "$(digest programs/bad.sh)", form: text, length: 3}
data: {name: bad, split: rows, slaves: 1}
END
mn contract build one.yaml -o c.h5 >out 2>err
# Rank 1 has no program; rank 2 has.
words="run c.h5 --force --quiet --data bad=bad/one.csv --ledger l4 --out o.h5"
ok 'another node may have it' run 0 timeout -k 10 300 $mpirun \
    -n 2 env METANEURON_FUNCTIONS="$T/none" "$METANEURON" $words : \
    -n 1 env METANEURON_FUNCTIONS="$T/programs" "$METANEURON" $words
ok 'who has not has declined' says l4/log ' decline '
wrong() {
    sed "s|$1|$2|" one.yaml >wrong.yaml
    ok "refused: $2" run 65 mn_build wrong.yaml
    ok 'with a reason' says err "$3"
}
mn_build() {
    build "$1" && cat out err >both && mn run c.h5 --quiet --data bad=bad/one.csv --ledger l5 --out o.h5
}
wrong 'program: bad.sh' 'program: ../bad.sh' 'without a directory'
wrong 'program: bad.sh' 'program: state.csv' 'as a file of its data is called'
wrong 'sha256: "[^"]*"' 'sha256: "abc"' 'digest 1 is not of the form'
wrong 'length: 3' 'length: 1' 'expected at least 2'
wrong 'length: 3' 'length: 3, names: one' 'there are 1 names for 2 numbers'
wrong 'length: 3' 'merge: wait' 'not a function of one round over data'
wrong 'length: 3' 'merge: exec' 'not a function of one round over data'
wrong 'length: 3' 'merge: moments, merge_params: order' 'not of the form NAME=VALUE'
wrong 'length: 3' 'merge: moments, merge_params: order=9' 'order'
wrong 'length: 3' 'length: 3, merge: moments' 'leave them out'
wrong 'length: 3' 'length: 3, memory: lots' 'expected a size'

# --- a program that calls mpirun: an inner run over its block
cat >inner.yaml <<'END'
title: Inner
function: {name: moments, params: {order: 2}}
data: {name: block, split: rows, slaves: 2}
END
mn contract build inner.yaml -o programs/inner.h5 >out 2>err
cat >programs/nested <<END
#!$py
import os, subprocess, sys
import h5py, numpy as np
bad = [v for v in os.environ if v.startswith(("OMPI_", "PMIX_", "PMI_", "PRTE_", "OPAL_", "ORTE_", "SLURM_",
                                              "HYDRA_", "HYDI_", "MPI_LOCAL"))]
if bad:
    sys.exit(f"not scrubbed: {bad}")
os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                  OMPI_MCA_btl_vader_backing_directory=os.getcwd())
subprocess.run([*"$mpirun".split(), "-n", "3", "$METANEURON", "run", "--force", "$T/programs/inner.h5",
                "--quiet", "--data", "block=block.h5:/block", "--ledger", "l", "--out", "r.h5"],
               check=True)
with h5py.File("r.h5", "r") as f:
    a = f["aggregate"]
    n = a["count"][0]
    ranks = f["provenance"].attrs["ranks"]
    if ranks != 3:
        sys.exit(f"there were {ranks} ranks")
    mean = a["mean"][:].ravel()
with h5py.File(sys.argv[4], "w") as f:
    f["state"] = np.concatenate([np.ones(1), mean]) * n
END
chmod +x programs/nested
cat >nested.yaml <<END
title: Nested
function:
  name: exec
  params: {program: nested, sha256: "$(digest programs/nested)", length: 4, time: 120}
data:
  {name: nuclei, split: files, slaves: 8, columns: [mean_radius, mean_texture, mean_smoothness]}
END
mn contract build nested.yaml -o c.h5 >out 2>err
ok 'a program that calls mpirun' run 0 env SLURM_PROCID=3 SLURM_JOB_ID=7 timeout -k 10 300 \
    $mpirun -n 3 "$METANEURON" run c.h5 --force --quiet --data "$hospitals" --ledger l6 --out n.h5
ok 'gets what numpy gets' run 0 compare sums n.h5 $honest

# --- the sandbox
cat >programs/wide <<END
#!$py
import os, socket, sys
rows = len(open(sys.argv[2]).readlines()) - 1

def done(act):
    try:
        act()
        return rows
    except OSError:
        return 0

port = int(os.environ["WIDE_PORT"])
acts = [lambda: open("here", "w"), lambda: os.mkdir("below"), lambda: open("$HOME/outside", "w"),
        lambda: socket.create_connection(("127.0.0.1", port), 10)]
done(lambda: open("$T/outside", "w"))  # which may be below a /tmp of its own
done(lambda: open("/tmp/metaneuron-outside-$$", "w"))
with open(sys.argv[4], "w") as f:
    print(rows, *map(done, acts), file=f)
END
chmod +x programs/wide
cat >wide.yaml <<END
title: Wide
function:
  name: exec
  params: {program: wide, sha256: "$(digest programs/wide)", form: text, length: 5}
data: {name: bad, split: rows, slaves: 1}
END
# Someone to connect to, as long as `hold` is held open.
mkfifo hold port
"$py" -c '
import socket, sys
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
sys.stdin.read()' <hold >port &
server=$!
exec 9>hold
read -r WIDE_PORT <port
export WIDE_PORT
pass='--pass-env WIDE_PORT,BAD_PID'
ok 'without a sandbox' run 0 go wide.yaml bad=bad/one.csv w.h5
ok 'a program writes and connects where it likes' run 0 compare values w.h5 1 1 1 1
ok 'files among them' [ -e outside -a -e "$HOME/outside" -a -e "/tmp/metaneuron-outside-$$" ]
rm -f outside "$HOME/outside" "/tmp/metaneuron-outside-$$"
sandboxed() {
    rm -rf l
    build "$1" && mn run c.h5 $pass $sandbox --quiet --data "$2" --ledger l --out "$3"
}
if need_sandbox 'in the sandbox'; then
    ok 'in the sandbox' run 0 sandboxed wide.yaml bad=bad/one.csv w.h5
    ok 'it writes in its directory and nowhere else, and connects to nobody' \
        run 0 compare values w.h5 1 1 0 0
    ok 'a dry run sees no problem' run 0 mn run c.h5 --dry-run $sandbox --data bad=bad/one.csv \
        --ledger l8
    ok 'under launch' run 0 mn launch c.h5 $pass $sandbox --quiet --data bad=bad/one.csv --ledger l8 \
        --out w8.h5 -- $mpirun -n 2
    ok 'it is the same' run 0 compare values w8.h5 1 1 0 0
    cp programs/wide programs/bwrap # as a PATH may have the directory that one is in
    sed 's/program: wide/program: bwrap/' wide.yaml >bwrap.yaml
    ok 'called as the sandbox is' run 0 env PATH=":$PATH" sh -c "'$METANEURON' contract build bwrap.yaml \
        -o c.h5 && rm -rf l && '$METANEURON' run c.h5 $pass $sandbox --quiet --data bad=bad/one.csv \
        --ledger l --out w9.h5"
    ok 'it is in one all the same' run 0 compare values w9.h5 1 1 0 0
    rm programs/bwrap
    ok 'nothing was written' not [ -e outside ]
    ok 'nor in /tmp' not [ -e "/tmp/metaneuron-outside-$$" ]
    ok 'nor at home' not [ -e "$HOME/outside" ]
    ok 'much goes wrong in the sandbox' run 0 sandboxed bad.yaml 'bad=bad/{slave}.csv' s.h5
    ok 'with the same results' run 0 timeout 120 "$py" "$scripts/compare.py" equal b.h5 s.h5
    ok 'a crash is told as such' run 0 compare reason s.h5 4 'was ended by signal 11'
    ok 'and a time-out' run 0 compare reason s.h5 8 'took longer than 8 s'
    METANEURON_FUNCTIONS=$jobs
    ok 'awk' run 0 sandboxed "$jobs/awk.yaml" "$hospitals" s.h5
    ok 'as without' run 0 compare sums s.h5 $honest
    METANEURON_FUNCTIONS=$T/programs
fi
exec 9>&-
wait $server

mkdir nothing
build wide.yaml
ok 'without bubblewrap it is refused' run 77 timeout 60 env PATH="$T/nothing" "$METANEURON" \
    run c.h5 --again $sandbox --quiet --data bad=bad/one.csv --ledger l --out w.h5
ok 'with the name of the package' says err "bubblewrap is not here (Debian's package bubblewrap)"
printf '#!/bin/sh\necho "bwrap: No permissions" >&2\nexit 1\n' >nothing/bwrap
chmod +x nothing/bwrap
ok 'and where it does not work' run 77 timeout 60 env PATH="$T/nothing" "$METANEURON" \
    run c.h5 --again $sandbox --quiet --data bad=bad/one.csv --ledger l --out w.h5
ok 'a dry run says so' run 77 timeout 60 env PATH="$T/nothing" "$METANEURON" run c.h5 \
    --dry-run $sandbox --data bad=bad/one.csv --ledger l
ok 'with its words' says err 'bubblewrap does not work here: bwrap: No permissions'
build moments.yaml
ok 'who needs no program needs none' run 0 timeout 60 env PATH="$T/nothing" "$METANEURON" \
    run c.h5 $sandbox --quiet --data "$hospitals" --ledger l7 --out m2.h5

done_testing
