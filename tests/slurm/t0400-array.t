#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Several contracts at once on one ledger, as an array of jobs.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/slurm/lib.sh"

ok 'a contract, and its answer in one process' build_points
for k in 1 2 3 4; do
    ok "contract $k" describe "c-$k"
    cut -d ' ' -f 1 out >"id-$k"
done

ok 'an array of four contracts' submit -n3 --array=1-4 -- 'c-{task}.h5' --data "$data" --ledger l
until_gone
for k in 1 2 3 4; do
    run=$(sed -n "s/.* publish contract=$(cat "id-$k") .* sum=\([0-9a-f]\{16\}\).*/\1/p" l/log)
    ok "contract $k was published once" same "${#run}" 16
    ok "contract $k has the answer of one process" same \
        "$(sed -n "s/.* aggregate run=$run .*state=\([^ ]*\) .*/\1/p" l/log)" "$expected"
    ok "contract $k: it verifies" run 0 mn verify "c-$k-result.h5" --ledger l
done
# "NUMBER TASK" of each of its tasks, of which the last one has the array's number.
scontrol -o show job "$job" | sed -n 's/^JobId=\([0-9]*\) .*ArrayTaskId=\([0-9]*\) .*/\1 \2/p' | sort >slurm
sed -n 's/.* job run=.* job=\([0-9]*\) task=\([0-9]*\) .*/\1 \2/p' l/log | sort >ours
ok 'each run names the task that it was computed in' cmp slurm ours
ok 'all of them' lines 4 ours
ok 'nothing was computed twice' same "$(count submit)" $((4 * slaves))
ok 'nor settled' same "$(count settle)" $((4 * slaves))
ok 'the ledger is intact' run 0 mn ledger verify l
done_testing
