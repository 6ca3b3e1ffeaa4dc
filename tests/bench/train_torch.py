# SPDX-License-Identifier: GPL-3.0-or-later
"""What train_mlp does, in PyTorch or numpy, on one thread: same arguments, after which.

    train_torch.py torch|numpy FILE ROWS COLUMNS CLASSES LAYERS BATCH EPOCHS PRECISION TIMES

Prints the shortest of TIMES times in seconds per epoch, and the loss before and after.
"""
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np  # noqa: E402

engine, path = sys.argv[1:3]
rows, columns, classes = (int(a) for a in sys.argv[3:6])
widths = [columns - 1] + [int(w) for w in sys.argv[6].split()] + [classes]
batch, epochs, precision, times = int(sys.argv[7]), int(sys.argv[8]), sys.argv[9], int(sys.argv[10])
RATE, MOMENTUM = 0.01, 0.9
table = np.fromfile(path).reshape(-1, columns)[:rows]
kind = np.float64 if precision == "double" else np.float32
x, y = table[:, :-1].astype(kind), table[:, -1].astype(np.int64)


def in_torch():
    import torch
    torch.set_num_threads(1)
    torch.manual_seed(1)
    tx, ty = torch.from_numpy(x), torch.from_numpy(y)
    layers = []
    for i, o in zip(widths, widths[1:]):
        layers += [torch.nn.Linear(i, o, dtype=tx.dtype), torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1])
    entropy = torch.nn.CrossEntropyLoss()

    def train():
        optimizer = torch.optim.SGD(net.parameters(), RATE, MOMENTUM)
        for _ in range(epochs):
            order = torch.randperm(rows)
            for i in range(0, rows, batch):
                some = order[i:i + batch]
                optimizer.zero_grad(set_to_none=True)
                entropy(net(tx[some]), ty[some]).backward()
                optimizer.step()

    def loss():
        with torch.no_grad():
            return entropy(net(tx), ty).item()

    return train, loss


def in_numpy():
    random = np.random.default_rng(1)
    w = [(random.standard_normal((i, o)) * np.sqrt(2 / i)).astype(kind)
         for i, o in zip(widths, widths[1:])]
    b = [np.zeros(o, kind) for o in widths[1:]]

    def forward(t):
        a = [t]
        for l in range(len(w)):
            z = a[-1] @ w[l] + b[l]
            a.append(np.maximum(z, 0) if l + 1 < len(w) else z)
        return a

    def entropies(z, c):
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        return p, -np.log(p[np.arange(len(c)), c])

    def train():
        v, u = [np.zeros_like(m) for m in w], [np.zeros_like(m) for m in b]
        for _ in range(epochs):
            order = random.permutation(rows)
            for i in range(0, rows, batch):
                some = order[i:i + batch]
                a = forward(x[some])
                d = entropies(a[-1], y[some])[0]
                d[np.arange(len(some)), y[some]] -= 1
                d /= len(some)
                for l in reversed(range(len(w))):
                    g, h = a[l].T @ d, d.sum(axis=0)
                    if l:
                        d = (d @ w[l].T) * (a[l] > 0)
                    v[l] = MOMENTUM * v[l] + g
                    u[l] = MOMENTUM * u[l] + h
                    w[l] -= kind(RATE) * v[l]
                    b[l] -= kind(RATE) * u[l]

    return train, lambda: entropies(forward(x)[-1], y)[1].mean()


train, loss = in_torch() if engine == "torch" else in_numpy()
before, best = loss(), float("inf")
for _ in range(times):
    begin = time.perf_counter()
    train()
    best = min(best, (time.perf_counter() - begin) / epochs)
    after = loss()
print(f"{best:.6f} {before:.4f} {after:.4f}")
