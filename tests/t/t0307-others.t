#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Directories in which others may write, or read.

. "${top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/t/lib.sh"

# other COMMAND…: by another user, as root may.
stranger=65534
if [ "$(id -u)" -eq 0 ] && setpriv --reuid $stranger --regid $stranger --clear-groups true; then
    other() { setpriv --reuid $stranger --regid $stranger --clear-groups "$@"; }
    others=1
else
    other() { "$@"; }
    others=
fi
# needs_others WHAT: whether there is another user; else skips it.
needs_others() {
    [ -n "$others" ] || { skip "$1" 'another user needs root and setpriv'; return 1; }
}
FAULTS=$top_builddir/tests/faults/metaneuron-faults
bounded() { timeout -k 5 60 "$METANEURON" "$@"; }

chmod 755 .
cat >c.yaml <<'END'
title: Others
function: {name: moments}
data: {name: t, slaves: 3, split: rows}
END
i=0
while [ $i -lt 60 ]; do echo $((i * 7 % 11)).5,$((i % 5)); i=$((i + 1)); done | sed '1i a,b' >t.csv
mn contract build c.yaml -o c.h5 >out 2>err || { cat err; exit 99; }

# The name of a temporary file was once FILE.tmp-PID, and links were followed.
mkdir -m 777 open
planted() {
    # shellcheck disable=SC2016 # $$ is that of what is then the command
    sh -c 'victim=$1 file=$2; shift 2; '"$plant"' "$victim" "$file.tmp-$$" && exec "$@"' \
        sh "$PWD/victim" "$@"
}
plant='ln -s'
[ -z "$others" ] || plant="setpriv --reuid $stranger --regid $stranger --clear-groups ln -s"
echo precious >victim
ok 'a contract is built where a link waits' run 0 planted open/c.h5 \
    "$METANEURON" contract build c.yaml -o open/c.h5
ok 'and what the link names is what it was' same "$(cat victim)" precious
ok 'and the contract is whole' run 0 mn contract check open/c.h5
ok 'a ledger is begun where a link waits' run 0 planted open/key.pub \
    "$METANEURON" run c.h5 --data t=t.csv --ledger open --out open/r.h5 --quiet
ok 'and what the link names is what it was' same "$(cat victim)" precious
ok 'a result is written where a link waits' run 0 planted open/r.h5 \
    "$METANEURON" run c.h5 --data t=t.csv --ledger open --out open/r.h5 --quiet --again
ok 'and what the link names is what it was' same "$(cat victim)" precious

# What waits at the name of a file that is written.
for name in log lock runs/lock; do
    rm -rf linked && mkdir -m 777 linked && mkdir linked/runs && chmod 777 linked/runs
    other ln -s "$PWD/victim" linked/$name
    ok "a link at $name is not followed" run 66 bounded run c.h5 --data t=t.csv \
        --ledger linked --out l.h5 --quiet
    ok 'and it is said' says err "linked/$name: is a symbolic link"
    ok 'and what it names is what it was' same "$(cat victim)" precious
    rm -rf linked && mkdir -m 777 linked && mkdir linked/runs && chmod 777 linked/runs
    other mkfifo linked/$name
    ok "a pipe at $name is not waited for" run 65 bounded run c.h5 --data t=t.csv \
        --ledger linked --out l.h5 --quiet
    ok 'and it is said' says err "linked/$name: is not a regular file"
    rm -rf linked && mkdir -m 777 linked && mkdir linked/runs && chmod 777 linked/runs
    ln victim linked/$name
    ok "a second name of $name is not written" run 77 bounded run c.h5 --data t=t.csv \
        --ledger linked --out l.h5 --quiet
    ok 'and it is said' says err "linked/$name: has another name"
    ok 'and it is what it was' same "$(cat victim)" precious
done
if needs_others 'a directory that a stranger has put there'; then
    rm -rf linked && mkdir -m 777 linked && other ln -s "$PWD/open" linked/runs
    ok 'a directory that a stranger has put there is refused' run 77 bounded run c.h5 \
        --data t=t.csv --ledger linked --out l.h5 --quiet
    ok 'and it is said' says err "linked/runs: belongs to the user $stranger"
    # In a directory of their own they could do so at any time.
    rm -rf linked && mkdir linked target && echo precious >target/lock
    ln -s "$PWD/target" linked/runs && chown -h $stranger linked/runs linked
    ok 'nor is a ledger kept in a directory of theirs' run 77 bounded run c.h5 \
        --data t=t.csv --ledger linked --out l.h5 --quiet
    ok 'and it is said' says err "linked: belongs to the user $stranger" 'who could replace all'
    ok 'and what a link of theirs names is what it was' same "$(cat target/lock)" precious
    rm -rf linked && mkdir -m 777 linked && chown $stranger linked
    ok 'even if it is empty' run 77 bounded run c.h5 --data t=t.csv --ledger linked --out l.h5 \
        --quiet
fi

# Whoever reads a pipe that nobody writes into waits for ever.
mkdir -m 777 pipes
for name in p.h5 p.csv p.yaml p.so; do other mkfifo pipes/$name; done
while read -r wanted words; do
    # shellcheck disable=SC2086 # words
    ok "a pipe is refused: $words" run "$wanted" bounded $words
    ok 'and it is said' grep -qE 'is not a regular file|is a pipe, expected' err
done <<'END'
65 contract show pipes/p.h5
65 contract check pipes/p.h5
65 contract show pipes/p.yaml
65 contract build pipes/p.yaml -o x.h5
65 run pipes/p.h5 --data t=t.csv
65 result show pipes/p.h5
65 result export pipes/p.h5 --csv
65 verify pipes/p.h5 --ledger open
65 filter pipes/p.csv
65 filter t.csv --weights pipes/p.csv
65 function digest pipes/p.so
END
other mkfifo pipes/log
for words in 'ledger show' 'ledger verify' 'ledger balance' status; do
    # shellcheck disable=SC2086 # words
    ok "a pipe is no log: $words" run 65 bounded $words --ledger pipes
    ok 'and it is said' says err 'pipes/log: is not a regular file'
done
ok 'a pipe is no data' run 65 bounded run c.h5 --data t=pipes/p.csv --ledger other --out x.h5 --quiet

# Whoever may read a lock can hold it, with a lock for readers.
cat >hold.py <<'END'
import fcntl, struct, sys
f = open(sys.argv[1], "rb")
fcntl.fcntl(f, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0))
print("held", flush=True)
sys.stdin.read()
END
ok 'a ledger is begun' run 0 bounded run c.h5 --data t=t.csv --ledger held --out held.h5 --quiet
if needs_others 'a stranger cannot hold a lock'; then
    ok 'a stranger can hold what it may read' run 0 other "$py" hold.py "$PWD/victim" </dev/null
    ok 'but not a lock' run 1 other "$py" hold.py "$PWD/held/lock" </dev/null
    ok 'nor that of runs' run 1 other "$py" hold.py "$PWD/held/runs/lock" </dev/null
fi
for name in lock runs/lock; do
    mkfifo in"${name%/lock}" && : >told
    "$py" hold.py held/$name <in"${name%/lock}" >told 2>&1 &
    holder=$!
    exec 9>in"${name%/lock}"
    until [ -s told ] || ! kill -0 $holder 2>/dev/null; do :; done
    ok "$name is held" says told held
    ok "who holds $name for ever is not waited for" run 75 env METANEURON_LOCK_SECONDS=0.3 \
        timeout -k 5 60 "$FAULTS" run c.h5 --data t=t.csv --ledger held --out held.h5 --quiet --again
    ok 'and is named' says err "held/$name: is still held after 0.3 s by process $holder of user " \
        "($(id -u))"
    rm -f waits
    (exec 9>&-
        bounded run c.h5 --data t=t.csv --ledger held --out held.h5 --quiet --again >went 2>waits
        echo $? >ended) &
    waiter=$!
    until grep -q 'waiting for it until' waits 2>/dev/null || ! kill -0 $waiter 2>/dev/null; do :; done
    ok 'who waits says for whom' says waits "metaneuron: note: held/$name: is held by process $holder of user "
    ok 'and until when' grep -Eq 'waiting for it until 2[0-9-]*T[0-9:]*Z, then giving up with 75' waits
    exec 9>&-
    wait $holder
    wait $waiter
    ok 'and goes on once it is let go' same "$(cat ended)" 0
    ok 'having said so once' same "$(grep -c . waits)" 1
done
ok 'and then it goes on' run 0 bounded run c.h5 --data t=t.csv --ledger held --out held.h5 \
    --quiet --again

# Nobody but the user may use what a site keeps, or a result, whatever umask is.
modes() { find "$1" -type "$2" -printf '%m\n' | sort -u | tr '\n' ' '; }
for mask in 022 000 077; do
    rm -rf own own.h5
    (umask $mask && bounded run c.h5 --data t=t.csv --ledger own --out own.h5 --quiet) >out 2>err
    ok "under umask $mask files are the user's alone" same "$(modes own f)" '600 '
    ok 'and so are directories' same "$(modes own d)" '700 '
    ok 'and the result' same "$(modes own.h5 f)" '600 '
    ok 'and what it keeps at home' same "$(modes "$HOME" f) $(modes "$HOME/.config" d)" '600  700 '
done
(umask 027 && bounded contract build c.yaml -o public.h5) >out 2>err
ok 'a contract is for whom umask lets in' same "$(modes public.h5 f)" '640 '

# As an earlier version has left it.
loosen() { find own -type f -exec chmod 664 {} + && find own -type d -exec chmod 775 {} +; }
again() { run 0 bounded run c.h5 --data t=t.csv --ledger own --out own.h5 --quiet "$@"; }
loosen
ok 'a ledger that others could read is opened' again
ok 'it is said' says err "files and directories of the ledger had other modes" 'you alone may use'
ok 'others can read it no longer' same "$(modes own f)$(modes own d)" '600 700 '
ok 'a second time' again
ok 'nothing is said' silent err
loosen && ln own/key.pub second && ln -s ../victim own/torn && chmod 644 victim
ok 'with a link and a second name' again
ok 'what a link names stays as it is' same "$(stat -c %a victim second)" "644
664"
rm second own/torn && mkdir -m 755 beside && mv own/* beside && echo >beside/mine && loosen
chmod 644 beside/log && rm -rf own && mv beside own && chmod 755 own
ok 'a ledger among other things' again
ok 'the others are as they were' same "$(stat -c %a own own/mine own/log)" "755
644
600"

# A site may want more rows than a contract does.
ok 'slaves of few rows decline' run 77 bounded run c.h5 --data t=t.csv --ledger least \
    --out least.h5 --quiet --least-rows 21
few='the partition has fewer rows than its site lets be computed over (--least-rows)'
ok 'and say why' says err "$few"
ok 'which the ledger has' same "$(grep -c ' decline .* reason=rows ' least/log)" 3
ok 'nothing is written' test ! -e least.h5
ok 'a dry run sees it' run 77 bounded run c.h5 --data t=t.csv --ledger least --least-rows 21 \
    --dry-run
ok 'in numbers' says out 'has 20 rows, --least-rows wants 21'
ok 'who has as many computes' run 0 bounded run c.h5 --data t=t.csv --ledger least \
    --out least.h5 --quiet --least-rows 20

# A result that is given away: of a partition of one row the state is that row.
printf 'title: Rows\nfunction: {name: moments}\ndata: {name: t, slaves: 60, split: rows}\n' >rows.yaml
ok 'a contract of a slave for each row' run 0 mn contract build rows.yaml -o rows.h5
ok 'runs without states' run 0 bounded run rows.h5 --data t=t.csv --ledger given --out given.h5 \
    --quiet --no-states
ok 'and is shown' run 0 bounded run rows.h5 --data t=t.csv --ledger given --out given.h5 --quiet
for words in 'show given.h5 --slaves' 'show given.h5 --unfiltered' 'export given.h5 --json' \
    'export given.h5 --csv'; do
    # shellcheck disable=SC2086 # words
    ok "result $words" run 0 bounded result $words
done
if [ -n "$py" ] && "$py" -c 'import h5py' 2>/dev/null; then
    cat >rows.py <<'END'
import h5py, numpy, sys
left = []
def see(name, x):
    if isinstance(x, h5py.Dataset) and x.shape and x.shape[0] == 60 and x.dtype.kind == "f":
        left.append(name)
    if name in ("rounds/1/states", "rounds/1/features", "rounds/1/errors", "rounds/1/centre"):
        left.append(name)
    if name.startswith("unfiltered/"):
        left.append(name)
h5py.File(sys.argv[1]).visititems(see)
print(*sorted(left))
END
    ok 'nothing in it is of a row' run 0 "$py" rows.py given.h5
    ok 'but what the filter said' same "$(cat out)" \
        'slaves/score slaves/seconds slaves/share slaves/weight'
    cp given.h5 forged.h5
    "$py" -c 'import h5py; h5py.File("forged.h5", "r+")["aggregate/mean"][0] += 1'
    ok 'a forged aggregate is found' run 3 bounded verify forged.h5 --ledger given
    ok 'without states, too' grep -q '/aggregate/mean.* computed again it is' out err
else
    skip 'nothing in it is of a row' 'needs Python 3 with h5py'
fi
ok 'what there is of it is verified' run 4 bounded verify given.h5 --ledger given
ok 'and verify says what it has not done' says out 'no states were kept (--no-states)' \
    'are not verified'
cat >rounds.yaml <<'END'
title: Rounds
function: {name: kmeans, params: {k: 2}}
rounds: 2
data: {name: t, slaves: 3, split: rows}
END
ok 'a contract by rounds' run 0 mn contract build rounds.yaml -o rounds.h5
ok 'runs without states, too' run 0 bounded run rounds.h5 --data t=t.csv --ledger given \
    --out rounds-r.h5 --quiet --no-states
ok 'and is shown' run 0 bounded run rounds.h5 --data t=t.csv --ledger given --out rounds-r.h5 \
    --quiet
for words in 'show rounds-r.h5 --slaves' 'show rounds-r.h5 --unfiltered' 'show rounds-r.h5 --rounds' \
    'export rounds-r.h5 --json' 'export rounds-r.h5 --csv'; do
    # shellcheck disable=SC2086 # words
    ok "result $words" run 0 bounded result $words
done
if [ -n "$py" ] && "$py" -c 'import h5py' 2>/dev/null; then
    cat >rounds.py <<'END'
import h5py, sys
f = h5py.File(sys.argv[1])
print(*sorted(f["rounds"]), *f["rounds/models_round"][:], *f["unfiltered"])
END
    ok 'of each round it has what the filter said' run 0 "$py" rounds.py rounds-r.h5
    ok 'and the first and the last model' same "$(cat out)" 'answered feature_names models models_round objection rejected score seconds share threshold trouble why 0 2'
    ok 'it is verified' run 4 bounded verify rounds-r.h5 --ledger given
    for forged in aggregate_state aggregate/rows rounds/models rounds/score rounds/rejected; do
        cp rounds-r.h5 forged.h5
        "$py" -c 'import h5py, sys; h5py.File("forged.h5", "r+")[sys.argv[1]][0] = 7' "$forged"
        ok "a forged $forged" run 3 bounded verify forged.h5 --ledger given
        ok 'is named, and not the file alone' test "$(grep -c WRONG out)" -ge 2
    done
    cp rounds-r.h5 forged.h5
    "$py" -c 'import h5py; h5py.File("forged.h5", "r+")["rounds"].attrs["states_from"] = 2'
    ok 'states that it says it has' run 3 bounded verify forged.h5 --ledger given
    ok 'are missing' grep -q '/rounds/states is missing' out err
else
    skip 'of each round it has what the filter said' 'needs Python 3 with h5py'
fi
ok 'what there is of it is verified' run 4 bounded verify rounds-r.h5 --ledger given
ok 'and verify says what it has not done' says out 'no states were kept (--no-states)' \
    'how each model follows' 'are not verified'

# A ledger of a group.
if [ -n "$others" ] && ! other "$METANEURON" --version >/dev/null 2>&1; then
    skip 'a ledger of a group' 'other users cannot run what was built here'
elif needs_others 'a ledger of a group'; then
    chgrp 4711 own && chmod 2770 own && mv own/mine own.mine
    ok 'a ledger is given to a group' again
    ok 'it is said' says err 'its group alone may use'
    ok 'all is the group'"'"'s' same "$(modes own f)$(modes own d)$(find own ! -group 4711)" \
        '660 2770 '
    rm -rf own own.h5
    mkdir -m 2770 own && chgrp 4711 own && chmod 2770 own && mkdir -m 1777 results
    ok 'a member begins it' run 0 setpriv --reuid 4001 --regid 4001 --groups 4001,4711 \
        env HOME="$PWD/results" timeout 60 "$METANEURON" run c.h5 --data t=t.csv --ledger own \
        --out results/1.h5 --quiet
    ok 'files are the group'"'"'s' same "$(modes own f)$(find own -type f ! -group 4711)" '660 '
    ok 'and so are directories' same "$(modes own d)$(find own -type d ! -group 4711)" '2770 '
    ok 'and the result' same "$(stat -c '%a %g' results/1.h5)" '660 4711'
    mkdir home2 && chown 4002 home2
    ok 'another member goes on with it' run 0 setpriv --reuid 4002 --regid 4002 \
        --groups 4002,4711 env HOME="$PWD/home2" timeout 60 "$METANEURON" run c.h5 \
        --data t=t.csv --ledger own --out results/2.h5 --quiet --again
    ok 'of what it may not sign it is told' says err 'settled, but not signed' 'keys add'
    ok 'and can verify the result of the first' run 0 setpriv --reuid 4002 --regid 4002 \
        --groups 4002,4711 timeout 60 "$METANEURON" verify results/1.h5 --ledger own
    ok 'a stranger cannot' run 66 other timeout 60 "$METANEURON" ledger show own
fi

done_testing
