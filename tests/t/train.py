# SPDX-License-Identifier: GPL-3.0-or-later
"""Training of a multilayer perceptron once more, in numpy, in double precision.

    train.py rounds CONTRACT.h5 RESULT.h5 PART.csv …  every round, from its model: what was
                                                     accumulated and the next model
    train.py reported RESULT.h5 PART.csv …           what finish says of the rounds' models
    train.py accuracy RESULT.h5 PART.csv …           prints: of the last model, on the
                                                     rows that are held out of these parts
    train.py pooled CONTRACT.h5 PASSES PART.csv …    prints: of a model that was trained on
                                                     all rows of the parts that are not
    train.py within A B POINTS                       A is at most so many points below B
    train.py torch CONTRACT.h5 RESULT.h5 PART.csv    the first round again, by PyTorch
"""
import sys
from statistics import NormalDist

import h5py
import numpy as np

LENGTH_OF_HEAD, LENGTH_OF_CLASS = 8, 4
EVERY = 5  # test_every of all contracts that are looked at


def philox(counter, key):
    """Philox4x32-10 of an n x 4 array of counters."""
    c = np.array(counter, dtype=np.uint64).reshape(-1, 4).T.copy()
    k = [int(key[0]), int(key[1])]
    low = np.uint64(0xFFFFFFFF)
    for _ in range(10):
        p, q = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = np.array([(q >> np.uint64(32)) ^ c[1] ^ np.uint64(k[0]), q & low,
                      (p >> np.uint64(32)) ^ c[3] ^ np.uint64(k[1]), p & low])
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return c.T


def key_of(seed, purpose, number):
    words = philox([number % 2**32, number >> 32, purpose, 0], [seed % 2**32, seed >> 32])
    return words[0, :2]


class Settings:
    """What the function train has without a contract's parameters, and with them."""

    def __init__(self, contract):
        fallback = dict(loss="softmax", classes=0, layers="32", activation="relu",
                        algorithm="fedavg", epochs=1, batch=32, optimizer="momentum", rate=0.1,
                        momentum=0.9, decay=0, cooling=0, server_rate=1, server_momentum=0,
                        scale=1, test_every=0, seed=0, precision="double")
        self.__dict__.update(fallback)
        with h5py.File(contract) as f:
            for name, value in f["/function/params"].attrs.items():
                value = value.decode() if isinstance(value, bytes) else value
                setattr(self, name, value)
            self.unit_rows = int(f["/data"].attrs.get("unit_rows", 65536))
        if self.test_every != EVERY:
            sys.exit(f"test_every is {self.test_every}, not {EVERY}")
        self.seed, self.outputs = int(self.seed), int(self.classes) or 1

    def widths(self, inputs):
        return [inputs] + [int(w) for w in self.layers.split()] + [self.outputs]


class Network:
    def __init__(self, settings, widths, parameters):
        self.s, self.layers, at = settings, [], 0
        self.w = np.array(parameters, dtype=float)
        for i, o in zip(widths, widths[1:]):
            self.layers.append((slice(at, at + i * o), slice(at + i * o, at + i * o + o), (i, o)))
            at += i * o + o
        self.w = self.w[:at]

    def forward(self, x):
        a = [x]
        for l, (w, b, shape) in enumerate(self.layers):
            z = a[-1] @ self.w[w].reshape(shape) + self.w[b]
            last = l + 1 == len(self.layers)
            a.append(z if last else np.tanh(z) if self.s.activation == "tanh" else np.maximum(z, 0))
        return a

    def losses(self, z, y):
        """Losses of rows and their derivatives."""
        if self.s.loss == "squared":
            d = z - y[:, None]
            return d[:, 0] ** 2 / 2, d
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        rows, c = np.arange(len(y)), y.astype(int)
        losses = -np.log(p[rows, c])
        p[rows, c] -= 1
        return losses, p

    def gradient(self, x, y):
        """Of the sum of losses."""
        a = self.forward(x)
        d = self.losses(a[-1], y)[1]
        g = np.zeros_like(self.w)
        for l in reversed(range(len(self.layers))):
            w, b, shape = self.layers[l]
            g[w], g[b] = (a[l].T @ d).ravel(), d.sum(axis=0)
            d = d @ self.w[w].reshape(shape).T
            d *= 1 - a[l] ** 2 if self.s.activation == "tanh" else a[l] > 0
        return g


def start(settings, widths):
    key, numbers, at = key_of(settings.seed, 1, 0), [], 0
    for i, o in zip(widths, widths[1:]):
        sd = np.sqrt(2 / ((i + o) if settings.activation == "tanh" else i))
        words = philox([[j % 2**32, j >> 32, 0, 0] for j in range(at, at + i * o)], key)
        bits = (words[:, 0] << np.uint64(32) | words[:, 1]) >> np.uint64(12)
        numbers += [sd * NormalDist().inv_cdf((float(b) + 0.5) * 2.0**-52) for b in bits]
        numbers += [0.0] * o
        at += i * o + o
    return np.array(numbers)


def order(settings, number, epoch, first, count):
    key, rows = key_of(settings.seed, 2, number), list(range(count))
    words = philox([[i, epoch, first % 2**32, first >> 32] for i in range(count)], key)
    for i in range(count - 1, 0, -1):
        j = (int(words[i, 0]) * (i + 1)) >> 32
        rows[i], rows[j] = rows[j], rows[i]
    return rows


def steps(settings, network, x, y, number, first, rate):
    """Mini-batches with momentum, or Adam, from the network's weights on."""
    v, square, t, b = np.zeros_like(network.w), np.zeros_like(network.w), 0, int(settings.batch)
    for epoch in range(int(settings.epochs)):
        rows = order(settings, number, epoch, first, len(x))
        for i in range(0, len(x), b):
            some = rows[i:i + b]
            g = network.gradient(x[some], y[some]) / len(some) + settings.decay * network.w
            if settings.optimizer == "adam":
                t += 1
                v = settings.momentum * v + (1 - settings.momentum) * g
                square = 0.999 * square + 0.001 * g**2
                mean = v / (1 - settings.momentum**t)
                network.w = network.w - rate * mean / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)
            else:
                v = settings.momentum * v + g
                network.w = network.w - rate * v
    return network.w


def read(path, scale=16):
    t = np.genfromtxt(path, delimiter=",", skip_header=1)
    test = np.arange(len(t)) % EVERY == EVERY - 1
    return t[:, :-1] / scale, t[:, -1], test


def clients(settings, x, y, test):
    """Units of a partition."""
    rows = settings.unit_rows
    return [(f, x[f:f + rows], y[f:f + rows], test[f:f + rows]) for f in range(0, len(x), rows)]


def accumulate(settings, widths, model, number, parts, accepted):
    """Head and change of a state that the accepted slaves sum to."""
    head, change = np.zeros(LENGTH_OF_HEAD), 0
    rate = settings.rate / (1 + settings.cooling * (number - 1))
    for part, taken in zip(parts, accepted):
        for first, x, y, test in clients(settings, *part) if taken else ():
            n = Network(settings, widths, model)
            train, tested = n.losses(n.forward(x[~test])[-1], y[~test])[0], 0
            z = n.forward(x[test])[-1]
            tested = n.losses(z, y[test])[0]
            hits = np.sum(np.argmax(z, axis=1) == y[test]) if settings.loss == "softmax" else 0
            head += [len(x), len(train), train.sum(), np.sum(train**2), len(tested), tested.sum(),
                     hits, 0]
            if settings.algorithm == "fedsgd":
                change -= n.gradient(x[~test], y[~test])
            else:
                w = steps(settings, n, x[~test], y[~test], number, first, rate)
                change += len(train) * (w - model[:len(w)])
    return head, change, rate


def rounds(contract, result, *paths):
    s = Settings(contract)
    parts = [read(p, s.scale) for p in paths]
    widths = s.widths(parts[0][0].shape[1])
    with h5py.File(result) as f:
        models, states = f["/rounds/models"][:], f["/rounds/aggregate_state"][:]
        rejected = f["/rounds/rejected"][:].reshape(len(states), -1)
    begin = start(s, widths)
    size = len(begin)
    check("the first model", models[0][:size], begin, 1e-12)
    for t, state in enumerate(states):
        head, change, rate = accumulate(s, widths, models[t], t + 1, parts, 1 - rejected[t])
        check(f"round {t + 1}: sums", state[:LENGTH_OF_HEAD - 1], head[:-1], 1e-10)
        check(f"round {t + 1}: change", state[-size:], change, 1e-10)
        mean = change / head[1]
        moved = mean if s.algorithm == "fedavg" else rate * (mean - s.decay * models[t][:size])
        if s.server_momentum:
            moved = moved + s.server_momentum * models[t][size:]
            check(f"round {t + 1}: velocity", models[t + 1][size:], moved, 1e-10)
        check(f"round {t + 1}: model", models[t + 1][:size],
              models[t][:size] + s.server_rate * moved, 1e-10)
    print(f"{len(states)} rounds")


def check(name, found, wanted, tolerance):
    error = np.max(np.abs(found - wanted)) / np.max(np.abs(wanted))
    if found.shape != wanted.shape or not error <= tolerance:
        sys.exit(f"{name}: found {found}, expected {wanted}: relative error {error}")


def layers_of(group):
    count = sum(name.startswith("weight_") for name in group)
    if count == 0:
        sys.exit("there are no weights")
    return [(group[f"weight_{l}"][:], group[f"bias_{l}"][:].ravel()) for l in range(1, count + 1)]


def hits(layers, path):
    """How many held-out rows are told right, and how many there are; relu."""
    x, y, test = read(path)
    a = x[test]
    for l, (w, b) in enumerate(layers):
        a = a @ w + b if l + 1 == len(layers) else np.maximum(a @ w + b, 0)
    return np.sum(np.argmax(a, axis=1) == y[test]), np.sum(test)


def accuracy(result, *paths):
    with h5py.File(result) as f:
        found = np.sum([hits(layers_of(f["/aggregate"]), p) for p in paths], axis=0)
    print(found[0] / found[1])


def reported(contract, result, *paths):
    """Accuracies and losses that are reported are those of the models; of accepted slaves."""
    s = Settings(contract)
    parts = [read(p, s.scale) for p in paths]
    with h5py.File(result) as f:
        models, rejected = f["/rounds/models"][:], f["/rounds/rejected"][:]
        rejected = rejected.reshape(len(models) - 1, -1)
        told = [f[f"/rounds/aggregate/{n}"][:].ravel()
                for n in ("train_accuracy", "test_accuracy", "train_loss", "test_loss")]
        layers = layers_of(f["/aggregate"])
    flat = np.concatenate([np.concatenate([w.ravel(), b]) for w, b in layers])
    check("the last model", flat, models[-1][:len(flat)], 0)
    for t in range(len(models) - 1):
        n = Network(s, s.widths(parts[0][0].shape[1]), models[t])
        rows = [[], []]
        for (x, y, test), away in zip(parts, rejected[t]):
            for k in (0, 1) if not away else ():
                z = n.forward(x[test == k])[-1]
                right = np.argmax(z, axis=1) == y[test == k]
                rows[k].append(np.column_stack([right, n.losses(z, y[test == k])[0]]))
        means = [np.concatenate(r).mean(axis=0) for r in rows]
        wanted = np.array([means[0][0], means[1][0], means[0][1], means[1][1]])
        check(f"round {t + 1}", np.array([v[t] for v in told]), wanted, 1e-10)


def pooled(contract, passes, *paths):
    s = Settings(contract)
    parts = [read(p, s.scale) for p in paths]
    x, y, test = (np.concatenate([p[i] for p in parts]) for i in range(3))
    widths = s.widths(x.shape[1])
    n = Network(s, widths, start(s, widths))
    s.epochs = int(passes)
    steps(s, n, x[~test], y[~test], 1, 0, s.rate)
    print(np.mean(np.argmax(n.forward(x[test])[-1], axis=1) == y[test]))


def within(a, b, points):
    if not float(a) >= float(b) - float(points) / 100:
        sys.exit(f"{a} is more than {points} points below {b}")


def torch(contract, result, *paths):
    """The first client's first round, whose steps are those of torch.optim."""
    import torch as pt
    s = Settings(contract)
    x, y, test = read(paths[0], s.scale)
    x, y = x[~test], y[~test]
    with h5py.File(result) as f:
        model, state = f["/rounds/models"][0], f["/rounds/states"][0]
        if f["/rounds/rejected"][:].ravel()[0]:
            sys.exit("the first slave was rejected")
    widths, pt_layers, at = s.widths(x.shape[1]), [], 0
    for i, o in zip(widths, widths[1:]):
        layer = pt.nn.Linear(i, o, dtype=pt.float64)
        with pt.no_grad():
            layer.weight.copy_(pt.tensor(model[at:at + i * o].reshape(i, o).T))
            layer.bias.copy_(pt.tensor(model[at + i * o:at + i * o + o]))
        at += i * o + o
        pt_layers += [layer, pt.nn.Tanh() if s.activation == "tanh" else pt.nn.ReLU()]
    net = pt.nn.Sequential(*pt_layers[:-1])
    if s.optimizer == "adam":
        optimizer = pt.optim.Adam(net.parameters(), s.rate, (s.momentum, 0.999), 1e-8, s.decay)
    else:
        optimizer = pt.optim.SGD(net.parameters(), s.rate, s.momentum, weight_decay=s.decay)
    tx, ty = pt.tensor(x), pt.tensor(y)
    for epoch in range(int(s.epochs)):
        rows = order(s, 1, epoch, 0, len(x))
        for i in range(0, len(x), int(s.batch)):
            some = rows[i:i + int(s.batch)]
            optimizer.zero_grad()
            z = net(tx[some])
            loss = (pt.nn.functional.cross_entropy(z, ty[some].long()) if s.loss == "softmax" else
                    pt.nn.functional.mse_loss(z[:, 0], ty[some]) / 2)
            loss.backward()
            optimizer.step()
    trained = []
    for layer in net[::2]:
        trained += [layer.weight.detach().numpy().T.ravel(), layer.bias.detach().numpy()]
    change = (np.concatenate(trained) - model[:at]) * len(x)
    check("PyTorch: change", state.reshape(-1, state.shape[-1])[0][-at:], change, 1e-10)


globals()[sys.argv[1]](*sys.argv[2:])
