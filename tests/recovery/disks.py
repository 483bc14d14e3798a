"""Disks that lose what was not synced, fill up, hang or fail: unsynced_shim.c before the daemon."""

import errno
import os
import signal
import sys

import daemon

CUT = signal.SIGRTMIN + 3


def shim():
    path = os.environ.get("TRIBOOK_UNSYNCED_SHIM")
    if not path or not os.access(path, os.R_OK):
        sys.exit("TRIBOOK_UNSYNCED_SHIM must name the library made of unsynced_shim.c")
    return path


class Control:
    """The folder by which a running daemon's disk is told what to do."""

    def __init__(self):
        self.folder = daemon.make_folder()

    def environment(self, seed=0, longest_sync_us=0):
        return {"TRIBOOK_ADMIN_PASSWORD": daemon.ADMIN_PASSWORD, "LD_PRELOAD": shim(),
                "UNSYNCED_CONTROL": self.folder, "UNSYNCED_SEED": str(seed),
                "UNSYNCED_SYNC_US": str(longest_sync_us)}

    def begin(self, what, text=""):
        draft = daemon.write(os.path.join(self.folder, "draft"), text)
        os.rename(draft, os.path.join(self.folder, what))

    def end(self, what):
        os.remove(os.path.join(self.folder, what))

    def refuse_files(self, error=errno.ENOSPC):
        self.begin("refuse_files", str(error))

    def accept_files(self):
        self.end("refuse_files")


class LosingDisk:
    """What was not synced when the power is cut is gone, torn, or there in parts."""

    def __init__(self, durability="sync", always_all=False, batch_ms=10):
        self.durabilities = [durability]
        self.always_all = always_all  # all that was not synced is gone
        self.batch_ms = batch_ms
        self.control = Control()

    def change_config(self, text):
        return text.replace("[journal]\n", f"[journal]\nbatch_ms = {self.batch_ms}\n")

    def prepare(self, house):
        house.daemon.env = self.control.environment(house.dice.randrange(1 << 32), 3000)

    def kill(self, house):
        process = house.daemon.process
        process.send_signal(signal.SIGKILL if self.always_all else CUT)
        process.wait(daemon.WAIT_S)
