# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes of the attack suite.

    report.py OUT CSV...    reads the parts that grid, product, fits and runs.py wrote; prints the tables,
                            and writes OUT/attacks.csv, and OUT/attacks.dat and .gp for gnuplot
"""
import collections
import csv
import os
import sys

MEANT = ("noise-10 noise-2 sign-flip bias bias-same alie-1.5 alie-max ipm-.5 ipm-3 mimic").split()
ERRORS = "unit-one unit-all swapped stuck bit-flip label-flip".split()
OURS = ["union/simulated", "pos-lof/simulated", "union", "pos-lof"]
HEAD = """\
Attacks on the filter, and on estimates that need none.

caught   part of the attackers that is rejected      accused  part of the honest that is rejected
any      part of rounds in which anybody honest is   error    of what is left: squared distance from
         the honest mean, in mean squared distances of one honest result from it. 0: as if there were no
         attackers; 1: as bad as any one honest result. (logreg: squared distance of the coefficients
         in standard errors; train: the share of rows that is told wrong.) 100 and more count as 100.

wdbc and digits are computed by the functions and filters as libraries, wdbc-run and digits-run by
`metaneuron run`, a rank for each slave, whose own data is spoilt; errors are from the answer of a run of
the honest alone there.

Where ours loses, whatever the numbers below are:
- A copy of an honest result (mimic) is one, and no filter can tell; it only counts twice.
- Who stays within the honest cloud (alie, ipm-.5) is not seen, least of all in few dimensions, and
  bends the mean by what he likes up to there. With many features nnm withstands him; with one all
  robust estimates are worse than the plain mean there, as they throw honest results away.
- Labels that are turned round by few are seen by train, and by logreg from its second round on; of
  20 slaves with 40 % by neither; by moments as little as the mean of one column among many.
- A bit that is flipped in a number that no feature depends on is not seen (logreg: most of the
  information), and may keep a fit from converging.
- One wrong column among many is diluted in a distance; union looks at the columns, too.
- Results of few rows differ by chance as much as by most errors: of coefficients of thirty rows next to
  nothing is caught, and the median is the better answer there, as it is if all columns are a little off.
- Half of the stake decides. With attackers of much history pos-lof, union and mad reject the honest
  as soon as those hold less, and are worse than no filter; with the weight uniform they are not.
"""


def read(paths):
    rows = []
    for path in paths:
        with open(path, newline="") as f:
            lines = [line for line in f if not line.startswith("origin,") or not rows]
        names = ("origin function n d wrong honest attack stake told kind name rounds caught accused "
                 "any error error_se").split()
        for line in csv.reader(line for line in lines if not line.startswith("origin,")):
            row = dict(zip(names, line))
            for key in ("wrong", "caught", "accused", "any", "error"):
                row[key] = float(row[key])
            rows.append(row)
    return rows


def mean(rows, key):
    values = [r[key] for r in rows]
    return sum(values) / len(values) if values else float("nan")


def pick(rows, **want):
    return [r for r in rows if all(r[k] in v if isinstance(v, (list, tuple, set)) else r[k] == v
                                   for k, v in want.items())]


def names_of(rows):
    return list(dict.fromkeys((r["kind"], r["name"]) for r in rows))


def number(x):
    return "      -" if x != x else f"{x:7.3f}" if x < 9.9995 else f"{x:7.2f}"


def table(title, head, lines):
    print(f"\n{title}\n\n{head}")
    for line in lines:
        print(line)


def overall(rows):
    for told in ("nothing", "errors"):
        part = pick(rows, origin="drawn", stake="equal", told=told)
        if not part:
            continue
        dims = sorted({r["d"] for r in part}, key=int)
        lines = []
        for kind, name in names_of(part):
            mine = pick(part, name=name)
            for honest in ("alike", "unlike"):
                x = pick(mine, honest=honest)
                meant, wrong = pick(x, attack=MEANT), pick(x, attack=ERRORS)
                seen = [r for r in meant if r["attack"] != "mimic"]
                text = f"{name if honest == 'alike' else '':18} {honest:7}" + number(mean(meant, "error"))
                text += " (" + " ".join(number(mean(pick(meant, d=d), "error")) for d in dims) + ")"
                text += number(mean(wrong, "error"))
                if kind == "filter":
                    text += "  " + " ".join(number(mean(v, k)) for v, k in (
                        (seen, "caught"), (wrong, "caught"), (x, "accused"), (x, "any")))
                lines.append(text)
        table(f"Drawn rounds of 50 slaves, equal stakes, told {told}: means over 10 to 40 % attackers",
              f"{'':18} {'honest':7}  error   by features ({' '.join(dims)})    error  caught caught  accused  any\n"
              f"{'':18} {'':7}  meant                            not meant meant  not", lines)


def by_attack(rows, title, names, **want):
    part = pick(rows, **want)
    names = [n for n in names if pick(part, name=n)]
    lines = []
    for attack in [a for a in MEANT + ERRORS + ["none"] if pick(part, attack=a)]:
        text = f"{attack:11}"
        for name in names:
            x = pick(part, attack=attack, name=name)
            caught = f"{mean(x, 'caught'):4.2f}" if x and x[0]["kind"] == "filter" else "    "
            text += f" {caught}{number(mean(x, 'error'))}" if x else " " * 12
        lines.append(text)
    table(title + ": caught, and error", f"{'':11}" + "".join(f" {n[:11]:>11}" for n in names), lines)


def by_stake(rows):
    part = pick(rows, origin="drawn", told="nothing", attack=MEANT)
    lines = []
    for kind, name in names_of(part):
        if kind != "filter":
            continue
        text = f"{name:18}"
        for stake in ("little", "equal", "much"):
            for wrong in (0.2, 0.4):
                text += number(mean(pick(part, name=name, stake=stake, wrong=wrong), "error"))
            text += "  "
        lines.append(text)
    if lines:
        table("Drawn rounds by the stake of attackers: error at 20 and 40 %",
              f"{'':18} {'little':16}{'equal':16}{'much'}", lines)


def sets(rows):
    lines = []
    part = [r for r in rows if r["origin"] != "drawn"]
    for origin, function in dict.fromkeys((r["origin"], r["function"]) for r in part):
        for n in sorted({r["n"] for r in pick(part, origin=origin, function=function)}, key=int):
            x = pick(part, origin=origin, function=function, n=n, kind="filter")
            for _, name in names_of(x):
                y = pick(x, name=name)
                clean = [mean(pick(y, attack="none", honest=h), "any") for h in ("alike", "unlike")]
                text = f"{origin:10} {function:8} {n:>3} {name:18}" + "".join(map(number, clean))
                for h in ("alike", "unlike"):
                    z = [r for r in pick(y, honest=h) if r["attack"] not in ("none", "mimic")]
                    text += "".join(number(mean(z, k)) for k in ("caught", "accused", "error")) + " "
                lines.append(text)
    if lines:
        table("The data sets, through the functions of the product, and through its runs",
              f"{'':42}any, all honest alike                 unlike\n"
              f"{'':42}  alike unlike caught accused error  caught accused error", lines)


def estimates(rows):
    """What estimates make of the data sets, beside no filter and ours."""
    lines, seen = [], pick(rows, kind="estimator")
    names = list(dict.fromkeys(r["name"] for r in seen if r["origin"] != "drawn"))
    shown = ["none"] + [n for n in OURS if pick(rows, name=n)][:1] + names
    for origin, function in dict.fromkeys((r["origin"], r["function"]) for r in seen if r["origin"] != "drawn"):
        for n in sorted({r["n"] for r in pick(seen, origin=origin, function=function)}, key=int):
            part = pick(rows, origin=origin, function=function, n=n, honest="alike")
            for what, some in (("clean", pick(part, attack="none")),
                               ("wrong", [r for r in part if r["attack"] not in ("none", "mimic")])):
                lines.append(f"{origin:10} {function:8} {n:>3} {what:6}" +
                             "".join(f"   {number(mean(pick(some, name=m), 'error'))}" for m in shown))
    if lines:
        table("The data sets: mean error of estimates, honest alike", f"{'':29}" +
              "".join(f"{m[:9]:>10}" for m in shown), lines)


def losses(rows, ours):
    """Kinds of rounds in which ours is worse than no filter, or misses; and who does better."""
    key = ("origin", "function", "n", "d", "attack", "stake", "told")
    groups = collections.defaultdict(lambda: collections.defaultdict(list))
    for r in rows:
        if r["attack"] not in ("none", "mimic"):
            groups[tuple(r[k] for k in key)][r["name"]].append(r)
    worse, missed = [], []
    for where, by in groups.items():
        if ours not in by or "none" not in by:
            continue
        mine, nothing = mean(by[ours], "error"), mean(by["none"], "error")
        text = f"{where[0]:7} {where[1]:8} n={where[2]:>2} d={where[3]:>4} {where[4]:10} {where[5]:6} {where[6]:7}"
        if mine > 1.1 * nothing + 0.01:
            worse.append(f"{text}{number(mine)}, without {number(nothing)}")
        elif mean(by[ours], "caught") < 0.5 and mine > 0.05:
            best = min((mean(v, "error"), k) for k, v in by.items() if v[0]["kind"] == "estimator"
                       ) if any(v[0]["kind"] == "estimator" for v in by.values()) else None
            missed.append(f"{text} caught {mean(by[ours], 'caught'):4.2f} error{number(mine)}" +
                          (f", {best[1]}{number(best[0])}" if best else ""))
    table(f"Where {ours} is worse than no filter", "", worse or ["nowhere"])
    table(f"Where {ours} misses more than half, and what estimate is the best there", "", missed or ["nowhere"])


def plot(rows, out, names):
    drawn = pick(rows, origin="drawn", stake="equal", told="nothing", honest="alike")
    panels = [(f"drawn rounds of 50 slaves, {d} features, 10 to 40 % attackers", pick(drawn, d=d))
              for d in sorted({r["d"] for r in drawn}, key=int)]
    for origin in dict.fromkeys(r["origin"] for r in rows if r["origin"].endswith("-run")):
        part = pick(rows, origin=origin, function="moments", honest="alike", n="20")
        panels += [(f"{origin}: moments by metaneuron run, 20 slaves, 20 and 40 % wrong", part)] if part else []
    with open(os.path.join(out, "attacks.dat"), "w") as f:
        for _, part in panels:
            f.write("attack " + " ".join(f'"{n}"' for n in names if pick(part, name=n)) + "\n")
            for attack in [a for a in MEANT + ERRORS if pick(part, attack=a)]:
                f.write(attack + " " + " ".join(f"{min(mean(pick(part, attack=attack, name=n), 'error'), 3):.5f}"
                                                for n in names if pick(part, name=n)) + "\n")
            f.write("\n\n")
    with open(os.path.join(out, "attacks.gp"), "w") as f:
        f.write(f"""set terminal svg size 1100,{320 * len(panels)} font ',11'
set output '{out}/attacks.svg'
set multiplot layout {len(panels)},1
set style data histogram
set style histogram clustered gap 1
set style fill solid
set xtics rotate by -30
set ylabel 'error, at most 3'
set key outside right autotitle columnhead
""")
        for i, (title, part) in enumerate(panels):
            f.write(f"set title '{title}'\n")
            f.write("plot " + ", ".join(
                f"'{out}/attacks.dat' index {i} using {k + 2}" + (":xtic(1)" if k == 0 else "")
                for k in range(len([n for n in names if pick(part, name=n)]))) + "\n")


def main():
    out, rows = sys.argv[1], read(sys.argv[2:])
    with open(os.path.join(out, "attacks.csv"), "w", newline="") as f:
        w = csv.DictWriter(f, rows[0].keys(), lineterminator="\n")
        w.writeheader()
        w.writerows(rows)
    ours = [n for n in OURS if pick(rows, name=n)]
    best = ["none"] + ours + ["mad", "mad/simulated", "lof", "geometric-median", "trimmed-mean", "nnm", "nnm/f"]
    print(HEAD, end="")
    overall(rows)
    for d in sorted({r["d"] for r in pick(rows, origin="drawn")}, key=int):
        by_attack(rows, f"Drawn, {d} features, alike, told nothing", best, origin="drawn", d=d,
                  honest="alike", stake="equal", told="nothing")
    by_stake(rows)
    sets(rows)
    estimates(rows)
    for origin, function in dict.fromkeys((r["origin"], r["function"]) for r in rows):
        if origin != "drawn" and pick(rows, origin=origin, function=function, n="20"):
            by_attack(rows, f"{origin}, {function}, 20 slaves, alike", best, origin=origin,
                      function=function, n="20", honest="alike")
    for name in ours[:2]:
        losses(rows, name)
    plot(rows, out, best)


main()
