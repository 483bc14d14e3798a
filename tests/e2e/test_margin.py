"""Margin by tiers, several margin calls, the orders of a stop-out, and what is told of them."""

import case
from broker import forex
from stream import Stream


class MarginCase(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD"))
        cls.broker.make_symbol(forex("GBPUSD", margin={
            "tiers": [{"upToVolume": 1, "leverage": 500}, {"upToVolume": 3, "leverage": 100},
                      {"leverage": 50}]}))
        cls.broker.make_symbol(forex("AUDUSD", margin={
            "tiers": [{"upToNotional": 150000, "leverage": 500}, {"leverage": 100}]}))

    def setUp(self):
        self.broker.quotes(("EURUSD", "1.00000", None), ("GBPUSD", "1.00000", None),
                           ("AUDUSD", "1.00000", None))

    def alerts(self, client=None):
        query = f"?accountId={client.account_id}" if client else ""
        return self.admin.all("/admin/alerts" + query)


class Tiers(MarginCase):
    def test_each_tier_takes_its_part_of_the_side(self):
        client = self.broker.make_account(initialDeposit=50000, leverage=500)
        first = client.filled("BUY", "GBPUSD", "1.00")["positionId"]
        self.has(client.summary(), margin="200.00")
        client.filled("BUY", "GBPUSD", "3.00")
        self.has(client.summary(), margin="4200.00")  # 200 + 2 x 1,000 + 2,000
        client.closed(first)  # the oldest goes, the highest tier is free
        self.has(client.summary(), margin="2200.00")

    def test_a_preview_says_what_an_order_takes(self):
        client = self.broker.make_account(initialDeposit=50000, leverage=500)
        answer = client.get("/api/risk/margin-preview?symbol=GBPUSD&side=BUY&volume=4")
        self.has(answer.json, requiredMargin="4200.00")

    def test_by_notional(self):
        client = self.broker.make_account(initialDeposit=50000, leverage=500)
        client.filled("SELL", "AUDUSD", "2.00")
        self.has(client.summary(), margin="800.00")  # 150,000 / 500 + 50,000 / 100

    def test_too_little_for_the_next_tier(self):
        client = self.broker.make_account(initialDeposit=1000, leverage=500)
        client.filled("BUY", "GBPUSD", "1.00")
        self.refused(client.order("BUY", "GBPUSD", "0.90"), 422, "INSUFFICIENT_MARGIN")
        client.filled("BUY", "GBPUSD", "0.80")

    def test_settings_are_changed_and_shown(self):
        self.broker.make_symbol(forex("NZDUSD"))
        self.broker.quote("NZDUSD", "1.00000")
        client = self.broker.make_account(initialDeposit=50000, leverage=500)
        client.filled("BUY", "NZDUSD", "2.00")
        tiers = [{"upToVolume": 1, "leverage": 200}, {"leverage": 100}]
        answer = self.admin.put("/admin/symbols/NZDUSD/settings", {"margin": {"tiers": tiers}})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.json["margin"]["tiers"], tiers)
        self.has(client.summary(), margin="1500.00")
        wrong = [{"upToVolume": 2, "leverage": 2}, {"upToVolume": 1, "leverage": 1}]
        answer = self.admin.put("/admin/symbols/NZDUSD/settings", {"margin": {"tiers": wrong}})
        self.refused(answer, 400, "VALIDATION")
        answer = self.admin.put("/admin/symbols/NZDUSD/settings", {"margin": {"tiers": []}})
        self.assertEqual(answer.json["margin"]["tiers"], [])
        self.has(client.summary(), margin="400.00")


class Alerts(MarginCase):
    def test_each_level_is_one_alert_and_armed_again(self):
        client = self.broker.make_account(initialDeposit=400, leverage=500,
                                          marginCallLevels=[100, 150])
        client.filled("BUY", "EURUSD", "1.00")  # margin 200
        for bid in ["0.99899", "0.99850", "0.99799", "0.99790", "0.99950", "0.99799"]:
            self.broker.quote("EURUSD", bid)
        told = [(alert["kind"], alert["threshold"], alert["marginLevel"])
                for alert in reversed(self.alerts(client))]
        wanted = [("MARGIN_CALL", 150, "149.50"), ("MARGIN_CALL", 100, "99.50"),
                  ("MARGIN_CALL", 150, "99.50"), ("MARGIN_CALL", 100, "99.50")]
        self.assertEqual(len(told), len(wanted), told)
        for got, want in zip(told, wanted):
            self.assertEqual(got[:2], want[:2])
            self.equal(got[2], want[2])

    def test_an_order_that_brings_the_account_below_a_level(self):
        client = self.broker.make_account(initialDeposit=1000, leverage=100,
                                          marginCallLevels=[150])
        client.filled("BUY", "EURUSD", "0.80")
        [alert] = self.alerts(client)
        self.has(alert, kind="MARGIN_CALL", threshold=150, marginLevel="125.00", equity="1000.00",
                 margin="800.00", accountId=client.account_id)
        self.assertNotIn("symbol", alert)

    def test_a_stop_out_keeps_its_tick_and_what_it_closed(self):
        client = self.broker.make_account(initialDeposit=300, leverage=500)
        position = client.filled("BUY", "EURUSD", "1.00")["positionId"]
        self.broker.quote("EURUSD", "0.99799", "0.99809")
        closed, stopped, called = self.alerts(client)
        self.has(called, kind="MARGIN_CALL", threshold=100)
        self.has(stopped, kind="STOP_OUT", threshold=50, marginLevel="49.50", equity="99.00",
                 margin="200.00", symbol="EURUSD", bid="0.99799", ask="0.99809")
        self.has(closed, kind="LIQUIDATION", positionId=position, stopOutId=stopped["id"],
                 threshold=50, marginLevel="49.50", volume=1, symbol="EURUSD", bid="0.99799",
                 ask="0.99809", quoteSequence=stopped["quoteSequence"],
                 venueTime=stopped["venueTime"], lp=stopped["lp"])
        order = next(o for o in client.all("/api/account/orders?status=all")
                     if o["positionId"] == position and o["side"] == "SELL")
        self.assertEqual(str(order["orderId"]).removeprefix("ORD-"), str(closed["orderId"]))

    def test_pages_and_accounts(self):
        clients = [self.broker.make_account(initialDeposit=1000, marginCallLevels=[500])
                   for _ in range(3)]
        for client in clients:
            client.filled("BUY", "EURUSD", "0.50")
        page = self.admin.get("/admin/alerts?limit=2").json
        self.assertEqual([a["accountId"] for a in page["items"]],
                         [clients[2].account_id, clients[1].account_id])
        rest = self.admin.get("/admin/alerts?limit=1&cursor=" + page["nextCursor"]).json
        self.assertEqual(rest["items"][0]["accountId"], clients[0].account_id)
        self.assertEqual(len(self.alerts(clients[1])), 1)
        self.refused(self.admin.get("/admin/alerts?accountId=x"), 400, "VALIDATION")
        self.assertEqual(clients[0].get("/admin/alerts").status, 404)  # not at the clients' door

    def test_the_stream_tells_the_client(self):
        client = self.broker.make_account(initialDeposit=300, leverage=500)
        stream = Stream(self.daemon.client_port, token=client.token)
        self.addCleanup(stream.close)
        for kind in ("alerts", "account"):
            stream.ask(kind, action="subscribe", type=kind)
        client.filled("BUY", "EURUSD", "1.00")
        self.broker.quote("EURUSD", "0.99850")
        self.has(stream.next("alert"), kind="MARGIN_CALL", threshold=100, marginLevel="75.00",
                 equity="150.00", margin="200.00", symbol="EURUSD")
        stream.next("account_update", equity=150, marginLevel=75)
        self.broker.quote("EURUSD", "0.99799")
        self.has(stream.next("alert"), kind="STOP_OUT", threshold=50, marginLevel="49.50",
                 bid="0.99799")
        stream.next("account_update", balance=99, margin=0)


class Orders(MarginCase):
    def closed(self, client):
        return {p["id"]: p for p in client.all("/api/account/positions?status=closed")}

    def test_smart_closes_the_smallest_slice(self):
        self.broker.make_symbol(forex("USDJPY"))
        self.broker.quote("USDJPY", "101.442")
        client = self.broker.make_account(initialDeposit=500, leverage=500, stopOutOrder="SMART")
        large = client.filled("BUY", "USDJPY", "2.00")["positionId"]
        client.filled("BUY", "USDJPY", "0.50")
        self.broker.quote("USDJPY", "101.340")
        self.has(client.summary(), equity="248.37", margin="496.00", marginLevel="50.07")
        self.has(client.position(large), volume="1.98")
        self.assertEqual(self.closed(client), {})

    def test_largest_margin_whoever_loses(self):
        client = self.broker.make_account(initialDeposit=1400, leverage=500,
                                          stopOutOrder="LARGEST_MARGIN")
        loser = client.filled("BUY", "EURUSD", "2.00")["positionId"]   # margin 400
        large = client.filled("BUY", "AUDUSD", "2.10")["positionId"]   # margin 900
        self.broker.quote("EURUSD", "0.99620")  # 640 of 1,300
        self.assertEqual(set(self.closed(client)), {large})
        self.assertIsNotNone(client.position(loser))

    def test_options_are_shown(self):
        client = self.broker.make_account(stopOutOrder="SMART", stopOutLevel=40,
                                          marginCallLevels=[80, "120.5"])
        answer = self.admin.get(f"/admin/accounts/{client.account_id}").json
        self.has(answer, stopOutOrder="SMART", stopOutLevel=40)
        self.assertEqual([str(level) for level in answer["marginCallLevels"]], ["120.5", "80"])
        usual = self.broker.make_account()
        answer = self.admin.get(f"/admin/accounts/{usual.account_id}").json
        self.has(answer, stopOutOrder="LARGEST_LOSS", marginCallLevels=[100])


if __name__ == "__main__":
    case.main()
