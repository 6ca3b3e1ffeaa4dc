#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Receipts: ours are believed by an independent verifier, those of others by us, and altered ones by
# neither.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
find_python cryptography || skip_all 'needs Python 3 with cryptography (python3-cryptography)'

log=$top_srcdir/tests/data/ledger-v1/log
others=$top_srcdir/contrib/check-receipt.py
export METANEURON_LEDGER=/nonexistent # none is needed
# Neither are files of one's own.
export HOME=/nonexistent

check() {
    "$py" "$others" "$@"
}
# believed RECEIPT, and refused CODE RECEIPT: by both. Ours says why in $T/ours.
believed() {
    run 0 mn ledger check-receipt "$1" --policy policy && cp "$T/out" "$T/ours" &&
        run 0 check --policy policy "$1"
}
refused() {
    run "$1" mn ledger check-receipt "$2" --policy policy && silent "$T/out" &&
        cp "$T/err" "$T/ours" && run "$1" check --policy policy "$2" && silent "$T/out"
}

# --- receipts of ours
index=16
mkdir our their && cd our || exit 99
"$top_builddir/tests/unit/make_receipt" "$log" $index || exit 99
sed -n "$((index + 1))p" "$log" >line
ok 'a receipt of ours is believed' believed receipt
ok 'the other one shows the line itself' grep -qxF -f line "$T/out"
ok 'we say what is proved' says "$T/ours" \
    'proved      record 16 of metaneuron/log: slave jena/wdbc/0 of run cbe2adafc6190371: accepted, at 2023-11-14T22:13:' \
    '  result    sha256:' 'checkpoint  of 32 records, root ' 'signed      by metaneuron/log, key ' \
    "cosigned    by 3 of the trust policy's witnesses, of whom 2 are needed; last at 2023-11-14T22:13:20Z"
ok 'as JSON, too' run 0 mn ledger check-receipt receipt --policy policy --json
json() {
    "$py" -c "import json; d = json.load(open('$T/out')); assert $1, d"
}
ok 'with the same' json "d['proved'] and d['origin'] == 'metaneuron/log' and d['record']['seq'] == 16"
ok 'and the checkpoint' json "[d['checkpoint'][k] for k in ('size', 'cosigned', 'needed', 'last')] == [32, 3, 2, 1700000000]"
ok 'of what is altered, both say the same' \
    run 0 "$py" "$scripts/receipt.py" compare "$others" "$METANEURON" policy receipt
sed 's/^/# /' "$T/out"

# --- receipts of others
cd ../their || exit 99
"$py" "$scripts/receipt.py" make "$log" $index || exit 99
for receipt in receipt extended reversed first last alone; do
    ok "a receipt of others is believed: $receipt" believed $receipt
done
ok 'of what is altered, both say the same' \
    run 0 "$py" "$scripts/receipt.py" compare "$others" "$METANEURON" policy receipt
sed 's/^/# /' "$T/out"

# why CODE RECEIPT WORDS: refused by both, by us with these words.
why() {
    ok "is refused: $2" refused "$1" "$2"
    ok "because: $3" says "$T/ours" "$3"
}
why 3 unsigned 'no log of the trust policy has signed the checkpoint of example.org/ledger'
why 3 uncosigned "quorum 'w' is not reached, which needs 1 or more; not cosigned by w"
why 3 twice 'w.example has signed the note twice'
why 3 elsewhere 'the record is not proved to be in example.org/ledger'
why 3 beyond 'leaf 32 is not in a tree of 32 leaves'
why 65 text 'line 3 of the log is no record'
why 65 sum 'line 3 of the log is no record'
why 3 number 'line 3 of the log says that it is record 4'

# --- words and files
ok 'no such receipt' run 66 mn ledger check-receipt nosuch --policy policy
ok 'says which' says "$T/err" nosuch
ok 'nor for the others' run 66 check --policy policy nosuch
ok 'no such policy' run 66 mn ledger check-receipt receipt --policy nosuch
ok 'nor for the others' run 66 check --policy nosuch receipt
ok 'a policy that is none' run 65 mn ledger check-receipt receipt --policy receipt
ok 'names the line' says "$T/err" 'receipt: line 1: '
ok 'nor for the others' run 65 check --policy receipt receipt
ok 'no receipt' run 2 mn ledger check-receipt --policy policy
ok 'nor for the others' run 2 check --policy policy
ok 'two receipts' run 2 mn ledger check-receipt receipt receipt --policy policy
ok 'a ledger, which is not needed' run 2 mn ledger check-receipt receipt --policy policy --ledger x
ok 'no policy, and no home' run 66 mn ledger check-receipt receipt
ok 'names the option' says "$T/err" 'no trust policy (--policy FILE)'
mkdir -p config/metaneuron && cp policy config/metaneuron/trust-policy
ok 'the policy of the site' run 0 env XDG_CONFIG_HOME="$PWD/config" "$METANEURON" ledger check-receipt receipt
ok 'the checker is short' [ "$(wc -l <"$others")" -lt 150 ]
done_testing
