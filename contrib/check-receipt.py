#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks a receipt of a ledger, independently of MetaNeuron: by c2sp.org/tlog-proof, tlog-policy,
tlog-checkpoint, tlog-cosignature and signed-note, by RFC 9162, and a record by src/ledger/FORMAT.
Exit code 0: proved; 3: not proved; 65: no receipt or no policy; 66: no file; 2: wrong words."""
import argparse, base64, hashlib, re, sys
from collections import namedtuple
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOG, WITNESS = 0x01, 0x04  # types of keys
P, ORDER_8 = 2**255 - 19, 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7
WORD = rb"[a-z][a-z0-9_]{0,15}"
RECORD = re.compile(rb"([0-9]+) [0-9]+\.[0-9]{6} %s( %s=[!-~]+)* prev=[0-9a-f]{64}" % (WORD, WORD))
Key = namedtuple("Key", "name kind id public")

class Fault(Exception): pass

def need(condition, text, code=65):
    if not condition:
        raise Fault(code, text)

def unbase64(text):
    shape = len(text) % 4 == 0 and re.fullmatch(rb"[A-Za-z0-9+/]*={0,2}", text)
    need(shape and base64.b64encode(base64.b64decode(text)) == text, "%r is not base64" % text[:80])
    return base64.b64decode(text)

def number(text, most):
    return int(text) if re.fullmatch(rb"0|[1-9][0-9]{0,19}", text) and int(text) <= most else None

def is_utf8(data):
    return data.decode(errors="ignore").encode() == data

def is_name(name):
    return name and is_utf8(name) and b"+" not in name and not any(c.isspace() for c in name.decode())

def read_key(vkey, kind):
    name, ident, key = (vkey.split(b"+", 2) + [b"", b""])[:3]
    raw = unbase64(key)
    digest = hashlib.sha256(name + b"\n" + raw).digest()[:4]
    need(is_name(name) and len(name) < 128 and len(raw) == 33 and raw[0] == kind and
         ident == digest.hex().encode(), "%r is no key of type %d, or was mistyped" % (vkey[:200], kind))
    return Key(name, kind, digest, raw[1:])

def read_note(data):
    need(len(data) <= 65536 and is_utf8(data) and not re.search(rb"[\0-\x09\x0b-\x1f]", data), "no note")
    text, gap, rest = data.rpartition(b"\n\n")
    lines = rest.split(b"\n")
    need(gap and lines.pop() == b"" and 1 <= len(lines) <= 64, "no note, or it was cut")
    matches = [re.fullmatch("\u2014 ([^ ]+) (.*)".encode(), line) for line in lines]
    need(all(m and is_name(m[1]) and len(unbase64(m[2])) > 4 for m in matches), "no signature line")
    return text + b"\n", [(m[1], unbase64(m[2])) for m in matches]

def signed(note, key):  # whether that key has; a Fault if its signature is wrong
    found = [s[4:] for name, s in note[1] if (name, s[:4]) == (key.name, key.id)]
    if not found: return False
    before = 8 if key.kind == WITNESS else 0
    time = int.from_bytes(found[0][:before], "big")
    need(len(found) == 1 and len(found[0]) == before + 64 and time < 2**63, "a wrong signature", 3)
    message = (b"cosignature/v1\ntime %d\n" % time if before else b"") + note[0]
    y = int.from_bytes(key.public, "little") % 2**255  # anybody can sign for a key of small order
    need(y < P and y not in (0, 1, P - 1, ORDER_8, P - ORDER_8), "a key that is none", 3)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(found[0][before:], message)
    except (InvalidSignature, ValueError):
        raise Fault(3, "a wrong signature of %s" % ascii(key.name.decode()))
    return True

def read_policy(data):
    logs, witnesses, groups, quorum, members = [], {}, {}, None, set()
    need(len(data) <= 1 << 20 and data.endswith(b"\n"), "no policy, or it was cut")
    for line in data.split(b"\n")[:-1]:
        need(not re.search(rb"[\0-\x08\x0a-\x1f\x7f]", line), "a control character in the policy")
        word = [w for w in re.split(rb"[ \t]+", line) if w] or [b"#"]
        if word[0] == b"log" and len(word) in (2, 3):
            logs.append(read_key(word[1], LOG))
        elif word[0] == b"witness" and len(word) in (3, 4) or word[0] == b"group" and len(word) > 3:
            name, names = word[1], word[3:]
            need(name not in (b"none", *witnesses, *groups), "the name %r is taken" % name)
            if word[0] == b"witness":
                witnesses[name] = read_key(word[2], WITNESS)
                continue
            need(set(names) <= {*witnesses, *groups} - members and len(set(names)) == len(names),
                 "a member a second time, or that is defined on no line before")
            least = {b"all": len(names), b"any": 1}.get(word[2]) or number(word[2], len(names))
            need(least, "%r of %d members" % (word[2], len(names)))
            members |= set(names)
            groups[name] = (least, names)
        elif word[0] == b"quorum" and len(word) == 2 and quorum is None:
            quorum = word[1]
            need(quorum in (b"none", *witnesses, *groups), "an unknown quorum")
        else:
            need(word[0].startswith(b"#"), "%r is no line of a policy" % line[:80])
    need(quorum is not None and max(len(logs), len(witnesses), len(groups)) <= 256, "no quorum, or too much")
    need(all(len({k.public for k in d}) == len(d) for d in (logs, witnesses.values())), "a key twice")
    return logs, witnesses, groups, quorum

def reached(name, groups, cosigned):
    least, names = groups.get(name, (1, []))
    return name == b"none" or name in cosigned or sum(reached(n, groups, cosigned) for n in names) >= least

def root_of(node, index, size, path):  # RFC 9162, 2.1.3.2
    at, last = index, size - 1
    for other in path:
        need(last > 0, "a path that is too long", 3)
        left = at & 1 or at == last
        node = hashlib.sha256(b"\x01" + (other + node if left else node + other)).digest()
        while left and not at & 1 and at:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    need(index < size and last == 0, "a path that is too short", 3)
    return node

def check(policy, receipt):  # returns what is proved; a Fault says why nothing is
    logs, witnesses, groups, quorum = read_policy(policy)
    head, gap, rest = receipt.partition(b"\n\n")
    lines = head.split(b"\n")
    need(gap and len(receipt) <= 1 << 17 and len(lines) >= 3 and lines[0] == b"c2sp.org/tlog-proof@v1" and
         lines[1].startswith(b"extra ") and lines[2].startswith(b"index "), "no receipt with a record")
    line, index = unbase64(lines[1][6:]), number(lines[2][6:], 2**64 - 1)
    path = [unbase64(p) for p in lines[3:]]
    need(index is not None and len(path) < 64 and all(len(p) == 32 for p in path), "no path of hashes")
    note = read_note(rest)
    body = note[0].split(b"\n")[:-1]
    need(len(body) >= 3 and all(body) and len(body[0]) < 128, "no checkpoint")
    size, root = number(body[1], 2**63 - 1), unbase64(body[2])
    need(size is not None and len(root) == 32, "no checkpoint")
    need(body[0] in [k.name for k in logs if signed(note, k)], "no log of the policy has signed this", 3)
    cosigned = [name for name, k in witnesses.items() if signed(note, k)]
    need(reached(quorum, groups, cosigned), "the quorum has not cosigned the checkpoint", 3)
    need(root_of(hashlib.sha256(b"\0" + line).digest(), index, size, path) == root, "not in the log", 3)
    before, _, total = line.rpartition(b" sum=")
    match = RECORD.fullmatch(before)
    need(match and total == hashlib.sha256(before).hexdigest().encode(), "what is in the log is no record")
    need(int(match[1]) == index, "the record has another number", 3)
    return "proved: in %s, which has %d records, cosigned by %d (quorum %s):\n%s" % (
        ascii(body[0].decode()), size, len(cosigned), ascii(quorum.decode("latin1")), line.decode())

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="checks a receipt of a ledger")
    parser.add_argument("--policy", required=True, metavar="FILE", help="the trust policy")
    parser.add_argument("receipt", metavar="RECEIPT")
    given = parser.parse_args()
    try:
        print(check(*(open(path, "rb").read(1 << 21) for path in (given.policy, given.receipt))))
    except (Fault, OSError) as fault:
        code, text = fault.args if isinstance(fault, Fault) else (66, fault)
        print("check-receipt.py: %s" % text, file=sys.stderr)
        sys.exit(code)
