# SPDX-License-Identifier: GPL-3.0-or-later
"""What a ledger's history must be, by its records alone, slowly.

    history.py spread LOG             the records of the k-th run are of 20 k days after a fixed time
    history.py slave LOG AT JSON      what `ledger history --at AT --json` says; likewise
    history.py node LOG AT JSON       with --by node, and
    history.py account LOG AT JSON
    history.py one LOG AT JSON SLAVE  of one slave
"""
import json
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import chain

DAY = 86400
BEGIN = 1700000000


def records(log, at):
    found = []
    for line in chain.read(log):
        seq, when, kind, *words = line.split(" ")
        r = {k: urllib.parse.unquote(v) for k, v in (w.split("=", 1) for w in words)}
        r.update(seq=int(seq), time=float(when), type=kind)
        if kind == "publish":
            r["run"] = r["sum"][:16]
        found.append(r)
    # Batches that were whole then.
    last = max((i for i, r in enumerate(found) if "batch" in r and r["time"] <= at), default=-1)
    return found[:last + 1]


def spread(log):
    texts, runs = [], -1
    for line in chain.read(log):
        text = chain.split(line)[0]
        seq, _, rest = text.split(" ", 2)
        runs += rest.startswith("publish ")
        texts.append(f"{seq} {BEGIN + max(runs, 0) * 20 * DAY + int(seq)}.000000 {rest}")
    # What names a run names it by the sum of its publish record.
    keys = {}
    before = "0" * 64
    for i, (old, text) in enumerate(zip(chain.read(log), texts)):
        for a, b in keys.items():
            text = text.replace(f" run={a} ", f" run={b} ")
        texts[i] = text
        before = chain.sum_of(f"{text} prev={before}")
        if " publish " in text:
            keys[chain.split(old)[2][:16]] = before[:16]
    chain.write(log, texts)


def weight(events, at):
    terms = []
    for items, when, rejected in events:
        age = max(0, at - when)
        if rejected:
            terms = [t * 0.5 for t in terms] + [0]
        else:
            ramp = min(1, max(0, (age - 7 * DAY) / (23 * DAY)))
            terms.append(items * ramp * 2 ** (-max(0, age - 30 * DAY) / (90 * DAY)))
    return terms


def close(a, b):
    assert abs(a - b) <= 1e-9 * max(1, abs(a)), (a, b)


def check_slave(x, all_of, at):
    name = x["slave"]
    mine = [r for r in all_of if r.get("slave", "").split("#")[0] == name and r["type"] != "attempt"]
    settles = [r for r in mine if r["type"] == "settle"]
    terms = weight([(int(r["items"]), r["time"], r["decision"] == "rejected") for r in settles], at)
    close(x["weight"], sum(terms))
    assert x["settled"] == len(settles)
    assert x["rejections"] == sum(r["decision"] == "rejected" for r in settles)
    assert x["items"] == sum(int(r["items"]) for r in settles if r["decision"] == "accepted")
    assert x["credits"] == sum(int(r["credits"]) for r in settles)
    assert x["declined"] == sum(r["type"] == "decline" for r in mine)
    assert x["lost"] == sum(r["type"] == "lost" for r in mine)
    close(x["node_hours"], sum(float(r["seconds"]) for r in mine if r["type"] == "submit") / 3600)
    close(x["last_seen"], max(r["time"] for r in mine))
    ages = [at - r["time"] for r in settles if r["decision"] == "accepted"]
    assert x["too_young"] == sum(a <= 7 * DAY for a in ages)
    assert x["growing"] == sum(7 * DAY < a < 30 * DAY for a in ages)
    assert x["full"] == sum(30 * DAY <= a for a in ages)
    return mine, settles, terms


def slave(log, at, path):
    all_of = records(log, float(at))
    said = json.load(open(path))
    names = {r["slave"].split("#")[0] for r in all_of if "slave" in r and r["type"] != "attempt"}
    assert {x["slave"] for x in said} == names and len(said) == len(names), (said, names)
    for x in said:
        check_slave(x, all_of, float(at))


def one(log, at, path, name):
    all_of = records(log, float(at))
    x = json.load(open(path))
    assert x["slave"] == name
    mine, settles, terms = check_slave(x, all_of, float(at))
    assert [y["run"] for y in x["computations"]] == list(dict.fromkeys(r["run"] for r in mine))
    for y in x["computations"]:
        run = [r for r in mine if r["run"] == y["run"]]
        settled = [i for i, r in enumerate(settles) if r["run"] == y["run"]]
        last = settles[settled[0]] if settled else run[-1]
        close(y["time"], last["time"])
        close(y["counts"], terms[settled[0]] if settled else 0)
        close(y["seconds"], sum(float(r["seconds"]) for r in run if r["type"] == "submit"))
        assert y["decision"] == (last["decision"] if settled else "open")
        assert y["credits"] == (int(last["credits"]) if settled else 0)
        why = [r["why"] for r in run if r["type"] == "filter" and r["decision"] == "rejected"]
        assert y["why"] == (why[-1] if why else "")


def sums(log, at, path, what):
    expected, where, account = {}, {}, {}
    for r in records(log, float(at)):
        kind, run, name = r["type"], r.get("run"), r.get("slave", "").split("#")[0]
        if kind == "job":
            account[run] = r["account"]
        if not name or kind == "attempt":
            continue
        if "node" in r:
            where[run, name] = r["node"]
        key = where.get((run, name), "-") if what == "node" else account.get(run, "-")
        x = expected.setdefault(key, {"runs": set(), "results": 0, "rejected": 0, "declined": 0,
                                      "lost": 0, "node_hours": 0, "last_seen": 0})
        if kind == "submit":
            x["runs"].add(run)
            x["results"] += 1
            x["node_hours"] += float(r["seconds"]) / 3600
        x["rejected"] += r.get("decision") == "rejected" and kind == "filter"
        x["declined"] += kind == "decline"
        x["lost"] += kind == "lost"
        x["last_seen"] = max(x["last_seen"], r["time"])
    said = json.load(open(path))
    assert {x[what] for x in said} == set(expected), (said, expected)
    for x in said:
        y = expected[x[what]]
        assert x["runs"] == len(y["runs"])
        for key in "results", "rejected", "declined", "lost":
            assert x[key] == y[key], (key, x, y)
        close(x["node_hours"], y["node_hours"])
        close(x["last_seen"], y["last_seen"])


def node(log, at, path):
    sums(log, at, path, "node")


def account(log, at, path):
    sums(log, at, path, "account")


globals()[sys.argv[1]](*sys.argv[2:])
