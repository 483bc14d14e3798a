"""`replay --account`: the quotes that an account depends on, its conversions' too, and prices now."""

import case
import daemon
from broker import Broker, forex
from rest import parse_json


class Account(case.TribookCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = daemon.Daemon().start()
        cls.broker = Broker(cls.daemon)
        for symbol in ("EURUSD", "USDJPY", "GBPUSD", "AUDUSD"):
            cls.broker.make_symbol(forex(symbol))
        cls.broker.quotes(("EURUSD", "1.08440", "1.08450"), ("USDJPY", "150.000", "150.008"),
                          ("GBPUSD", "1.27000", "1.27010"), ("AUDUSD", "0.66000", "0.66010"))
        cls.yen = cls.broker.make_account(currency="JPY", initialDeposit=1000000)
        cls.dollar = cls.broker.make_account(currency="USD", initialDeposit=10000)
        cls.yen.filled("BUY", "EURUSD", "0.1")
        cls.broker.set_clock("2026-01-21T12:00:30Z")
        cls.broker.quote("USDJPY", "149.000", "149.008")
        cls.said = {client.account_id: (client.summary(), client.all("/api/account/positions"))
                    for client in (cls.yen, cls.dollar)}
        assert cls.daemon.stop() == 0, cls.daemon.log()

    def report(self, *options):
        ended = daemon.run_tribook("replay", self.daemon.data, *options, "--json")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return parse_json(ended.stdout)

    def test_the_quotes_that_it_depends_on(self):
        report = self.report("--account", str(self.yen.account_id))
        quotes = {one["symbol"]: one for one in report["quotes"]}
        self.assertEqual(list(quotes), ["EURUSD", "USDJPY"])
        self.has(quotes["EURUSD"], bid="1.0844", ask="1.0845", ageMs=30000, stale=False,
                 sessionOpen=True, time="2026-01-21T12:00:00.000Z")
        self.has(quotes["USDJPY"], bid=149, ask="149.008", ageMs=0)
        self.assertEqual(len(self.report()["quotes"]), 4)
        self.assertEqual(self.report("--account", str(self.dollar.account_id))["quotes"], [])

    def test_figures_and_current_prices(self):
        for account, (summary, positions) in self.said.items():
            [shown] = self.report("--account", str(account))["accounts"]
            for name in ("balance", "credit", "equity", "margin", "freeMargin", "marginLevel"):
                self.assertEqual(shown[name], summary[name], name)
            for own, said in zip(shown["positions"], positions, strict=True):
                for name in ("id", "currentPrice", "unrealizedPnL", "openPrice", "volume"):
                    self.assertEqual(own[name], said[name], name)

    def test_tables(self):
        ended = daemon.run_tribook("replay", self.daemon.data, "--account",
                                   str(self.yen.account_id))
        self.assertIn("30 s", ended.stdout)
        self.assertIn("price now", ended.stdout)
        self.assertNotIn("GBPUSD", ended.stdout)


if __name__ == "__main__":
    case.main()
