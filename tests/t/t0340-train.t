#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Training by rounds: the digits over eight slaves, honest and with three that have wrong
# labels; against numpy, and PyTorch where it is installed; and shards over ranks.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python numpy,h5py

OPENBLAS_NUM_THREADS=1
export OPENBLAS_NUM_THREADS
train() {
    timeout 200 "$py" "$scripts/train.py" "$@"
}
digits=$jobs_dir/pca/digits.csv
deal() {
    mkdir "$1" && (cd "$1" && awk -v liars="$2" -f "$jobs_dir/digits/deal.awk" "$digits")
}
# build NAME SED…: the ready contract, changed.
build() {
    sed "$2" "$jobs_dir/digits/contract.yaml" >"$1.yaml" && mn contract build "$1.yaml" -o "$1.h5"
}
# go CONTRACT PARTS RESULT OPTION…
go() {
    rm -rf l
    mn run "$1.h5" --quiet --data "digits=$2/part-{slave}.csv" --ledger l --out "$3.h5" $4
}
go_mpi() {
    rm -rf l
    mpi "$1" run "$2.h5" --quiet --data "digits=$3/part-{slave}.csv" --ledger l --out "$4.h5" $5 $6
}
# How many of the slaves that are listed were rejected, in all rounds; and of the others.
caught() {
    timeout 60 "$py" - "$1.h5" "$2" "$3" <<'END'
import sys, h5py
rejected = h5py.File(sys.argv[1])["/rounds/rejected"][:].reshape(-1, 8)
liars = [int(k) - 1 for k in sys.argv[2].split()]
others = [k for k in range(8) if k not in liars]
found, wrong = rejected[:, liars].sum(), rejected[:, others].sum()
print(f"# {found} of {rejected[:, liars].size} by liars, {wrong} of {rejected[:, others].size} others")
sys.exit(not (found >= 0.9 * rejected[:, liars].size and wrong <= 0.02 * rejected[:, others].size))
END
}

# --- honest slaves, and the pooled model
ok 'the rows are dealt' deal honest ''
ok 'and three of eight get wrong labels' deal liars '2 5 7'
ok 'as they should' same "$(tail -n +2 liars/part-5.csv | awk -F, '{ print 9 - $65 }' | cksum)" \
    "$(tail -n +2 honest/part-5.csv | awk -F, '{ print $65 }' | cksum)"
ok 'the contract' run 0 build c ''
ok 'honest slaves' run 0 go c honest honest
ok 'verify' run 0 mn verify honest.h5 --ledger l
ok 'nobody is rejected' caught honest ''
ok 'what it reports of each round is so' run 0 train reported c.h5 honest.h5 honest/part-?.csv
alone=$(train pooled c.h5 300 honest/part-?.csv)
together=$(train accuracy honest.h5 honest/part-?.csv)
echo "# test accuracy: pooled rows, in numpy $alone; over 8 slaves $together"
ok 'the model is as good as that of the pooled rows, to one point' train within "$together" "$alone" 1

# --- liars
ok 'three slaves with wrong labels' run 0 go c liars liars
ok 'verify' run 0 mn verify liars.h5 --ledger l
ok 'are rejected, and hardly another' caught liars '2 5 7'
build none 's/^data:/filter: {method: none}\ndata:/' >out 2>err
ok 'the same without a filter' run 0 go none liars bare
filtered=$(train accuracy liars.h5 honest/part-?.csv)
unfiltered=$(train accuracy bare.h5 honest/part-?.csv)
echo "# test accuracy with three liars: pos-lof $filtered, no filter $unfiltered"
ok 'the model is as good as before, to one point of the pooled one' train within "$filtered" "$alone" 1
ok 'without a filter it is far from it' run 1 train within "$unfiltered" "$alone" 10

# --- every round, in numpy
again() {
    build c3 "s/rounds: 30/rounds: 3/; s/epochs: 10/epochs: 2/; $1" >out 2>err || return 1
    run 0 go c3 liars r3 && run 0 train rounds c3.h5 r3.h5 liars/part-?.csv && says out '3 rounds'
}
ok 'three rounds again, in numpy' again ''
ok 'with adam and cooling' again 's/rate: 0.05/rate: 0.01\n    optimizer: adam\n    cooling: 0.5/'
ok 'with two hidden layers of tanh, and server momentum' \
    again "s/layers: '64'/layers: '24 16'\n    activation: tanh\n    server_momentum: 0.5\n    server_rate: 0.7/"
ok 'by federated gradient descent' \
    again 's/rate: 0.05/rate: 0.5\n    algorithm: fedsgd\n    server_momentum: 0.9/'
ok 'with squared loss' again 's/classes: 10/loss: squared/; s/rate: 0.05/rate: 0.001/'
ok 'with clients of 50 rows' again 's/^  name: digits/  name: digits\n  unit_rows: 50/'
ok 'without a hidden layer' again "s/layers: '64'/layers: ''/"
if find_python torch,h5py; then
    same_steps() {
        build c3 "s/rounds: 30/rounds: 1/; $1" >out 2>err && run 0 go c3 honest r3 &&
            run 0 train torch c3.h5 r3.h5 honest/part-1.csv
    }
    ok 'PyTorch takes the same steps' same_steps ''
    ok 'with adam' same_steps 's/rate: 0.05/rate: 0.01\n    optimizer: adam/'
    ok 'with two layers of tanh' same_steps "s/layers: '64'/layers: '24 16'\n    activation: tanh/"
    ok 'with squared loss' same_steps 's/classes: 10/loss: squared/; s/rate: 0.05/rate: 0.001/'
else
    skip 'the same steps in PyTorch' 'needs python3-torch'
fi
find_python numpy,h5py

# --- one slave with all rows, which are one client, though no block of 256 KiB
sed 's/split: files/split: rows/; s/slaves: 8/slaves: 1/; s/rounds: 30/rounds: 2/' \
    "$jobs_dir/digits/contract.yaml" >whole.yaml
mn contract build whole.yaml -o whole.h5 >out 2>err
rm -rf l
ok 'one slave has all rows' run 0 mn run whole.h5 --quiet --data "digits=$digits" --ledger l --out r3.h5
ok 'as one client' run 0 train rounds whole.h5 r3.h5 "$digits"

# --- single precision
build single 's/    rate:/    precision: single\n    rate:/' >out 2>err
ok 'in single precision' run 0 go single honest floats
single=$(train accuracy floats.h5 honest/part-?.csv)
echo "# test accuracy in single precision: $single"
ok 'the model is as good' train within "$single" "$alone" 1

# --- shards over the ranks of a slave
told() {
    mn result export "$1.h5" --csv | sed -n "s/^$2,[^,]*,[^,]*,//p"
}
build shard 's/rounds: 30/rounds: 4/; s/epochs: 10/epochs: 2/' >out 2>err
go shard honest one >out 2>err
for ranks in 2 4; do
    ok "$ranks ranks a slave" run 0 go_mpi $((ranks + 1)) shard honest many --ranks-per-slave $ranks
    ok 'verify' run 0 mn verify many.h5 --ledger l
    ok "each has 1/$ranks of the optimizer's state" same \
        "$(told many optimizer_bytes)" $((8 * $(told one parameters) / ranks))
    ok 'the rounds are those of numpy' run 0 train rounds shard.h5 many.h5 honest/part-?.csv
done
ok 'one rank has all of it' same "$(told one optimizer_bytes)" $((8 * $(told one parameters)))
build units 's/rounds: 30/rounds: 2/; s/^  name: digits/  name: digits\n  unit_rows: 50/' >out 2>err
ok 'clients of 50 rows over two ranks' run 0 go_mpi 3 units honest many --ranks-per-slave 2
ok 'are those of numpy' run 0 train rounds units.h5 many.h5 honest/part-?.csv
build adam 's/rounds: 30/rounds: 2/; s/epochs: 10/epochs: 2/; s/rate: 0.05/rate: 0.01\n    optimizer: adam/' >out 2>err
ok 'adam over three ranks' run 0 go_mpi 4 adam honest many --ranks-per-slave 3
ok 'has twice the state' \
    same "$(printf '%.0f' "$(told many optimizer_bytes)")" $((16 * $(told one parameters) / 3))
ok 'and the rounds of numpy' run 0 train rounds adam.h5 many.h5 honest/part-?.csv
build sgd 's/rounds: 30/rounds: 2/; s/rate: 0.05/rate: 0.5\n    algorithm: fedsgd/' >out 2>err
ok 'fedsgd over three ranks' run 0 go_mpi 4 sgd honest many --ranks-per-slave 3
ok 'has the rounds of numpy' run 0 train rounds sgd.h5 many.h5 honest/part-?.csv

# --- refused
sed '7s/[0-9]*$/10/' honest/part-3.csv >x && mv x honest/part-3.csv
ok 'a label that is no class' run 65 go c honest bad
ok 'is named, with its row' says err 'row 5 has 10 in the target column' '0 to 9'
ok 'a label that is no class, on two ranks' run 65 go_mpi 3 c honest bad --ranks-per-slave 2
ok 'is named, too' says err 'row 5 has 10 in the target column'
done_testing
