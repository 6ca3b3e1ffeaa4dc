# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that would do harm to a terminal, a spreadsheet or a program: puts it where a command
reads it, and looks at what the command prints.

    text.py string                        prints the text, for a shell
    text.py bytes                         the same, with bytes that are not UTF-8
    text.py line                          the same in one line
    text.py yaml, text.py c               the text as it stands between quotes there
    text.py clean FILE…                   nothing in the files does harm
    text.py passed FILE…                  the same where it may have lines
    text.py ledger LOG                    puts it into every text of every record
    text.py unknown LOG                   appends a record of a later version, with our keys
    text.py result RESULT.h5              puts it into every text of a result
    text.py status STATUS                 puts it into every text of a status file
    text.py holding LOCK COMMAND…         runs it while somebody holds the lock
    text.py json FILE EXPRESSION          with d the document, H the text
    text.py csv FILE EXPRESSION           with rows the cells, and lines; H the text
    text.py terminal FILE COMMAND…        runs it on a terminal; what that got goes to the file
"""
import csv
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys

import chain

# A formula, an escape, a line that tells what to do, a carriage return, a bell, a C1 control, one
# that turns the line round, a line separator, a tab, a delete, another formula, a comma that begins
# a cell, an end of a JSON string, and what is to come through as it is.
H = '=HYPERLINK("x"),\x1b[31m\ndo: run it\r\x07\x9b31m\u202e\u2028\t\x7f;=1,@a","type":"settle \u00e9\u65e5'
SHOWN = ('=HYPERLINK("x"),<U+001B>[31m<U+000A>do: run it<U+000D><U+0007><U+009B>31m<U+202E><U+2028>'
         '<U+0009><U+007F>;=1,@a","type":"settle \u00e9\u65e5')
LINE = H.replace("\n", "")
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def string():
    sys.stdout.buffer.write(H.encode())


def line():
    sys.stdout.buffer.write(LINE.encode())


def raw():
    sys.stdout.buffer.write(b"\xff\xc2" + H.encode() + b"\xe2\x80\xed\xa0\x80")


def yaml():
    sys.stdout.write("".join(f"\\u{ord(c):04x}" if ord(c) > 0x7e or c < " " or c in '"\\' else c
                             for c in H))


def c():
    sys.stdout.write("".join(f"\\{b:03o}" for b in H.encode()))


def clean(*files, lines=False):
    for name in files:
        text = open(name, "rb").read().decode("utf-8")  # or it fails
        for found in UNSEEN.finditer(text):
            sys.exit(f"{name}: has U+{ord(found[0]):04X}: {text[max(found.start() - 40, 0):][:80]!r}")
        for line in text.split("\n"):
            if line.startswith("do: run it") and not lines:
                sys.exit(f"{name}: a line begins with what was not said by us")


def passed(*files):
    clean(*files, lines=True)


def escaped(value):
    return "".join(chr(b) if 0x21 <= b <= 0x7e and b != 0x25 else f"%{b:02X}" for b in (value if isinstance(value, bytes) else value.encode()))


def ledger(log):
    """A run whose publish record is altered has another key."""
    texts, keys = [], {}
    for line in chain.read(log):
        text, _, total = chain.split(line)
        for old, new in keys.items():
            text = text.replace(f" run={old}", f" run={new}")
        for key in "node", "function", "reason", "why", "method", "outcome", "by", "policy", "cluster", \
                "job", "task", "user", "account", "submit":
            text = re.sub(rf" {key}=[^ ]*", lambda m: f" {key}=" + escaped(H), text)
        text = re.sub(r" slave=here/", lambda m: " slave=" + escaped(H) + "/", text)
        texts.append(text)
        chain.write(log, texts)
        if " publish " in text:
            keys[total[:16]] = chain.split(chain.read(log)[-1])[2][:16]
    for old, new in keys.items():
        place = f"{os.path.dirname(log)}/runs/"
        if os.path.exists(place + old):
            os.rename(place + old, place + new)
            with open(f"{place}{new}/status", "r+") as f:
                whole = f.read().replace(old, new)
                f.seek(0)
                f.write(whole)


def unknown(log):
    texts = [chain.split(line)[0] for line in chain.read(log)]
    time = texts[-1].split(" ")[1]
    run = [m[1] for m in (re.search(r" run=([0-9a-f]{16})", t) for t in texts) if m][-1]
    fields = " ".join(f"{k}={escaped(v)}" for k, v in {
        "run": run, "type": "settle", "seq": "0", "time": "0", "credits": "1000000", "slave": H,
        "text": H, "fields": "x", "bytes": b"\xff\xc2x"}.items())
    texts.append(f"{len(texts)} {time} zzlater {fields} batch=1")
    chain.write(log, texts)


def result(path):
    import h5py
    import numpy

    def put(x):
        for name, value in x.attrs.items():
            if isinstance(value, str) and name not in ("contract", "run", "id"):
                del x.attrs[name]
                x.attrs[name] = H

    with h5py.File(path, "r+") as f:
        put(f)
        f.visititems(lambda name, x: put(x))
        names = []
        f.visititems(lambda name, x: names.append(name) if isinstance(x, h5py.Dataset) and
                     h5py.check_string_dtype(x.dtype) else None)
        for name in names:
            if name == "slaves/name":
                values = [v.decode().replace("here", H) for v in f[name][()]]
            elif f[name].shape == ():
                continue
            else:
                text = H[:40] if name == "slaves/node" else H
                values = [f"{text}{i}" for i in range(f[name].shape[0])]
            attributes = dict(f[name].attrs)
            del f[name]
            f[name] = numpy.array([v.encode() for v in values])
            for key, value in attributes.items():
                f[name].attrs[key] = value


def status(path):
    d = json.load(open(path))
    for key in "title", "host", "job", "stage":
        d[key] = H
    for s in d["slaves"]:
        s["name"], s["node"], s["trouble"] = H[:40] + str(s["partition"]), H[:40], H
    with open(path, "w") as f:
        json.dump(d, f, ensure_ascii=False)


def holding(lock, *command):
    with open(lock, "r+") as f:
        fcntl.fcntl(f, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))  # F_OFD_SETLK
        sys.exit(subprocess.call(command))


def holds(expression, names):
    if not eval(f"({expression})", dict(globals(), **names)):
        sys.exit("does not hold: " + expression + "\n" + repr(names)[:2000])


def of_json(path, expression):
    holds(expression, {"d": json.load(open(path, encoding="utf-8"))})


def of_csv(path, expression):
    text = open(path, encoding="utf-8", newline="").read()
    lines = [t for t in text.split("\n") if t.startswith("#")]
    rows = list(csv.reader(t for t in text.split("\n") if t and not t.startswith("#")))
    holds(expression, {"lines": lines, "rows": rows})


def terminal(path, *command):
    got = []
    code = pty.spawn(command, lambda fd: got.append(os.read(fd, 1024)) or got[-1])
    open(path, "wb").write(b"".join(got).replace(b"\r\n", b"\n"))
    sys.exit(os.waitstatus_to_exitcode(code))


if __name__ == "__main__":
    verbs = {"json": of_json, "csv": of_csv, "bytes": raw}
    verb = verbs.get(sys.argv[1]) or globals()[sys.argv[1]]
    verb(*sys.argv[2:])
