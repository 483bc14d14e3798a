"""A start from a snapshot: everything is as it was before the kill, and as after a start that replays
the whole journal. Damaged snapshots cost time and nothing else."""

import os
import re
import time
import unittest

import case
import daemon
from broker import Broker, forex
from test_snapshots import flip

# One at each proper stop, and while it trades.
SNAPSHOTS = "[snapshots]\nevery_records = {every}\nevery_minutes = 0\nkeep = 3\n"


class SnapshotStart(case.TribookCase):
    def setUp(self):
        self.every = 25
        self.daemon = daemon.Daemon(self.config()).start()
        self.broker = Broker(self.daemon)
        for symbol in ["EURUSD", "USDJPY"]:
            self.broker.make_symbol(forex(symbol, commission={"amount": "2.5", "currency": "USD"}))
        self.quotes()
        self.clients = [
            self.broker.make_account(currency="USD", initialDeposit=100000, leverage=100),
            self.broker.make_account(currency="EUR", initialDeposit=5000, leverage=200)]
        self.orders = 0

    def config(self):
        return daemon.config() + SNAPSHOTS.format(every=self.every)

    def quotes(self, bid="1.08440", ask="1.08450"):
        self.broker.quotes(("EURUSD", bid, ask), ("USDJPY", "150.000", "150.008"))

    def trade(self, times):
        """Orders with levels, parts closed, wholes closed, levels changed, money in."""
        for _ in range(times):
            self.orders += 1
            for client in self.clients:
                filled = client.filled("BUY", "EURUSD", "0.03", sl="1.05000", tp="1.12000",
                                       clientOrderId=f"order-{self.orders}", comment="c")
                position = filled["positionId"]
                if self.orders % 2 == 0:
                    answer = client.post(f"/api/positions/{position}/close-partial",
                                         {"volume": "0.01"})
                    self.equal(answer.status, 200, str(answer))
                if self.orders % 3 == 0:
                    self.equal(client.close_position(position).status, 200)
                if self.orders % 5 == 0 and client.position(position):
                    answer = client.put(f"/api/positions/{position}/modify", {"sl": "1.06000"})
                    self.equal(answer.status, 200, str(answer))
            self.quotes("1.0%d" % (8400 + self.orders), "1.0%d" % (8412 + self.orders))

    def deposit(self, key):
        return self.broker.deposit(self.clients[0].account_id, 10, key=key)

    def until_known(self, ask):
        """Asks again while the store is behind, which it is for a moment after a start."""
        deadline = time.monotonic() + daemon.WAIT_S
        while True:
            answer = ask()
            if answer.status != 503:
                return answer
            self.assertLess(time.monotonic(), deadline, str(answer))
            time.sleep(0.02)

    def pages(self, client, path):
        """The whole list, in short pages."""
        items, cursor = [], ""
        joint = "&" if "?" in path else "?"
        while True:
            answer = self.until_known(lambda: client.get(f"{path}{joint}limit=7{cursor}"))
            self.equal(answer.status, 200, str(answer))
            items += answer.json["items"]
            if "nextCursor" not in answer.json:
                return items
            cursor = "&cursor=" + str(answer.json["nextCursor"])

    def seen(self):
        """Everything that the API shows."""
        shown = {}
        for client in self.clients:
            shown[client.account_id] = {
                "summary": client.summary(),
                "open": self.pages(client, "/api/account/positions"),
                "closed": self.pages(client, "/api/account/positions?status=closed"),
                "orders": self.pages(client, "/api/account/orders?status=all"),
                "trades": self.pages(client, "/api/account/trades"),
                "ledger": self.pages(client, "/api/account/ledger")}
        admin = self.broker.admin
        shown["accounts"] = self.pages(admin, "/admin/accounts")
        shown["orders"] = self.pages(admin, "/admin/orders?status=all")
        shown["positions"] = self.pages(admin, "/admin/positions")
        shown["quotes"] = admin.get("/admin/symbols").json
        return shown

    def restart(self):
        self.daemon.configure(self.config())
        self.daemon.start()
        self.broker.admin.close()
        self.broker.admin.port = self.daemon.admin_port
        for client in self.clients:
            client.close()
            client.port = self.daemon.client_port

    def folder(self):
        return os.path.join(self.daemon.data, "snapshots")

    def taken(self):
        return sorted(name for name in os.listdir(self.folder()) if name.endswith(".snapshot"))

    def trade_until_taken(self, count):
        """How many records come between two snapshots is the follower's to say."""
        deadline = time.monotonic() + daemon.WAIT_S
        while not os.path.isdir(self.folder()) or len(self.taken()) < count:
            self.assertLess(time.monotonic(), deadline, self.daemon.log())
            self.trade(1)

    def recovered(self):
        """The records replayed and the snapshot that the last start began with, or None."""
        found = re.findall(r"recovered (\d+) records(?: after the snapshot of record (\d+))? in",
                           self.daemon.log())
        self.assertTrue(found, self.daemon.log())
        records, snapshot = found[-1]
        return int(records), int(snapshot) if snapshot else None

    def check_again(self, before):
        self.equal(self.seen(), before)
        for number in [1, self.orders // 2, self.orders]:
            for client in self.clients:
                order = next(o for o in before[client.account_id]["orders"]
                             if o["clientOrderId"] == f"order-{number}")
                again = self.until_known(
                    lambda: client.order("BUY", "EURUSD", "0.03", sl="1.05000", tp="1.12000",
                                         clientOrderId=f"order-{number}", comment="c"))
                self.equal(again.status, 201, str(again))
                self.equal(again.json["status"], "FILLED")
                self.equal(again.json["orderId"], order["orderId"])
                self.equal(again.json["positionId"], order["positionId"])
                self.equal(again.json["filledPrice"], order["filledPrice"])
        self.equal(self.seen(), before)

    def test_as_before_a_kill(self):
        self.trade(14)
        paid = self.deposit("salary")
        self.equal(paid.status, 201, str(paid))
        self.trade_until_taken(2)
        self.every = 0
        before = self.seen()
        self.daemon.kill()
        self.restart()
        records, snapshot = self.recovered()
        self.assertIsNotNone(snapshot, self.daemon.log())
        self.check_again(before)
        again = self.deposit("salary")
        # It tells the balance as it is by now.
        self.equal({**again.json, "balance": 0}, {**paid.json, "balance": 0})
        self.equal(self.seen(), before)

        # Killed again, with a tail behind the same snapshot; then the whole journal.
        self.trade(3)
        before = self.seen()
        self.daemon.kill()
        self.restart()
        self.equal(self.recovered()[1], snapshot)
        self.assertGreater(self.recovered()[0], records)
        self.check_again(before)
        self.daemon.kill()
        for name in self.taken():
            os.remove(os.path.join(self.folder(), name))
        self.restart()
        self.equal(self.recovered()[1], None)
        self.check_again(before)

        # Levels fire, and what was closed in part is closed whole, from a snapshot's state.
        self.equal(self.daemon.stop(), 0, self.daemon.log())
        self.restart()
        self.equal(self.recovered(), (0, int(self.taken()[-1].split(".")[0])))
        held = sum(len(before[c.account_id]["open"]) for c in self.clients)
        self.assertGreater(held, 5)
        self.quotes("1.12500", "1.12510")
        for client in self.clients:
            self.equal(client.all("/api/account/positions"), [])
        after = self.seen()
        self.daemon.kill()
        for name in self.taken():
            os.remove(os.path.join(self.folder(), name))
        self.restart()
        self.equal(self.seen(), after)
        self.equal(daemon.run_tribook("verify", self.daemon.data).returncode, 0)

    def test_damaged_ones_cost_time(self):
        self.trade(20)
        self.trade_until_taken(3)
        before = self.seen()
        self.daemon.kill()
        self.every = 0
        kept = self.taken()
        for damaged in range(1, len(kept) + 1):
            flip(os.path.join(self.folder(), kept[-damaged]), 250)
            self.restart()
            left = kept[:-damaged]
            wanted = int(left[-1].split(".")[0]) if left else None
            self.equal(self.recovered()[1], wanted)
            self.assertIn(kept[-damaged] + " is passed over: its contents are damaged",
                          self.daemon.log())
            self.equal(self.seen(), before)
            self.daemon.kill()

    def test_only_with_a_store(self):
        self.trade(3)
        self.equal(self.daemon.stop(), 0, self.daemon.log())
        self.assertTrue(self.taken())
        before = self.clients[0].account_id
        self.daemon.configure(self.config() + '[store]\ntype = "none"\n')
        self.daemon.start()
        self.equal(self.recovered()[1], None)
        self.clients[0].close()
        self.clients[0].port = self.daemon.client_port
        self.equal(len(self.clients[0].all("/api/account/orders?status=all")) > 0, True, before)


if __name__ == "__main__":
    unittest.main()
