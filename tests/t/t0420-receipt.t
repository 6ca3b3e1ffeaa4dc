#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Receipts: ours are believed by an independent verifier, those of others by us, and altered ones by
# neither.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
find_python cryptography || skip_all 'needs Python 3 with cryptography (python3-cryptography)'

log=$top_srcdir/tests/data/ledger-v1/log
others=$top_srcdir/contrib/check-receipt.py

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

# --- receipts of ours: of a run, cosigned by a peer, who trusts the ledger's key
build_hospitals
mkdir our their peer || exit 99
ok 'a ledger' run 0 mn ledger init ledger
ok 'a run' run 0 mn run c.h5 --quiet --data "$hospitals" --ledger ledger --out r.h5
mn ledger keys --ledger ledger | sed -n 's/^ *log /log /p' >our/log
origin=$(sed 's/^log \([^+]*\)+.*/\1/' our/log)
cat our/log - >peer/policy <<'END'
quorum none
END
ok 'a peer' run 0 env HOME="$T/peer" "$METANEURON" ledger init peer/ledger --site peer
ok 'cosigns it' run 0 env HOME="$T/peer" "$METANEURON" ledger cosign ledger --ledger peer/ledger \
    --policy peer/policy -o cosignature
ok 'which is kept' run 0 mn ledger cosign --add cosignature --ledger ledger
slave=$(sed -n 's/.* settle .* slave=\([^ ]*\) decision=accepted .*/\1/p' ledger/log | head -n 1)
ok 'a receipt' run 0 mn ledger prove ledger --slave "$slave" -o our/receipt
ok 'has at most 2 KiB' [ "$(wc -c <our/receipt)" -le 2048 ]
{
    cat our/log
    "$py" "$scripts/receipt.py" witness peer "$(tail -n 1 cosignature | cut -d' ' -f2)" peer/ledger/key.pub
    echo quorum peer
} >our/policy
export METANEURON_LEDGER=/nonexistent # none is needed from here on, and no home
export HOME=/nonexistent
cd our || exit 99
ok 'is believed' believed receipt
records=$(wc -l <../ledger/log)
grep " settle .* slave=$slave " ../ledger/log >line
ok 'the other one shows the line itself' grep -qxF -f line "$T/out"
ok 'we say what is proved' says "$T/ours" \
    "proved      record $(cut -d' ' -f1 line) of $origin: slave $slave of run " ': accepted, at 20' \
    '  result    sha256:' "checkpoint  of $records records, root " "signed      by $origin, key " \
    "cosigned    by 1 of the trust policy's witnesses, of whom 1 is needed; last at 20"
ok 'as JSON, too' run 0 mn ledger check-receipt receipt --policy policy --json
json() {
    "$py" -c "import json; d = json.load(open('$T/out')); assert $1, d"
}
ok 'with the same' json "d['proved'] and d['origin'] == '$origin' and d['record']['slave'] == '$slave'"
ok 'and the checkpoint' json "[d['checkpoint'][k] for k in ('size', 'cosigned', 'needed')] == [$records, 1, 1]"
ok 'of what is altered, both say the same' \
    run 0 "$py" "$scripts/receipt.py" compare "$others" "$METANEURON" receipt policy receipt
sed 's/^/# /' "$T/out"

# --- receipts of others
cd ../their || exit 99
"$py" "$scripts/receipt.py" make "$log" 16 || exit 99
for receipt in receipt extended reversed first last alone; do
    ok "a receipt of others is believed: $receipt" believed $receipt
done
ok 'of policies that are altered, too' \
    run 0 "$py" "$scripts/receipt.py" compare "$others" "$METANEURON" policy policy receipt
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

# --- text that would do harm
harmless() {
    "$py" "$scripts/text.py" clean "$T/out" "$T/err"
}
ok 'odd names and values' run 0 mn ledger check-receipt odd --policy odd-policy
ok 'do no harm' harmless
ok 'and are shown' says "$T/out" 'odd<U+202E><U+200B>é' '<U+001B>[31m<U+202E><U+000A>proved<0xFF>'
ok 'as JSON' run 0 mn ledger check-receipt odd --policy odd-policy --json
ok 'neither' harmless
ok 'nor in errors' run 65 mn ledger check-receipt odd --policy odd-quorum
ok 'of policies' harmless
ok 'and of witnesses' run 3 mn ledger check-receipt odd --policy odd-witness
ok 'whatever they are called' harmless

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
ok 'no policy, and no home' run 2 mn ledger check-receipt receipt
ok 'names the option' says "$T/err" '--policy FILE: a trust policy says whose signatures are believed'
mkdir -p config/metaneuron && cp policy config/metaneuron/trust-policy
ok 'the policy of the site' run 0 env XDG_CONFIG_HOME="$PWD/config" "$METANEURON" ledger check-receipt receipt
ok 'the checker is short' [ "$(wc -l <"$others")" -lt 150 ]
done_testing
