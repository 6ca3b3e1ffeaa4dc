#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The supervisor: what it does after each kind of failure, by a launcher that fails as
# it is told, and with mpirun. The ledger says what became of a run.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python json
unset SLURM_NTASKS SLURM_STEP_NUM_TASKS SLURM_PROCID

# fake COMMAND…: an MPI launcher that does, at its N-th start, what line N of the file
# plan says; after the last line, and for "run", it runs the command.
cat >fake <<'END'
#!/bin/sh
[ "$1" != --version ] || exec cat version # of mpirun, which is asked
echo x >>starts
n=$(wc -l <starts)
printf '%s\n' "$*" >>words
while :; do
    case $1 in
    --host | -hosts) shift 2 ;;
    --*) shift ;;
    *) break ;;
    esac
done
heartbeat=$(printf '%s\n' "$*" | sed 's/.*--heartbeat \([^ ]*\).*/\1/')
key=$(ls l/runs | grep -x '[0-9a-f]\{16\}' | tail -n 1)
beat() {
    echo "$1 ${key:--} gather" >"$heartbeat.new" && mv "$heartbeat.new" "$heartbeat"
}
# at RANK SLAVE NODE: the status file says who is where.
at() {
    awk -v rank="$1" -v slave="$2" -v node="$3" 'BEGIN {
        printf "{\"format\":1,\"run\":\"x\",\"contract\":\"x\",\"title\":\"x\",\"stage\":\"gather\","
        printf "\"pid\":1,\"host\":\"x\",\"job\":\"\",\"ranks\":9,\"ranks_per_slave\":1,\"started\":1,"
        printf "\"written\":1,\"units_done\":0,\"units\":0,\"time_left\":null,\"slaves\":["
        for (k = 1; k <= 8; k++) {
            printf "%s{\"name\":\"here/nuclei/%d\",\"partition\":%d,", (k > 1 ? "," : ""), k, k
            printf "\"stage\":\"%s\",\"node\":\"%s\",", (k == slave ? "computing" : "answered"),
                (k == slave ? node : "x")
            printf "\"group\":0,\"first_rank\":%d,\"ranks\":1,\"items\":0,\"units_done\":0,", rank
            printf "\"units\":0,\"seconds\":1,\"silent\":null,\"trouble\":\"\"}"
        }
        print "]}"
    }' >"l/runs/$key/status"
}
set -- "$(sed -n "${n}p" plan)" "$@"
plan=$1
shift
case $plan in
part) exec "$@" --skip-slave 4 --skip-slave 5 ;;
code*) exit "${plan#code }" ;;
die*) # RANK SLAVE NODE
    set -- ${plan#die }
    at "$@"
    echo "mpirun noticed that process rank $1 with PID 0 on node other exited on signal 9 (Killed)." >&2
    exit 137 ;;
task*) # the same, by srun
    set -- ${plan#task }
    at "$@"
    echo "srun: error: $3: task $1: Killed" >&2
    exit 137 ;;
absent*) # NODE, which has no such program, says mpirun
    printf 'mpirun was unable to launch the specified application as it could not access\nor execute an executable:\n\nExecutable: %s\nNode: %s\n\nwhile attempting to start process rank 2.\n' \
        "$1" "${plan#absent }" >&2
    exit 132 ;;
execve*) # says srun, and ends with 2
    echo "slurmstepd: error: execve(): $1: No such file or directory" >&2
    echo "srun: error: ${plan#execve }: tasks 3-4: Exited with exit code 2" >&2
    exit 2 ;;
hang)
    beat 1
    trap 'echo told >told; exit 1' TERM
    while :; do sleep 0.05; done ;;
beat)
    for i in $(seq 40); do beat "$i"; sleep 0.1; done
    exec "$@" ;;
settle) # and then die of something else
    "$@"
    kill -KILL $$ ;;
drain)
    trap 'echo told >told; exit 75' USR1
    echo up >up
    while :; do sleep 0.05; done ;;
stubborn)
    trap 'echo told >told' USR1
    echo up >up
    while :; do sleep 0.05; done ;;
say) printf 'first\n\377second' >&2; exec "$@" ;;
*) exec "$@" ;;
esac
END
chmod +x fake
ln -s fake srun

# plan LINE…: for a run of its own.
plan() {
    rm -rf l r.h5 starts words told up
    replan "$@"
}
replan() {
    : >starts
    : >words
    printf '%s\n' "$@" >plan
}
options="--quiet --ledger l --out r.h5 --backoff 0.01"
launch() {
    mn launch c.h5 --data "$hospitals" $options "$@" -- ./fake
}
starts() {
    lines "$1" starts
}
# outcomes WORD…: of the attempts in the ledger.
outcomes() {
    same "$(sed -n 's/.* attempt .* outcome=\([a-z]*\) .*/\1/p' l/log | tr '\n' ' ')" "$* "
}
number_of() {
    grep -c " $1 " l/log
}
until_true() {
    tries=300
    while [ "$tries" -gt 0 ]; do
        "$@" >/dev/null 2>&1 && return 0
        tries=$((tries - 1))
        sleep 0.1
    done
    echo "# waited in vain for: $*"
    return 1
}

build_hospitals || exit 99
plan run
ok 'a run' run 0 launch
ok 'says so in one line' same "$(grep -c '^metaneuron launch: attempt 1 settled' err)" 1
ok 'prints what the run prints' says out 'settled   8 of 8'
ok 'was started once' starts 1
ok 'is in the ledger' outcomes settled
ok 'as its last record' same "$(field attempt number l)" 1
ok 'which is intact' run 0 mn ledger verify l
ok 'with the result' run 0 mn verify r.h5 --ledger l
ok 'and nothing is left' same "$(ls l/runs)" lock
expected=$(field aggregate state l)
cp l/log before
ok 'the same command again' run 0 launch
ok 'shows it' says out 'settled already'
ok 'and leaves the ledger alone' cmp before l/log
ok '--again' run 0 launch --again
ok 'is another run' same "$(number_of publish)" 2

# --- failures
plan 'code 137' 'code 1' part
ok 'a job that fails three times' run 0 launch
ok 'is started four times' starts 4
ok 'and settled' same "$(field aggregate state l)" "$expected"
ok 'nothing is computed twice' same "$(number_of submit)" 8
ok 'a start without a run is not recorded' outcomes failed settled
ok 'each says what is next' same "$(grep -c '^metaneuron launch: attempt [123] failed .*: again in' err)" 3
plan 'code 137' 'code 137' 'code 137'
ok 'retries end' run 75 launch --retries 2
ok 'as the option says' starts 3
ok 'and the last word does, too' says err 'attempt 3 failed' 'the same command goes on'
plan 'code 1' 'code 1' 'code 1' 'code 1' 'code 1' 'code 1'
ok 'or the contract' run 75 launch
ok 'which allows three' starts 4
plan 'code 70'
ok 'a fault of the program' run 70 launch --retries 0
for code in 2 3 65 66 77; do
    plan "code $code"
    ok "exit code $code is final" run $code launch
    ok 'and not repeated' starts 1
done
plan run
ok 'no such launcher' run 66 mn launch c.h5 --data "$hospitals" $options -- ./nosuch
ok 'is named' says err './nosuch: cannot be started'
ok 'a job that says what is wrong' run 66 mn launch c.h5 --data 'nuclei=none/{slave}.csv' $options \
    --retries 0 -- $mpirun -n 3
ok 'is heard' says err '8 slaves (1, 2, 3, 4, 5, 6, 7, 8): ' 'none/{slave}.csv: cannot be opened'
ok 'and its launcher is not' not grep -q 'mpirun detected\|^---' err
printf '#!/bin/sh\r\nexit 0\r\n' >dos && chmod +x dos
ok 'a launcher written on Windows' run 66 mn launch c.h5 --data "$hospitals" $options -- ./dos
ok 'has its interpreter named' says err "./dos: its interpreter '/bin/sh<U+000D>' is not here" CRLF

# --- launchers that lie
plan 'code 0'
ok 'exit code 0 without a settled run' run 0 launch
ok 'is a failure' starts 2
plan settle
ok 'a settled run, and then a signal' run 0 launch
ok 'is a success' starts 1
ok 'as the ledger says' outcomes settled
rm r.h5
replan 'code 0'
ok 'a settled run without its result' run 66 launch
ok 'is not shown as complete' says err '--out' '--again'
plan say
ok 'what a job says' run 0 launch
printf 'first\n<0xFF>second' >said
ok 'is passed on, and no terminal obeys it' sh -c 'head -c 18 err | cmp - said'

# --- a new run is one run
plan run
ok 'a run' run 0 launch
replan 'code 1' part run
ok '--again, with failures' run 0 launch --again
ok 'is one more run' same "$(number_of publish)" 2
ok 'asked for until it is there' same "$(grep -c -e '--again' words)" 2
ok 'and recorded alone' outcomes settled failed settled

# --- no sign of life
plan hang
ok 'a job that hangs' run 0 launch --lease 0.5
ok 'is told to end' says told told
ok 'and started again' starts 2
ok 'as one reads' says err 'attempt 1 hung'
plan part hang
ok 'one with a run' run 0 launch --lease 0.5
ok 'has it recorded' outcomes failed hung settled
plan beat
ok 'signs of life' run 0 launch --lease 2.5
ok 'renew the lease' starts 1

# --- blame
cat >c.yaml <<END
$(sed '/^limits:/,$d' "$jobs_dir/breast-cancer/contract.yaml")
limits: {slaves_min: 7, retries: 4}
END
mn contract build c.yaml -o c.h5 >out 2>err || cp c.yaml out
plan part 'die 3 5 n5' 'die 4 5 n6'
ok 'a slave that fails twice' run 0 launch
ok 'is excluded' sh -c 'tail -n 1 words | grep -q -e "--skip-slave 5\$"'
ok 'after that only' same "$(grep -c -e --skip words)" 1
ok 'the others suffice' says out 'settled   7 of 8'
ok 'it is lost, and the ledger says why' grep -q \
    ' lost .*slave=here/nuclei/5 .*reason=excluded%20after%20repeated%20failure' l/log
ok 'and to whom the failures are ascribed' same \
    "$(sed -n 's/.* attempt .* \(slave=.* node=[^ ]*\) .*/\1/p' l/log | sed -n 2,3p | tr '\n' ' ')" \
    'slave=here/nuclei/5 node=n5 slave=here/nuclei/5 node=n6 '
ok 'the user hears it' says err 'again without slave here/nuclei/5'
ok 'it verifies' run 0 mn verify r.h5 --ledger l
plan part 'die 3 4 n5' 'die 3 5 n6' 'die 3 4 n6' 'code 1'
ok 'a node that fails twice' run 75 launch --retries 4
ok 'is excluded' sh -c 'tail -n 1 words | grep -q -e "--skip-node n6\$"'
plan part 'task 3 4 n5' 'task 3 5 n5' run
ok 'under srun' run 0 mn launch c.h5 --data "$hospitals" $options -- ./srun
ok 'it is told' sh -c 'tail -n 1 words | grep -q "^--exclude=n5 .*--skip-node n5\$"'
ok 'alone' not grep -q -e --overcommit words

# A batch job, by programs that answer as Slurm does.
mkdir bin
echo 'mpirun (Open MPI) 4.1.4' >version # what that mpirun says that it is
ln -s "$T/fake" bin/mpirun
ln -s "$T/fake" bin/srun
cat >bin/scontrol <<'END'
#!/bin/sh
case $1 in
show) printf 'n5\nn6\nn7\n' ;;
update) printf '%s\n' "$3" >>comments ;;
esac
END
cat >bin/squeue <<'END'
#!/bin/sh
echo 1:00:00
END
chmod +x bin/scontrol bin/squeue
in_slurm() {
    run "$1" env PATH="$T/bin:$PATH" SLURM_JOB_ID=7 SLURM_JOB_NUM_NODES=3 \
        SLURM_JOB_NODELIST='n[5-7]' SLURM_TASKS_PER_NODE='3,2(x2)' \
        "$METANEURON" launch c.h5 --data "$hospitals" $options -- "$2"
}
plan part 'task 3 4 n5' 'task 3 5 n5' run
ok 'in a batch job, srun' in_slurm 0 srun
ok 'takes the nodes that are left' sh -c \
    'tail -n 1 words | grep -q "^--exclude=n5 --nodes=2 --overcommit --overlap /"'
ok 'and the time' grep -q -e '--time-left 3[56][0-9][0-9]' words
ok 'Slurm hears of the progress' says comments 'attempt'
# A node that lacks the program ends each attempt before there is a run.
for way in 'absent mpirun --host n5:3,n7:2' 'execve srun --exclude=n6'; do
    set -- $way
    plan "$1 n6" "$1 n6" run
    ok "$2 cannot start the program on a node" in_slurm 0 "$2"
    ok 'which is said' says err 'node n6, where the program cannot be started'
    ok 'and the node left out after the second time' says err 'again without node n6'
    ok 'so the launcher hears' sh -c 'tail -n 1 words | grep -q -e "^$1 $2"' sh "$3" "${4:-}"
    ok 'and the run is settled' says out 'settled   8 of 8'
    ok 'at the third start' starts 3
done
plan 'absent n6' 'absent n6' 'absent n6' 'absent n6'
ok 'where no node can be left out' run 76 launch --retries 2
ok 'it ends, as it would each time' starts 3
ok 'by name' says err 'node n6, where the program cannot be started'

cat >full <<'END'
#!/bin/sh
echo x >>starts
echo 'There are not enough slots available in the system to satisfy the 40' >&2
exit 1
END
chmod +x full
plan
ok 'more ranks than places' run 76 mn launch c.h5 --data "$hospitals" $options -- ./full
ok 'are asked for once' starts 1
ok 'and what to do is said' says err 'not enough slots' 'ask for fewer ranks' '--oversubscribe'

# mpirun_is VERSION WORDS: what the mpirun of that version is told once a node is excluded.
mpirun_is() {
    echo "$1" >version
    plan part 'die 3 4 n6' 'code 1' run
    ok "$1, which cannot reach a node that failed" in_slurm 0 mpirun
    ok 'gets those that are left' sh -c 'tail -n 1 words | grep -q -e "^$0/"' "$2"
    ok 'in time' starts 4
}
mpirun_is 'mpirun (Open MPI) 4.1.4' '--host n5:3,n7:2 --oversubscribe '
mpirun_is 'HYDRA build details: Version: 4.0.2' '-hosts n5:3,n7:2 '
mpirun_is 'Intel(R) MPI Library for Linux* OS' '-hosts n5,n7 '
mpirun_is 'something else' ''

# What Hydra says stands on standard output, among what the run prints.
cat >hydra <<'END'
#!/bin/sh
echo x >>starts
case $(wc -l <starts) in
1) exec "$@" --skip-slave 4 --skip-slave 5 ;;
2) ;;
*) exec "$@" ;;
esac
echo ===================================================================================
echo '=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES'
echo '=   PID 47 RUNNING AT n6.cluster'
echo '=   EXIT CODE: 11'
echo ===================================================================================
echo 'YOUR APPLICATION TERMINATED WITH THE EXIT STRING: Segmentation fault (signal 11)'
printf 'without an end'
exit 11
END
chmod +x hydra
plan
ok 'Hydra' run 0 mn launch c.h5 --data "$hospitals" $options -- ./hydra
ok 'says that there was a signal' says err 'attempt 2 failed' '(exit code 139)' \
    'BAD TERMINATION'
ok 'and nothing of it is in the answer' not grep -e == -e '=   ' -e TERMINATED out
ok 'which is whole' says out 'without an end' 'settled   8 of 8'
build_hospitals || exit 99
plan part 'die 3 5 n5' 'die 3 5 n5'
ok 'where all are needed' run 75 launch --retries 9
ok 'what the others can do is done, once' starts 4
ok 'and kept' same "$(number_of submit)" 7
replan run
ok 'a new start asks all again' run 0 launch
ok 'with the same bits' same "$(field aggregate state l)" "$expected"

# --- told to end
# in_background WORD…: its end is waited for by ended CODE.
in_background() {
    rm -f up told
    "$METANEURON" launch c.h5 --data "$hospitals" $options "$@" -- ./fake >out 2>err &
    launch=$!
}
ended() {
    wait $launch
    code=$?
    same $code "$1"
}
for signal in USR1 TERM INT; do
    plan drain
    in_background
    ok 'a job is up' until_true test -e up
    kill -$signal $launch
    ok "$signal ends it" ended 75
    ok 'in good order' says told told
    ok 'for good' starts 1
    ok 'and says so' says err 'attempt 1 drained' 'the same command goes on'
done
plan part stubborn
in_background --grace 0.2
ok 'a job that does not end' until_true test -e up
kill -TERM $launch
ok 'is killed after the grace' ended 75
ok 'and recorded' outcomes failed killed
plan stubborn
in_background
until_true test -e up
kill -TERM $launch
ok 'one that was told' until_true test -e told
kill -INT $launch
ok 'is killed at the second signal' ended 75
ok 'and not waited for' says err 'attempt 1 killed'
plan 'code 1' run
options="$options --backoff 50"
in_background
ok 'during a pause' until_true grep -q 'again in 50 s' err
kill -TERM $launch
ok 'it ends at once' ended 75
options="--quiet --ledger l --out r.h5 --backoff 0.01"
plan run
ok 'no time left' run 75 launch --time-left 0
ok 'is not begun with' starts 0
ok 'and said' says err 'the time is up'
ok 'time that is left' run 0 launch --time-left 1h
ok 'is told to the run' grep -q -e '--time-left 3[56][0-9][0-9]' words

# --- somebody else works on the run
cat >lock.py <<'END'
import fcntl, glob, os, sys, time
with open(glob.glob("l/runs/*[0-9a-f]/lock")[0], "r+") as f:
    fcntl.lockf(f, fcntl.LOCK_EX)
    open("locked", "w").close()
    while not os.path.exists("go"):
        time.sleep(0.01)
END
plan part
ok 'a run that is not settled' run 75 launch --retries 0
"$py" lock.py &
holder=$!
ok 'is held' until_true test -e locked
replan run
ok 'another start waits' run 75 launch --lease 0.3
ok 'for some time' says err 'waiting up to 0.3 s' 'being worked on'
ok 'and starts nothing' starts 0
in_background
ok 'or until' until_true grep -q 'waiting up to' err
: >go
wait $holder
ok 'it is free' ended 0
ok 'with the same bits' same "$(field aggregate state l)" "$expected"

# --- mpirun
[ -n "$MPIRUN" ] || done_testing
slaves=40
cat >m.yaml <<END
title: Killed
function: {name: moments}
data: {name: nuclei, split: rows, slaves: $slaves, unit_rows: 3,
       columns: [mean_radius, mean_area, worst_area]}
limits: {slaves_min: 10, share_min: 0, retries: 3}
END
cat "$jobs_dir"/breast-cancer/hospital-[1-8].csv | awk 'NR == 1 || !/mean_radius/' >all.csv
ok 'a contract' run 0 mn contract build m.yaml -o m.h5
words="m.h5 --quiet --data nuclei=$T/all.csv --ledger l --out r.h5"
rm -rf l r.h5
ok 'a run that nobody disturbs' run 0 mn run $words
expected=$(field aggregate state l)

# begin COMMAND…: in the background, as $job, until 12 have submitted; then it is held
# there, by the ledger's lock, until release.
begin() {
    rm -f held
    "$py" "$top_srcdir/tests/slurm/hold.py" l 12 held &
    holder=$!
    "$@" >out 2>err &
    launch=$!
    until_true test -e held
}
release() {
    kill $holder
    wait $holder 2>/dev/null
}
mpirun="$mpirun -n 4"
supervised="$METANEURON launch $words --backoff 0.01 -- $mpirun"
# Process of a rank: of those with its environment the first, which began the others.
rank() {
    for p in /proc/[0-9]*; do
        [ "$(readlink "$p/cwd" 2>/dev/null)" = "$T" ] &&
            tr '\0' '\n' <"$p/environ" 2>/dev/null | grep -qxE "(OMPI_COMM_WORLD|PMI)_RANK=$1" &&
            echo "${p#/proc/}"
    done | sort -n | head -n 1
}
none_left() {
    [ -z "$(rank 0)$(rank 1)$(rank 2)$(rank 3)" ]
}
# As it should be at the end, with so many runs.
whole() {
    same "$(field aggregate state l)" "$expected" && same "$(number_of publish)" 1 &&
        same "$(number_of submit)" $slaves && same "$(number_of settle)" $slaves &&
        run 0 mn ledger verify l && run 0 mn verify r.h5 --ledger l && until_true none_left
}

for who in 0 2; do
    rm -rf l r.h5
    ok "mpirun: rank $who in the middle of a run" begin $supervised
    victim=$(rank $who)
    ok 'is killed' kill -KILL "$victim"
    release
    ok 'the run is settled' ended 0
    ok 'at the second attempt' outcomes failed settled
    if [ "$MPI_FLAVOUR" = openmpi ]; then
        ok 'the launcher said which rank' says err "rank $who"
    else
        skip 'the launcher said which rank' "this MPI's mpirun does not say it"
    fi
    ok 'the same bits, and all is whole' whole
done
[ "$MPI_FLAVOUR" != openmpi ] || ok 'the failure is ascribed to a slave' \
    grep -q ' attempt .*outcome=failed .* slave=here/nuclei/[0-9]' l/log

rm -rf l r.h5
ok 'a supervisor' begin $supervised
ok 'is killed' kill -KILL $launch
wait $launch 2>/dev/null
release
ok 'the next one goes on' run 0 $supervised
ok 'the same bits, and all is whole' whole

rm -rf l r.h5
ok 'a job' begin $supervised
kill -USR1 $launch
release
ok 'is drained' ended 75
ok 'by its ranks' outcomes drained
ok 'which end' until_true none_left
ok 'the next start goes on' run 0 $supervised
ok 'the same bits, and all is whole' whole

rm -rf l r.h5
ok 'a run' begin $mpirun "$METANEURON" run $words
victim=$(rank 0)
ok 'is killed' kill -KILL "$victim"
release
wait $launch
ok 'all of it' until_true none_left
answers=$(number_of submit)
replan 'code 137'
ok 'without retries' run 0 mn launch $words --backoff 0.01 --retries 0 -- ./fake
ok 'is completed with those who answered' says out "settled   $answers of $slaves"
ok 'and says so' says err "again with the $answers slaves that answered"
ok 'computing nothing' same "$(number_of submit)" "$answers"

# --- options of run are handed on to it
ok 'an option of run' run 2 mn launch $words --ledger fresh \
    --checkpoint often -- env
ok 'is looked at there' says err 'run: --checkpoint often'
done_testing
