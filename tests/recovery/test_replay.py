"""The time machine: `replay --until` shows every account as the API showed it at that moment."""

import json
import random
import shutil
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import case
import daemon
from broker import Broker, forex
from rest import parse_json

FIGURES = ["balance", "equity", "margin", "freeMargin", "unrealizedPnL", "marginLevel", "credit"]
POSITION = ["id", "symbol", "side", "volume", "openPrice", "sl", "tp", "commission",
            "unrealizedPnL"]
BEGIN = datetime(2026, 1, 21, 12, tzinfo=timezone.utc)
MOMENTS = 8


def text(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


class Replay(case.TribookCase):
    @classmethod
    def setUpClass(cls):
        cls.dice = random.Random(case.seed())
        cls.daemon = daemon.Daemon(daemon.config(segment_bytes=1 << 20)).start()
        cls.broker = Broker(cls.daemon)
        make = cls.broker.make_symbol
        make(forex("EURUSD", commission={"amount": "3.5", "currency": "USD"}))
        make(forex("USDJPY"))
        make(forex("BTCUSD", category="CRYPTO", contractSize=1, digits=2, tickSize="0.01",
                   pipSize="0.01"))
        cls.broker.quotes(("EURUSD", "1.08440", "1.08450"), ("USDJPY", "150.000", "150.008"),
                          ("BTCUSD", "97000.00", "97003.50"))
        cls.clients = [cls.broker.make_account(currency=currency, initialDeposit=deposit,
                                               leverage=100)
                       for currency, deposit in [("USD", 100000), ("JPY", 15000000),
                                                 ("BTC", "1.5")]]
        cls.moments = []  # (time of the moment, account -> what the API said)
        for index in range(MOMENTS):
            cls.broker.set_clock(text(BEGIN + timedelta(hours=index + 1)))
            cls.act()
            cls.moments.append((BEGIN + timedelta(hours=index + 1, minutes=30), cls.look()))
        code = cls.daemon.stop()
        assert code == 0, cls.daemon.log()

    @classmethod
    def act(cls):
        dice = cls.dice
        for _ in range(10):
            client = dice.choice(cls.clients)
            held = client.all("/api/account/positions")
            pick = dice.random()
            if pick < 0.4 or not held:
                order = client.order(dice.choice(["BUY", "SELL"]),
                                     dice.choice(["EURUSD", "BTCUSD"]),
                                     dice.choice(["0.01", "0.10", "0.37"]))
                assert order.status in (201, 422), order
            elif pick < 0.55:
                client.closed(dice.choice(held)["id"])
            elif pick < 0.7:
                position = dice.choice(held)
                price = position["currentPrice"]
                away = price / 20 if position["side"] == "SELL" else -price / 20
                digits = Decimal("0.01") if position["symbol"] == "BTCUSD" else Decimal("0.00001")
                client.put(f"/api/positions/{position['id']}/modify",
                           {"sl": (price + away).quantize(digits)})
            elif pick < 0.8:
                cls.broker.deposit(client.account_id, 1)
            else:
                bid = Decimal(108450 + dice.randrange(-200, 200)) / 100000
                coin = Decimal(9700000 + dice.randrange(-50000, 50000)) / 100
                cls.broker.quotes(("EURUSD", bid, bid + Decimal("0.0001")),
                                  ("BTCUSD", coin, coin + 3))

    @classmethod
    def look(cls):
        return {client.account_id: (client.summary(), client.all("/api/account/positions"))
                for client in cls.clients}

    def replay(self, *options):
        ended = daemon.run_tribook("replay", self.daemon.data, *options, "--json")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return parse_json(ended.stdout)

    def shows(self, report, account, said, when):
        summary, positions = said
        [shown] = [one for one in report["accounts"] if one["id"] == account]
        self.has(shown, **{name: summary[name] for name in FIGURES})
        wanted = [{name: p[name] for name in POSITION} for p in sorted(positions,
                                                                      key=lambda p: p["id"])]
        got = [{name: p[name] for name in POSITION} for p in shown["positions"]]
        self.assertEqual(got, wanted, f"account {account} at {when}")

    def test_each_account_at_each_moment(self):
        for when, said in self.moments:
            for account, words in said.items():
                report = self.replay("--until", text(when), "--account", str(account))
                self.assertEqual([one["id"] for one in report["accounts"]], [account])
                self.shows(report, account, words, when)

    def test_a_sequence_is_a_moment_too(self):
        for when, said in self.moments:
            report = self.replay("--until", text(when))
            again = self.replay("--until", str(report["sequence"]))
            self.assertEqual(again, report)
            for account, words in said.items():
                self.shows(again, account, words, when)

    def test_moments_rise(self):
        sequences = [self.replay("--until", text(when))["sequence"] for when, _ in self.moments]
        self.assertEqual(sequences, sorted(set(sequences)))
        before = self.replay("--until", "1")
        self.assertEqual(before["sequence"], 1)

    def test_the_whole_is_the_last_moment(self):
        report = self.replay()
        for account, words in self.moments[-1][1].items():
            self.shows(report, account, words, "the end")
        far = self.replay("--until", "2030-01-01T00:00:00Z")
        self.assertEqual(far, report)

    def test_tables_for_people(self):
        ended = daemon.run_tribook("replay", self.daemon.data)
        self.assertEqual(ended.returncode, 0)
        self.assertRaises(json.JSONDecodeError, json.loads, ended.stdout)
        for summary, _ in self.moments[-1][1].values():
            self.assertIn(format(Decimal(summary["balance"]).normalize(), "f"), ended.stdout)

    def test_an_account_that_was_not_there(self):
        ended = daemon.run_tribook("replay", self.daemon.data, "--account", "4711", "--json")
        self.assertEqual((ended.returncode, ended.stdout), (1, ""))
        self.assertIn("4711", ended.stderr)
        ended = daemon.run_tribook("replay", self.daemon.data, "--account",
                                   str(self.clients[0].account_id), "--until", "1")
        self.assertEqual(ended.returncode, 1, ended.stdout)

    def test_the_hash_is_the_same_each_time_and_everywhere(self):
        def state_hash(data):
            ended = daemon.run_tribook("state-hash", data)
            self.assertEqual(ended.returncode, 0, ended.stderr)
            self.assertRegex(ended.stdout, r"^[0-9a-f]{16,}\n$")
            return ended.stdout

        first = state_hash(self.daemon.data)
        self.assertEqual(state_hash(self.daemon.data), first)
        elsewhere = daemon.Daemon(daemon.config(
            layout="split" if daemon.layout() == "fused" else "fused"))
        shutil.copytree(self.daemon.data, elsewhere.data)
        self.assertEqual(state_hash(elsewhere.data), first)
        elsewhere.start()
        Broker(elsewhere).deposit(self.clients[0].account_id, 1)
        self.assertEqual(elsewhere.stop(), 0)
        self.assertNotEqual(state_hash(elsewhere.data), first)

    def test_a_start_is_a_record_and_the_hash_up_to_the_one_before_it_stays(self):
        def state_hash(*words):
            ended = daemon.run_tribook("state-hash", *words)
            self.assertEqual(ended.returncode, 0, ended.stderr)
            return ended.stdout

        last = str(self.replay()["sequence"])
        whole = state_hash(self.daemon.data)
        elsewhere = daemon.Daemon(daemon.config())
        shutil.copytree(self.daemon.data, elsewhere.data)
        elsewhere.start()
        self.assertEqual(elsewhere.stop(), 0)
        self.assertNotEqual(state_hash(elsewhere.data), whole)
        self.assertEqual(state_hash(elsewhere.data, "--until", last), whole)
        self.assertEqual(state_hash(self.daemon.data, "--until", last), whole)

    def test_a_start_and_a_stop_change_nothing_but_the_sequence(self):
        before = self.replay()
        elsewhere = daemon.Daemon(daemon.config(
            layout="split" if daemon.layout() == "fused" else "fused"))
        shutil.copytree(self.daemon.data, elsewhere.data)
        elsewhere.start()
        self.assertEqual(elsewhere.stop(), 0)
        ended = daemon.run_tribook("replay", elsewhere.data, "--json")
        self.assertEqual({**parse_json(ended.stdout), "sequence": None},
                         {**before, "sequence": None})


if __name__ == "__main__":
    case.main()
