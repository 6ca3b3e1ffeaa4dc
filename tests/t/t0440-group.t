#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A ledger of a group: what its members, a reader and a stranger can do, whatever umask each has,
# and that doctor and a dry run say before what a run would fail at.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
. "$top_srcdir/tests/t/survive.sh"

# Users by number, who need no account: the kernel asks for none.
ann=4001 bob=4002 carol=4003 group=4711
[ "$(id -u)" -eq 0 ] || skip_all 'other users need root'
setpriv --reuid $ann --regid $ann --groups $group true 2>/dev/null || skip_all 'there is no setpriv'
# as USER UMASK COMMAND…: ann and bob are members, carol is none.
as() {
    _user=$1 _mask=$2
    shift 2
    _groups=$_user
    [ "$_user" = $carol ] || _groups=$_user,$group
    (umask "$_mask" && exec setpriv --reuid "$_user" --regid "$_user" --groups "$_groups" \
        env HOME="$T/home-$_user" timeout -k 5 120 "$@")
}
chmod 711 "$T"
for user in $ann $bob $carol; do mkdir -m 700 home-$user && chown $user home-$user; done
as $bob 022 "$METANEURON" --version >/dev/null 2>&1 ||
    skip_all 'other users cannot run what was built here'

modes() { find "$1" -type "$2" -printf '%m %G\n' | sort -u | tr '\n' ';'; }
# all_groups DIR: all in it is the group's.
all_groups() {
    same "$(modes "$1" f)$(modes "$1" d)" "660 $group;2770 $group;"
}
shared() { rm -rf l && mkdir -m 2770 l && chgrp $group l && chmod 2770 l; }

unset METANEURON_TRACE
data_contract
chmod 644 c.h5 all.csv
mkdir -m 1777 results
words="run c.h5 --quiet --data nuclei=$T/all.csv --ledger l --out results/r.h5"
shared
ok 'one member runs a contract' run 0 as $ann 022 "$METANEURON" $words
expected=$(field aggregate state l)

for masks in '022 077' '077 000'; do
    first=${masks% *} second=${masks#* }
    shared
    rm -f results/*
    ok "umask $masks: doctor says that it works" run 0 as $bob $second "$METANEURON" doctor \
        --ledger l --out results/r.h5
    METANEURON_FAULTS='after-unit:1/6=kill' METANEURON_SAVE_EVERY=1 as $ann $first "$METANEURON" \
        $words >interrupted 2>&1
    ok 'one member is interrupted' test -d "$(echo l/runs/*[0-9a-f])"
    ok 'all is for the group' all_groups l
    ok 'a dry run of the other sees nothing wrong' run 0 as $bob $second "$METANEURON" $words --dry-run
    ok 'and would resume it' says out 'is to be resumed' 'no problem seen'
    ok 'the other goes on with it' run 0 as $bob $second "$METANEURON" $words
    ok 'to the same end' same "$(field aggregate state l)" "$expected"
    ok 'nothing is said of saved units' not grep -q 'saved units' err
    ok 'all is for the group' all_groups l
    ok 'the result, too' same "$(stat -c '%a %u %g' results/r.h5)" "660 $bob $group"
    ok 'the first verifies it' run 0 as $ann $first "$METANEURON" verify results/r.h5 --ledger l
    ok 'and runs another' run 0 as $ann $first "$METANEURON" $words --again --out results/2.h5
    ok 'which the second verifies' run 0 as $bob $second "$METANEURON" verify results/2.h5 --ledger l
    ok 'and the ledger' run 0 as $bob $second "$METANEURON" ledger verify l
    ok 'all is for the group' all_groups l
done

# --- what one has begun and left another removes
METANEURON_FAULTS='after-unit:1/6=kill' as $ann 077 "$METANEURON" $words --again >interrupted 2>&1
left=$(echo l/runs/*[0-9a-f])
ok 'one leaves a run' test -d "$left"
ok 'another prunes it' run 0 as $bob 077 "$METANEURON" ledger prune l --days 0 --yes
ok 'of whose files nothing is left' test ! -e "$left"
ok 'all is for the group' all_groups l

# --- begun by `ledger init --group`
mkdir -m 1777 made
ok 'a member makes a ledger of a group' run 0 as $ann 077 "$METANEURON" ledger init made/l \
    --group $group
ok 'all is for it' all_groups made/l
ok 'another goes on' run 0 as $bob 077 "$METANEURON" ${words% l --out*} made/l --out results/7.h5
ok 'all is for it still' all_groups made/l
ok 'but cannot sign' says err 'ledger keys'
as $bob 022 "$METANEURON" ledger init made/bobs >out 2>err
ok 'until the first adds the key of the other' run 0 as $ann 022 "$METANEURON" ledger keys add \
    "$(cut -d' ' -f1 made/bobs/key.pub)" --name bob --ledger made/l
ok 'who then does' run 0 as $bob 077 "$METANEURON" ledger checkpoint made/l
ok 'and signs with each run' run 0 as $bob 077 "$METANEURON" ${words% l --out*} made/l --again \
    --out results/8.h5
ok 'without a word' silent err
ok 'all is the group'"'"'s, checkpoints too' all_groups made/l
ok 'the first verifies it' run 0 as $ann 022 "$METANEURON" ledger verify made/l
ok 'who is no member cannot' run 77 as $carol 022 "$METANEURON" ledger init made/c --group $group
ok 'and is told' says err "this user is not in the group '$group'"
ok 'a group that is not there' run 2 as $ann 022 "$METANEURON" ledger init made/c --group nosuch-group
ok 'is no group' says err "there is no group 'nosuch-group'"
ok 'nothing is made' test ! -e made/c
ok 'a directory above that is not there' run 66 as $ann 022 "$METANEURON" ledger init no/l \
    --group $group
ok 'one ledger is not made into another' run 0 as $ann 022 "$METANEURON" ledger init made/own
ok 'of a group' run 77 as $ann 022 "$METANEURON" ledger init made/own --group $group
ok 'with why' says err 'is not for the group' 'it holds something'
ok 'it stays as it is' same "$(stat -c %a made/own made/own/log | tr '\n' ' ')" '700 600 '
ok 'nor is a stranger'"'"'s' run 77 as $bob 022 "$METANEURON" ledger init made/own --group $group
mkdir -m 700 made/empty && chown $ann made/empty
ok 'an empty one of its own is' run 0 as $ann 022 "$METANEURON" ledger init made/empty --group $group
ok 'made for it' all_groups made/empty
if name=$(getent group users | cut -d: -f1) && [ -n "$name" ]; then
    ok 'a group by its name' run 0 "$METANEURON" ledger init made/named --group "$name"
    ok 'is that group' same "$(stat -c '%a %G' made/named)" "2770 $name"
else
    skip 'a group by its name' 'there is no group called users'
fi

# --- who is not in the group
cp l/log log
for verb in show verify balance; do
    ok "a stranger cannot: $verb" run 66 as $carol 022 "$METANEURON" ledger $verb l
done
ok 'a stranger cannot write' run 66 as $carol 022 "$METANEURON" $words --again
ok 'which doctor says' run 66 as $carol 022 "$METANEURON" doctor --ledger l --out results/c.h5
ok 'as a problem of the ledger' grep -q '^PROBLEM  ledger' out
ok 'and a dry run' run 66 as $carol 022 "$METANEURON" $words --dry-run

# --- who may read, and no more
if command -v setfacl >/dev/null 2>&1 && setfacl -R -m u:$carol:rX,d:u:$carol:rX l 2>/dev/null; then
    ok 'a reader shows' run 0 as $carol 022 "$METANEURON" ledger show l
    ok 'and verifies' run 0 as $carol 022 "$METANEURON" ledger verify l
    ok 'but does not write' run 66 as $carol 022 "$METANEURON" $words --again --out results/c.h5
    ok 'as doctor says' run 66 as $carol 022 "$METANEURON" doctor --ledger l --out results/c.h5
    ok 'and a dry run' run 66 as $carol 022 "$METANEURON" $words --again --dry-run --out results/c.h5
    ok 'nothing was written' cmp log l/log
    ok 'a member goes on' run 0 as $bob 077 "$METANEURON" $words --again --out results/3.h5
    ok 'without taking from the reader' run 0 as $carol 022 "$METANEURON" ledger verify l
    setfacl -R -b l
else
    skip 'a reader shows' 'there is no setfacl, or this file system has no access lists'
fi

# --- files that one has left to oneself, as earlier versions did
for file in lock log runs/lock; do
    shared
    as $ann 022 "$METANEURON" $words --out results/4.h5 >out 2>err
    chmod 644 l/$file
    before=$(find l -printf '%p %m %s %T@\n' | sort)
    ok "a $file that others may only read" run 66 as $bob 022 "$METANEURON" doctor --ledger l \
        --out results/5.h5
    ok 'is a problem of the ledger' grep -q "^PROBLEM  ledger *l/$file: may not be written" out
    ok 'with whose it is, and what mends it' says out "belongs to the user $ann" '644' 'chmod 660'
    ok 'a dry run says so' run 66 as $bob 022 "$METANEURON" $words --again --dry-run --out results/5.h5
    ok 'likewise' says out "l/$file: may not be written"
    ok 'neither changes anything' same "$(find l -printf '%p %m %s %T@\n' | sort)" "$before"
    ok 'a run fails so' run 66 as $bob 022 "$METANEURON" $words --again --out results/5.h5
    ok 'in the same words' says err "l/$file: may not be written by this user"
    chmod 660 l/$file
    ok 'and then goes on' run 0 as $bob 022 "$METANEURON" $words --again --out results/5.h5
done
chmod 644 l/log
ok 'its owner mends it by writing' run 0 as $ann 022 "$METANEURON" $words --again --out results/6.h5
ok 'all of its own' same "$(stat -c %a l/log)" 660

# --- a run's directory of another's
METANEURON_FAULTS='after-unit:1/6=kill' as $ann 022 "$METANEURON" $words --again >out 2>&1
run_lock=$(echo l/runs/*[0-9a-f]/lock)
chmod 600 "$run_lock"
ok 'a run that another alone may go on with' run 66 as $bob 022 "$METANEURON" $words --dry-run
ok 'is told of before' says out "$run_lock: may not be written"
ok 'and then' run 66 as $bob 022 "$METANEURON" $words

# --- a directory that its group may write in, but that was not made for it
rm -rf l && mkdir -m 770 l && chown $ann:$group l
ok 'without the set-group-ID bit its owner is told' run 0 as $ann 022 "$METANEURON" doctor \
    --ledger l --out results/7.h5
ok 'that the group will not share it' grep -q '^note .*ledger .*set-group-ID.*chmod 2770' out
ok 'nor may another use it' run 77 as $bob 022 "$METANEURON" doctor --ledger l --out results/7.h5
ok 'and a dry run says so' run 77 as $bob 022 "$METANEURON" $words --dry-run --out results/7.h5
ok 'as a run does' run 77 as $bob 022 "$METANEURON" $words --out results/7.h5
ok 'nothing was made' same "$(ls l)" ''
done_testing
