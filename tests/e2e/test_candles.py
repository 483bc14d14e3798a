"""Candles and ticks of a recorded week: what the API tells against an aggregation in plain Decimal,
written from the definition. A candle takes in the bids of one interval of whole multiples of its
length since 1970, UTC; its volume is the number of ticks."""

import csv
import gzip
import os
import time
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import case
import daemon
from broker import Broker
from daemon import Daemon
from stream import Stream

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data",
                    "eurusd_oanda_ticks_20140501_20140509.csv.gz")
MINUTES = {"1m": 1, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "4h": 240, "1d": 1440}
KEPT_CANDLES = 512  # in memory: all there is without a store
KEPT_TICKS = 2048
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

CONFIG = """\
drain_timeout = 5
[listen]
client = "127.0.0.1:0"
admin = "127.0.0.1:0"
[venues.ticks]
type = "replay"
speed = 0
files = [{{symbol = "EURUSD", path = "{file}"}}]
[threads]
layout = "{layout}"
wait = "park"
[gateway]
io_threads = 2
[auth]
bcrypt_cost = 4
jwt_secret = "{secret}"
[journal]
durability = "none"
[limits]
accounts = 256
positions = 20000
symbols = 64
client_ids = 100000
history = 200000
texts = 1024
[[symbols]]
symbol = "EURUSD"
category = "FOREX"
baseCurrency = "EUR"
quoteCurrency = "USD"
digits = 5
tickSize = 0.00001
pipSize = 0.0001
contractSize = 100000
schedule = "24x7"
"""


def read_ticks():
    """(milliseconds since 1970, bid, ask), oldest first."""
    ticks = []
    with gzip.open(FILE, "rt", encoding="ascii") as file:
        for day, ms, bid, ask in csv.reader(file):
            midnight = datetime.strptime(day, "%Y%m%d").replace(tzinfo=timezone.utc)
            since = (midnight - EPOCH) // timedelta(milliseconds=1)
            ticks.append((since + int(ms), Decimal(bid), Decimal(ask)))
    return ticks


def aggregate(ticks, minutes):
    """(start in ms, open, high, low, close, volume), oldest first; nothing for an empty interval."""
    length = minutes * 60_000
    intervals = {}
    for ms, bid, _ in ticks:
        intervals.setdefault(ms // length, []).append(bid)
    return [(number * length, bids[0], max(bids), min(bids), bids[-1], len(bids))
            for number, bids in sorted(intervals.items())]


def to_ms(text):
    """RFC 3339 as milliseconds since 1970."""
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    return (moment - EPOCH) // timedelta(milliseconds=1)


def row(candle):
    start = candle["time"] if isinstance(candle["time"], int) else to_ms(candle["time"])
    return (start, candle["open"], candle["high"], candle["low"], candle["close"],
            candle["volume"])


class Candles(case.TribookCase):
    @classmethod
    def setUpClass(cls):
        cls.ticks = read_ticks()
        text = CONFIG.format(file=FILE, layout=daemon.layout(), secret=daemon.JWT_SECRET)
        cls.daemon = Daemon(text).start()
        cls.client = Broker(cls.daemon).make_account(initialDeposit=10000)
        cls.await_end()

    @classmethod
    def await_end(cls):
        """Until the last tick of the file was played, and whoever is behind has caught up."""
        last = cls.ticks[-1][0]
        deadline = time.monotonic() + 4 * daemon.WAIT_S
        while True:
            answer = cls.client.get("/api/ticks?symbol=EURUSD&limit=1")
            newest = answer.json["items"] if answer.status == 200 else []
            oldest = cls.client.get("/api/ohlc?symbol=EURUSD&timeframe=1m&to=2014-05-01T00:05:00Z")
            if newest and to_ms(newest[0]["time"]) == last and oldest.status == 200:
                return
            if time.monotonic() > deadline:
                raise AssertionError(f"the file is not played: {answer}, {oldest}")
            time.sleep(0.05)

    @classmethod
    def tearDownClass(cls):
        code = cls.daemon.stop()
        if code != 0:
            raise AssertionError(f"the daemon ended with {code}\n{cls.daemon.log()}")

    def ohlc(self, timeframe, **options):
        query = "".join(f"&{name}={value}" for name, value in options.items())
        answer = self.client.get(f"/api/ohlc?symbol=EURUSD&timeframe={timeframe}{query}")
        self.assertEqual(answer.status, 200, str(answer))
        self.has(answer.json, symbol="EURUSD", timeframe=timeframe)
        return answer.json

    def every_candle(self, timeframe, limit):
        """All pages, which lead into the past, put in order of time."""
        candles, options = [], {"limit": limit}
        while True:
            page = self.ohlc(timeframe, **options)
            candles = page["items"] + candles
            if "nextCursor" not in page:
                return [row(candle) for candle in candles]
            self.assertEqual(len(page["items"]), limit)
            self.assertEqual(page["nextCursor"], str(to_ms(page["items"][0]["time"])))
            options["cursor"] = page["nextCursor"]

    def has_store(self):
        return len(self.every_candle("1m", 1000)) > KEPT_CANDLES

    def test_every_timeframe_equals_the_aggregation(self):
        for timeframe, minutes in MINUTES.items():
            with self.subTest(timeframe=timeframe):
                wanted = aggregate(self.ticks, minutes)
                got = self.every_candle(timeframe, 333)
                if not self.has_store():
                    wanted = wanted[-KEPT_CANDLES:]
                self.assertEqual(len(got), len(wanted))
                for mine, theirs in zip(wanted, got):
                    self.assertEqual(mine, theirs)

    def test_the_whole_file_is_in_the_days(self):
        days = self.every_candle("1d", 1000)
        self.assertEqual(sum(day[5] for day in days), len(self.ticks))

    def test_a_window(self):
        wanted = aggregate(self.ticks, 15)
        first, last = wanted[-40][0], wanted[-20][0]
        page = self.ohlc("15m", **{"from": first, "to": last})
        self.assertEqual([row(candle) for candle in page["items"]], wanted[-40:-20])
        self.assertNotIn("nextCursor", page)
        moment = (EPOCH + timedelta(milliseconds=first)).strftime("%Y-%m-%dT%H:%M:%SZ")
        page = self.ohlc("15m", **{"from": moment, "to": last, "limit": 7})
        self.assertEqual([row(candle) for candle in page["items"]], wanted[-27:-20])

    def test_the_newest_ticks_are_the_file_s(self):
        wanted = self.ticks[::-1]
        got, query = [], ""
        while len(got) < 2000:
            answer = self.client.get("/api/ticks?symbol=EURUSD&limit=500" + query)
            self.assertEqual(answer.status, 200, str(answer))
            got += answer.json["items"]
            query = "&cursor=" + answer.json["nextCursor"]
        self.assertEqual([(to_ms(t["time"]), t["bid"], t["ask"]) for t in got],
                         wanted[:len(got)])
        sequences = [tick["sequence"] for tick in got]
        self.assertEqual(sequences, sorted(set(sequences), reverse=True))
        first, last = wanted[90][0], wanted[50][0]
        answer = self.client.get(f"/api/ticks?symbol=EURUSD&from={first}&to={last}")
        self.assertEqual([to_ms(tick["time"]) for tick in answer.json["items"]],
                         [ms for ms, _, _ in wanted[:KEPT_TICKS] if first <= ms < last])

    def test_the_stream_shows_the_candle_that_is_forming(self):
        stream = Stream(self.daemon.client_port, token=self.client.token)
        self.addCleanup(stream.close)
        for timeframe in MINUTES:
            stream.send({"action": "subscribe", "type": "candles", "symbols": ["EURUSD"],
                         "timeframe": timeframe})
            told = stream.next("candle", timeframe=timeframe)
            self.assertEqual(row(told), row(self.ohlc(timeframe, limit=1)["items"][0]))

    def test_what_is_refused(self):
        for path, status, code in [
                ("/api/ohlc?symbol=EURUSD&timeframe=2m", 400, "VALIDATION"),
                ("/api/ohlc?symbol=EURUSD", 400, "VALIDATION"),
                ("/api/ohlc?timeframe=1m", 400, "VALIDATION"),
                ("/api/ohlc?symbol=NOSUCH&timeframe=1m", 422, "SYMBOL_UNKNOWN"),
                ("/api/ohlc?symbol=EURUSD&timeframe=1m&limit=1001", 400, "VALIDATION"),
                ("/api/ohlc?symbol=EURUSD&timeframe=1m&from=noon", 400, "VALIDATION"),
                ("/api/ohlc?symbol=EURUSD&timeframe=1m&cursor=x", 400, "VALIDATION"),
                ("/api/ticks", 400, "VALIDATION"),
                ("/api/ticks?symbol=NOSUCH", 422, "SYMBOL_UNKNOWN"),
                ("/api/ticks?symbol=EURUSD&to=-1", 400, "VALIDATION")]:
            with self.subTest(path=path):
                self.refused(self.client.get(path), status, code)


class Following(case.DaemonCase):
    """Live: quotes of an admin, a clock that stands where it was put."""

    @classmethod
    def setup_broker(cls):
        from broker import forex
        cls.broker.make_symbol(forex("EURUSD"))

    def test_the_last_message_equals_the_candle_of_rest(self):
        client = self.broker.make_account(initialDeposit=10000)
        stream = Stream(self.daemon.client_port, token=client.token)
        self.addCleanup(stream.close)
        for timeframe in ["1m", "1h"]:
            answer = stream.ask(timeframe, action="subscribe", type="candles",
                                symbols=["EURUSD"], timeframe=timeframe)
            self.assertEqual(answer["type"], "response", answer)
        played = []
        for minute in range(3):
            self.broker.set_clock(f"2026-01-21T12:0{minute}:30Z")
            for pips in [3, 9, 1, 5 + minute]:
                bid = Decimal("1.08") + pips * Decimal("0.0001")
                self.broker.quote("EURUSD", bid, bid + Decimal("0.0001"))
                played.append((1768996800000 + minute * 60_000 + 30_000, bid, None))
        for timeframe in ["1m", "1h"]:
            wanted = aggregate(played, MINUTES[timeframe])
            seen = {}
            while list(seen.values()) != wanted:  # the end of each, and the present one
                told = row(stream.next("candle", symbol="EURUSD", timeframe=timeframe))
                self.assertGreaterEqual(told[0], max(seen, default=0))
                seen[told[0]] = told
            answer = client.get(f"/api/ohlc?symbol=EURUSD&timeframe={timeframe}")
            self.assertEqual([row(candle) for candle in answer.json["items"]], wanted)

    def test_an_unknown_type_is_told_what_there_is(self):
        client = self.broker.make_account()
        stream = Stream(self.daemon.client_port, token=client.token)
        self.addCleanup(stream.close)
        answer = stream.ask(1, action="subscribe", type="weather")
        self.has(answer, type="error", code="VALIDATION")
        for kind in ["quotes", "candles", "account", "positions", "orders", "trades"]:
            self.assertIn(kind, answer["detail"])


if __name__ == "__main__":
    case.main()
