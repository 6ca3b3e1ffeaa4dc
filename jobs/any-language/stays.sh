#!/bin/sh
# SPDX-License-Identifier: MIT
# sums.sh as a program that stays: started once, it gets a line of JSON for each block on
# descriptor 3, and says on 4 when the state is written. What it prints goes into the log.

# value KEY: of the line; there are no spaces in it, and no quotes in its values.
value() {
    rest=${line#*\"$1\":}
    rest=${rest%%[,\}]*}
    rest=${rest#\"}
    echo "${rest%\"}"
}

while IFS= read -r line <&3; do
    awk -F, '
        NR > 1 { rows++; for (i = 1; i <= NF; i++) sum[i] += $i }
        END { print rows; for (i = 1; i <= NF; i++) printf "%.17g\n", sum[i] }
    ' "$(value in)" >"$(value out)" || exit 1
    echo "{\"call\":$(value call)}" >&4
done
