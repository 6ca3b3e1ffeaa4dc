#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# How one file is dealt to slaves: in turn, whatever its order; or in blocks, which differ.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"

# A hundred rows of a thousand are of class 1; once at the end, once spread out. t grows.
awk -v OFS=, 'BEGIN {
    print "t,x,y"
    for (i = 0; i < 1000; i++)
        print i, (i * 37 % 101) / 8, (i >= 900) }' >class.csv
awk -v OFS=, 'BEGIN {
    print "t,x,y"
    for (i = 0; i < 1000; i++)
        print i * 389 % 1000, (i * 37 % 101) / 8, (i * 389 % 1000 >= 900) }' >mixed.csv

# contract NAME DATA FUNCTION [MORE]
contract() {
    printf 'title: %s\nfunction: %s\ndata: {name: d, %s}\n%s\n' "$1" "$3" "$2" "${4:-}" >"$1.yaml"
    run 0 mn contract build "$1.yaml" -o "$1.h5"
}
go() {
    run "${3:-0}" mn run "$1.h5" --quiet --data "d=$T/$2" --ledger "$1-l" --out "$1-r.h5"
}
# mean CONTRACT COLUMN
mean() {
    mn result export "$1-r.h5" --csv | sed -n "s/^mean,$2,,//p"
}
# near A B: the same up to rounding.
near() {
    awk -v a="$1" -v b="$2" 'BEGIN { exit !(a != "" && a - b < 1e-12 && b - a < 1e-12) }'
}
columns='columns: [x, y]'

# --- in turn
ok 'a contract' contract turn "slaves: 8, $columns" '{name: moments}'
ok 'deals in turn, of itself' says turn.h5 turn
ok 'a file in the order of its classes' go turn class.csv
ok 'nobody is rejected' says out '8 of 8 slaves answered, 0 rejected'
ok 'all rows are in the answer' says out '1000 of 1000 items (100 %) are in the answer'
ok 'the class has its mean' near "$(mean turn y)" 0.1
ok 'nothing is said of blocks' not grep -q 'blocks' out
ok 'it verifies' run 0 mn verify turn-r.h5 --ledger turn-l
turn=$(field aggregate state turn-l)
ok 'there is an aggregate' grep -q '^sha256:' <<END
$turn
END
ok 'by two groups of two ranks' run 0 mpi 5 run turn.h5 --quiet --data "d=$T/class.csv" \
    --ledger mpi-l --out mpi-r.h5 --ranks-per-slave 2
ok 'the same bits' same "$(field aggregate state mpi-l)" "$turn"
ok 'a dry run' run 0 mn run turn.h5 --dry-run --data "d=$T/class.csv" --ledger dry
ok 'sees no difference of kind' not grep -q NOTE out
if find_python numpy,h5py; then
    ok 'every slave has rows of both classes' "$py" -c '
import h5py
with h5py.File("turn-r.h5") as f:
    r = f["rounds/1"]
    at = list(r["feature_names"][:]).index(b"mean(y)")
    means = r["features"][:, at]
assert len(means) == 8 and all(abs(m - 0.1) < 0.02 for m in means), means'
    "$py" -c '
import h5py, numpy
rows = numpy.loadtxt("class.csv", delimiter=",", skiprows=1)
with h5py.File("class.h5", "w") as f:
    f["t"] = rows
    f["t"].attrs["columns"] = [b"t", b"x", b"y"]
with h5py.File("chunks.h5", "w") as f:
    for i, name in enumerate("txy"):
        f.create_dataset(name, data=rows[:, i], chunks=(77,), compression="gzip")'
    for file in class chunks; do
        ok "the rows of an HDF5 file: $file" run 0 mn run turn.h5 --quiet \
            --data "d=$T/$file.h5" --ledger $file-l --out h-r.h5
        ok 'the same bits' same "$(field aggregate state $file-l)" "$turn"
    done
else
    skip 'rows of each slave, and of HDF5 files' 'needs Python 3 with numpy and h5py'
fi
# --- a file that goes round itself: by hours of the day, at twelve of which nothing is measured
awk 'BEGIN { print "p"
    for (i = 0; i < 8760; i++)
        print (i % 24 < 12 ? 0 : i % 24 + i % 7) }' >hours.csv
ok 'one slave has all of it' contract day 'slaves: 1' '{name: moments}'
ok 'and its mean' go day hours.csv
for slaves in 2 3 6 8 12 24; do
    ok "$slaves slaves" contract day$slaves "slaves: $slaves" '{name: moments}'
    ok 'have all hours' go day$slaves hours.csv
    ok 'are all accepted' says out "$slaves of $slaves slaves answered, 0 rejected" \
        '8760 of 8760 items (100 %)'
    ok 'and have the same mean' near "$(mean day$slaves p)" "$(mean day p)"
done

ok 'one slave' contract whole "slaves: 1, $columns" '{name: moments}'
ok 'has the whole file' go whole class.csv
ok 'the mean of the other column is that of the whole file' near "$(mean turn x)" "$(mean whole x)"
ok 'in the order of time' contract time 'slaves: 8, columns: [t]' '{name: moments}'
ok 'nobody is rejected, either' go time class.csv
ok 'of eight' says out '0 rejected' '1000 of 1000 items'
ok 'and the mean is that of all' near "$(mean time t)" 499.5
head -n 10 class.csv >few.csv
ok 'hardly more rows than slaves' go turn few.csv 0
ok 'are shared out' says out '9 of 9 items (100 %)'
awk 'NR == 1 || NR % 3 == 0 { print; next } { sub(/,[0-9.]*,/, ",NA,"); print }' class.csv >holes.csv
ok 'rows with missing values are left out' contract skip "slaves: 8, missing: skip, $columns" \
    '{name: moments}'
ok 'of what was dealt' go skip holes.csv
ok 'whoever has them' says out '333 of 333 items (100 %)'
ok 'and the class keeps its share' sh -c 'awk -v a="$1" "BEGIN { exit !(a > .09 && a < .11) }"' sh \
    "$(mean skip y)"

# --- in blocks
fixed='filter: {method: pos-lof, cut: fixed}' # which sees that one of eight is of another kind
ok 'blocks' contract blocks "slaves: 8, deal: blocks, $columns" '{name: moments}' "$fixed"
ok 'a dry run of them' run 0 mn run blocks.h5 --dry-run --data "d=$T/class.csv" --ledger dry
ok 'says that they differ in kind' says out 'NOTE     blocks differ in kind' "'y'" 'deal: turn'
ok 'of a file without order' run 0 mn run blocks.h5 --dry-run --data "d=$T/mixed.csv" --ledger dry
ok 'it says nothing' not grep -q NOTE out
ok 'they lose the class' go blocks class.csv
ok 'as the report says' says out '1 rejected' '875 of 1000 items (87.5 %)' \
    'may be one of another kind' 'deal: turn'
ok 'again' run 0 mn run blocks.h5 --json --data "d=$T/class.csv" --ledger blocks-l --out blocks-r.h5
ok 'in JSON, too' says out 'may be one of another kind'
ok 'of time' contract when 'slaves: 8, deal: blocks, columns: [t]' '{name: moments}'
ok 'all blocks differ' go when class.csv
ok 'and it is said' says out 'blocks differ in kind: 8 of 8 slaves' 'mean(t)'
awk 'NR == 1 || NR % 2 == 0 || NR > 500 { print; next } { sub(/,[0-9.]*,/, ",NA,"); print }' \
    mixed.csv >gaps.csv
ok 'blocks that have gaps' contract gaps "slaves: 8, deal: blocks, missing: nan, $columns" \
    '{name: moments}'
ok 'and others that have none' run 0 mn run gaps.h5 --dry-run --data "d=$T/gaps.csv" --ledger dry
ok 'differ in kind' says out "blocks differ in kind" "what is missing of 'x'"

# --- what the filter took out is said where a function fails for it
logreg='{name: logreg, params: {target: y}}'
ok 'a class that was rejected' contract lost "slaves: 8, deal: blocks, $columns" "$logreg" \
    "rounds: 20
$fixed"
mn run lost.h5 --quiet --data "d=$T/class.csv" --ledger lost-l --out lost-r.h5 >out 2>err
ok 'is named with its slave' says err 'without the 125 of 1000 rows that the filter took out' \
    'd/8' 'all 875 rows have the same label'
ok 'in turn' contract kept "slaves: 8, $columns" "$logreg" 'rounds: 20'
ok 'it is there' go kept class.csv
ok 'and converges' says out 'converged' '1000 of 1000 items'

# --- contracts of format 1 are what they were
golden=$top_srcdir/tests/data/blocks-v1
ok 'the golden contract of format 1' run 0 mn contract show "$golden/contract.h5"
ok 'has the id that it had' says out "id $(sed -n 's/^id //p' "$golden/expected")"
ok 'runs' run 0 mn run "$golden/contract.h5" --quiet --data "d=$jobs_dir/pca/digits.csv" \
    --ledger golden-l --out golden-r.h5
for k in 1 2 3 4 5; do
    ok "slave $k has the bits that it had" \
        says golden-l/log "$(sed -n "s/^$k //p" "$golden/expected")"
done
ok 'and the aggregate' same "$(field aggregate state golden-l)" \
    "$(sed -n 's/^aggregate //p' "$golden/expected")"
done_testing
