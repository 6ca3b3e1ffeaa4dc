#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317 # called by ok and until_true
# A run whose exchange directory is carried as badly as it can be: late, by halves, an older
# state over a newer, in any order and not to the end, by an rsync that is killed. It is
# settled all the same, with the same bits, and nobody is accused.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/federation/lib.sh"

ok 'two centres' centres
spec logreg 30 'target: malignant'
ok 'what one run comes to' pooled logreg.yaml
ok 'alpha asks' ask logreg.yaml

# badly SITE: what goes wrong is another thing each time, and at either centre.
n=0
badly() {
    n=$((n + 1))
    case $((n % 9)) in
    0) carry_from "$1" --late "$1/files/*" ;;
    1) carry_from "$1" --late "$1/log" ;;
    2) carry_from "$1" --half "$1/files/*" ;;
    3) carry_from "$1" --half "$1/log" ;;
    4) carry_from "$1" --half "$1/checkpoint" ;;
    5) [ ! -e "$T/kept/$1" ] || carry_from "$1" --double "$T/kept" ;;
    6) carry_from "$1" --reorder $n --cut 3 ;;
    7) carry_from "$1" --kill $n ;;
    8) carry_from "$1" --half "$1/cosig/*" ;;
    esac
    [ $((n % 4)) -ne 0 ] || carry_from "$1" --keep "$T/kept"
}

# Both look at what has come; each second time all of it has.
bad_tick() {
    { badly alpha; badly beta; } >>"$T/steps" 2>&1
    site alpha step >>"$T/steps" 2>&1
    site beta step >>"$T/steps" 2>&1
    tick
    settled
}

: >"$T/steps"
ok 'it is settled' until_true 600 bad_tick
ok 'after much that went wrong' test "$n" -ge 9
ok 'with the bits of one run' same "$(settled_state)" "$pooled"
ok 'beta has the result' run 0 site beta collect "$key" -o r.h5
ok 'both of it' run 0 site alpha collect "$key" -o r.h5
ok 'the same' cmp "$A/r.h5" "$B/r.h5"
for cluster in alpha beta; do
    ok "$cluster suspects nobody" run 0 site $cluster peer list
    ok 'as it says' not grep -qi 'suspended\|evidence' out
    ok 'its ledger is whole' run 0 at $cluster "$METANEURON" ledger verify \
        .local/share/metaneuron/site/ledger
done
done_testing
