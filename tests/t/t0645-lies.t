#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A rank that sends the master what no rank sends: it is refused with an error that names the
# rank, within the lease, and the same command without that rank's lies goes on.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
. "$top_srcdir/tests/t/survive.sh"

data_contract
undisturbed

# lies CODE LIE WORDS…: the run ends, not by a crash, and its error has these words.
lies() {
    _code=$1
    METANEURON_LIE=$2
    shift 2
    afresh
    export METANEURON_LIE
    run "$_code" mpi 3 $words --lease 10 </dev/null && says err "$@"
    _rc=$?
    unset METANEURON_LIE
    return $_rc
}

# Types: 4 claimed, 5 declined, 6 result, 7 failed, 8 halted, 9 pulse.
while read -r code lie wanted; do
    ok "$(echo "$lie" | tr _ ' ')" lies "$code" "$(echo "$lie" | tr _ ' ')" "$wanted"
done <<'END2'
70 1_4_type_6 rank 1: a message of type 6 has a payload of
70 1_4_type_1 rank 1: a message has type 1
70 1_4_type_99 rank 1: a message has type 99
70 1_6_type_4 rank 1: a message of type 4 has a payload of
70 1_4_partition_77 rank 1 sent a message of type 4 for 1 ranges from partition 78
70 2_6_partition_77 rank 2 sent a message of type 6 for 1 ranges from partition 78
70 2_6_ranges_2 rank 2 sent a message of type 6 for 2 ranges
70 2_6_ranges_0 rank 2: a message of type 6 says
70 1_6_seconds_nan rank 1: a message of type 6 says nan seconds
70 1_6_code_256 rank 1: a message of type 6 has code 256
70 1_4_end_1 rank 1: a text of a message of type 4 has no end
70 1_4_length_17179869184 rank 1 announced a message of 17179869184 bytes
70 1_4_length_8 rank 1 announced a message of 8 bytes
75 2_6_length_4000 gave no sign of life for
70 1_6_body_8 rank 1 sent
70 1_9_stray_4294967295 for partition
70 2_6_stray_1 rank 2 sent a message of type 6
70 2_4_stray_1 rank 2 sent a message of type 4
65 1_4_lf_1 the name of column 1 has a line feed
END2
ok 'after the last, the same command goes on' goes_on mpi 3

# Identity is that of the rank, whatever it says.
afresh
METANEURON_LIE='1 4 slot 2'
export METANEURON_LIE
ok 'a rank that takes another for itself' run 0 mpi 3 $words
ok 'is known all the same' same "$(sed -n 's/.* claim .* slot=\([0-9]*\) .*/\1/p' l/log | sort -u | tr '\n' ' ')" '1 2 '

# A rank that is left over has no group.
METANEURON_LIE='3 9 stray 0'
afresh
run 70 mpi 4 $words --ranks-per-slave 2
ok 'a rank that is left over' says err 'rank 3 sent a message of type 9, but it leads no slave'
METANEURON_LIE='2 4 stray 0'
afresh
run 70 mpi 3 $words --ranks-per-slave 2
ok 'a rank that does not lead' says err 'rank 2 sent a message of type 4, but it leads no slave'
done_testing
