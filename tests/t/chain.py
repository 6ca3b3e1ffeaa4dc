# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads and forges ledgers, by the format's text alone.

    chain.py check LOG                     every sum and prev
    chain.py forge LOG NUMBER KEY VALUE    alters a record, and every sum after it, and
                                           removes what was signed
    chain.py drop LOG NUMBER               leaves a record out, likewise
    chain.py append LOG WORDS              appends a record, TYPE KEY=VALUE …, which nobody has signed
    chain.py flip FILE POSITION            one bit
    chain.py balance LOG JSON              what `ledger balance --json` says, by the rules
"""
import hashlib
import json
import os
import re
import shutil
import sys


def sum_of(line):
    return hashlib.sha256(line.encode()).hexdigest()


def split(line):
    """A record without prev and sum, and these two."""
    return re.fullmatch(r"(.*) prev=([0-9a-f]{64}) sum=([0-9a-f]{64})", line).groups()


def read(path):
    data = open(path, "rb").read().decode("ascii")
    if not data.endswith("\n"):
        sys.exit(path + ": does not end with a line feed")
    return data[:-1].split("\n")


def check(log):
    before = "0" * 64
    for number, line in enumerate(read(log)):
        text, prev, total = split(line)
        if int(text.split(" ")[0]) != number:
            sys.exit(f"record {number} has another number")
        if prev != before or total != sum_of(f"{text} prev={prev}"):
            sys.exit(f"record {number} is not linked")
        before = total
    print(number + 1)


def append(log, words):
    lines = read(log)
    _, _, before = split(lines[-1])
    text = f"{len(lines)} {lines[-1].split(' ')[1]} {words} batch=1 prev={before}"
    with open(log, "a") as f:
        f.write(f"{text} sum={sum_of(text)}\n")


def unsign(log):
    """Removes the checkpoints beside a log, as who forges it does."""
    ledger = os.path.dirname(log) or "."
    shutil.rmtree(os.path.join(ledger, "checkpoints"), ignore_errors=True)
    for name in "checkpoint", "snapshot":
        if os.path.exists(os.path.join(ledger, name)):
            os.remove(os.path.join(ledger, name))


def write(log, texts):
    unsign(log)
    before = "0" * 64
    with open(log, "w") as f:
        for number, text in enumerate(texts):
            line = re.sub(r"^[0-9]+", str(number), text) + " prev=" + before
            before = sum_of(line)
            f.write(f"{line} sum={before}\n")


def forge(log, number, key, value):
    texts = [split(line)[0] for line in read(log)]
    altered, n = re.subn(rf" {key}=[^ ]*", f" {key}={value}", texts[int(number)])
    if n != 1 or altered == texts[int(number)]:
        sys.exit(f"record {number} has no {key} to alter")
    texts[int(number)] = altered
    write(log, texts)


def drop(log, number):
    """The batch that it was in is one shorter, or gone."""
    texts = [split(line)[0] for line in read(log)]
    ended = " batch=" in texts.pop(int(number))
    if ended and " batch=" not in texts[int(number) - 1]:
        texts[int(number) - 1] += " batch=0"
    begin = 0
    for i, text in enumerate(texts):
        if " batch=" in text:
            texts[i] = re.sub(" batch=[0-9]+", f" batch={i + 1 - begin}", text)
            begin = i + 1
    write(log, texts)


def flip(path, position):
    with open(path, "r+b") as f:
        f.seek(int(position))
        byte = f.read(1)[0]
        f.seek(int(position))
        f.write(bytes([byte ^ 1]))


def fields(text):
    words = text.split(" ")
    return words[2], dict(w.split("=", 1) for w in words[3:])


def balance(log, said):
    """Credits by the rules: each run emits 1/100000 of what is left, in
    proportion to accepted items, the rest to the largest fractions."""
    supply, left, accounts, batch = 2100000000, 2000000000, {}, []
    for line in read(log):
        kind, f = fields(split(line)[0])
        if kind == "genesis":
            accounts[f["site"]] = 100000000
        if kind == "settle":
            batch.append(f)
        if not batch or "batch" not in f:
            continue
        work = [int(x["items"]) if x["decision"] == "accepted" else 0 for x in batch]
        emission, total = left // 100000, sum(work)
        part = [emission * w // total for w in work]
        order = sorted(range(len(work)), key=lambda i: (-(emission * work[i] % total), i))
        for i in order[:emission - sum(part)]:
            part[i] += 1
        for x, p in zip(batch, part):
            if int(x["credits"]) != p:
                sys.exit(f"{x['slave']}: {x['credits']} credits, the rules give {p}")
            accounts[x["slave"]] = accounts.get(x["slave"], 0) + p
        left -= emission
        batch = []
    found = json.load(open(said))
    if {a["account"]: a["credits"] for a in found["accounts"]} != accounts:
        sys.exit(f"balances: {found['accounts']}, the rules give {accounts}")
    if found["left"] != left or found["supply"] != supply:
        sys.exit(f"left: {found['left']}, the rules give {left}")
    if sum(accounts.values()) + left != supply:
        sys.exit("credits are not conserved")


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
