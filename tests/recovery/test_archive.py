"""Old segments of the journal are archived while the daemon trades, and everything that reads the
journal from its first record on goes on doing so: a start, `verify`, the time machine."""

import os
import shutil
import time
import unittest
from decimal import Decimal

import case
import daemon
from broker import Broker, forex
from rest import parse_json

MORE = "[snapshots]\nevery_records = 3000\nevery_minutes = 0\nkeep = 1\n"
ARCHIVED = 3  # segments, before a test looks
QUOTES_OF_ONE_POST = 500


class Archive(case.TribookCase):
    def setUp(self):
        text = daemon.config(segment_bytes=1 << 20).replace(
            "[journal]\n", "[journal]\nkeep_segments = 1\n")
        self.daemon = daemon.Daemon(text + MORE).start()
        self.broker = Broker(self.daemon)
        self.broker.make_symbol(forex("EURUSD"))
        self.broker.quotes(("EURUSD", "1.08440", "1.08450"))
        self.client = self.broker.make_account(currency="USD", initialDeposit=100000, leverage=100)
        self.order = self.client.order("BUY", "EURUSD", "0.10").json
        self.early = self.client.summary()
        self.early_sequence = self.sequence()
        self.posts = 0

    def metric(self, name):
        text = self.broker.admin.get("/metrics").body.decode()
        [value] = [line.split()[-1] for line in text.splitlines() if line.startswith(name + " ")]
        return float(value)

    def sequence(self):
        return int(self.metric("tribook_journal_written"))

    def files(self, folder, prefix=""):
        path = os.path.join(self.daemon.data, folder)
        return sorted(n for n in os.listdir(path) if n.startswith(prefix)) \
            if os.path.isdir(path) else []

    def quote(self):
        self.posts += 1
        bids = [Decimal(108440 + (self.posts * 7 + i) % 50) / 100000
                for i in range(QUOTES_OF_ONE_POST)]
        self.broker.quotes(*[("EURUSD", bid, bid + Decimal("0.0001")) for bid in bids])

    def trade_until_archived(self, count):
        """As long as it takes until so many segments are in the archive."""
        deadline = time.monotonic() + 3 * daemon.WAIT_S
        while len([n for n in self.files("archive") if n.endswith(".z")]) < count:
            self.assertLess(time.monotonic(), deadline, self.daemon.log())
            self.quote()
            if self.posts % 10 == 0:
                self.equal(self.client.order("BUY", "EURUSD", "0.01").status, 201)

    def restart(self):
        self.daemon.start()
        for rest, port in ((self.client, "client"), (self.broker.admin, "admin")):
            rest.close()
            rest.port = self.daemon.run[port]

    def tribook(self, command, *more):
        return daemon.run_tribook(command, self.daemon.data, *more)

    def good(self, command, *more):
        ended = self.tribook(command, *more)
        self.equal(ended.returncode, 0, ended.stdout + ended.stderr)
        return ended.stdout

    def sees_the_beginning(self):
        report = parse_json(self.good("replay", "--until", str(self.early_sequence), "--json"))
        [account] = report["accounts"]
        for name in ("balance", "equity", "margin"):
            self.equal(account[name], self.early[name])
        told = self.good("replay", "--explain", f"order:{self.order['orderId']}", "--json")
        self.assertIn("EURUSD", told)

    def test_the_journal_is_whole_with_its_archive(self):
        self.trade_until_archived(ARCHIVED)
        self.sees_the_beginning()  # beside the daemon
        self.assertGreaterEqual(self.metric("tribook_journal_segments_archived_total"), ARCHIVED)
        self.equal(self.metric("tribook_journal_archive_failures_total"), 0)
        self.assertGreaterEqual(self.metric("tribook_journal_late_preparations_total"), 0)
        self.assertLessEqual(len(self.files("journal", "spare-")), 2)
        # One is written, one prepared, one stays; others wait for a snapshot.
        self.assertLessEqual(len(self.files("journal", "segment-")), 6)
        summary = self.client.summary()
        self.daemon.kill()
        self.assertIn("segments", self.good("verify"))
        self.restart()
        self.equal(self.client.summary(), summary)
        self.trade_until_archived(len(self.files("archive")) + 2)
        summary = self.client.summary()
        self.equal(self.daemon.stop(), 0, self.daemon.log())
        self.assertIn("1 snapshot: good", self.good("verify"))
        self.sees_the_beginning()
        self.restart()
        self.equal(self.client.summary(), summary)
        self.equal(self.daemon.stop(), 0, self.daemon.log())
        self.assertNotIn("WARN", self.daemon.log().upper())

    def test_a_damaged_or_missing_archive_is_told(self):
        self.trade_until_archived(ARCHIVED)
        self.equal(self.daemon.stop(), 0, self.daemon.log())
        folder = os.path.join(self.daemon.data, "archive")
        names = self.files("archive")
        with open(os.path.join(folder, names[1]), "r+b") as file:
            file.seek(5000)
            byte = file.read(1)
            file.seek(5000)
            file.write(bytes([byte[0] ^ 1]))
        checked = self.tribook("verify")
        self.equal(checked.returncode, 1)
        self.assertIn(os.path.join(folder, names[1]), checked.stderr)
        self.assertIn("its contents are damaged; restore that copy", checked.stderr)
        self.sees_the_first_records()
        shutil.rmtree(folder)
        for command in ("verify", "replay", "state-hash"):
            ended = self.tribook(command)
            self.equal(ended.returncode, 1)
            self.assertIn(f"the segments up to {names[-1][:-2]} are missing", ended.stderr)

    def sees_the_first_records(self):
        """Before what is damaged."""
        limits = self.tribook("replay", "--until", "1", "--json")
        self.equal(limits.returncode, 0, limits.stderr)

    def test_nothing_is_archived_where_that_is_not_wanted(self):
        self.equal(self.daemon.stop(), 0)
        self.daemon.start("--set", "journal.archive=false")
        for rest, port in ((self.client, "client"), (self.broker.admin, "admin")):
            rest.close()
            rest.port = self.daemon.run[port]
        while len(self.files("journal", "segment-")) < 5:
            self.quote()
        self.equal(self.daemon.stop(), 0)
        self.equal(self.files("archive"), [])
        self.equal(self.files("journal", "spare-"), [])


if __name__ == "__main__":
    unittest.main()
