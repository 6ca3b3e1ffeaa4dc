#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Files that somebody else has put into a run's directory, or that an earlier version left
# there: none is believed, the answer has the same bits, and what was found is said.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
installed=$METANEURON
. "$top_srcdir/tests/t/survive.sh"
see_nothing # as ledgers are put back here
need_python json

# resumes WORDS…: the run in ledger l comes to its right end, and says these words. What was
# acknowledged may be submitted again.
resumes() {
    intact && run 0 mn $words && cp err told && same "$(field aggregate state l)" "$expected" &&
        run 0 mn ledger verify l && run 0 mn verify r.h5 --ledger l && says told "$@"
}
# A new copy of the run as it was interrupted; $d is its directory.
again() {
    rm -rf l r.h5
    cp -Rp before l && cp trace-before trace
    d=$(echo l/runs/*[0-9a-f])
}
interrupted() {
    rm -rf before && mv l before && mv trace trace-before
}

# old FILE LEVEL VALUE…: units as version 1 of their format wrote them, with the digest that
# everybody can compute: one node from unit 0 on, with each double of its state VALUE.
cat >old.py <<'END2'
import hashlib, struct, sys
good, run, to, level, value = sys.argv[1:6]
data = open(good, "rb").read().split(b"\n", 2)
head = data[1].split()
k, m, digest = int(head[2]), int(head[5]), head[6].decode()
text = f"metaneuron-units-v1 {run} {k} {m} {digest}\n".encode()
text += struct.pack("<QQ", int(level), 0) + struct.pack("<d", float(value)) * m
open(to, "wb").write(text + hashlib.sha256(text).digest())
END2
old() {
    "$py" old.py "$d/units-2-0" "${d#l/runs/}" "$d/$1" "$2" "$3"
}
# unsealed FILE: as an earlier version wrote it.
unsealed() {
    sed 1d "$d/$1" >x && cat x >"$d/$1"
}

data_contract
undisturbed
METANEURON_UNIT_SECONDS=0.004
export METANEURON_UNIT_SECONDS
for kind in halted killed; do
    if [ $kind = halted ]; then
        ok 'halted' ends 75 'after-unit:1/6=usr1' mn $words
    else
        METANEURON_SAVE_EVERY=1
        export METANEURON_SAVE_EVERY
        ok 'killed' killed 'after-unit:1/6=kill' mn $words
        unset METANEURON_SAVE_EVERY
    fi
    interrupted
    again
    [ $kind = halted ] && left=0 || left=1
    ok 'the key is its user'"'"'s alone' same "$(stat -c %a "$d/key")" 600
    ok 'and stands nowhere else' "$py" -c '
import os, sys
key = open(sys.argv[1] + "/key", "rb").read()
assert len(key) == 32
for top, _, names in os.walk("l"):
    for name in names:
        data = open(os.path.join(top, name), "rb").read()
        assert name == "key" or (key not in data and key.hex().encode() not in data), name
for name in ["out", "err"]:
    assert key.hex() not in open(name).read()' "$d"
    ok 'an honest run goes on' goes_on mn
    ok 'without a word' silent told
    ok 'and computes nothing again that was saved' covered $left

    again
    old units-2-7 3 1e6
    cp "$d/units-2-7" "$d/units-2-8"
    ok 'an equal forged pair' goes_on mn
    ok 'is told of' says told 'slave here/nuclei/2: saved units are not used' \
        'units-2-' 'and others has no seal'
    ok 'and does no harm' covered $left

    again
    old units-2-0 2 1e6
    ok 'the form of an earlier version' goes_on mn
    ok 'is told of' says told 'units-2-0 has no seal (of an earlier version'
    ok 'and computed again' covered 7

    again
    cp "$d/units-2-0" "$d/units-4-0"
    ok 'units of another slave' goes_on mn
    ok 'are told of' says told "slave here/nuclei/4: saved units" "units-4-0 has not the run's seal"
    ok 'and not used' covered $left

    if [ "$(id -u)" -eq 0 ]; then
        again
        chown 65534 "$d/units-2-0"
        ok 'units of another user' goes_on mn
        ok 'are told of' says told "units-2-0 is another user's"
        ok 'and computed again' covered 7
        again
        chown 65534 "$d/key"
        ok 'a key of another user' resumes 'belongs to the user 65534' 'a new key is made' \
            "columns: its seal is not that of the run's key"
        ok 'is not used' covered 17
    else
        skip 'files of another user' 'only root can give files away'
    fi

    again
    chmod 640 "$d/key"
    ok 'a key that others can read' resumes 'others may use it (mode 640)' 'a new key is made'
    ok 'is not used' covered 17

    # A run of an earlier version has no key, and nothing is sealed.
    again
    old units-2-0 2 1e6
    unsealed columns
    unsealed state-1
    rm "$d/key"
    ok 'the directory of an earlier version' resumes 'columns: has no seal' \
        'units-2-0 has no seal (of an earlier version'
    ok 'is computed again' covered 17
done

# --- what else is read back
again
sed -i 2s/mean_radius/mean_lies/ "$d/columns"
ok 'columns that were changed' resumes "columns: its seal is not that of the run's key"
ok 'are learnt again' covered 2
again
sed -i '2s/^$/it is not of the data that was claimed/' "$d/state-1"
ok 'an objection that was added' resumes "state-1: its seal is not that of the run's key"
ok 'is not believed' covered 2
ok 'so that nobody is rejected' same "$(grep -c 'decision=rejected' l/log)" 0
again
printf 'here/nuclei/1: lies\n' >"$d/notes"
ok 'notes that were planted' goes_on mn
ok 'are told of' says told 'notes: has no seal'
ok 'and not shown' not grep -q lies told

# Who may write there may not have another file replaced.
again
echo precious >r.h5
printf 'sha256:%s\n' "$(sha256sum r.h5 | cut -d' ' -f1)" >"$d/result"
ok 'a digest of what may be replaced' run 2 "$installed" $words
ok 'is not believed' same "$(cat r.h5)" precious

# --- another round: what was saved in the first is put back in the second
METANEURON_FUNCTIONS=$top_builddir/contrib/functions
export METANEURON_FUNCTIONS
digest=$(mn function digest "$METANEURON_FUNCTIONS/geomedian.so")
printf '%s\n' 'title: Survives' 'rounds: 2' "function: {name: geomedian, digest: '$digest'}" \
    'data: {name: nuclei, split: rows, slaves: 4, unit_rows: 3, columns: [mean_radius]}' >c.yaml
mn contract build c.yaml -o c.h5 >/dev/null || exit 99
afresh
ok 'two rounds that nothing disturbs' run 0 mn $words
expected=$(field aggregate state l)
METANEURON_SAVE_EVERY=1
export METANEURON_SAVE_EVERY
ok 'killed in the first' killed 'after-unit:1/6=kill' mn $words
interrupted
again
cp -p "$d/units-2-0" first
ok 'killed in the second' not faulty 'after-unit:1/6#2=kill' mn $words
ok 'which has files of its own' same "$(cd "$d" && echo units-2-*)" units-2-2-0
cp -Rp l second && cp trace trace-second
ok 'an honest run goes on' resumes
ok 'without a word' silent told
ok 'and computes nothing again that was saved' covered $((units + 2))
rm -rf l r.h5 && mv second l && cp trace-second trace
cp -p first "$d/units-2-0"
cp -p first "$d/units-2-2-0"
cp -p first "$d/units-3-0"
ok 'units of another round' resumes 'slave here/nuclei/2: saved units are not used' \
    "units-2-2-0 has not the run's seal"
ok 'are computed again' covered $((units + 8))
unset METANEURON_SAVE_EVERY

# --- without data: what is computed again is drawn by a seed
work_contract 64 4 0.004 0.5
afresh
ok 'work that nothing disturbs' run 0 mpi 3 $words
expected=$(field aggregate state l)
METANEURON_SAVE_EVERY=1
export METANEURON_SAVE_EVERY
ok 'killed' killed 'after-unit@1#9=kill' mpi 3 $words
unset METANEURON_SAVE_EVERY
d=$(echo l/runs/*[0-9a-f])
head -c 32 /dev/zero >"$d/seed"
cp "$d/states" states
saved=$(find "$d" -name 'units-1-*' | head -n 1)
cp "$saved" "$d/units-1-1"
run 0 mpi 3 $words && cp err told
ok 'the run goes on' same "$(field aggregate state l)" "$expected"
ok 'and is right' run 0 mn verify r.h5 --ledger l
ok 'a seed that was planted' says told 'seed: has no seal'
ok 'and units under another number' says told "units-1-1 has not the run's seal"
done_testing
