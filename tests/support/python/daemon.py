"""A daemon of a test's own: its config, data folder and ports, and how it is started, stopped and
killed. The binary is told by TRIBOOK_BINARY, the layout of its threads by TRIBOOK_LAYOUT."""

import atexit
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from rest import Rest

ADMIN_PASSWORD = "a password of the tests"
JWT_SECRET = "0f" * 32
START = "2026-01-21T12:00:00Z"  # a Wednesday
WAIT_S = float(os.environ.get("TRIBOOK_TEST_WAIT_S", "60"))

CONFIG = """\
drain_timeout = 5
[listen]
client = "127.0.0.1:0"
admin = "127.0.0.1:0"
[venues.feed]
type = "manual"
[clock]
type = "manual"
start = {start}
[threads]
layout = "{layout}"
wait = "park"
[gateway]
io_threads = 2
[auth]
bcrypt_cost = 4
jwt_secret = "{secret}"
[journal]
durability = "{durability}"
segment_bytes = {segment_bytes}
[limits]
accounts = 256
positions = 20000
symbols = 64
client_ids = 100000
history = 200000
texts = 1024
ring = {ring}
"""

_folders = []
_daemons = []


def layout():
    return os.environ.get("TRIBOOK_LAYOUT", "fused")


def binary():
    path = os.environ.get("TRIBOOK_BINARY")
    if not path or not os.access(path, os.X_OK):
        sys.exit("TRIBOOK_BINARY must name the tribook binary")
    return path


def config(**changes):
    values = {"start": START, "layout": layout(), "secret": JWT_SECRET, "durability": "sync",
              "segment_bytes": 4 << 20, "ring": 1024}
    values.update(changes)
    return CONFIG.format(**values)


def make_folder():
    folder = tempfile.mkdtemp(prefix="tribook-test-")
    _folders.append(folder)
    return folder


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def clean_environment(**more):
    """Nothing of the caller's settings reaches the binary."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TRIBOOK_")}
    kept.update(more)
    return kept


def _end_with_parent():
    """In the child: a test that is ended from outside leaves no daemon behind."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def run_tribook(*arguments, timeout=60, env=None):
    """Runs a subcommand to its end."""
    return subprocess.run([binary(), *arguments], stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, timeout=timeout, check=False,
                          env=clean_environment(**(env or {})))


class Daemon:
    """Start it from the main thread: it ends with the thread that started it."""

    def __init__(self, config_text=None, data=None, env=None):
        self.folder = make_folder()
        self.config_file = write(os.path.join(self.folder, "tribook.toml"), config_text or config())
        self.data = data or os.path.join(self.folder, "data")
        self.log_file = os.path.join(self.folder, "log")
        self.env = {"TRIBOOK_ADMIN_PASSWORD": ADMIN_PASSWORD} if env is None else env
        self.process = None
        self.run = None
        _daemons.append(self)

    def configure(self, config_text):
        """What the next start goes by."""
        write(self.config_file, config_text)

    def launch(self, *options):
        """Starts the process, whatever becomes of it."""
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [binary(), "serve", "--config", self.config_file, "--data", self.data, *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=clean_environment(**self.env),
                preexec_fn=_end_with_parent)
        return self

    def start(self, *options):
        """Starts it and waits until it is ready."""
        self.launch(*options)
        deadline = time.monotonic() + WAIT_S
        while not self.is_ready():
            if self.process.poll() is not None:
                code = self.process.returncode
                raise AssertionError(f"the daemon ended with {code}\n{self.log()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"the daemon was not ready in time\n{self.log()}")
            time.sleep(0.005)
        return self

    def is_ready(self):
        try:
            with open(os.path.join(self.data, "run.json"), encoding="utf-8") as file:
                run = json.load(file)
        except (FileNotFoundError, json.JSONDecodeError):
            return False
        if run.get("pid") != self.process.pid:
            return False  # of the process before
        self.run = run
        rest = Rest(run["client"], timeout=WAIT_S)
        try:
            return rest.get("/readyz").status == 200
        except OSError:
            return False
        finally:
            rest.close()

    @property
    def client_port(self):
        return self.run["client"]

    @property
    def admin_port(self):
        return self.run["admin"]

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def wait(self):
        """Waits for its end and gives the exit code."""
        return self.process.wait(WAIT_S)

    def stop(self):
        """Lets it drain; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        """As a crash would end it."""
        self.process.kill()
        self.process.wait()

    def log(self, lines=80):
        try:
            with open(self.log_file, encoding="utf-8", errors="replace") as file:
                return "".join(file.readlines()[-lines:])
        except FileNotFoundError:
            return ""


def print_logs():
    for daemon in _daemons:
        print(f"--- log of the daemon in {daemon.folder}", daemon.log(), sep="\n", file=sys.stderr)


def end_all():
    for daemon in _daemons:
        if daemon.is_running():
            daemon.kill()
    _daemons.clear()
    if os.environ.get("TRIBOOK_KEEP_DATA"):
        print("kept:", *_folders, file=sys.stderr)
    else:
        for folder in _folders:
            shutil.rmtree(folder, ignore_errors=True)
    _folders.clear()


atexit.register(end_all)
