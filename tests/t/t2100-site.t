#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The verbs of a centre: usage, exit codes, what is said, and that each answers in JSON.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/t/lib.sh"
need_python json

# a VERB…, b VERB…: that centre's command.
a() { mn site "$@" --dir "$T/a"; }
b() { mn site "$@" --dir "$T/b"; }
# json EXPRESSION: the output is one document d, of which that is true.
json() {
    "$py" -c 'import json, sys
d = json.load(open("out", encoding="utf-8"))
sys.exit(not eval("(" + sys.argv[1] + ")", {"d": d}))' "$1"
}
# parses EXPRESSION COMMAND…
parses() {
    _expression=$1
    shift
    run 0 "$@" --json && json "$_expression"
}
# refused RULE COMMAND…: exit code 77, and the text begins with the rule's name.
refused() {
    _rule=$1
    shift
    run 77 "$@" && grep -q "^metaneuron: $_rule: " err
}

# --- usage
ok 'an unknown verb' run 2 mn site nosuch
ok 'is named' says err "'nosuch'"
ok 'an option of a verb, without it' run 2 mn site --min 3
ok 'an option of another verb' run 2 mn site inbox --min 3
ok 'no name' run 2 mn site init
ok 'no exchange' run 2 mn site init a --dir "$T/a"
ok 'says so' says err '--exchange'
for name in A 1a a_b aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ../x; do
    ok "no name of a centre: $name" run 2 mn site init "$name" --exchange x --dir "$T/none"
done
ok 'nothing was made' not test -e none
ok 'peer: no such second word' run 2 mn site peer nosuch
ok 'peer: all are named' says err 'list, add, revoke, restore'
ok 'key: no such second word' run 2 mn site key nosuch
ok 'data: no location' run 2 mn site data add x
ok 'data: expected' says err '2 are expected'
ok 'policy: no such second word' run 2 mn site policy nosuch
ok 'policy try: no stage' run 2 mn site policy try --stage nosuch
ok 'publish: nobody is asked' run 2 mn site publish x.h5
ok 'publish: no names' run 2 mn site publish x.h5 --sites A,b
ok 'publish: no number' run 2 mn site publish x.h5 --sites a --min 0
ok 'publish: no time' run 2 mn site publish x.h5 --sites a --claims never
ok 'publish: nothing that can be published' run 2 mn site publish x.h5 --sites a --disclose all
ok 'publish: no auditor' run 2 mn site publish x.h5 --sites a --auditor age1x
ok 'demo: no number' run 2 mn site demo --sites 9
for verb in init id doctor peer key data policy publish inbox show approve refuse claim withdraw \
    compute review submit collect close sync step audit \
    check-evidence demo; do
    ok "$verb --help" eval 'run 0 mn site $verb --help && says out "Usage: metaneuron site $verb" --json'
done
for verb in '' id doctor 'peer list' 'key rotate' 'data list' 'policy show' inbox show sync step; do
    ok "no centre: $verb" run 66 mn site $verb --dir "$T/none"
    ok 'what makes one is named' says err 'site init'
done

# --- two centres
ok 'a centre' run 0 mn site init a --exchange "$T/x" --dir "$T/a"
ok 'tells what others type' says out 'site peer add a --fingerprint "'
ok 'is not made twice' run 66 mn site init a --exchange "$T/x" --dir "$T/a"
ok 'another' parses 'd["name"] == "b" and d["number"] == 1 and d["cluster"] is None' \
    mn site init b --exchange "$T/x" --dir "$T/b"
ok 'who is it' parses 'd["name"] == "b" and len(d["fingerprint"]) == 49 and
    d["recipient"].startswith("age1")' b id
fingerprint() {
    mn site id --dir "$T/$1" | sed -n 's/^fingerprint  //p'
}
ok 'peer: no fingerprint' run 2 a peer add b
ok 'peer: another fingerprint' run 3 a peer add b --fingerprint "$(fingerprint a)"
ok 'peer: none of that name' run 75 a peer add c --fingerprint "$(fingerprint b)"
ok 'peer: that fingerprint' run 0 a peer add b --fingerprint "$(fingerprint b)"
ok 'peer: without spaces' parses 'd == {"name": "a", "done": "believed"}' \
    b peer add a --fingerprint "$(fingerprint a | tr -d ' ')"
ok 'peers' parses 'len(d) == 1 and d[0]["name"] == "b" and d[0]["state"] == "known"' a peer
ok 'peers, in words' eval 'run 0 a peer list && says out "b " known'
ok 'nothing waits' eval 'run 0 a && says out "no run waits" "denies everything"'
ok 'as JSON' parses 'd["name"] == "a" and not d["in_force"] and d["runs"] == [] and
    [p["name"] for p in d["peers"]] == ["b"]' a
ok 'nothing is asked' parses 'd == []' b inbox
ok 'no run is open' run 65 b show

# --- data and policy
head -n 41 "$jobs_dir/breast-cancer/hospital-1.csv" >a.csv
head -n 51 "$jobs_dir/breast-cancer/hospital-2.csv" >b.csv
ok 'data: no table' run 66 a data add nuclei none.csv
ok 'data: no name' run 2 a data add '../x' a.csv
ok 'data' run 0 a data add nuclei a.csv
ok 'data of the other' parses 'd["done"] == "added"' b data add nuclei "$T/b.csv"
ok 'where it is' parses 'd == [{"name": "nuclei", "location": "'"$T/a.csv"'", "recalled": None}]' a data
ok 'in words' eval 'run 0 a data list && says out nuclei "$T/a.csv"'
for site in a b; do
    sed -e 's/\[alpha\]/[a]/' -e 's/rows-of-parameters: .*/rows-of-parameters: 2/' -e 's/auto/ask/g' \
        "$jobs_dir/federation/policy.yaml" >policy-$site.yaml
done
printf 'policy: 1\nnosuch: 2\n' >bad.yaml
ok 'policy: an unknown key' run 65 a policy check bad.yaml
ok 'is named' says err nosuch bad.yaml:2
ok 'policy: a good one' parses 'd["digest"].startswith("sha256:")' a policy check policy-a.yaml
cp policy-a.yaml a/policy.yaml
ok 'policy: not accepted' parses 'not d["in_force"] and d["denies"].startswith("policy: ")' a policy
ok 'policy: accepted' parses 'd == {"name": "policy", "done": "in force"}' a policy accept
ok 'policy: in force' parses 'd["in_force"] and d["denies"] is None' a policy show
ok 'in words' eval 'run 0 a policy && says out "authors: [a]" "in force"'
ok 'a doctor' parses 'd["works"] and d["code"] == 0 and
    {"house", "keys", "exchange", "peers", "clock", "policy", "sandbox", "reader"} <=
    {x["topic"] for x in d["findings"]}' a doctor
ok 'in words' eval 'run 0 a doctor && says out "would work here"'
ok 'of one whose policy denies everything' run 77 b doctor
ok 'says so' says out 'PROBLEM' 'would not work'
chmod 755 b/keys
ok 'of one whose keys others see' run 77 b doctor
ok 'says which' says out 'others may look into it'
chmod 700 b/keys

# --- a centre with a cluster: what Slurm's commands say of it
mkdir bin
printf '#!/bin/sh\necho slurm 22.05\n' >bin/sbatch
printf '#!/bin/sh\nprintf "east\nwest\n"\n' >bin/sacctmgr
chmod +x bin/sbatch bin/sacctmgr
for cluster in west north; do
    mn site init c --exchange "$T/x" --cluster $cluster --dir "$T/$cluster" >out 2>err
    (PATH=$T/bin:$PATH && export PATH && mn site doctor --dir "$T/$cluster" >doctor-$cluster 2>&1)
done
ok 'a cluster that Slurm knows' grep -q '^ok  *cluster .*sbatch -M west' doctor-west
ok 'one that it does not' grep -q '^PROBLEM *cluster .*knows no such cluster' doctor-north
ok 'who has no peers is told' grep -q '^note  *peers ' doctor-west

# --- a run
mn contract build "$jobs_dir/federation/contract.yaml" -o c.h5 >out 2>err || exit 99
build_hospitals && mv c.h5 hospitals.h5
mn contract build "$jobs_dir/federation/contract.yaml" -o c.h5 >out 2>err || exit 99
ok 'publish: no contract over centres' run 65 a publish hospitals.h5 --sites a,b
ok 'what is missing' says err 'split: sites'
ok 'publish: a spec' run 65 a publish one.yaml --sites a,b
ok 'what makes a contract of it' says err 'contract build one.yaml'
ok 'publish: a stranger' run 2 a publish c.h5 --sites a,c
ok 'publish: more than are asked' run 2 a publish c.h5 --sites a,b --min 3
ok 'publish' parses 'd["done"] == "published" and len(d["name"]) == 16' \
    a publish c.h5 --sites b,a --disclose states --claims '1 h'
key=$("$py" -c 'import json; print(json.load(open("out"))["name"])')
ok 'again, it is the same' eval 'run 0 a publish c.h5 --sites a,b && says out "$key"'
ok 'b has not heard yet' parses 'd == []' b inbox
ok 'sync' parses 'd["peers"][0]["name"] == "a" and d["peers"][0]["news"] == "new records"' b sync
ok 'in words' eval 'run 0 b sync && says out "nothing new"'
ok 'inbox' parses 'd[0]["run"] == "'"$key"'" and d[0]["collector"] == "a" and
    d[0]["title"] is None and d[0]["next"] == "denied"' b inbox
ok 'nothing was opened of whom nobody lets ask' same "$(ls b/fetched)" ''
ok 'in words' eval 'run 0 b inbox && says out "$key of a" "not opened" "site show"'
ok 'show' parses 'd["run"] == "'"$key"'" and d["numbers"] == 16 and d["disclose"] == "states" and
    [s["site"] for s in d["sites"]] == ["a", "b"] and d["contract"]["data"]["split"] == "sites"' b show
ok 'in words' eval 'run 0 b show && says out "16 numbers" "a sees every number" "of two centres each" \
    "site policy try"'
ok 'nothing is in force' refused policy b claim
ok 'try names it, too' run 77 b policy try
ok 'as JSON' eval 'run 77 b policy try --json && json "not d[\"allowed\"] and d[\"rules\"][0][\"rule\"] == \"policy\""'
sed -i 's/authors: \[a\]$/authors: []/' policy-b.yaml
cp policy-b.yaml b/policy.yaml
ok 'a policy without the author' run 0 b policy accept
ok 'denies' refused authors b claim
ok 'what would change it is said' says err 'policy accept'
b policy try >tried 2>&1
ok 'try goes through all rules' grep -q '^DENIED *authors' tried
ok 'and on' grep -q '^allowed *functions' tried
ok 'it says how many' says tried 'nothing was spent or recorded'
sed -i 's/authors: \[\]$/authors: [a]/' policy-b.yaml
cp policy-b.yaml b/policy.yaml
ok 'edited, it is not in force' refused policy b claim
ok 'accepted' run 0 b policy accept
ok 'disclose is not what the policy allows' refused data.nuclei.disclose b claim
sed -i 's/disclose: features/disclose: states/' policy-a.yaml policy-b.yaml
cp policy-a.yaml a/policy.yaml
cp policy-b.yaml b/policy.yaml
a policy accept >out 2>err
b policy accept >out 2>err
ok 'a person is asked' parses 'd["runs"][0]["next"] == "approve"' b
ok 'the inbox has its title, as who has published may ask' parses 'd[0]["title"].startswith("Measurements")' b inbox
ok 'with the commands' eval 'run 0 b && says out "site approve $(printf %.8s "$key")" "site refuse"'
ok 'before, it is no claim' run 77 b claim
ok 'the inbox has its title' eval 'run 0 b inbox && says out Measurements'
ok 'compute before the claim' run 2 b compute --local
ok 'withdraw before the claim' run 2 b withdraw
ok 'yes' parses 'd["done"] == "approved"' b approve "$(printf %.6s "$key")"
ok 'now it can be claimed' parses 'd["runs"][0]["next"] == "claim"' b
ok 'claim' parses 'd["done"] == "claimed"' b claim
ok 'again is no other' eval 'b claim >out 2>err; [ "$(grep -c " claim " b/ledger/log)" -eq 1 ]'
ok 'no roster yet' run 75 b compute --local
ok 'collect: waits for answers' run 75 a collect
ok 'of whom is said' says err ' a'
a approve >out 2>err && a claim >out 2>err
ok 'the roster' run 75 a collect
b sync >out 2>err
ok 'try, before it is computed' run 75 b policy try --stage submit
ok 'review, too' run 75 b review
ok 'try, before it is prepared' parses 'd["allowed"]' b policy try --stage compute
ok 'compute' parses 'd["done"] == "computed"' b compute --local
ok 'again, it is there' parses 'd["done"] == "computed"' b compute
ok 'review' parses 'len(d["state"]) == 16 and d["items"] == 50 and d["allowed"] and
    d["state"][0] == 50 and len(d["features"]) == 6 and len(d["counts"]) == 16' b review
ok 'in words' eval 'run 0 b review && says out "mean(mean_radius)" "the 16 numbers" "site submit"'
ok 'submit: nobody is there to be asked' run 2 b submit
ok 'what to do' says err '--yes' 'release: auto'
ok 'nothing has left' not grep -q ' submit ' b/ledger/log
ok 'submit' parses 'd["done"] == "submitted"' b submit --yes
ok 'it is too late to withdraw' run 77 b withdraw
ok 'collect: another waits' run 75 a collect
ok 'fetch: not settled' run 75 b collect
a compute --local >out 2>err && a submit --yes >out 2>err
ok 'collect' parses 'd["run"] == "'"$key"'" and len(d["slaves"]) == 2' a collect -o result.h5
ok 'again, it is shown' run 0 a collect "$key" -o result.h5
ok 'another file is not replaced' run 2 a collect "$key" -o a.csv
b sync >out 2>err
ok 'fetch' parses 'd["done"] == "fetched"' b collect "$key" -o fetched.h5
ok 'the same bytes' cmp result.h5 fetched.h5
ok 'is over' parses 'd["settled"]' b show "$key"
ok 'audit' parses 'd["run"] == "'"$key"'" and d["wrong"] == 0' b audit "$key"
ok 'audit, in words' eval 'run 0 b audit "$key" && says out "right " "0 wrong"'
ok 'nothing waits any more' parses 'd["runs"] == []' b
ok 'close: settled' run 77 a close "$key"

# --- a person's signature, and a person at a terminal
policy() {
    cp "policy-b.yaml" b/policy.yaml && b policy accept >out 2>err
}
if command -v ssh-keygen >/dev/null 2>&1; then
    ssh-keygen -q -t ed25519 -N '' -f person && ssh-keygen -q -t ed25519 -N '' -f other || exit 99
    printf 'person namespaces="metaneuron-approve@v1" %s\n' "$(cut -d' ' -f1,2 person.pub)" >b/approvers
    sed -i 's/quorum: 0/quorum: 1/' policy-b.yaml && policy
    a publish c.h5 --sites a,b --disclose states >out 2>err
    b sync >out 2>err
    ok 'a yes without a signature' run 75 b approve
    ok 'how to sign is said' says err 'ssh-keygen -Y' 'metaneuron-approve@v1'
    b show --json >out 2>err
    cp "$("$py" -c 'import json; print(json.load(open("out"))["file"])')" asked.h5
    cmp -s asked.h5 c.h5
    ok 'the file that is signed is the contract' same $? 0
    sign() { ssh-keygen -q -Y sign -f "$1" -n "$2" <asked.h5 >"$3" 2>err; }
    sign other metaneuron-approve@v1 other.sig
    sign person file file.sig
    sign person metaneuron-approve@v1 person.sig
    ok "another's signature" run 3 b approve --signature other.sig
    ok 'one for something else' run 3 b approve --signature file.sig
    ok 'none' run 66 b approve --signature none.sig
    ok "the approver's" run 0 b approve --signature person.sig
    ok 'it can be claimed' run 0 b claim
    ok 'by that rule' grep -q ' approve .* rule=approvers.quorum ' b/ledger/log
else
    skip "a person's signature" 'there is no ssh-keygen (openssh-client)'
    a publish c.h5 --sites a,b --disclose states >out 2>err
    b sync >out 2>err
    b approve >out 2>err && b claim >out 2>err
fi
a approve >out 2>err && a claim >out 2>err
a collect >out 2>err
b sync >out 2>err
b compute --local >out 2>err
# asked ANSWER: b submits at a terminal, where somebody types that.
asked() {
    run 0 timeout 60 "$py" -c "
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], ['metaneuron', 'site', 'submit', '--dir', sys.argv[3]])
said = b''
while b'[y/N]' not in said:
    said += os.read(fd, 4096)
os.write(fd, sys.argv[2].encode() + b'\\n')
try:
    while True:
        more = os.read(fd, 4096)
        if not more:
            break
        said += more
except OSError:
    pass
print(said.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))" "$METANEURON" "$1" "$T/b"
}
ok 'a person says no' asked n
ok 'the numbers were shown' says out 'mean(mean_radius)' 'Shall these numbers leave?' 'nothing has left'
ok 'and stayed' same "$(grep -c ' submit ' b/ledger/log)" 1
ok 'a person says yes' asked y
ok 'and they left' same "$(grep -c ' submit ' b/ledger/log)" 2
ok 'an open run is withdrawn from by no one who submitted' run 77 b withdraw
ok 'close' run 0 a close
b sync >out 2>err

# --- refuse, close, step, recall, keys
a publish c.h5 --sites a,b >out 2>err
b sync >out 2>err
ok 'no' parses 'd["done"] == "refused"' b refuse
ok 'close: no code' run 2 a close --code nosuch
ok 'close' parses 'd["done"] == "closed"' a close --code person
ok 'a step' parses 'isinstance(d, list)' b step --local
ok 'in words' run 0 a step
ok 'recall' parses 'd["done"] == "recalled" and d["runs"][0] == "'"$key"'"' b data recall nuclei
ok 'for good' run 77 b data add nuclei b.csv
ok 'is listed so' parses 'd[0]["recalled"] > 1e9' b data
ok 'a new key' parses 'd["number"] == 2' b key rotate
ok 'is taken over' parses 'd["rotated"] == 1' a sync
ok 'revoke' parses 'd["done"] == "revoked"' a peer revoke b
ok 'is told' eval 'run 0 a && says out REVOKED'
ok 'of a stranger' test "$(a peer revoke c >out 2>err; echo $?)" -ne 0
ok 'what was said is signed, all of it' run 0 mn ledger verify a/ledger
ok 'and here' run 0 mn ledger verify b/ledger
done_testing
