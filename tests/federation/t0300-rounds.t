#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317 # called by ok
# Contracts of many rounds, whose models go from centre to centre. Nobody types but who
# asks: each centre's cron gives `site step`. The answer has the bits of one run.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/federation/lib.sh"

spec logreg 30 'target: malignant'
spec train 3 "target: malignant, classes: 2, layers: '4', scale: 100, seed: 3, rate: 0.05"

rounds_of() {
    grep -c " aggregate run=$key " "$A/.local/share/metaneuron/site/ledger/log"
}

ok 'two centres' centres
for name in logreg train; do
    ok "$name: what one run comes to" pooled $name.yaml
    rounds=$(grep -c ' aggregate ' pooled/log)
    ok 'over rounds' test "$rounds" -ge 3
    ok 'alpha asks' ask $name.yaml
    ok 'it is settled by itself' by_itself
    ok 'after as many rounds' same "$(rounds_of)" "$rounds"
    ok 'with the same bits' same "$(settled_state)" "$pooled"
    ok 'beta has the result' run 0 site beta collect "$key" -o $name.h5
    ok 'and verifies it, as far as it was disclosed' run 4 at beta "$METANEURON" verify $name.h5 \
        --ledger .local/share/metaneuron/site/ledger/peers/alpha
done
done_testing
