"""Groups with prices and terms of their own, accounts and symbols that change at run time."""

from decimal import Decimal

import case
import daemon
from broker import Broker, forex


class Groups(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD"))
        cls.broker.make_symbol(forex("GBPUSD"))

    def setUp(self):
        self.broker.quotes(("EURUSD", "1.10000", "1.10010"), ("GBPUSD", "1.30000", "1.30010"))

    def put(self, path, body):
        answer = self.admin.put(path, body)
        self.assertEqual(answer.status, 200, str(answer))
        return answer.json

    def make_group(self, name, **fields):
        answer = self.admin.post("/admin/groups", {"name": name, **fields})
        self.assertEqual(answer.status, 201, str(answer))
        return answer.json

    def test_a_group_is_made_shown_and_changed(self):
        made = self.make_group("shown", spreadMarkup="1.5", stopOutLevel=30,
                               symbols=[{"symbol": "EURUSD", "leverageCap": 50}])
        self.has(made, name="shown", spreadMarkup="1.5", stopOutLevel=30, commission=None,
                 leverageCap=None, swap=None, marginCallLevels=None)
        self.has(made["symbols"][0], symbol="EURUSD", leverageCap=50, spreadMarkup=None)
        self.assertEqual(self.admin.get("/admin/groups/shown").json, made)
        self.assertIn(made, self.admin.get("/admin/groups").json["items"])
        changed = self.put("/admin/groups/shown", {"spreadMarkup": None, "stopOutLevel": None,
                                                   "marginCallLevels": [120]})
        self.has(changed, spreadMarkup=None, stopOutLevel=None)
        self.assertEqual(changed["marginCallLevels"], [120])
        one = self.put("/admin/groups/shown/symbols", {"symbol": "EURUSD", "leverageCap": None})
        self.assertEqual(one["symbols"], [])
        self.refused(self.admin.post("/admin/groups", {"name": "shown"}), 409, "DUPLICATE")
        self.refused(self.admin.get("/admin/groups/none"), 404, "NOT_FOUND")
        for body in [{}, {"name": "a b"}, {"name": "x", "spreadMarkup": -1},
                     {"name": "x", "stopOutLevel": 10001}, {"name": "x", "marginCallLevels": [1, 1]},
                     {"name": "x", "symbols": [{"symbol": "NONE"}]},
                     {"name": "x", "leverageCap": 0}]:
            self.refused(self.admin.post("/admin/groups", body), 400, "VALIDATION")
        answer = self.admin.post("/admin/accounts", {"username": "nobody", "group": "none"})
        self.refused(answer, 422, "GROUP_UNKNOWN")

    def test_prices_are_the_groups(self):
        self.make_group("wide", spreadMarkup=2)
        plain = self.broker.make_account(initialDeposit=10000)
        wide = self.broker.make_account(initialDeposit=10000, group="wide")
        self.assertEqual(plain.filled("BUY", "EURUSD", "1.00")["filledPrice"], Decimal("1.1001"))
        self.assertEqual(wide.filled("BUY", "EURUSD", "1.00")["filledPrice"], Decimal("1.1002"))
        self.has(wide.all("/api/account/positions")[0], currentPrice="1.0999",
                 unrealizedPnL="-30")
        self.has(wide.summary(), unrealizedPnL="-30", equity="9970")
        shown = {s["symbol"]: s for s in wide.all("/api/symbols")}
        self.has(shown["EURUSD"], bid="1.0999", ask="1.1002")
        shown = {s["symbol"]: s for s in plain.all("/api/symbols")}
        self.has(shown["EURUSD"], bid="1.1", ask="1.1001")

    def test_a_markup_takes_effect_on_the_standing_quote(self):
        self.make_group("moving")
        client = self.broker.make_account(initialDeposit=10000, group="moving")
        position = client.filled("BUY", "EURUSD", "1.00", sl="1.09995")["positionId"]
        self.put("/admin/groups/moving/symbols", {"symbol": "EURUSD", "spreadMarkup": 2})
        self.has(client.position(position), currentPrice="1.0999", unrealizedPnL="-20")
        self.broker.quote("EURUSD", "1.10000", "1.10010")
        closed = client.all("/api/account/positions?status=closed")[0]
        self.has(closed, id=position, closeReason="SL_HIT", closePrice="1.0999")

    def test_commission_and_leverage_of_a_group(self):
        self.make_group("terms", leverageCap=50, commission={"amount": 7, "currency": "USD"})
        client = self.broker.make_account(initialDeposit=10000, leverage=100, group="terms")
        client.filled("BUY", "EURUSD", "1.00")
        self.has(client.summary(), balance="9993", margin="2200.10")
        preview = client.get("/api/risk/margin-preview?symbol=EURUSD&volume=1").json
        self.has(preview, requiredMargin="2200.10")
        self.put("/admin/groups/terms", {"leverageCap": None})
        self.has(client.summary(), margin="1100.05")

    def test_options_of_a_group_hold_where_an_account_has_none(self):
        self.make_group("options", stopOutLevel=30)
        own = self.broker.make_account(group="options", stopOutLevel=40)
        follows = self.broker.make_account(group="options")
        level = lambda c: self.admin.get(f"/admin/accounts/{c.account_id}").json["stopOutLevel"]
        self.assertEqual((level(own), level(follows)), (40, 30))
        self.put("/admin/groups/options", {"stopOutLevel": 20})
        self.assertEqual((level(own), level(follows)), (40, 20))
        self.put(f"/admin/accounts/{follows.account_id}/group", {"group": None})
        self.assertEqual(level(follows), 50)

    def test_an_accounts_own_options_change_and_survive_a_restart(self):
        self.make_group("strict", stopOutLevel=80, closing="FIFO")
        client = self.broker.make_account(initialDeposit=10000, group="strict")
        path = f"/admin/accounts/{client.account_id}"
        self.has(self.admin.get(path).json, stopOutLevel=80, closing="FIFO", ownOptions=[])
        changed = self.put(path, {"stopOutLevel": 60, "closing": "LIFO", "swapFree": True,
                                  "swapFreeDays": 2, "swapFreeFee": "1.5"})
        self.has(changed, stopOutLevel=60, closing="LIFO", swapFree=True, swapFreeDays=2,
                 swapFreeFee="1.5")
        self.assertEqual(sorted(changed["ownOptions"]), ["closing", "stopOutLevel", "swapFree"])
        first = client.filled("BUY", "EURUSD", "1.00")["positionId"]
        second = client.filled("BUY", "EURUSD", "1.00")["positionId"]
        self.refused(client.close_position(first), 422, "CLOSING_ORDER")
        client.closed(second)
        left = self.put(path, {"closing": None, "swapFree": None})
        self.has(left, closing="FIFO", swapFree=False, ownOptions=["stopOutLevel"])
        self.refused(self.admin.put(path, {"marginMode": "NETTING"}), 422, "IN_USE")
        client.closed(first)
        self.has(self.put(path, {"marginMode": "NETTING"}), marginMode="NETTING")
        self.refused(self.admin.put(path, {"stopOutLevel": 130}), 400, "VALIDATION")
        before = self.admin.get(path).json
        self.daemon.stop()
        self.daemon.start()
        self.broker.login()
        self.assertEqual(self.admin.get(path).json, before)
        self.broker.quote("EURUSD", "1.10000", "1.10010")
        again = self.broker.client(client.account_id, client.username, client.password)
        again.filled("BUY", "EURUSD", "1.00")
        again.filled("SELL", "EURUSD", "1.00")
        self.assertEqual(again.all("/api/account/positions"), [])

    def test_accounts_change(self):
        client = self.broker.make_account(initialDeposit=10000, leverage=100)
        path = f"/admin/accounts/{client.account_id}"
        client.filled("BUY", "EURUSD", "1.00")
        self.has(self.put(path + "/leverage", {"leverage": 50}), leverage=50, margin="2200.10")
        for body in [{}, {"leverage": 0}, {"leverage": 501}, {"leverage": "many"}]:
            self.refused(self.admin.put(path + "/leverage", body), 400, "VALIDATION")
        self.make_group("later", spreadMarkup=4)
        self.has(self.put(path + "/group", {"group": "later"}), group="later")
        self.has(client.all("/api/account/positions")[0], currentPrice="1.0998")
        self.refused(self.admin.put(path + "/group", {"group": "none"}), 422, "GROUP_UNKNOWN")
        self.refused(self.admin.call("DELETE", path), 422, "IN_USE")
        self.has(self.put(path + "/suspend", {}), status="SUSPENDED")
        self.refused(client.order("BUY", "EURUSD", "0.10"), 422, "ACCOUNT_DISABLED")
        self.has(self.put(path + "/activate", {}), status="ACTIVE")
        self.refused(self.admin.put("/admin/accounts/99999/suspend", {}), 404, "NOT_FOUND")

    def test_a_symbol_keeps_what_its_positions_stand_on(self):
        client = self.broker.make_account(initialDeposit=10000)
        client.filled("BUY", "GBPUSD", "0.03", sl="1.28005")
        path = "/admin/symbols/GBPUSD/settings"
        for change in [{"contractSize": 1000}, {"digits": 4}, {"marginCurrency": "USD"},
                       {"tickSize": "0.0001"}, {"volumeStep": "0.02", "minVolume": "0.02"},
                       {"margin": {"mode": "CFD_LEVERAGE"}}]:
            self.refused(self.admin.put(path, change), 422, "IN_USE")
        self.has(self.put(path, {"spreadMarkup": 2}), spreadMarkup=2)
        shown = {s["symbol"]: s for s in client.all("/api/symbols")}
        self.has(shown["GBPUSD"], bid="1.2999", ask="1.3002")
        self.refused(self.admin.put(path, {"spreadMarkup": 100000}), 422, "PRICE_INVALID")
        self.put(path, {"spreadMarkup": 0})


CONFIGURED = """
[[symbols]]
symbol = "EURUSD"
[[groups]]
name = "vip"
spreadMarkup = 2
closing = "FIFO"
swapFree = true
swapFreeDays = 3
symbols = [{symbol = "EURUSD", leverageCap = 30}]
[[groups]]
name = "plain"
"""


class Configured(case.DaemonCase):
    @classmethod
    def setUpClass(cls):
        text = daemon.config() + CONFIGURED
        cls.daemon = daemon.Daemon(text).start()
        cls.broker = Broker(cls.daemon)
        cls.admin = cls.broker.admin

    def test_groups_of_the_configuration_are_made_once(self):
        made = self.admin.get("/admin/groups").json["items"]
        self.assertEqual([group["name"] for group in made], ["vip", "plain"])
        self.has(made[0], spreadMarkup=2, closing="FIFO", swapFree=True, swapFreeDays=3,
                 stopOutOrder=None)
        self.has(made[0]["symbols"][0], symbol="EURUSD", leverageCap=30)
        answer = self.admin.post("/admin/accounts", {"username": "nina", "group": "vip"})
        self.has(answer.json, closing="FIFO", swapFree=True)
        changed = self.admin.put("/admin/groups/vip", {"closing": "LIFO"})
        self.assertEqual(changed.status, 200, str(changed))
        self.daemon.stop()
        self.daemon.start()
        self.broker.login()
        self.assertEqual(self.admin.get("/admin/groups/vip").json, changed.json)


class AfterARestart(case.DaemonCase):
    def test_groups_are_as_they_were(self):
        self.broker.make_symbol(forex("EURUSD"))
        self.broker.quote("EURUSD", "1.10000", "1.10010")
        body = {"name": "kept", "spreadMarkup": 2, "swap": {"mode": "POINTS", "long": "-1.5"},
                "symbols": [{"symbol": "EURUSD", "leverageCap": 30}]}
        made = self.admin.post("/admin/groups", body)
        self.assertEqual(made.status, 201, str(made))
        client = self.broker.make_account(initialDeposit=10000, group="kept")
        client.filled("BUY", "EURUSD", "0.50", sl="1.09")
        before = client.summary()
        self.daemon.stop()
        self.daemon.start()
        self.broker.login()
        self.assertEqual(self.admin.get("/admin/groups/kept").json, made.json)
        client = self.broker.client(client.account_id, client.username, client.password)
        self.assertEqual(client.summary(), before)
        self.broker.quote("EURUSD", "1.09010", "1.09020")
        closed = client.all("/api/account/positions?status=closed")
        self.has(closed[0], closeReason="SL_HIT", closePrice="1.09")


if __name__ == "__main__":
    case.main()
