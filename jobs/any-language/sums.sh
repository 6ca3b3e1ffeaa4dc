#!/bin/sh
# SPDX-License-Identifier: MIT
# Sums of columns, by awk. State: rows, then the sum of each column.
while [ $# -gt 1 ]; do
    case $1 in
    --in) in=$2 ;;
    --out) out=$2 ;;
    esac
    shift 2
done
awk -F, '
    NR > 1 { rows++; for (i = 1; i <= NF; i++) sum[i] += $i }
    END { print rows; for (i = 1; i <= NF; i++) printf "%.17g\n", sum[i] }
' "$in" >"$out"
