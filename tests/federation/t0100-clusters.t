#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2317 # called by ok and until_true
# Two clusters in a federation: which job starts where, and stays there. What `-M SELF`
# is for can be seen here: without it a job starts, or starts again, at the other centre.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/federation/lib.sh"

# nap AT OPTION…: a job that lasts until it is cancelled.
nap() {
    submit "$@" -o /dev/null -D /tmp --wrap 'sleep 1000'
}

# here_only JOB OTHER: the other cluster knows no such job.
here_only() {
    ! at "$2" squeue -h -M "$2" -j "$1" 2>/dev/null | grep -qv '^CLUSTER'
}

cancel() {
    at "$on" scancel -M "$on" "$job" && until_job CANCELLED
}

# --- a job ends by its time limit: it has a minute, and the rest goes on meanwhile
ok 'a job at beta with a limit of a minute' nap beta -M beta -p short
limited=$job

# --- each in its own home
cat >"$A/look.sh" <<'END'
#!/bin/sh
echo "$SLURM_CLUSTER_NAME $(hostname) $HOME"
ls -A "$METANEURON_TESTBED2/alpha" | wc -l
ls -A "$METANEURON_TESTBED2/beta" | wc -l
END
cp "$A/look.sh" "$B"
for cluster in alpha beta; do
    home=$(home_of $cluster)
    n=${cluster%"${cluster#?}"}
    ok "$cluster: a job" submit $cluster -M $cluster -o look.out look.sh
    ok 'says of which cluster it is' same "$on" $cluster
    ok 'and ends' until_job COMPLETED
    ok 'on a node of it, in its home' grep -q "^$cluster ${n}n[12] $home\$" "$home/look.out"
    ok 'where the other is not seen' same "$(sed 1d "$home/look.out" | sort -n | head -n 1)" 0
    ok 'but it itself' test "$(sed 1d "$home/look.out" | sort -n | tail -n 1)" -gt 0
done
ok 'nor on a login node' same "$(at alpha ls -A "$METANEURON_TESTBED2/beta")" ''
ok 'from alpha, a job is sent to beta' submit alpha -M beta -o /dev/null -D /tmp --wrap true
ok 'which it is of' same "$on" beta
ok 'and ends there' until_job COMPLETED
ok 'as accounting says' until_true 60 sh -c "'$testbed' in alpha sacct -n -X -M beta -j $job \
    -o cluster,state,nodelist | grep -q 'beta *COMPLETED *bn'"

# --- alpha is full
ok 'all of alpha is taken' nap alpha -M alpha -N2 -n8
ok 'by a job' until_job RUNNING
full=$job
ok 'a job for alpha alone' nap alpha -M alpha
mine=$job
ok 'a plain one' nap alpha
ok 'starts at beta' until_true 60 eval 'on=beta; runs_at beta'
cancel
on=alpha
job=$mine
ok 'the other waits' in_state PENDING
ok 'and only at alpha' here_only "$mine" beta
ok 'until there is room' at alpha scancel -M alpha "$full"
ok 'and starts at alpha' until_true 60 runs_at alpha
cancel

# --- a requeue, with the job's place taken before it can start again
stays_out() {
    in_state PENDING && case $(job_field Reason) in
    Resources | Priority) return 0 ;;
    *) return 1 ;;
    esac
}

ok 'beta is taken' nap beta -M beta -N2 -n7
until_job RUNNING
other=$job
ok 'a plain job' nap alpha -N2 -n5 --requeue
plain=$job
ok 'starts at alpha' until_true 60 runs_at alpha
at beta scancel -M beta "$other"
ok 'one for alpha alone is next there' nap alpha -M alpha -N2 -n8
next=$job
job=$plain
ok 'the plain job is requeued' at alpha scontrol requeue "$plain"
ok 'and starts again, at beta' until_true 60 eval 'on=beta; runs_at beta'
cancel
on=alpha
job=$next
ok 'the next runs at alpha' until_job RUNNING
mine=$job
ok 'another waits there' nap alpha -M alpha -N2 -n8
next=$job
job=$mine
ok 'the job of alpha alone is requeued' at alpha scontrol -M alpha requeue "$mine"
ok 'and waits for room' until_true 60 stays_out
ok 'though there is some at beta' submit alpha -M beta -N2 -n5 -o /dev/null -D /tmp --wrap true
ok 'where others start' until_job COMPLETED
job=$mine
on=alpha
ok 'it still waits' stays_out
ok 'and only at alpha' here_only "$mine" beta
at alpha scancel -M alpha "$next"
ok 'it starts again' until_true 60 restarted
ok 'at alpha' runs_at alpha
cancel

# --- a node dies, the network of another is cut: Slurm gives them up after ten seconds
node_of() {
    job_field NodeList
}

moved() {
    restarted && [ "$(node_of)" != "$1" ]
}

ok 'a job of alpha' nap alpha -M alpha --requeue
until_job RUNNING
mine=$job
dead=$(node_of)
ok 'and one of beta' nap beta -M beta --requeue
until_job RUNNING
theirs=$job
lost=$(node_of)
"$testbed" kill "$dead"
"$testbed" cut "$lost"
ok "beta's starts again, after its network was cut" until_true 90 moved "$lost"
ok 'at beta' runs_at beta
on=alpha
job=$mine
ok "alpha's starts again, after slurmd had died" until_true 90 moved "$dead"
ok 'at alpha' runs_at alpha
"$testbed" start "$dead"
"$testbed" join "$lost"
cancel
on=beta
job=$theirs
cancel

job=$limited
ok 'the job with a limit is ended' until_job TIMEOUT 120
done_testing
