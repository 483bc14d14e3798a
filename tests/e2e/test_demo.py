"""The demo that `./dev run` starts: a market with a past, generated passwords, first orders."""

import datetime
import os
import re
import tempfile

import case
import daemon
from broker import Client
from daemon import Daemon
from rest import Rest
from stream import Stream

CONFIG = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "config", "demo.toml")
PORTS = ["--set", "listen.client=127.0.0.1:0", "--set", "listen.admin=127.0.0.1:0",
         "--set", "auth.bcrypt_cost=4", "--set", f"threads.layout={daemon.layout()}"]
# What a chart of each timeframe has to begin with, at least.
CANDLES = {"1m": 1000, "5m": 1000, "15m": 1000, "30m": 1000, "1h": 1000, "4h": 1000, "1d": 500}


def with_hours(folder, schedule):
    """demo.toml with other hours for all that rests at weekends: the tests may run on any day."""
    with open(CONFIG, encoding="utf-8") as source:
        text = source.read()
    path = os.path.join(folder, "demo.toml")
    with open(path, "w", encoding="utf-8") as copy:
        text = re.sub(r'\[symbols\.schedule\].*?(?=\n\[\[symbols|\Z)', f"schedule = {schedule}\n",
                      text, flags=re.DOTALL)
        copy.write(text.replace('schedule = "24x5"', f"schedule = {schedule}"))
    return path


def closed_today():
    """Hours of one day of the week that is neither yesterday nor today nor tomorrow."""
    day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=3)).strftime("%A")
    return ('{timeZone = "UTC", sessions = [{day = "%s", open = "08:00", close = "20:00"}]}'
            % day.upper())


class Demo(case.TribookCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def start(self, demo, schedule='"24x7"'):
        demo.config_file = with_hours(self.folder.name, schedule)
        return demo.start(*PORTS)

    def login(self, demo, username, password):
        answer = Rest(demo.client_port).post("/api/login",
                                             {"username": username, "password": password})
        self.assertEqual(answer.status, 200, str(answer))
        return Client(demo.client_port, answer.json["accountId"], username, password,
                      token=answer.json["token"])

    def candles(self, client, symbol, timeframe, limit=1000, **more):
        query = "".join(f"&{key}={value}" for key, value in more.items())
        answer = client.get(f"/api/ohlc?symbol={symbol}&timeframe={timeframe}&limit={limit}{query}")
        self.assertEqual(answer.status, 200, str(answer))
        return answer.json["items"]

    def test_the_demo_is_a_market_with_a_past(self):
        demo = self.start(Daemon(env={}))
        printed = dict(re.findall(r"^\s+(\w+)\s+password (\S+)$", demo.log(), re.MULTILINE))
        self.assertEqual(set(printed), {"trader", "handelaar", "toreida", "admin"})
        self.assertIn(f"http://127.0.0.1:{demo.client_port}", demo.log())
        trader = self.login(demo, "trader", printed["trader"])
        self.has(trader.summary(), balance="10000", currency="USD")

        symbols = trader.all("/api/symbols")
        self.assertGreaterEqual(len(symbols), 20)
        self.assertEqual({s["category"] for s in symbols},
                         {"FOREX", "METAL", "INDEX", "CFD", "CRYPTO"})
        for symbol in symbols:
            self.assertTrue(symbol["marketOpen"], symbol)
            self.assertTrue(0 < symbol["bid"] < symbol["ask"], symbol)

        for symbol in ("EURUSD", "XAUUSD", "BTCUSD"):
            for timeframe, least in CANDLES.items():
                bars = self.candles(trader, symbol, timeframe)
                self.assertGreaterEqual(len(bars), least, (symbol, timeframe))
                starts = [bar["time"] for bar in bars]
                self.assertEqual(starts, sorted(set(starts)))
                for bar in bars:
                    self.assertTrue(bar["low"] <= bar["open"] <= bar["high"], bar)
                    self.assertTrue(bar["low"] <= bar["close"] <= bar["high"], bar)

        stream = Stream(demo.client_port, token=trader.token)
        stream.send({"action": "subscribe", "type": "quotes", "symbols": ["EURUSD", "BTCUSD"]})
        seen = {stream.next("tick", symbol=name)["symbol"] for name in ("EURUSD", "BTCUSD")}
        self.assertEqual(seen, {"EURUSD", "BTCUSD"})
        stream.close()

        order = trader.filled("BUY", "EURUSD", "0.10")
        [held] = trader.all("/api/account/positions")
        self.has(held, id=order["positionId"], openPrice=order["filledPrice"])
        self.has(trader.closed(order["positionId"]), closedVolume="0.10")
        for name in ("handelaar", "toreida"):
            other = self.login(demo, name, printed[name])
            other.filled("SELL", "EURUSD", "0.10")
            other.filled("BUY", "BTCUSD", "0.01")

        # A real market's quotes and time are not an admin's to give.
        answer = Rest(demo.admin_port).post("/admin/login", {"username": "admin",
                                                             "password": printed["admin"]})
        self.assertEqual(answer.status, 200, str(answer))
        admin = Rest(demo.admin_port, token=answer.json["token"])
        quote = [{"symbol": "EURUSD", "bid": 1, "ask": 1}]
        self.refused(admin.post("/admin/quotes", quote), 403, "FORBIDDEN")
        self.refused(admin.post("/admin/clock", {"now": "2026-01-21T22:00:00Z"}), 403, "FORBIDDEN")
        self.assertEqual(demo.stop(), 0, demo.log())
        verified = daemon.run_tribook("verify", demo.data)
        self.assertEqual(verified.returncode, 0, verified.stderr)

    def test_a_killed_demo_goes_on_where_the_market_is(self):
        demo = self.start(Daemon(env={}))
        printed = dict(re.findall(r"^\s+(\w+)\s+password (\S+)$", demo.log(), re.MULTILINE))
        trader = self.login(demo, "trader", printed["trader"])
        order = trader.filled("BUY", "GBPJPY", "0.10")
        before = self.candles(trader, "BTCUSD", "1d")
        demo.kill()
        os.remove(demo.log_file)
        self.start(demo)
        self.assertNotIn("password", demo.log())
        again = Client(demo.client_port, trader.account_id, "trader", "", token=trader.token)
        [held] = again.all("/api/account/positions")
        self.has(held, id=order["positionId"], openPrice=order["filledPrice"])
        again.closed(order["positionId"])

        # Past days stand; of each minute, the one of the kill too, there is one candle.
        after = self.candles(again, "BTCUSD", "1d")
        self.assertEqual(before[:-1], [bar for bar in after if bar["time"] < before[-1]["time"]])
        minutes = [bar["time"] for bar in self.candles(again, "BTCUSD", "1m", limit=120)]
        self.assertEqual(minutes, sorted(set(minutes)))
        self.assertEqual(len(minutes), 120)
        self.assertEqual(demo.stop(), 0, demo.log())

    def test_what_is_closed_has_its_last_price_and_converts(self):
        demo = self.start(Daemon(env={}), closed_today())
        printed = dict(re.findall(r"^\s+(\w+)\s+password (\S+)$", demo.log(), re.MULTILINE))
        for name in ("handelaar", "toreida"):  # EUR and JPY buy coins in USD
            client = self.login(demo, name, printed[name])
            client.filled("BUY", "BTCUSD", "0.01")
            self.refused(client.order("BUY", "EURUSD", "0.10"), 422, "MARKET_CLOSED")
        [euro] = [s for s in client.all("/api/symbols") if s["symbol"] == "EURUSD"]
        self.assertFalse(euro["marketOpen"])
        newest = self.candles(client, "EURUSD", "5m", limit=1)[0]
        self.assertTrue(newest["time"].endswith("T19:55:00.000Z"), newest)
        self.assertLess(abs(newest["close"] / euro["bid"] - 1), 0.001)
        self.assertEqual(demo.stop(), 0, demo.log())

    def test_the_same_seed_is_the_same_market(self):
        past = []
        for _ in range(2):
            demo = self.start(Daemon(env={}))
            password = re.search(r"^\s+trader\s+password (\S+)$", demo.log(), re.MULTILINE).group(1)
            trader = self.login(demo, "trader", password)
            past.append({bar["time"]: bar for bar in self.candles(trader, "EURJPY", "4h")[1:-2]})
            self.assertEqual(demo.stop(), 0, demo.log())
        common = past[0].keys() & past[1].keys()
        self.assertGreater(len(common), 900)
        for time in common:
            self.assertEqual(past[0][time], past[1][time])


if __name__ == "__main__":
    case.main()
