#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A step of federated averaging, by PyTorch. The last column is a class from 0 to 9; the
model is a network with one hidden layer of 16. State: rows, the model after some steps over
the slave's own rows, and the loss before them, both times the rows."""
import argparse

import h5py
import torch

arguments = argparse.ArgumentParser()
arguments.add_argument("--in", dest="block")
arguments.add_argument("--out")
arguments.add_argument("--steps", type=int, default=5)
arguments.add_argument("--rate", type=float, default=0.5)
options = arguments.parse_args()

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
with h5py.File(options.block, "r") as f:
    rows = torch.tensor(f["block"][:])
    model = torch.tensor(f["model"][:])
x, y = rows[:, :-1] / 16, rows[:, -1].long()

net = torch.nn.Sequential(torch.nn.Linear(64, 16), torch.nn.ReLU(), torch.nn.Linear(16, 10))
torch.nn.utils.vector_to_parameters(model, net.parameters())
optimizer = torch.optim.SGD(net.parameters(), lr=options.rate)
losses = []
for _ in range(options.steps):
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(net(x), y)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())

trained = torch.nn.utils.parameters_to_vector(net.parameters()).detach()
with h5py.File(options.out, "w") as f:
    n = len(rows)
    f["state"] = torch.cat([torch.tensor([1.0]), trained, torch.tensor(losses[:1])]).numpy() * n
