"""A user's terminal with `tribook client` in it, and how the tests read what it prints."""

import json
import os
import re
import subprocess

import case
import daemon
from broker import forex
from daemon import ADMIN_PASSWORD


def raw_json(text):
    """JSON whose numbers stay the texts they are."""
    return json.loads(text, parse_float=str, parse_int=str)


def table(text):
    """The rows of a table, each a dict by header."""
    lines = [re.split(r" {2,}", line.strip()) for line in text.splitlines()]
    assert all(len(line) == len(lines[0]) for line in lines), text
    return [dict(zip(lines[0], line)) for line in lines[1:]]


def record(text):
    return dict(re.split(r" {2,}", line, maxsplit=1) for line in text.splitlines())


def shown(value):
    """How a value of raw_json stands in a table."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):  # of numbers
        return "[" + ",".join(value) + "]"
    return value


class Terminal:
    """One user's home, and the commands given in it."""

    def __init__(self, **environment):
        self.home = daemon.make_folder()
        self.environment = {"HOME": self.home, "XDG_STATE_HOME": "", **environment}

    def env(self, **more):
        return daemon.clean_environment(**{**self.environment, **more})

    def run(self, *words, stdin=None, timeout=60, **environment):
        return subprocess.run([daemon.binary(), "client", *words], input=stdin, text=True,
                              stdin=None if stdin else subprocess.DEVNULL, capture_output=True,
                              timeout=timeout, check=False, env=self.env(**environment))

    def start(self, *words, **options):
        return subprocess.Popen([daemon.binary(), "client", *words], stdin=subprocess.DEVNULL,
                                stdout=options.pop("stdout", subprocess.PIPE),
                                stderr=subprocess.PIPE, env=self.env(), **options)

    def session_file(self, door="client"):
        return os.path.join(self.home, ".local", "state", "tribook", door + ".json")

    def change_session(self, door="client", **changes):
        with open(self.session_file(door), encoding="utf-8") as file:
            session = json.load(file)
        daemon.write(self.session_file(door), json.dumps({**session, **changes}))


class ClientCase(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        for symbol in ["EURUSD", "GBPUSD"]:
            cls.broker.make_symbol(forex(symbol))

    def setUp(self):
        self.broker.quotes(("EURUSD", "1.08440", "1.08450"), ("GBPUSD", "1.25000", "1.25010"))
        self.client = self.broker.make_account(initialDeposit=10000)
        self.terminal = Terminal()

    @property
    def client_url(self):
        return f"http://127.0.0.1:{self.daemon.client_port}"

    @property
    def admin_url(self):
        return f"http://127.0.0.1:{self.daemon.admin_port}"

    def good(self, *words, **options):
        ended = self.terminal.run(*words, **options)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""), f"{words}\n{ended.stdout}")
        return ended.stdout

    def fails(self, *words, says=(), **options):
        ended = self.terminal.run(*words, **options)
        self.assertEqual(ended.returncode, 1, f"{words}\n{ended.stdout}\n{ended.stderr}")
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, ended.stderr, words)
        self.assertTrue(ended.stderr.startswith("tribook client: "), ended.stderr)
        self.assertEqual(ended.stdout, "", words)
        return ended.stderr

    def log_in(self):
        return self.good("login", self.client.username, "--url", self.client_url,
                         TRIBOOK_PASSWORD=self.client.password)

    def log_in_admin(self):
        return self.good("login", "admin", "--admin", "--url", self.admin_url,
                         TRIBOOK_PASSWORD=ADMIN_PASSWORD)

    def same(self, words, rest, path):
        """The list's table shows what the server wrote, and --json is what it wrote."""
        answer = rest.get(path).body.decode()
        self.assertEqual(self.good(*words, "--json"), answer + "\n")
        rows = table(self.good(*words))
        items = raw_json(answer)["items"]
        self.assertEqual(len(rows), len(items))
        for row, item in zip(rows, items):
            for name, value in row.items():
                self.assertIn(name, item)
                self.assertEqual(value, shown(item[name]), f"{name} of {words}")
        return rows
