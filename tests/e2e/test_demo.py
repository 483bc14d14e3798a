"""The demo that `./dev run` starts: real ticks, generated passwords, a first order."""

import os
import re

import case
import daemon
from broker import Client
from daemon import Daemon
from rest import Rest
from stream import Stream

CONFIG = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "config", "demo.toml")
PORTS = ["--set", "listen.client=127.0.0.1:0", "--set", "listen.admin=127.0.0.1:0",
         "--set", "auth.bcrypt_cost=4", "--set", f"threads.layout={daemon.layout()}"]


class Demo(case.TribookCase):
    def start(self, demo):
        demo.config_file = CONFIG
        return demo.start(*PORTS)

    def client(self, demo, username, password):
        answer = Rest(demo.client_port).post("/api/login",
                                             {"username": username, "password": password})
        self.assertEqual(answer.status, 200, str(answer))
        return Client(demo.client_port, answer.json["accountId"], username, password,
                      token=answer.json["token"])

    def test_the_demo_trades_real_ticks(self):
        demo = self.start(Daemon(env={}))
        printed = dict(re.findall(r"^\s+(\w+)\s+password (\S+)$", demo.log(), re.MULTILINE))
        self.assertEqual(set(printed), {"trader", "handelaar", "toreida", "admin"})
        self.assertIn(f"http://127.0.0.1:{demo.client_port}", demo.log())
        answer = Rest(demo.admin_port).post("/admin/login", {"username": "admin",
                                                             "password": printed["admin"]})
        self.assertEqual(answer.status, 200, str(answer))
        admin = Rest(demo.admin_port, token=answer.json["token"])

        trader = self.client(demo, "trader", printed["trader"])
        self.has(trader.summary(), balance="10000", currency="USD")
        stream = Stream(demo.client_port, token=trader.token)
        stream.send({"action": "subscribe", "type": "quotes", "symbols": ["EURUSD"]})
        tick = stream.next("tick", symbol="EURUSD")
        self.assertTrue(1 < tick["bid"] <= tick["ask"] < 2, tick)
        self.has(tick, lp="ticks")
        stream.close()

        order = trader.filled("BUY", "EURUSD", "0.10")
        [held] = trader.all("/api/account/positions")
        self.assertRegex(held["openTime"], r"^2014-05-0")
        self.has(held, id=order["positionId"], openPrice=order["filledPrice"])
        closed = trader.closed(order["positionId"])
        self.has(closed, closedVolume="0.10")
        charges = [e["amount"] for e in trader.ledger() if e["type"] == "COMMISSION"]
        self.assertEqual(len(charges), 2)

        dutch = self.client(demo, "handelaar", printed["handelaar"])
        dutch.filled("SELL", "EURUSD", "0.10")
        self.has(dutch.summary(), margin="100.00", currency="EUR")
        yen = self.client(demo, "toreida", printed["toreida"])
        self.refused(yen.order("BUY", "EURUSD", "0.10"), 422, "NO_CONVERSION")

        # What drives the clock and the quotes here is the venue alone.
        quote = [{"symbol": "EURUSD", "bid": 1, "ask": 1}]
        self.refused(admin.post("/admin/quotes", quote), 403, "FORBIDDEN")
        self.refused(admin.post("/admin/clock", {"now": "2026-01-21T22:00:00Z"}), 403, "FORBIDDEN")

        self.assertEqual(demo.stop(), 0, demo.log())
        os.remove(demo.log_file)
        self.start(demo)
        self.assertNotIn("password", demo.log())
        self.has(self.client(demo, "handelaar", printed["handelaar"]).summary(), currency="EUR",
                 margin="100.00")
        old = Client(demo.client_port, trader.account_id, "trader", "", token=trader.token)
        self.assertEqual(len(old.all("/api/account/trades")), 2)  # its key was kept too
        self.assertEqual(demo.stop(), 0, demo.log())
        verified = daemon.run_tribook("verify", demo.data)
        self.assertEqual(verified.returncode, 0, verified.stderr)


if __name__ == "__main__":
    case.main()
