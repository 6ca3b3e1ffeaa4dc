# SPDX-License-Identifier: GPL-3.0-or-later
# The chain of a ledger, checked with nothing but sed and sha256sum.
log=$top_srcdir/tests/data/ledger-v1/log
prev=0000000000000000000000000000000000000000000000000000000000000000

count=$(wc -l <"$log")
echo "1..$count"
n=1
while [ "$n" -le "$count" ]; do
    sum=$(sed -n ${n}p "$log" | sed 's/ sum=[0-9a-f]*$//' | tr -d '\n' | sha256sum | cut -c 1-64)
    line=$(sed -n ${n}p "$log")
    case $line in
    *" prev=$prev sum=$sum") echo "ok $n" ;;
    *) echo "not ok $n - line $n has another sum or prev" ;;
    esac
    prev=$sum
    n=$((n + 1))
done
