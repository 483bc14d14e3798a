"""The store: a projection of the journal. It may be lost, damaged or behind, and comes back."""

import json
import os
import re
import sqlite3
import tempfile
import time

import case
import daemon
from broker import Client, forex
from daemon import Daemon
from rest import Rest
from test_demo import PORTS, with_hours

PASSWORD = "the admin's own"


class Store(case.TribookCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.demo = Daemon(env={"TRIBOOK_ADMIN_PASSWORD": PASSWORD})
        self.demo.config_file = with_hours(self.folder.name, '"24x7"')
        self.demo.start(*PORTS)
        password = re.search(r"^\s+trader\s+password (\S+)$", self.demo.log(), re.M).group(1)
        answer = Rest(self.demo.client_port).post("/api/login",
                                                  {"username": "trader", "password": password})
        self.token = answer.json["token"]
        self.account = answer.json["accountId"]
        self.file = os.path.join(self.demo.data, "store.sqlite")

    def client(self):
        return Client(self.demo.client_port, self.account, "trader", "", token=self.token)

    def admin(self):
        answer = Rest(self.demo.admin_port).post("/admin/login",
                                                 {"username": "admin", "password": PASSWORD})
        return Rest(self.demo.admin_port, token=answer.json["token"])

    def trade(self, times):
        client = self.client()
        for _ in range(times):
            client.closed(client.filled("BUY", "BTCUSD", "0.01")["positionId"])

    def history(self):
        client = self.client()
        self.until_stored(client)
        return {name: client.all(f"/api/account/{name}") for name in
                ("trades", "ledger", "orders?status=all", "positions?status=closed")}

    def until_stored(self, client):
        """BUSY is the answer while the store is so far behind that a list would have a hole: after
        a load that outran it, or when it is made anew and the daemon began with a snapshot."""
        deadline = time.monotonic() + daemon.WAIT_S
        while True:
            answer = client.get("/api/account/trades")
            if answer.status == 200:
                return
            self.refused(answer, 503, "BUSY")
            self.assertLess(time.monotonic(), deadline, "the store stays behind")
            time.sleep(0.02)

    def days(self, symbol="EURUSD"):
        answer = self.client().get(f"/api/ohlc?symbol={symbol}&timeframe=1d&limit=1000")
        return answer.json["items"]

    def rows(self, query):
        database = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()

    def restart(self, *options):
        os.remove(self.demo.log_file)
        self.demo.start(*PORTS, *options)

    def test_a_lost_store_is_made_again(self):
        self.trade(5)
        self.demo.kill()
        for ending in ("", "-wal", "-shm"):
            if os.path.exists(self.file + ending):
                os.remove(self.file + ending)
        self.restart()
        history = self.history()
        self.ledger = history["ledger"]
        self.assertEqual(len(history["trades"]), 10)
        self.assertGreater(len(self.days()), 500)
        self.assertEqual(self.demo.stop(), 0, self.demo.log())
        self.assertEqual(self.rows("SELECT count(*) FROM trades"), [(10,)])
        self.assertEqual(self.rows("SELECT count(*) FROM ledger WHERE account = 1"),
                         [(len(self.ledger),)])

    def test_a_store_with_broken_pages_does_not_keep_the_daemon_from_starting(self):
        self.trade(3)
        before = self.history()
        self.assertEqual(self.demo.stop(), 0, self.demo.log())
        with open(self.file, "r+b") as file:
            file.seek(200_000)
            file.write(b"\xff" * 300_000)
        self.restart()
        self.assertIn("made anew", self.demo.log())
        self.assertEqual(self.history(), before)
        self.assertGreater(len(self.days()), 500)
        self.trade(1)
        self.assertEqual(self.demo.stop(), 0, self.demo.log())
        self.assertEqual(self.rows("SELECT count(*) FROM trades"), [(8,)])

    def test_what_memory_lost_the_store_has(self):
        self.demo.kill()
        self.restart("--set", "limits.history=6")
        self.trade(20)
        client = self.client()
        self.until_stored(client)
        trades = client.all("/api/account/trades")
        self.assertEqual([t["id"] for t in trades], list(range(40, 0, -1)))
        for limit in (1, 7):
            got, cursor = [], ""
            while cursor is not None:
                answer = client.get(f"/api/account/trades?limit={limit}{cursor}")
                self.assertEqual(answer.status, 200, str(answer))
                got += answer.json["items"]
                following = answer.json.get("nextCursor")
                cursor = f"&cursor={following}" if following else None
            self.assertEqual(got, trades)
        self.assertEqual(len(client.all("/api/account/positions?status=closed")), 20)
        self.assertEqual(len(client.all("/api/account/orders?status=all")), 40)

    def test_another_market_is_refused(self):
        self.demo.kill()
        os.remove(self.demo.log_file)
        self.demo.launch(*PORTS, "--set", "venues.market.seed=2")
        self.assertEqual(self.demo.wait(), 1)
        self.assertIn('"simulated, seed 1", not "simulated, seed 2"', self.demo.log())
        os.remove(self.demo.log_file)
        self.demo.start(*PORTS)

    def test_a_new_symbol_has_a_past_after_the_next_start(self):
        body = dict(forex("NZDJPY"), schedule="24x7")
        answer = self.admin().post("/admin/symbols", body)
        self.assertEqual(answer.status, 201, str(answer))
        self.assertEqual(self.days("NZDJPY"), [])
        old = self.days()
        self.demo.kill()
        self.restart()
        self.assertGreater(len(self.days("NZDJPY")), 500)
        self.assertEqual(old[:-1], self.days()[:len(old) - 1])
        [symbol] = [s for s in self.client().all("/api/symbols") if s["symbol"] == "NZDJPY"]
        self.assertGreater(symbol["bid"], 0)

    def test_without_a_store_memory_is_all_there_is(self):
        self.trade(2)
        self.demo.kill()
        self.restart("--set", "store.type=none")
        self.assertEqual(len(self.history()["trades"]), 4)
        answer = self.client().get("/api/ohlc?symbol=BTCUSD&timeframe=1m")
        self.assertEqual(answer.status, 200, str(answer))
        self.assertLess(len(answer.json["items"]), 30)
        self.assertTrue(json.dumps(answer.json["items"][-1]["volume"]).isdigit())


if __name__ == "__main__":
    case.main()
