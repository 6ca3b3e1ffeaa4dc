#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317 # called by ok
# What carries between two copies of the exchange directory does what its options say,
# and a whole carry mends whatever went wrong before.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
command -v rsync >/dev/null || skip_all 'needs rsync'
carry() {
    bash "$top_srcdir/tests/federation/carry.sh" "$@" alpha a b
}

mkdir -p a/alpha/files a/alpha/cosig b
for n in 1 2 3 4 5 6; do
    head -c $((n * 20000)) /dev/urandom >"a/alpha/files/$n$n"
done
for name in id-1 log checkpoint cosig/beta; do
    echo "first $name" >"a/alpha/$name"
done
cp -r a old

arrived() {
    (cd b && find alpha -type f ! -name '.*' 2>/dev/null | sort)
}

# Nothing lies there under its name that is not whole: as it is now, or as it was.
all_whole() {
    arrived >arrived
    while read -r file; do
        cmp -s "a/$file" "b/$file" || cmp -s "old/$file" "b/$file" ||
            { echo "# $file is neither"; return 1; }
    done <arrived
}

whole() {
    carry "$@" && diff -r -x '.*' a b
}

ok 'all of it is carried' whole
ln -s log a/alpha/link
echo hidden >a/alpha/.log.Xy
ok 'once more' carry
ok 'no link' test ! -e b/alpha/link
ok 'and no temporary file' test ! -e b/alpha/.log.Xy
rm a/alpha/link a/alpha/.log.Xy

rm -r b/alpha
ok 'what is late' carry --late 'alpha/files/*'
ok 'is not there' same "$(arrived | tr '\n' ' ')" 'alpha/checkpoint alpha/cosig/beta alpha/id-1 alpha/log '
ok 'and comes' whole

ok 'of some files half arrives' carry --half 'alpha/files/3*'
ok 'half of that' same "$(wc -c <b/alpha/files/33)" 30000
ok 'all of another' cmp a/alpha/files/44 b/alpha/files/44
ok 'and then the whole' whole

ok 'a state is kept' carry --keep "$T/kept"
for name in log checkpoint; do
    echo "second $name, and longer" >"a/alpha/$name"
done
ok 'a newer is carried' whole
ok 'and the older again' carry --double kept
ok 'over it' same "$(cat b/alpha/log)" 'first log'
ok 'and the newer' whole

in_order() {
    rm -rf b/alpha && carry --reorder "$1" --cut "$2" && arrived
}
ok 'an order that a seed decides, as far as it is cut' \
    same "$(in_order 1 4 | wc -l)" 4
ok 'is the same again' same "$(in_order 1 4)" "$(in_order 1 4)"
ok 'and another by another seed' test "$(in_order 1 4)" != "$(in_order 2 4)"
ok 'all in another order' whole --reorder 5

# Over what was there first, the newer files: so old and new lie side by side.
short=0
killed_at_random() {
    for seed in $(seq 30); do
        rm -rf b && cp -r old b && rm b/alpha/files/4* && carry --kill "$seed" && all_whole ||
            { echo "# seed $seed"; return 1; }
        diff -r -x '.*' a b >/dev/null || short=$((short + 1))
    done
}
ok 'rsync is killed at 30 bytes: each file is there whole, or not' killed_at_random
ok 'some of them before all was carried' test "$short" -ge 5
ok 'the next carry brings the rest' whole
done_testing
