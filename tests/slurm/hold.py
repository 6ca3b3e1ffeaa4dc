# SPDX-License-Identifier: GPL-3.0-or-later
"""hold.py LEDGER N FILE: takes the ledger's lock when it has N submissions or more,
makes FILE, and holds the lock until it is ended. Counts under the lock, so that the
run is in its middle for sure."""
import fcntl
import os
import sys
import time

ledger, least, says = sys.argv[1], int(sys.argv[2]), sys.argv[3]
lock = None
while True:
    if lock is None and os.path.exists(ledger + "/log"):
        lock = open(ledger + "/lock", "r+")
    if lock is not None:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        with open(ledger + "/log", encoding="ascii") as log:
            if sum(" submit " in line for line in log) >= least:
                break
        fcntl.lockf(lock, fcntl.LOCK_UN)
    time.sleep(0.002)
open(says, "w").close()
while True:
    time.sleep(60)
