#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A rank that sends the master what no rank sends, or says what is not so: whatever it is, the
# run ends with an error that names the rank, or without what that rank has claimed; nobody
# else is judged wrong, and the same command without the lies goes on.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
. "$top_srcdir/tests/t/survive.sh"

data_contract
undisturbed

# lie WORDS…: the command, of 3 ranks, with that lie.
lie() {
    METANEURON_LIE=$1
    shift
    afresh
    export METANEURON_LIE
    timeout -k 10 100 $mpirun -n "${ranks:-3}" "$METANEURON" $words --force --lease 10 "$@" \
        </dev/null >out 2>err
    code=$?
    unset METANEURON_LIE
}

# lies CODE LIE WORDS…: the run ends, not by a crash, and its error has these words.
lies() {
    _code=$1
    lie "$2"
    shift 2
    [ "$code" -eq "$_code" ] || { echo "# exit code $code, expected $_code"; return 1; }
    says err "$@"
}

# Types: 4 claimed, 5 declined, 6 result, 7 failed, 8 halted, 9 pulse.
while read -r code lie wanted; do
    ok "$(echo "$lie" | tr _ ' ')" lies "$code" "$(echo "$lie" | tr _ ' ')" "$wanted"
done <<'END2'
70 1_4_type_6 rank 1: a message of type 6 has a wrong field 'items'
70 1_4_type_1 rank 1: a message has type 1
70 1_4_type_99 rank 1: a message has type 99
70 1_6_type_4 rank 1: a message of type 4 has a wrong field 'seconds'
70 1_4_partition_77 rank 1 sent a message of type 4 for 1 ranges from partition 78
70 2_6_partition_77 rank 2 sent a message of type 6 for 1 ranges from partition 78
70 2_6_ranges_2 rank 2 sent a message of type 6 for 2 ranges
70 2_6_ranges_0 rank 2: a message of type 6 says 0 ranges
70 1_6_bytes_7 rank 1: a message of type 6 has a payload of
70 1_4_names_x rank 1: a message of type 4 has a payload of
70 1_4_length_17179869184 rank 1 announced a message of 17179869184 bytes
70 1_4_length_8 rank 1 announced a message of 8 bytes
75 2_6_length_4000 gave no sign of life for
70 1_6_body_8 rank 1 sent
70 1_9_stray_4294967295 for partition
70 2_6_stray_1 rank 2 sent a message of type 6
70 2_4_stray_1 rank 2 sent a message of type 4
END2
ok 'after the last, the same command goes on' goes_on mpi 3

# --- every field of every message that slaves send, with everything that is not so

# Who was rejected, and is not one that rank 1 has claimed.
wronged() {
    for _slave in $(sed -n 's/.* settle .*slave=\([^ ]*\) .*decision=rejected .*/\1/p' l/log); do
        grep -q " claim .*slave=$_slave .*slot=1 " l/log || echo "$_slave"
    done
}

# ends_well CODE: the run is settled without the liar; or it is not, and the same command, of
# ranks that do not lie, settles it.
ends_well() {
    case $1 in
    0 | 78) ;; # settled, of enough data or not
    2 | 65 | 66 | 70 | 74 | 75 | 76 | 77)
        # Of a job that is ended Hydra may lose the last words.
        [ -s err ] || [ "$MPI_FLAVOUR" != openmpi ] || { echo '# nothing is said'; return 1; }
        run 0 "$METANEURON" $words --force </dev/null || return 1 ;;
    *) echo "# exit code $1"; return 1 ;;
    esac
    run 0 mn verify r.h5 --ledger l && run 0 mn ledger verify l && same "$(wronged)" '' || return 1
    grep -q 'decision=rejected' l/log || same "$(field aggregate state l)" "$expected"
}
honest() {
    lie "1 $(printf '%b' "$1")"
    ends_well "$code"
}

# What is refused by its form alone is in tests/unit/check_transport.c, value by value.
number='0 281474976710656'
failure='2 75 256'
time='nan 1e300'
digest=0
text='two\nlines unended excluded_after_repeated_failure'
METANEURON_LIE=list "$METANEURON" >fields
while read -r type field content; do
    case $content in
    2) values=$failure ;;
    3) values=$number ;;
    4) values=$time ;;
    5) values=$digest ;;
    *) values=$text ;;
    esac
    for value in $values; do
        echo "$type $field $value"
    done
done <fields >all
ok 'there is a table of messages' test "$(wc -l <fields)" -gt 15
while read -r type field value; do
    ok "message $type, $field: $value" honest "$type $field $(echo "$value" | tr _ ' ')"
done <all
while read -r words_of; do
    ok "message ${words_of%% *}, ${words_of#* }" honest "$words_of"
done <<'END2'
4 names
4 names two\nlines|mean_area|worst_area|
4 names \0377|mean_area|worst_area|
4 names ../x|..|x#9/y|
4 names mean_area|mean_radius|worst_area|
4 names mean_radius|mean_area|worst_area|worst_area|
4 text \033[2J\0377 x#9/../y
5 text
9 partition 4294967295
END2

# --- columns that the contract does not name are those of who claims first
sed '/^ *columns:/d; s/unit_rows: 3,/unit_rows: 3}/' c.yaml >any.yaml
run 0 mn contract build any.yaml -o c.h5 || exit 99
ranks=2
lie '1 4 names x|y|'
ok 'columns that are not those of others' same "$code" 70
ok 'do not fit the states' says err 'bytes of state, expected'
ok 'they are those that are kept' run 65 "$METANEURON" $words --force
ok 'and it is said what to do' says err 'by who claimed first' 'give --again'
ok 'with --again' run 0 "$METANEURON" $words --force --again
run 0 mn contract build c.yaml -o c.h5 || exit 99

# --- what a state says: of four slaves one lies, and so few are judged, too
printf 'filter: {few: reject}\n' >>c.yaml
run 0 mn contract build c.yaml -o c.h5 || exit 99
ranks=5
for state in 0=nan 0=-1 1=inf 4=-1e300; do
    ok "a state with $state" honest "6 state $state"
    ok 'is rejected' grep -q ' settle .*decision=rejected ' l/log
done

# --- who a rank is, is not its to say: of the master's node MPI knows
ranks=3
ok 'a rank that says it is elsewhere' honest '0 node elsewhere'
ok 'is known all the same' same "$(grep -c 'node=elsewhere' l/log)" 0
ok 'by its number' same "$(sed -n 's/.* claim .* slot=\([0-9]*\) .*/\1/p' l/log | sort -u | tr '\n' ' ')" '1 2 '
METANEURON_NODES=m,a,b
export METANEURON_NODES
ok 'on another node it is its word' honest '0 node b'
ok 'given once' same "$(sed -n 's/.* claim .*node=\([^ ]*\) .*slot=1 .*/\1/p' l/log | sort -u)" b
long=$(printf '%0100d' 0)
for node in b/2 two\\nlines ../x "$long"; do
    lie "1 0 node $(printf '%b' "$node")"
    ok "a node that has no name: $(echo "$node" | cut -c1-20)" same "$code" 70
    ok 'is told' says err 'rank 1 says that it is on node'
done
ok 'nothing was published' same "$(grep -c ' publish ' l/log 2>/dev/null)" ''
lie '1 4 units 1' --skip-node a
ok 'a rank on a node that is left out, and claims all the same' grep -q \
    ' later node a is excluded' l/logs/*/declines
ok 'has no claim' same "$(grep -c ' claim .*slot=1 ' l/log)" 0
unset METANEURON_NODES

# The doctor hears of every rank, too.
export METANEURON_LIE
for byte in 255 127; do
    METANEURON_LIE="1 0 gather $byte"
    ok 'a rank that tells the doctor nonsense' run 70 mpi 3 doctor
    ok 'is named' says err 'rank 1 tells of itself what no rank does'
done
unset METANEURON_LIE

# --- ranks that lead no slave
ranks=4
lie '3 9 stray 0' --ranks-per-slave 2
ok 'a rank that is left over' says err 'rank 3 sent a message of type 9, but it leads no slave'
ok 'ends the job' same "$code" 70
ranks=3
lie '2 4 stray 0' --ranks-per-slave 2
ok 'a rank that does not lead' says err 'rank 2 sent a message of type 4, but it leads no slave'
ok 'ends the job' same "$code" 70

# --- without data
work_contract 48 4 0.001 1
undisturbed
ranks=4
for words_of in '4 items 5' '4 commit 1' '4 names a|' '5 code 65' '6 seconds 1e300' '6 state 0=7' \
    '6 bytes 8' '7 text excluded after repeated failure' '8 units 1' '9 units 281474976710656'; do
    ok "without data, ${words_of%% *}, ${words_of#* }" honest "$words_of"
done
done_testing
