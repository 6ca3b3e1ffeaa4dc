#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# States that stay with the ranks that have them: of functions of every kind, with and without
# rounds, the same decisions, the same bits and the same file as where the master has all, for any
# number of ranks; with plausible ranges and robust estimates; and by itself where states are large.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
. "$top_srcdir/tests/t/survive.sh"

METANEURON_FUNCTIONS=$T
export METANEURON_FUNCTIONS
have=$(find_python numpy,h5py && echo yes)

# build NAME: the contract in NAME.yaml.
build() {
    run 0 mn contract build "$1.yaml" -o "$1.h5"
}

# decisions: what was decided in ledger l, in which round, and by how much.
decisions() {
    sed -n 's/^[0-9]* [0-9.]* \(filter\|aggregate\|update\) run=[0-9a-f]* \(.*\) prev=.*/\1 \2/p' l/log | sed 's/ batch=[0-9]*$//'
}

# whole CONTRACT OPTION…: the master has all; it is what all others must give.
whole() {
    _contract=$1
    shift
    afresh
    run 0 mn run "$_contract.h5" --quiet --data "$data" --ledger l --out r.h5 --no-shard "$@" &&
        decisions >wanted && mv r.h5 whole.h5
}

# same_file OBJECT: so is the file, which has that object.
same_file() {
    [ -z "$have" ] || timeout 60 "$py" "$scripts/alike.py" whole.h5 r.h5 "$@"
}

# dealt RANKS CONTRACT OPTION…: the same, with states that stay where they are.
dealt() {
    _n=$1
    _contract=$2
    shift 2
    afresh
    if [ "$_n" -eq 1 ]; then
        run 0 mn run "$_contract.h5" --quiet --data "$data" --ledger l --out r.h5 --shard "$@"
    else
        run 0 mpi "$_n" run "$_contract.h5" --quiet --data "$data" --ledger l --out r.h5 --shard "$@"
    fi && cp out told && decisions >found && diff found wanted >differs && says told ' rank 0 sent ' ||
        { sed 's/^/# /' differs; return 1; }
}

# everywhere CONTRACT OBJECT RANKS: on each of these numbers of ranks.
everywhere() {
    ok "$1: the master has all" whole "$1"
    for n in $3; do
        ok "$1: $n ranks decide the same" dealt "$n" "$1"
        ok "$1: and write the same" same_file "$2"
    done
    ok "$1: it is verified in full" run 0 mn verify r.h5 --ledger l
}
[ -n "$have" ] || echo '# no Python with numpy and h5py here: files are not compared'

# --- one round, few features
data=$hospitals
spec() {
    printf 'title: %s\nfunction: {name: %s}\ndata: {name: nuclei, split: files, slaves: 8, columns: [%s]}\n' \
        "$1" "$2" "$3"
}
some='mean_radius, mean_texture, mean_smoothness, worst_area'
{ spec moments 'moments' "$some"; echo 'aggregate: {robust: nnm}'; } >moments.yaml
{ spec linreg 'linreg, params: {target: mean_radius}' "$some"
  echo 'limits: {plausible: {coefficient(intercept): [-100, 100], coefficient(mean_texture): [-0.5, 0.07]}}'; } >linreg.yaml
{ spec covariance covariance "$some"; echo 'limits: {slaves_min: 6}'; } >covariance.yaml
for f in moments linreg covariance; do
    ok "$f: its contract" build "$f"
    case $f in
    moments) everywhere "$f" robust/features '1 3 6' ;;
    *) everywhere "$f" rounds/1/states 4 ;;
    esac
done
ok 'without states' whole moments --no-states
ok 'the same without states' dealt 3 moments --no-states
ok 'and the same file' same_file aggregate/mean
ok 'without a slave' whole covariance --skip-slave 3
ok 'the same without a slave' dealt 3 covariance --skip-slave 3
ok 'and the same file, with zeros' same_file rounds/1/states

# --- one round, many features: with standard errors, ranges and an estimate
{ printf 'title: Many bins\nfunction: {name: histogram, params: {lower: 0, upper: 40, bins: 2200}}\n'
  echo 'data: {name: nuclei, split: files, slaves: 8}'
  echo 'aggregate: {robust: trimmed-mean, share: 0.2}'; } >histogram.yaml
ok 'histogram: its contract' build histogram
everywhere histogram robust/features '1 3'
# exec, of whose numbers not all are compared; and all, with an estimate and ranges.
cat >wide.sh <<'PROGRAM'
#!/bin/sh
while [ $# -gt 1 ]; do
    case $1 in
    --in) in=$2 ;;
    --out) out=$2 ;;
    esac
    shift 2
done
awk -F, 'NR > 1 { rows++; n = NF; for (i = 1; i <= n; i++) sum[i % n] += $i }
    END { print rows; for (i = 1; i < 70001; i++) printf "%.17g\n", sum[i % n] * (1 + i % 997 / 1000) }
' "$in" >"$out"
PROGRAM
chmod +x wide.sh
wide() {
    spec "$1" "exec, params: {program: wide.sh, sha256: \"$(mn function digest wide.sh)\", form: text, length: 70001$2}" \
        'mean_radius, mean_texture, mean_smoothness'
}
wide some ', features: 66000' >some.yaml
{ wide all ''; echo 'aggregate: {robust: median}'
  echo 'limits: {plausible: {mean(value_69997): [5, 100]}}'; } >all.yaml
for f in some all; do
    ok "$f: its contract" build "$f"
done
ok 'some: the master has all' whole some
ok 'some: 3 ranks decide the same' dealt 3 some
ok 'some: and write the same' same_file rounds/1/errors
everywhere all robust/features '1 4'
ok 'a range is told of' grep -q 'value_69997)%20is%201.*not%205%20to%20100' wanted

# --- rounds
digits=$jobs_dir/pca/digits.csv
mkdir parts && (cd parts && awk -v liars='2 5' -f "$jobs_dir/digits/deal.awk" "$digits")
sed 's/rounds: 30/rounds: 3/; s/epochs: 10/epochs: 1/' "$jobs_dir/digits/contract.yaml" >train.yaml
data="digits=$T/parts/part-{slave}.csv"
ok 'train: its contract' build train
everywhere train rounds/models '1 3 6'
ok 'train: the master has all, and keeps the last' whole train --keep last --keep-models 2
ok 'train: the states of the last round' dealt 4 train --keep last --keep-models 2
ok 'train: and the same file' same_file rounds/states
sed 's/rounds: .*/rounds: 4/' "$jobs_dir/kmeans/contract.yaml" >kmeans.yaml
data=digits=$digits
ok 'kmeans: its contract' build kmeans
ok 'kmeans: the master has all' whole kmeans
ok 'kmeans: 4 ranks decide the same' dealt 4 kmeans
ok 'kmeans: and write the same' same_file rounds/states
data="digits=$T/parts/part-{slave}.csv"

# --- large states, without being asked
head -n 91 "$digits" >few.csv
cat >large.yaml <<'END_SPEC'
title: A large network
rounds: 2
function: {name: train, params: {target: digit, classes: 10, layers: '1000 1000', epochs: 1, scale: 16}}
data: {name: digits, slaves: 3}
END_SPEC
data=digits=$T/few.csv
ok 'large: its contract' build large
ok 'large: a dry run' run 0 mn run large.h5 --data "$data" --ledger l --out r.h5 --dry-run --ranks 3
ok 'large: says where states are' says out 'results    states stay with the ranks' 'else --no-shard'
ok 'large: the master has all, if it is told to' whole large --no-states
afresh
ok 'large: 3 ranks without an option' run 0 mpi 3 run large.h5 --quiet --data "$data" --ledger l --out r.h5 --no-states
ok 'large: say what each had' same "$(grep -c ' rank [0-9]* sent ' out)" 3
decisions >found
ok 'large: decide the same' diff found wanted
ok 'large: and write the same' same_file rounds/models
data="digits=$T/parts/part-{slave}.csv"

# --- killed in a round, and gone on with
words="run train.h5 --quiet --data $data --ledger l --out r.h5"
ok 'train: the master has all' whole train
gone_on() {
    run 0 "$@" && cp out told && decisions >found && diff found wanted >differs && same_file rounds/models &&
        same "$(grep -c ' publish ' l/log)" 1 && unique settle && run 0 mn verify r.h5 --ledger l
}
for fault in 'after-rename:*/state-3-2' 'after-rename:*/model-2' 'after-pwrite:*~ aggregate #2' \
    'after-link:r.h5'; do
    ok "train: 4 ranks, $fault" killed "$fault=kill" mpi 4 $words --shard
    ok 'train: the same command goes on' gone_on mpi 4 $words --shard
done
ok 'train: begun by one process' killed 'after-rename:*/state-7-2=kill' mn $words --shard
ok 'train: three ranks go on' gone_on mpi 3 $words --shard
ok 'train: begun with states of their own' killed 'after-rename:*/state-7-2=kill' mpi 3 $words --shard
ok 'train: the master has all, then' gone_on mn $words --no-shard
ok 'train: begun by the master' killed 'after-rename:*/model-2=kill' mn $words --no-shard
ok 'train: then states stay where they are' gone_on mpi 3 $words --shard
done_testing
