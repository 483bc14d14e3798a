"""`replay --with`: the recorded input under other settings gives what a daemon with these settings
gives, and settings that cannot be tried are refused."""

import hashlib
import os
import threading

import case
import daemon
import market
from broker import Broker, Client, forex
from rest import parse_json

STEPS = 200
MONEY = ("realizedPnL", "commission", "negativeBalance", "balance", "equity", "margin")


def digest(folder):
    """Every byte of a folder."""
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            file = os.path.join(path, name)
            with open(file, "rb") as stream:
                found[file] = hashlib.sha256(stream.read()).hexdigest()
    return found


class WhatIf(case.TribookCase):
    @classmethod
    def setUpClass(cls):
        cls.script = market.Script(case.seed(), STEPS)
        cls.daemon, cls.player = cls.played({})
        cls.before = digest(cls.daemon.data)

    @classmethod
    def played(cls, levels, change=None, known=None):
        """The script on a daemon of its own, whose symbols are changed before the first order."""
        one = daemon.Daemon(daemon.config(durability="none")).start()
        broker = Broker(one)
        make = broker.make_symbol
        broker.make_symbol = lambda body: make(change(body) if change else body)
        player = market.Player(broker, levels, known)
        player.play(cls.script)
        assert one.stop() == 0, one.log()
        return one, player

    def with_settings(self, toml, *options):
        file = daemon.write(os.path.join(daemon.make_folder(), "with.toml"), toml)
        return daemon.run_tribook("replay", self.daemon.data, "--with", file, *options)

    def compared(self, toml):
        ended = self.with_settings(toml, "--json")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return parse_json(ended.stdout)

    def same_as_lived(self, toml, levels=None, change=None):
        """The account figures are those of a daemon that lived under the settings. Its clients do
        what the recorded ones did: they close nothing that those had not opened."""
        comparison = self.compared(toml)
        lived, _ = self.played(levels or {}, change, self.player.opened)
        ended = daemon.run_tribook("replay", lived.data, "--json")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        wanted = {one["id"]: one for one in parse_json(ended.stdout)["accounts"]}
        for account in comparison["with"]["accounts"]:
            own = wanted[account["id"]]
            self.has(account, balance=own["balance"], equity=own["equity"], margin=own["margin"],
                     openPositions=len(own["positions"]))
        return comparison

    def tearDown(self):
        self.assertEqual(digest(self.daemon.data), self.before, "the folder was changed")

    def test_the_same_settings_give_the_same(self):
        comparison = self.compared("# nothing\n")
        self.assertEqual(comparison["with"], comparison["recorded"])
        self.assertEqual(set(comparison["changed"].values()), {0})
        ended = daemon.run_tribook("replay", self.daemon.data, "--json")
        for account in parse_json(ended.stdout)["accounts"]:
            [told] = [one for one in comparison["recorded"]["accounts"]
                      if one["id"] == account["id"]]
            self.has(told, balance=account["balance"], equity=account["equity"])

    def test_totals_are_sums_and_the_house_has_the_rest(self):
        recorded = self.compared("")["recorded"]
        for total in recorded["currencies"]:
            own = [one for one in recorded["accounts"] if one["currency"] == total["currency"]]
            for name in MONEY + ("houseResult",):
                self.equal(total[name], sum(one[name] for one in own))
            self.equal(total["houseResult"], -(total["realizedPnL"] + total["commission"]
                                               + total["negativeBalance"]))
        self.assertEqual(recorded["rejected"], sum(recorded["rejectedByCode"].values()))

    def test_another_commission(self):
        def dearer(body):
            if body["symbol"] == "EURUSD":
                body["commission"] = {**body["commission"], "amount": "35"}
            return body

        comparison = self.same_as_lived(
            '[[symbols]]\nsymbol = "EURUSD"\ncommission = {amount = 35}\n', change=dearer)
        self.assertNotEqual(comparison["with"]["currencies"], comparison["recorded"]["currencies"])

    def test_another_markup_and_margin(self):
        def wider(body):
            if body["symbol"] == "XAUUSD":
                body["spreadMarkup"] = "4"
                body["margin"] = {**body["margin"], "initialRate": 6, "hedged": "SUM"}
            return body

        self.same_as_lived('[[symbols]]\nsymbol = "XAUUSD"\nspreadMarkup = 4\n'
                           'margin = {initialRate = 6, hedged = "SUM"}\n', change=wider)

    def test_other_levels(self):
        self.same_as_lived("[accounts]\nstop_out_level = 90\nmargin_call_level = 150\n",
                           {"stopOutLevel": 90, "marginCallLevels": [150]})

    def test_a_closed_symbol_takes_its_orders_along(self):
        comparison = self.compared('[[symbols]]\nsymbol = "EURUSD"\nstate = "CLOSE_ONLY"\n')
        changed = comparison["changed"]
        self.assertGreater(changed["onlyRecordedFilled"], 0)
        self.assertGreater(comparison["with"]["rejectedByCode"]["SYMBOL_CLOSE_ONLY"], 0)

    def test_no_leverage_nearly_no_order(self):
        comparison = self.compared("[accounts]\nleverage = 1\n\n[[account]]\nid = 1\n"
                                   "leverage = 100\n")
        codes = comparison["with"]["rejectedByCode"]
        self.assertGreater(codes["INSUFFICIENT_MARGIN"],
                           comparison["recorded"]["rejectedByCode"].get("INSUFFICIENT_MARGIN", 0))
        with_, recorded = ({one["id"]: one for one in comparison[name]["accounts"]}
                           for name in ("with", "recorded"))
        self.assertEqual(with_[1], recorded[1])
        self.assertGreater(comparison["changed"]["onlyRecordedFilled"], 0)

    def test_tables_for_people(self):
        ended = self.with_settings("[accounts]\nleverage = 1\n")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("recorded", ended.stdout)
        self.assertIn("house result", ended.stdout)
        self.assertIn("rejected: INSUFFICIENT_MARGIN", ended.stdout)
        alone = self.with_settings("[accounts]\nleverage = 1\n", "--account", "2")
        self.assertIn("account 2 in JPY", alone.stdout)
        self.assertNotIn("account 1 in", alone.stdout)

    def test_swap_is_taken_without_a_word(self):
        comparison = self.compared('[[symbols]]\nsymbol = "EURUSD"\nswap = {mode = "POINTS", '
                                   'long = -3}\n')
        self.assertEqual(comparison["notes"], [])

    def test_what_cannot_be_tried(self):
        for toml, words in [
                ('[venues.feed]\ntype = "manual"\n', "venues"),
                ('[listen]\nclient = "127.0.0.1:0"\n', "listen"),
                ('[accounts]\nnumber_prefix = "T"\n', "number_prefix"),
                ('[accounts]\nleverage = 0\n', "leverage"),
                ('[[account]]\nleverage = 5\n', "id"),
                ('[[account]]\nid = 99\nleverage = 5\n', "99"),
                ('[[symbols]]\nenabled = false\n', "symbol"),
                ('[[symbols]]\nsymbol = "NOTHERE"\nenabled = false\n', "NOTHERE"),
                ('[[symbols]]\nsymbol = "EURUSD"\nschedule = "24x5"\n', "schedule"),
                ('[[symbols]]\nsymbol = "EURUSD"\nquoteCurrency = "CHF"\n', "quoteCurrency"),
                ('[[symbols]]\nsymbol = "EURUSD"\nspreadMarkups = 1\n', "spreadMarkups"),
                ('[[symbols]]\nsymbol = "EURUSD"\nmargin = {lever = 1}\n', "margin.lever"),
                ('[[symbols]]\nsymbol = "EURUSD"\ncommission = {amount = -1}\n', "amount"),
                ('[[symbols]]\nsymbol = "EURUSD"\n[[symbols]]\nsymbol = "EURUSD"\n', "twice"),
                ("[accounts\n", "with.toml:1")]:
            ended = self.with_settings(toml)
            self.assertEqual((ended.returncode, ended.stdout), (1, ""), toml)
            self.assertIn(words, ended.stderr)
        missing = daemon.run_tribook("replay", self.daemon.data, "--with", "/no/such/file")
        self.assertEqual(missing.returncode, 1)
        nobody = self.with_settings("", "--account", "99")
        self.assertEqual((nobody.returncode, nobody.stdout), (1, ""))
        self.assertIn("no account 99", nobody.stderr)
        both = self.with_settings("", "--explain", "1")
        self.assertEqual(both.returncode, 2)


class Updated(case.TribookCase):
    """A setting that was changed on the way: what is tried holds before and after it."""

    def test_what_is_tried_lies_over_every_change(self):
        one = daemon.Daemon().start()
        broker = Broker(one)
        broker.make_symbol(forex("EURUSD", commission={"amount": "3.5", "currency": "USD"}))
        client = broker.make_account(initialDeposit=10000, leverage=100)
        broker.quote("EURUSD", "1.08440", "1.08450")
        client.filled("BUY", "EURUSD", "1.0")
        answer = broker.admin.put("/admin/symbols/EURUSD/settings",
                                  {"commission": {"amount": "7"}, "stopsLevelPips": 5})
        self.assertEqual(answer.status, 200, answer)
        client.filled("BUY", "EURUSD", "1.0")
        self.assertEqual(one.stop(), 0, one.log())
        file = daemon.write(os.path.join(daemon.make_folder(), "with.toml"),
                            '[[symbols]]\nsymbol = "EURUSD"\ncommission = {amount = 1}\n')
        ended = daemon.run_tribook("replay", one.data, "--with", file, "--json")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        comparison = parse_json(ended.stdout)
        self.has(comparison["recorded"]["accounts"][0], commission="-10.5")
        self.has(comparison["with"]["accounts"][0], commission="-2", filled=2)


class Burst(case.TribookCase):
    """Orders that came while others were under way: what risk then held is in no record."""

    def test_recorded_decisions_stand_where_they_cannot_be_made_again(self):
        one = daemon.Daemon(daemon.config(durability="none")).start()
        broker = Broker(one)
        broker.make_symbol(forex("EURUSD"))
        client = broker.make_account(initialDeposit=5000, leverage=100)
        broker.quote("EURUSD", "1.08440", "1.08450")

        def trade():
            own = Client(one.client_port, client.account_id, client.username, client.password,
                         token=client.token)
            for _ in range(25):
                answer = own.order("BUY", "EURUSD", "1.7")
                if answer.status == 201:
                    own.closed(answer.json["positionId"])

        threads = [threading.Thread(target=trade) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(one.stop(), 0, one.log())
        file = daemon.write(os.path.join(daemon.make_folder(), "with.toml"), "")
        ended = daemon.run_tribook("replay", one.data, "--with", file, "--json")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        comparison = parse_json(ended.stdout)
        self.assertEqual(comparison["with"], comparison["recorded"])
        self.assertGreater(comparison["recorded"]["rejected"], 0)
        print("decisions kept:", comparison["changed"]["decisionsKept"])


if __name__ == "__main__":
    case.main()
