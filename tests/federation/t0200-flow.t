#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317 # called by ok
# Two centres, each with a cluster of its own, from the first key to a result that both
# have and verify: every verb as a person types it.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/federation/lib.sh"

ok 'two centres, that know each other' centres
ok 'what one run over the data of both comes to' pooled "$jobs_dir/federation/contract.yaml"

# --- asked, and claimed
ok 'alpha asks both' ask "$jobs_dir/federation/contract.yaml" --disclose states
ok 'it is carried' carry
ok 'beta takes it in' run 0 site beta sync
ok 'and sees it' run 0 site beta inbox
ok 'by its title' says out 'Measurements of cell nuclei' "$key"
ok 'what would leave is told' run 0 site beta show "$key"
ok 'in numbers' says out '16 numbers' 'alpha sees every number that leaves'
ok 'more is to be published than the policy allows' run 77 site beta claim "$key"
ok 'as its rule says' says err 'data.nuclei.disclose'
ok 'now it allows that' run 0 policy beta 's/disclose: .*/disclose: states/'
ok 'as it says when it is tried' run 0 site beta policy try "$key"
ok 'beta claims' run 0 site beta claim "$key"
ok 'alpha allows it' run 0 policy alpha 's/disclose: .*/disclose: states/'
ok 'and claims' run 0 site alpha claim "$key"
ok 'nothing is computed before alpha has said by whom' run 75 site beta compute "$key"
carry
site alpha sync >out
ok 'which it says' run 75 site alpha collect "$key"
carry
site beta sync >out

# --- computed, each on its own cluster
for cluster in alpha beta; do
    ok "$cluster computes, by a job" run 0 site $cluster compute "$key"
    ok 'which ends' until_computed $cluster
    ok 'on its cluster' same "$on $(job_field JobState)" "$cluster COMPLETED"
    ok 'and on a node of it' case_of "$(job_field NodeList)" "${cluster%"${cluster#?}"}n"
done
ok 'the same once more starts nothing' run 0 site beta compute "$key"
ok 'that job is the last' until_computed beta
script=$A/.local/share/metaneuron/site/runs/$key/round-1/job.sh
ok "alpha's job, started at beta" submit alpha -M beta -D /tmp -o "$T/stray" "$script"
ok 'ends' until_job FAILED
ok 'refused by policy' same "$(job_field ExitCode)" 77:0
ok 'and says why' says stray 'the policy lets this run on alpha alone'

# --- looked at, sealed, put together
ok 'beta looks at what would leave' run 0 site beta review "$key"
ok 'a feature of it' says out 'mean(mean_radius)'
ok 'four of the 16 numbers a line' same "$(sed -n '/^the 16 numbers/,/^$/p' out | sed 1d | awk 'NF == 4' | wc -l)" 4
ok 'beta submits' run 0 site beta submit "$key" --yes
carry
site alpha sync >out
ok 'alpha opens none before it has submitted its own' run 75 site alpha collect "$key"
ok 'which it does' run 0 site alpha submit "$key" --yes
ok 'and settles' run 0 site alpha collect "$key" -o r.h5
ok 'with both' says out '2 of 2 slaves answered, 0 rejected'
carry
site beta sync >out
ok 'beta fetches the result' run 0 site beta collect "$key" -o r.h5
ok 'which is the one' cmp "$A/r.h5" "$B/r.h5"
ok 'its bits are those of one run' same "$(settled_state)" "$pooled"

# --- verified, by both
house=.local/share/metaneuron/site
ok 'alpha verifies it' run 0 at alpha "$METANEURON" verify r.h5 --ledger $house/ledger
ok 'beta, too, by what it has seen' \
    run 0 at beta "$METANEURON" verify r.h5 --ledger $house/ledger/peers/alpha
for cluster in alpha beta; do
    for ledger in ledger own; do
        ok "$cluster: $ledger is whole" \
            run 0 at $cluster "$METANEURON" ledger verify $house/$ledger
    done
done
ok 'nothing waits any more' run 0 site beta
ok 'as it says' says out 'no run waits'
done_testing
