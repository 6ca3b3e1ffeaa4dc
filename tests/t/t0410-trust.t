#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Ledgers that are signed: by whom, how far, who believes it, and what is found of those who cheat.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python json

# as WHO COMMAND…: with the key of that user, and what it has seen.
as() {
    _user=$1
    shift
    XDG_CONFIG_HOME=$T/$_user/config XDG_STATE_HOME=$T/$_user/state "$@"
}
# job LEDGER OPTION…: a run of one slave.
job() {
    _ledger=$1
    shift
    mn run c.h5 --quiet --ledger "$_ledger" --data d=d.csv --out "$_ledger.h5" "$@"
}
json() {
    "$py" -c "import json, sys; print(eval('d' + sys.argv[2], {'d': json.load(open(sys.argv[1]))}))" out "$1"
}
awk 'BEGIN { print "a"; for (i = 1; i <= 40; i++) print i % 7 }' >d.csv
printf '%s\n' 'title: t' 'data: {name: d, slaves: 2, columns: [a]}' 'function: {name: moments}' >c.yaml
ok 'a contract' run 0 mn contract build c.yaml -o c.h5

# --- a ledger that is signed from the beginning
ok 'init' run 0 as jena mn ledger init l --site jena
ok 'signs it' says out 'signed' 'metaneuron/jena/' '1 record, by jena'
ok 'again' run 0 as jena mn ledger init l
ok 'signs nothing new' says out 'it was signed already'
ok 'as a document' run 0 as jena mn ledger init l --json
ok 'of its size' same "$(json '["size"]')" 1
ok 'a run' run 0 as jena job l
ok 'warns of nothing' silent err
ok 'is signed when it is settled' run 0 as jena mn ledger verify l
count=$(wc -l <l/log)
ok 'as a whole' says out "signed    $count records, by jena; 2 checkpoints" "seen      $count records"
ok 'with no record that is not' not grep -q 'in no checkpoint yet' out
ok 'as a document' run 0 as jena mn ledger verify l --json
ok 'with how far' same "$(json '["signed"]') $(json '["records"]') $(json '["signed_by"]')" "$count $count jena"
key=$(cut -d' ' -f1 l/key.pub)
ok 'by that key' run 0 as jena mn ledger verify l --key "$key"
ok 'and no other' run 3 as jena mn ledger verify l --key "ed25519:$(printf %064d 0)"
ok 'the result' run 0 as jena mn verify l.h5 --ledger l --key "$key"
ok 'is covered' says out "signed by jena: its checkpoint of $count records covers the run"
ok 'who never saw it' run 0 as other mn ledger verify l
ok 'has it said so' not grep -q '^seen' out
ok 'a ledger of before' run 0 as other mn ledger verify "$top_srcdir/tests/data/ledger-v1"
ok 'is unsigned' says out 'unsigned  no checkpoint'

# --- a user whose key is not one of the ledger's
ok 'the doctor knows' run 0 as bob mn doctor --ledger l
ok 'who signs nothing there' says out 'key' "there is no key"
ok 'and who does' run 0 as jena mn doctor --ledger l
ok 'without a word' not grep -q 'keys add' out
ok 'another user runs' run 0 as bob job l --again
ok 'settles' says l/log "$(tail -n 1 l/log | grep -o ' settle run=[0-9a-f]*')"
ok 'and is told that nothing was signed' says err 'settled, but not signed' 'keys add'
ok 'what is not covered' run 0 as jena mn ledger verify l
ok 'is told' says out "signed    $count records" 'in no checkpoint yet'
ok 'a result of it' run 0 as jena mn verify l.h5 --ledger l
ok 'is not covered' says out 'covers the run not yet'
ok 'nor by the key' run 3 as jena mn verify l.h5 --ledger l --key "$key"
ok 'in words' says out "the key that was given has signed $count records"
ok 'a receipt of it' run 75 as jena mn ledger prove l --slave jena/d/1
ok 'is not to be had yet' says err 'no checkpoint covers record'
ok 'who may signs later' run 0 as jena mn ledger checkpoint l
ok 'all of it' says out "$(wc -l <l/log) records, by jena"

# --- keys
run 0 as bob mn ledger keys --ledger l
bob=$(sed -n 's/.*keys add \(ed25519:[0-9a-f]*\) .*/\1/p' out)
ok 'a key of one'"'"'s own is shown' test -n "$bob"
ok 'who has none that is in force adds none' run 77 as bob mn ledger keys add "$bob" --name bob --ledger l
ok 'who has one does' run 0 as jena mn ledger keys add "$bob" --name bob --ledger l
ok 'with a record' says l/log " keyadd key=$bob name=bob batch=1 "
ok 'that is signed' says out "$(wc -l <l/log) records, by jena" '1 change of who may sign'
ok 'twice is once' run 65 as jena mn ledger keys add "$bob" --name bob --ledger l
ok 'and no record' same "$(grep -c ' keyadd ' l/log)" 1
ok 'no name' run 2 as jena mn ledger keys add "$bob" --ledger l
ok 'no key' run 2 as jena mn ledger keys add bob --name bob --ledger l
ok 'now he signs' run 0 as bob job l --again
ok 'without a word' silent err
ok 'and is believed' run 0 as jena mn ledger verify l
ok 'by name' says out "signed    $(wc -l <l/log) records, by bob"
ok 'the keys' run 0 as jena mn ledger keys --ledger l
ok 'are two' same "$(grep -c 'in force' out)" 2
ok 'of whom one is asked for' says out 'in force, yours'
ok 'no reason' run 2 as jena mn ledger keys revoke "$bob" --ledger l
ok 'one that is none' run 2 as jena mn ledger keys revoke "$bob" --reason tired --ledger l
ok 'he leaves' run 0 as jena mn ledger keys revoke "$bob" --reason left --ledger l
ok 'and signs no more' run 77 as bob mn ledger checkpoint l
ok 'in words' says err 'was revoked'
ok 'what he signed stays' run 0 as jena mn ledger verify l
ok 'the last one is not revoked' run 65 as jena mn ledger keys revoke "$key" --reason lost --ledger l
ok 'the keys as a document' run 0 as jena mn ledger keys --ledger l --json
ok 'have their states' same "$(json '[1]["state"]')" revoked

# append LEDGER TEXT: a record of somebody who can write.
append() {
    _last=$(tail -n 1 "$1/log")
    _text="$((${_last%% *} + 1)) $(echo "$_last" | cut -d' ' -f2) $2 batch=1 prev=${_last##* sum=}"
    echo "$_text sum=$(printf %s "$_text" | sha256sum | cut -d' ' -f1)" >>"$1/log"
}
# What is signed of copies here must not be seen of the ledger itself: they have the key alone.
mkdir fresh && cp -R jena/config fresh/config
cp -R l let
mal=ed25519:$(printf %064d 7)
append let "keyadd key=$mal name=mal"
ok 'who lets himself in' run 77 as fresh mn ledger checkpoint let
ok 'is not let in for a moment to be taken out' run 0 as fresh mn ledger keys revoke "$mal" --reason left --ledger let
ok 'and all is signed' run 0 as fresh mn ledger verify let
ok 'to the end' says out "signed    $(wc -l <let/log) records, by jena"
append let "keyadd key=$mal name=mal"
append let "keyadd key=ed25519:$(printf %064d 8) name=mal2"
ok 'of two' run 77 as fresh mn ledger keys revoke "$mal" --reason left --ledger let
ok 'one is left' says err 'is in the ledger, and not signed yet' '(mal2)'
ok 'and then none' run 0 as fresh mn ledger keys revoke "ed25519:$(printf %064d 8)" --reason left --ledger let
rm -rf fresh/state
cp -R l odd
append odd "keyrevoke key=$bob reason=lost"
append odd "keyadd key=$key name=jena"
ok 'who can write, and revokes nobody' run 3 as fresh mn ledger verify odd
ok 'is named' says err 'keyrevoke): its key is not in force'
ok 'and keeps no other from signing' run 0 as fresh mn ledger checkpoint odd
ok 'nor from seeing who may' run 0 as fresh mn ledger keys --ledger odd

# --- peers
for peer in bonn graz; do
    ok "$peer: a ledger" run 0 as $peer mn ledger init $peer-l --site $peer
    run 0 as $peer mn ledger keys --ledger $peer-l
    grep '^    witness ' out | sed 's/^ *//' >>witnesses
done
run 0 as jena mn ledger keys --ledger l
grep '^    log ' out | sed 's/^ *//' >logs
ok 'a line for each' same "$(wc -l <witnesses) $(wc -l <logs)" '2 1'
{ cat logs; echo 'quorum none'; } >of-log
{ cat logs witnesses; echo 'group both all bonn graz'; echo 'quorum both'; } >of-both
{ cat logs witnesses; echo 'quorum bonn'; } >of-bonn
ok 'a policy of the log alone' run 0 as other mn ledger verify l --policy of-log
ok 'believes what is signed' says out "policy    believes $(wc -l <l/log) records" 'wants no cosignature'
ok 'one that wants a peer' run 3 as other mn ledger verify l --policy of-bonn
ok 'believes nothing' says err 'believes nothing of it'
cp -R l before
ok 'no policy' run 2 as bonn mn ledger cosign l --ledger bonn-l
ok 'a peer cosigns' run 0 as bonn mn ledger cosign l --ledger bonn-l --policy of-log -o bonn.note
ok 'as a document' run 0 as bonn mn ledger cosign l --ledger bonn-l --policy of-log --json
ok 'with the note' same "$(json '["checkpoint"].count("metaneuron/")')" 3
ok 'and has a copy of it' cmp l/log bonn-l/peers/$(sed -n 1p bonn.note | tr / -)/log
ok 'again' run 0 as bonn mn ledger cosign l --ledger bonn-l --policy of-log
ok 'the keeper has it' run 0 as jena mn ledger cosign --add bonn.note --ledger l --policy of-bonn
ok 'believed now' run 0 as other mn ledger verify l --policy of-bonn
ok 'and by whom' says out "policy    believes $(wc -l <l/log) records: cosigned by 1 of its witnesses"
ok 'not by two' run 3 as other mn ledger verify l --policy of-both
ok 'a result' run 0 as other mn verify l.h5 --ledger l --policy of-bonn
ok 'likewise' run 3 as other mn verify l.h5 --ledger l --policy of-both
ok 'a receipt' run 0 as jena mn ledger prove l --slave jena/d/1 -o receipt
ok 'is believed' run 0 as other mn ledger check-receipt receipt --policy of-bonn
ok 'and says what became of it' says out 'jena/d/1' accepted
ok 'not by who wants more' run 3 as other mn ledger check-receipt receipt --policy of-both
ok 'of what was submitted' run 0 as jena mn ledger prove l --slave jena/d/2 --submitted -o receipt
ok 'another' run 0 as other mn ledger check-receipt receipt --policy of-bonn
ok 'of one record' run 0 as jena mn ledger prove l --record 0 -o receipt
ok 'the first' run 0 as other mn ledger check-receipt receipt --policy of-bonn
ok 'as a document' run 0 as jena mn ledger prove l --record 0 --json
"$py" -c 'import json; print(json.load(open("out"))["receipt"], end="")' >again
ok 'it is the same' cmp receipt again
cp c.yaml kept
ok 'another file' run 2 as jena mn ledger prove l --record 0 -o kept
ok 'is not lost' cmp c.yaml kept
ok 'nor a directory' run 2 as jena mn ledger prove l --record 0 -o l
ok 'no ledger' run 66 as jena mn ledger verify nowhere
ok 'is called so' says err 'nowhere: holds no ledger' 'ledger init'
ok 'of none' run 65 as jena mn ledger prove l --record 100000
ok 'of nobody' run 65 as jena mn ledger prove l --slave jena/d/9

# --- one who has the key, and two histories
cp -R before fork
ok 'what was seen is not forgotten' run 0 as jena job l --again
ok 'so no fork is signed' run 0 as jena job fork --again
ok 'by who knows better' says err 'not signed' 'would deny what was signed before'
rm -rf jena/state
ok 'but by who forgot' run 0 as jena mn ledger checkpoint fork
ok 'and goes on with it' run 0 as jena job fork --again
ok 'it verifies by itself' run 0 as other2 mn ledger verify fork
ok 'not where the other was seen' run 0 as third mn ledger verify l
ok 'before' run 3 as third mn ledger verify fork
ok 'in words' says err 'at least one was another when it was signed'
ok 'nor by a policy that wants a peer' run 3 as other2 mn ledger verify fork --policy of-bonn
ok 'nor against a checkpoint that was kept' run 3 as other2 mn ledger verify fork --checkpoint l/checkpoint
ok 'one peer has the one' run 0 as bonn mn ledger cosign l --ledger bonn-l --policy of-log -o bonn.note
ok 'the other the other' run 0 as graz mn ledger cosign fork --ledger graz-l --policy of-log -o graz.note
ok 'what both were shown' run 3 as graz mn ledger cosign --compare bonn.note --ledger graz-l --policy of-log
ok 'is found at the first exchange' says err 'has signed two histories' 'evidence-'
evidence=$(ls graz-l/peers/*/evidence-*)
ok 'it convinces others' run 0 as other mn ledger check-evidence "$evidence" --policy of-log
ok 'in words' says out 'has signed two histories'
{ sed 's/jena/gera/' logs; echo 'quorum none'; } >of-other
ok 'as a document' run 0 as other mn ledger check-evidence "$evidence" --policy of-log --json
ok 'with both sizes' test "$(json '["smaller"]')" -lt "$(json '["larger"]')"
ok 'not of a ledger that they do not know' run 65 as other mn ledger check-evidence "$evidence" --policy of-other
cp "$evidence" e && sed -i '2s/^./A/;2s/^A/B/' e
ok 'nor if it is altered' not run 0 as other mn ledger check-evidence e --policy of-log
ok 'a peer that is shown the other' run 3 as bonn mn ledger cosign fork --ledger bonn-l --policy of-log
ok 'says so' says err 'has signed two histories'
ok 'and cosigns nothing' silent out
ok 'what agrees' run 0 as bonn mn ledger cosign --compare bonn.note --ledger bonn-l --policy of-log
ok 'is said to' says out 'agrees'
ok 'what was cosigned before is older' run 77 as bonn mn ledger cosign before --ledger bonn-l --policy of-log
ok 'and told' says err 'was cosigned already'

# --- an old copy, by who can write: a colleague who has seen nothing does not sign over what stands there
rm -rf fresh/state colleague
cp -R fresh colleague && cp -R l older && cp older/log log && cp older/checkpoint checkpoint
ok 'a ledger goes on' run 0 as fresh job older --again
cp log older/log && cp checkpoint older/checkpoint && rm -f older/snapshot
newest=$(ls older/checkpoints | sort -n | tail -n 1) && cp "older/checkpoints/$newest" newest
ok 'and is put back' run 0 as colleague job older --again
ok 'it is not signed' says err 'not signed' "checkpoints/$newest:"
ok 'and the checkpoint stays' cmp newest "older/checkpoints/$newest"

# --- what is planted
cp -R l planted && size=$(sed -n 2p l/checkpoint)
echo garbage >"planted/checkpoints/$size.cosig.x"
ok 'no line of a peer' run 65 as other mn ledger prove planted --record 1
ok 'is named by its file' says err "checkpoints/$size.cosig.x: "
ln -s "$size" planted/checkpoints/100000
ok 'a link' run 3 as other mn ledger verify planted
ok 'is called one' says err 'checkpoints/100000: is a symbolic link'
cp -R l vast && if truncate -s 1T vast/log 2>/dev/null; then
    ok 'a tail that no batch is' run 3 as other mn ledger verify vast
    ok 'is not read to its end' says err 'altered' 'no crash leaves this'
else
    skip 'a tail that no batch is' 'no file can have 1 TiB here'
fi
ok 'too many words' run 2 mn ledger verify l planted
ok 'are counted' says err '2 words where none' 'metaneuron ledger verify --help'

# --- cut
cp -R l cut && head -n "$count" l/log >cut/log
ok 'a ledger that was cut' run 3 as other mn ledger verify cut
ok 'is found' says err 'it was cut' 'covers'
cp cut/log cut-before
ok 'no run goes on with it' run 65 as jena job cut --again
ok 'and nothing is changed' cmp cut/log cut-before

done_testing
