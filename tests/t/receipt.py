#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts that MetaNeuron has not written, and altered ones.

  receipt.py make LOG INDEX                     writes ./policy and ./receipt
  receipt.py witness NAME KEYNAME KEY.PUB       prints the policy's line of a peer
  receipt.py compare CHECKER METANEURON KIND POLICY RECEIPT
      alters the receipt or the policy, as KIND says, in many ways, and has each read by the checker,
      a file of Python, and by `METANEURON ledger check-receipt`; prints where their verdicts differ, or where
      the altered is believed that should not be

Written from the texts of C2SP, and from nothing of MetaNeuron's.
"""
import base64
import hashlib
import importlib.util
import struct
import subprocess
import sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ORIGIN = b"example.org/ledger"


def b64(data):
    return base64.b64encode(data)


def node(hashes):  # MTH of RFC 6962, of leaves that are hashed already
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + node(hashes[:k]) + node(hashes[k:])).digest()


def path(index, hashes):  # PATH
    if len(hashes) == 1:
        return []
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    if index < k:
        return path(index, hashes[:k]) + [node(hashes[k:])]
    return path(index - k, hashes[k:]) + [node(hashes[:k])]


class Key:
    def __init__(self, seed, name, kind):
        self.private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        raw = bytes([kind]) + public
        self.name, self.kind = name, kind
        self.id = hashlib.sha256(name + b"\n" + raw).digest()[:4]
        self.vkey = name + b"+" + self.id.hex().encode() + b"+" + b64(raw)

    def line(self, text, time=None):
        if self.kind == 4:
            signature = struct.pack(">Q", time)
            signature += self.private.sign(b"cosignature/v1\ntime %d\n" % time + text)
        else:
            signature = self.private.sign(text)
        return "\u2014 ".encode() + self.name + b" " + b64(self.id + signature) + b"\n"


def receipt(lines, index, keys, number=None, extra=b"", origin=ORIGIN):
    leaves = [hashlib.sha256(b"\x00" + line).digest() for line in lines]
    text = origin + b"\n%d\n" % len(lines) + b64(node(leaves)) + b"\n" + extra
    out = b"c2sp.org/tlog-proof@v1\nextra " + b64(lines[index]) + b"\n"
    out += b"index %d\n" % (index if number is None else number)
    out += b"".join(b64(h) + b"\n" for h in path(index, leaves))
    return out + b"\n" + text + b"\n" + b"".join(k.line(text, 1700000000) for k in keys)


def make(log, index):
    lines = open(log, "rb").read().split(b"\n")[:-1]
    index = int(index)
    keys = [Key(1, ORIGIN, 1), Key(2, b"w.example", 4), Key(3, b"stranger.example", 4)]
    policy = b"# of others\nlog\t" + keys[0].vkey + b" https://example.org\n"
    policy += b"witness w " + keys[1].vkey + b"\nquorum w\n"
    # What a terminal would obey, or turn round, in all that may hold it.
    odd = "odd\u202e\u200b\u00e9".encode()
    odd_key = Key(4, odd, 1)
    record = b"0 1700000000.000000 odd text=%1B[31m%E2%80%AE%0Aproved%FF prev=" + b"0" * 64
    record += b" sum=" + hashlib.sha256(record).hexdigest().encode()
    files = {
        "odd": receipt([record], 0, [odd_key], origin=odd),
        "odd-policy": b"log " + odd_key.vkey + b"\nquorum none\n",
        "odd-quorum": b"log " + odd_key.vkey + b"\nwitness \x1b[31m " + keys[1].vkey + b"\nquorum x\n",
        "odd-witness": b"log %s\nwitness %s\xff %s\nquorum %s\xff\n" % (odd_key.vkey, odd, keys[1].vkey, odd),
        "policy": policy,
        "receipt": receipt(lines, index, keys),
        "extended": receipt(lines, index, keys, extra=b"an extension line\n"),
        "reversed": receipt(lines, index, keys[::-1]),
        "first": receipt(lines, 0, keys),
        "last": receipt(lines, len(lines) - 1, keys),
        "alone": receipt(lines[:1], 0, keys),
        # These are not to be believed, or no receipts.
        "unsigned": receipt(lines, index, keys[1:]),
        "uncosigned": receipt(lines, index, keys[:1]),
        "twice": receipt(lines, index, keys + keys[1:2]),
        "elsewhere": receipt(lines, index, keys, number=index + 1),
        "beyond": receipt(lines, index, keys, number=len(lines)),
        "text": receipt(lines[:3] + [b"no record"], 3, keys),
        "sum": receipt(lines[:3] + [lines[3][:-1] + b"x"], 3, keys),
        "number": receipt(lines[:3] + lines[4:], 3, keys),
    }
    for name, data in files.items():
        open(name, "wb").write(data)


def witness(name, key_name, path):
    raw = b"\x04" + bytes.fromhex(open(path).read().split()[0].split(":")[1])
    ident = hashlib.sha256(key_name.encode() + b"\n" + raw).digest()[:4].hex()
    print("witness %s %s+%s+%s" % (name, key_name, ident, b64(raw).decode()))


def altered(data):
    """Bits, bytes and lines: some of all, and each place at least near one."""
    lines = data.splitlines(keepends=True)
    for i in range(0, len(data), 19):
        yield "byte %d" % i, data[:i] + bytes([data[i] ^ 1 << i % 8]) + data[i + 1 :]
    for i in range(3, len(data), 173):
        yield "byte %d removed" % i, data[:i] + data[i + 1 :]
        yield "byte %d doubled" % i, data[:i] + data[i : i + 1] + data[i:]
        yield "cut at %d" % i, data[:i]
    for i in range(len(lines)):
        yield "line %d removed" % (i + 1), b"".join(lines[:i] + lines[i + 1 :])
        yield "line %d doubled" % (i + 1), b"".join(lines[: i + 1] + lines[i:])
        yield "an empty line %d" % (i + 1), b"".join(lines[:i] + [b"\n"] + lines[i:])
        yield "a space behind line %d" % (i + 1), b"".join(lines[:i] + [lines[i][:-1] + b" \n"] + lines[i + 1 :])
        yield "cut at line %d" % (i + 1), b"".join(lines[:i])


def compare(checker, metaneuron, kind, policy, receipt_path):
    spec = importlib.util.spec_from_file_location("checker", checker)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def theirs(policy_data, data):
        try:
            module.check(policy_data, data)
            return 0
        except module.Fault as fault:
            return fault.args[0]

    def ours(policy_path, path):
        words = [metaneuron, "ledger", "check-receipt", path, "--policy", policy_path]
        return subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode

    good_policy, good = open(policy, "rb").read(), open(receipt_path, "rb").read()
    bad = believed = count = 0
    if (theirs(good_policy, good), ours(policy, receipt_path)) != (0, 0):
        print("what is not altered is not believed")
        return 1
    for what, other in altered(good if kind == "receipt" else good_policy):
        open("altered", "wb").write(other)
        if kind == "receipt":
            codes = theirs(good_policy, other), ours(policy, "altered")
        else:
            codes = theirs(other, good), ours("altered", receipt_path)
        count += 1
        believed += codes[0] == 0
        if codes[0] != codes[1] or codes[0] not in (0, 3, 65):
            bad += 1
            print("%s: %d and %d" % (what, *codes))
        if kind == "receipt" and codes[0] == 0 and other.split(b"\n\n")[:2] != good.split(b"\n\n")[:2]:
            bad += 1
            print("%s: believed" % what)
    print("%d altered, %d of them still believed" % (count, believed))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit({"make": make, "witness": witness, "compare": compare}[sys.argv[1]](*sys.argv[2:]))
