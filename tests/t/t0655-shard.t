#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Results whose coordinates are dealt to ranks: any number of ranks decides and adds up as one
# process that holds all of them, to the bit; what travels is hardly more than what must; and what
# goes wrong on one rank ends all of them.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

ranks=$top_builddir/tests/shard/ranks

# whole WORDS…: what one process says.
whole() {
    timeout -k 10 100 "$ranks" whole "$@" >wanted
}

# dealt N WORDS…: what N ranks say, without their accounts.
dealt() {
    _n=$1
    shift
    timeout -k 10 100 $mpirun -n "$_n" "$ranks" dealt "$@" >said 2>err </dev/null &&
        grep -v '^#' said >out && diff out wanted >differs || { sed 's/^/# /' differs; return 1; }
}

# Four blocks of coordinates, of which the last has few.
while read -r words; do
    ok "$words: one process judges" whole 8 200001 $words
    for n in 1 2 3 5; do
        ok "$words: $n ranks say the same" dealt "$n" 8 200001 $words
    done
done <<'END'
pos-lof mad
pos-lof mad odd
pos-lof mad drawn
pos-lof mad errors
END
while read -r words; do
    ok "$words: one process judges" whole 9 70000 $words
    ok "$words: 3 ranks say the same" dealt 3 9 70000 $words
done <<'END'
pos-lof none
lof none odd
union mad drawn
mad mad odd
none mad none
END
ok 'fewer blocks than ranks' whole 5 10 pos-lof mad
ok 'and fewer results' dealt 7 5 10 pos-lof mad

# --- what travels

# within FILE: each rank has sent and received at most 1 % and 100 kB more than the least.
within() {
    awk '/^# rank/ { n++; gsub(/[;,]/, ""); if ($5 > 1.01 * $9 + 1e5 || $9 < 1e6 ||
                     $12 > 1.01 * $14 + 1e5 || $14 < 1e6) wrong = 1 }
         END { exit wrong || n != 3 }' "$1" || { grep '^#' "$1" | sed 's/^/# /'; return 1; }
}
ok 'one process judges 12 results' whole 12 600000 mad mad
ok '3 ranks say the same' dealt 3 12 600000 mad mad
ok 'what they sent is within 1 % of the least' within said

# --- what goes wrong

# ends N: all ranks end, and say why.
ends() {
    _n=$1
    timeout -k 10 100 $mpirun -n "$_n" "$ranks" dealt 8 2200000 mad mad lost >out 2>err </dev/null
    [ $? -ne 0 ] && [ "$(grep -c 'ranks: result 7 is lost' err)" -ge 1 ]
}
ok 'a result that cannot be read ends 2 ranks' ends 2
ok 'and 3' ends 3
done_testing
