# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the data that tests run on, the same at every start.

    make.py DIRECTORY [SLAVE:CORRUPTION …]

writes, for 9 slaves of about 200 rows of 4 columns a to d,
  k.csv      a table
  k.h5       the same as one dataset with its columns' names
  k-cols.h5  the same as one dataset per column
  all.csv, all.h5   all rows after one another
  k-text.csv the same among texts, in another order
Corruptions: scaled (column c by 1000), zero (column b is 0), constant (column d
is 1e15), nan (every 7th value of column a is missing), empty (all of column a).
"""
import sys

import h5py
import numpy as np

SLAVES, COLUMNS = 9, "abcd"


def rows_of(k):
    return 200 + 7 * k


def table(k):
    """Columns of different location and size, d explained by the others."""
    rng = np.random.default_rng(1000 + k)
    a = rng.normal(5, 1, rows_of(k))
    b = rng.exponential(100, rows_of(k))
    c = rng.uniform(-1e-3, 1e-3, rows_of(k))
    d = 3 + 2 * a - 0.01 * b + 500 * c + rng.normal(0, 0.1, rows_of(k))
    return np.column_stack([a, b, c, d])


def corrupt(t, how):
    if how == "scaled":
        t[:, 2] *= 1000
    elif how == "zero":
        t[:, 1] = 0
    elif how == "constant":
        t[:, 3] = 1e15
    elif how == "nan":
        t[::7, 0] = np.nan
    elif how == "empty":
        t[:, 0] = np.nan
    else:
        sys.exit("no such corruption: " + how)


def write_csv(path, t):
    with open(path, "w") as f:
        f.write(",".join(COLUMNS) + "\n")
        for row in t:
            f.write(",".join("NA" if np.isnan(x) else repr(float(x)) for x in row) + "\n")


def write_text(path, t):
    with open(path, "w") as f:
        f.write('name,d,"c",b,a,note\r\n')
        for i, (a, b, c, d) in enumerate(t.tolist()):
            f.write(f'"r, {i}",{d!r}, {c!r} ,"{b!r}",{a!r},"say ""x"""\r\n')


def write_hdf(path, t):
    with h5py.File(path, "w") as f:
        x = f.create_dataset("table", data=t, chunks=(50, t.shape[1]), compression="gzip")
        x.attrs["columns"] = list(COLUMNS)


def write_columns(path, t):
    with h5py.File(path, "w") as f:
        for name, values in zip(COLUMNS, t.T):
            f["patients/" + name] = values


def main(directory, *corruptions):
    tables = [table(k) for k in range(1, SLAVES + 1)]
    for word in corruptions:
        k, how = word.split(":")
        corrupt(tables[int(k) - 1], how)
    for k, t in enumerate(tables, 1):
        write_csv(f"{directory}/{k}.csv", t)
        write_hdf(f"{directory}/{k}.h5", t)
        write_columns(f"{directory}/{k}-cols.h5", t)
        write_text(f"{directory}/{k}-text.csv", t)
    write_csv(f"{directory}/all.csv", np.concatenate(tables))
    write_hdf(f"{directory}/all.h5", np.concatenate(tables))


if __name__ == "__main__":
    main(*sys.argv[1:])
