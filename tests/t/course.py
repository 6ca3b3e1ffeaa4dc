# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a tutorial and compares what its commands print: TAP.

    course.py TUTORIAL.md DIRECTORY

In blocks marked console, a line that begins with "$ " is a command (lines that begin
with "> " continue it), and what follows it is what it prints, standard error among it.
Of what is printed "…" stands for any text within a line, and alone on a line for any
lines; blanks are compared by where they are, not by how many. A comment
<!-- needs: COMMAND --> before a block skips it, with a reason, where COMMAND fails;
<!-- file: NAME --> writes the block after it to a file. All commands run in DIRECTORY,
one after the other.
"""
import re
import subprocess
import sys

SECONDS = 300


def blocks(text):
    """(step, needs, file, language, lines) of each fenced block."""
    step, needs, name, language, lines = "", None, None, None, []
    for line in text.split("\n"):
        if language is None:
            if line.startswith("## "):
                step, needs = line[3:], None
            elif m := re.fullmatch(r"<!-- needs: (.*) -->", line):
                needs = m[1]
            elif m := re.fullmatch(r"<!-- file: (.*) -->", line):
                name = m[1]
            elif line.startswith("```"):
                language, lines = line[3:], []
        elif line == "```":
            yield step, needs, name, language, lines
            name, language = None, None
        else:
            lines.append(line)


def commands(lines):
    """(command, what it prints) of a console block."""
    found = []
    for line in lines:
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.startswith("> ") and not found[-1][1]:
            found[-1] = (found[-1][0] + "\n" + line[2:], [])
        else:
            found[-1][1].append(line)
    return found


def pattern(lines):
    """A regular expression for the lines that are expected."""
    parts = []
    for line in lines:
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
            continue
        words = [r"[^\n]*?".join(re.escape(p) for p in word.split("…")) for word in line.split()]
        parts.append(r"[ \t]*" + r"[ \t]+".join(words) + r"[ \t]*\n")
    return "".join(parts)


def shell(command, directory):
    try:
        done = subprocess.run(["bash", "-c", command], cwd=directory, timeout=SECONDS,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired:
        return f"no end after {SECONDS} seconds\n"
    return done.stdout.decode(errors="replace")


def main(tutorial, directory):
    count = bad = 0
    with open(tutorial, encoding="utf-8") as f:
        text = f.read()
    for step, needs, name, language, lines in blocks(text):
        if name:
            with open(f"{directory}/{name}", "w", encoding="utf-8") as f:
                f.write("\n".join(lines) + "\n")
            continue
        if language != "console":
            continue
        missing = needs and subprocess.run(["bash", "-c", needs], stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL).returncode
        for command, expected in commands(lines):
            count += 1
            what = f"{step}: {command.splitlines()[0]}".replace("#", "")
            if missing:
                print(f"ok {count} - {what} # SKIP '{needs}' fails here")
                continue
            printed = shell(command, directory)
            if printed and not printed.endswith("\n"):
                printed += "\n"
            if re.fullmatch(pattern(expected), printed):
                print(f"ok {count} - {what}", flush=True)
                continue
            bad += 1
            print(f"not ok {count} - {what}")
            for title, of in ("expected", expected), ("printed", printed.split("\n")):
                print(f"# {title}:")
                for line in of:
                    print(f"#   {line}")
            sys.stdout.flush()
    print(f"1..{count}" if count else "1..1\nnot ok 1 - the tutorial has no commands")
    return bad > 0 or count == 0


sys.exit(main(*sys.argv[1:]))
