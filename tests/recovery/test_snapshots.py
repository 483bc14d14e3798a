"""Snapshots beside the journal: taken while the daemon runs and when it stops, checked by `verify`,
and of no consequence when they are damaged."""

import os
import re
import time
import unittest
from datetime import datetime, timedelta
from decimal import Decimal

import case
import daemon
from broker import Broker, forex

SNAPSHOTS = "[snapshots]\nevery_records = 20\nevery_minutes = 0\nkeep = 2\n"


TIMEFRAMES = ("1m", "5m", "15m", "30m", "1h", "4h", "1d")


def flip(path, offset):
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)
        file.seek(offset)
        file.write(bytes([byte[0] ^ 0x40]))


class Snapshots(case.TribookCase):
    def setUp(self):
        self.daemon = daemon.Daemon(daemon.config() + SNAPSHOTS).start()
        self.broker = Broker(self.daemon)
        self.broker.make_symbol(forex("EURUSD"))
        self.broker.quotes(("EURUSD", "1.08440", "1.08450"))
        self.client = self.broker.make_account(currency="USD", initialDeposit=100000, leverage=100)

    def trade(self, times):
        for _ in range(times):
            self.equal(self.client.order("BUY", "EURUSD", "0.01").status, 201)

    def restart(self):
        self.daemon.start()
        self.client.close()
        self.client.port = self.daemon.run["client"]

    def folder(self):
        return os.path.join(self.daemon.data, "snapshots")

    def taken(self):
        return sorted(os.listdir(self.folder()))

    def stop(self):
        self.equal(self.daemon.stop(), 0, self.daemon.log())

    def verify(self):
        return daemon.run_tribook("verify", self.daemon.data)

    def test_taken_kept_and_checked(self):
        self.trade(60)
        self.stop()
        self.equal(len(self.taken()), 2, self.daemon.log())
        for name in self.taken():
            self.assertRegex(name, r"^[0-9]{20}\.snapshot$")
        self.assertGreater(len(re.findall("snapshot of record", self.daemon.log())), 1)
        checked = self.verify()
        self.equal(checked.returncode, 0, checked.stderr)
        self.assertIn("2 snapshots: good", checked.stdout)
        self.restart()
        self.trade(3)
        self.stop()
        self.equal(self.verify().returncode, 0)
        self.assertNotIn("passed over", self.daemon.log())

    def test_damaged_ones_are_told_and_passed_over(self):
        self.trade(60)
        self.stop()
        for name in self.taken():
            flip(os.path.join(self.folder(), name), 200)
        checked = self.verify()
        self.equal(checked.returncode, 1)
        self.assertIn("its contents are damaged", checked.stderr)
        self.restart()
        self.trade(3)
        self.stop()
        self.assertIn("is passed over: its contents are damaged", self.daemon.log())
        for name in self.taken()[:-1]:  # a damaged one goes when newer ones have taken its place
            os.remove(os.path.join(self.folder(), name))
        checked = self.verify()
        self.equal(checked.returncode, 0, checked.stderr)
        self.assertIn("1 snapshot: good", checked.stdout)

    def market(self):
        """All candles and ticks that the API tells; waits for the store."""
        paths = [f"/api/ohlc?symbol=EURUSD&timeframe={name}" for name in TIMEFRAMES]
        deadline = time.monotonic() + daemon.WAIT_S
        while any(self.client.get(path).status == 503 for path in paths):
            self.assertLess(time.monotonic(), deadline, self.daemon.log())
        return [self.client.all(path, 7) for path in paths + ["/api/ticks?symbol=EURUSD"]]

    def quote(self, times):
        for _ in range(times):
            self.ticks += 1
            self.now += timedelta(seconds=self.ticks * 7 % 90)
            self.broker.set_clock(self.now.strftime("%Y-%m-%dT%H:%M:%SZ"))
            bid = Decimal("1.08440") + Decimal(self.ticks * 37 % 100) / 100_000
            self.broker.quotes(("EURUSD", bid, bid + Decimal("0.00010")))

    def test_candles_and_ticks_are_told_the_same_after_a_start(self):
        self.now = datetime.strptime(daemon.START, "%Y-%m-%dT%H:%M:%SZ")
        self.ticks = 1  # that of setUp
        for is_killed in (False, True, False):
            self.quote(45)
            before = self.market()
            for candles in before[:-1]:
                self.equal(sum(candle["volume"] for candle in candles), self.ticks)
            self.equal(len(before[-1]), self.ticks)
            if is_killed:
                self.daemon.kill()
            else:
                self.stop()
            self.restart()
            self.broker.login()
            self.equal(self.market(), before)
        self.assertGreater(len(before[0]), 60)
        self.stop()
        checked = self.verify()
        self.equal(checked.returncode, 0, checked.stderr)


if __name__ == "__main__":
    unittest.main()
