"""The strict profile and 100,000: every limit is hit and named, before a crash and after it."""

import os
from datetime import datetime, timedelta

import case
import daemon
from broker import Broker, cfd

STRICT = os.path.join(os.path.dirname(__file__), "..", "..", "config", "strict.toml")
SHARES = ("ALFA", "BETA", "GAMA")  # 100.00 each
PENNY = "PENNY"  # 10.00
A_MINUTE, A_DAY = 60, 500  # orders

LEVELS = """
[[symbols]]
symbol = "EURUSD"
limits = {min_order_volume = 0.01, max_order_volume = 0.1}
[[symbols]]
symbol = "GBPUSD"
[[groups]]
name = "pro"
limits = {max_open_positions = 1, stop_loss_required = {mode = "WARN"}}
"""


def share(symbol):
    """A lot is one share, a fifth of its price is margin."""
    return cfd(symbol, symbol, "USD", 1, digits=2, tickSize="0.01", pipSize="0.01", minVolume="0.1",
               maxVolume=100000, volumeStep="0.1", venue={"lotStep": "0.1"},
               margin={"mode": "CFD", "percent": 20})


class Strict(case.TribookCase):
    @classmethod
    def setUpClass(cls):
        text = daemon.config(durability="batch")
        cls.daemon = daemon.Daemon(text).start("--config", STRICT)
        cls.now = datetime.strptime(daemon.START, "%Y-%m-%dT%H:%M:%SZ")
        cls.broker = Broker(cls.daemon)
        cls.admin = cls.broker.admin
        for symbol in (*SHARES, PENNY):
            cls.broker.make_symbol(share(symbol))

    def setUp(self):
        self.quote("100.00")

    def quote(self, price):
        """Of the shares; no spread, so what is bought is worth what it cost."""
        self.broker.quotes(*((symbol, price, None) for symbol in SHARES), (PENNY, "10.00", None))

    def crash(self):
        """kill -9 and a start without the profile: what it set is in the journal."""
        self.daemon.kill()
        self.daemon.start()
        self.broker.login()
        self.quote("100.00")

    def trader(self):
        return self.broker.make_account(initialDeposit=100000)

    def again(self, client):
        """The client after a crash: the ports are others."""
        return self.broker.client(client.account_id, client.username, client.password)

    @staticmethod
    def good(**changes):
        """An order that no limit minds: 2.00 to lose a share, 4.00 to win."""
        return {"side": "BUY", "symbol": "ALFA", "volume": 100, "sl": "98.00", "tp": "104.00",
                **changes}

    def refuses(self, client, code, status=422, **changes):
        """The order is refused with the code, and the check says so before."""
        order = self.good(**changes)
        if status == 422:
            said = client.post("/api/orders/check", order)
            self.has(said.json, valid=False, code=code)
        self.refused(client.order(**order), status, code)

    def takes(self, client, **changes):
        order = self.good(**changes)
        self.has(client.post("/api/orders/check", order).json, valid=True, code=None, warnings=[])
        return client.filled(**order)["positionId"]

    def limit(self, client, **changes):
        order = self.good(**{"price": "99.00", **changes})
        return client.post("/api/orders/limit", order)

    def rests(self, client, **changes):
        answer = self.limit(client, **changes)
        self.assertEqual((answer.status, answer.json["status"]), (201, "WORKING"), str(answer))
        return answer.json["orderId"]

    def close_all(self, client):
        answer = client.post("/api/positions/close-all", {})
        self.assertEqual(answer.status, 200, str(answer))
        self.assertEqual(client.all("/api/account/positions"), [])

    # Each hits one limit: the smallest order that is too much, and the largest that is not.

    def volumes(self, client):
        self.refuses(client, "ORDER_TOO_SMALL", volume="0.9")
        self.takes(client, volume=1)
        penny = {"symbol": PENNY, "sl": "9.80", "tp": "10.40"}
        self.refuses(client, "ORDER_TOO_LARGE", volume="10000.1", **penny)
        self.takes(client, volume=10000, **penny)
        self.close_all(client)

    def prices(self, client):
        """Within 10 % of the market, above it as below."""
        far = {"sl": "88.00", "tp": "96.00"}
        self.refused(self.limit(client, price="89.99", **far), 422, "PRICE_DISTANCE")
        near = self.rests(client, price="90.00", **far)
        moved = client.put(f"/api/orders/{near}/modify", {"price": "89.99"})
        self.refused(moved, 422, "PRICE_DISTANCE")
        client.delete(f"/api/orders/{near}")
        stop = {"symbol": "ALFA", "side": "BUY", "volume": 1, "sl": "108.00", "tp": "115.00"}
        above = client.post("/api/orders/stop", {**stop, "triggerPrice": "110.01"})
        self.refused(above, 422, "PRICE_DISTANCE")

    def stop_losses(self, client):
        self.refuses(client, "STOP_LOSS_REQUIRED", sl=None)
        self.refuses(client, "REWARD_RISK", tp="103.99")
        position = self.takes(client)
        taken_away = client.put(f"/api/positions/{position}/modify", {"sl": None})
        self.refused(taken_away, 422, "STOP_LOSS_REQUIRED")
        self.has(client.position(position), sl="98.00")
        client.closed(position)

    def risk_of_a_trade(self, client):
        """1,000 shares that lose 2.00 each are 2 % of 100,000."""
        self.refuses(client, "RISK_PER_TRADE", volume=1000, sl="97.99", tp="105.00")
        self.takes(client, volume=1000)
        self.close_all(client)

    def orders_at_rest(self, client):
        resting = [self.rests(client, volume=1) for _ in range(3)]
        self.refused(self.limit(client, volume=1), 422, "PENDING_ORDERS")
        other = self.rests(client, volume=1, symbol="BETA")
        client.delete(f"/api/orders/{resting.pop()}")
        resting.append(self.rests(client, volume=1))
        for order in (*resting, other):
            self.has(client.delete(f"/api/orders/{order}").json, status="CANCELLED")

    def open_positions(self, client):
        """A resting order passes when it is placed and is refused when it would fill."""
        late = self.rests(client, volume=1)
        for symbol in (*SHARES, "ALFA", "BETA"):
            self.takes(client, symbol=symbol)
        self.refuses(client, "OPEN_POSITIONS", symbol="GAMA")
        self.quote("99.00")
        shown = next(order for order in client.all("/api/account/orders?status=all")
                     if order["orderId"] == late)
        self.has(shown, status="CANCELLED", rejectCode="OPEN_POSITIONS", filledVolume="0")
        self.quote("100.00")
        client.closed(client.all("/api/account/positions")[0]["id"])
        self.takes(client, symbol="GAMA")
        self.close_all(client)

    def each_limit(self):
        """By an account that has lost nothing and made nothing when it is through."""
        client = self.trader()
        self.volumes(client)
        self.prices(client)
        self.stop_losses(client)
        self.risk_of_a_trade(client)
        self.orders_at_rest(client)
        self.open_positions(client)
        self.has(client.summary(), equity="100000", balance="100000")

    def wait(self, **time):
        """Lets the engine's time pass."""
        type(self).now += timedelta(**time)
        self.broker.set_clock(self.now.strftime("%Y-%m-%dT%H:%M:%SZ"))

    def orders(self, client, count):
        """Too small, so that each is an order of the day and nothing else."""
        for _ in range(count):
            self.refused(client.order(**self.good(volume="0.5")), 422, "ORDER_TOO_SMALL")

    def hold(self, client, volume):
        """Four positions of so many shares, bought at 100.00."""
        for symbol in (*SHARES, "ALFA"):
            self.takes(client, symbol=symbol, volume=volume)

    def switch_of(self, client):
        return client.get("/api/risk/summary").json["killSwitch"]

    def lift(self, client):
        answer = self.admin.delete("/admin/kill-switch?level=ACCOUNT"
                                   f"&accountId={client.account_id}")
        self.has(answer.json, action="NONE")

    def settings(self, query=""):
        answer = self.admin.get("/admin/risk-settings" + query)
        self.assertEqual(answer.status, 200, str(answer))
        return answer.json

    def test_every_limit_is_hit_and_named_and_again_after_a_crash(self):
        self.each_limit()
        self.crash()
        self.each_limit()

    def test_what_an_account_has_counts_on_after_a_crash(self):
        client = self.trader()
        resting = [self.rests(client, volume=1, price="95.00", sl="94.00") for _ in range(3)]
        held = [self.takes(client) for _ in range(5)]
        self.crash()
        client = self.again(client)
        self.refuses(client, "OPEN_POSITIONS")
        self.refused(self.limit(client, volume=1), 422, "PENDING_ORDERS")
        client.closed(held[0])
        client.delete(f"/api/orders/{resting[0]}")
        self.takes(client)
        self.rests(client, volume=1)

    def test_orders_that_come_too_fast(self):
        client, other = self.trader(), self.trader()
        self.orders(client, A_MINUTE)
        answer = client.order(**self.good())
        self.refused(answer, 429, "ORDERS_PER_MINUTE")
        self.assertNotIn("orderId", answer.json)
        self.assertEqual(len(client.all("/api/account/orders?status=all")), A_MINUTE)
        self.takes(other)
        self.wait(seconds=1)
        self.takes(client)
        self.refuses(client, "ORDERS_PER_MINUTE", 429)
        placed = A_MINUTE + 1
        while placed < A_DAY:
            self.wait(minutes=1)
            count = min(A_MINUTE, A_DAY - placed)
            self.orders(client, count)
            placed += count
        self.wait(minutes=1)
        self.refuses(client, "ORDERS_PER_DAY", 429)
        self.close_all(client)  # is no order that is counted
        self.crash()
        client = self.again(client)
        self.refuses(client, "ORDERS_PER_DAY", 429)
        self.wait(days=1)
        self.takes(client)

    def test_what_the_profile_sets_is_shown_and_changed_by_admins_alone(self):
        house = self.settings()
        self.has(house["scope"], level="HOUSE")
        limits = house["limits"]
        self.has(limits["maxOpenPositions"], value=5, mode="REJECT")
        self.has(limits["maxDailyLossPercent"], value=6, mode="REJECT", killSwitch="BLOCK")
        self.has(limits["maxDrawdown"], value=15, mode="REJECT", killSwitch="BLOCK")
        self.has(limits["maxPositionLoss"], value=5, mode="WARN")
        self.assertIs(limits["stopLossRequired"]["value"], True)
        self.assertEqual(len(limits), 13)
        query = f"?accountId={self.trader().account_id}"
        changed = self.admin.put("/admin/risk-settings" + query,
                                 {"limits": {"maxOpenPositions": 7}})
        self.assertEqual(changed.status, 200, str(changed))
        self.has(changed.json["effective"]["maxOpenPositions"], value=7, level="ACCOUNT")
        self.daemon.kill()
        self.daemon.start("--config", STRICT, "--set", "risk.limits.max_open_positions=9")
        self.broker.login()
        self.assertEqual(self.settings(), house)
        self.assertEqual(self.settings(query), changed.json)

    def test_a_kill_switch_stays_on_until_an_admin_lifts_it(self):
        client = self.trader()
        held = self.takes(client)
        scope = {"level": "ACCOUNT", "accountId": client.account_id}
        answer = self.admin.put("/admin/kill-switch",
                                {"scope": scope, "action": "BLOCK", "reason": "odd orders"})
        self.assertEqual(answer.status, 200, str(answer))
        for _ in ("before", "after"):
            self.refuses(client, "KILL_SWITCH")
            self.has(self.switch_of(client), action="BLOCK", cause="MANUAL", reason="odd orders")
            self.crash()
            client = self.again(client)
        client.closed(held)
        self.lift(client)
        self.takes(client)
        self.crash()
        self.takes(self.again(client))

    def test_the_switch_goes_on_by_itself_and_an_admin_lifts_it(self):
        """6 % of 100,000 on one day; 15 % from the peak days later."""
        client = self.trader()
        self.hold(client, 1000)
        self.quote("98.51")  # 5,960
        self.assertIsNone(self.switch_of(client))
        self.quote("98.50")  # 6,000
        self.has(self.switch_of(client), action="BLOCK", cause="LIMIT", limit="maxDailyLossPercent",
                 measured=6, threshold=6)
        near = {"symbol": "ALFA", "sl": "98.00", "tp": "100.00"}
        self.refuses(client, "KILL_SWITCH", **near)
        self.crash()  # at 100.00 again: it stays on, whatever equity is
        self.quote("98.50")
        client = self.again(client)
        self.refuses(client, "KILL_SWITCH", **near)
        self.close_all(client)  # what closes is not refused
        self.lift(client)
        self.quote("100.00")
        client.closed(self.takes(client))  # trading goes on, on the same day
        self.crash()
        self.quote("100.00")
        client = self.again(client)
        client.closed(self.takes(client))  # what an admin has said is not forgotten
        self.wait(days=1)
        client.closed(self.takes(client))  # from a base of 94,000
        # The same account without a limit of the day: 15 % from its peak of 100,000.
        self.admin.put(f"/admin/risk-settings?accountId={client.account_id}",
                       {"limits": {"maxDailyLossPercent": {"mode": "OFF"}}})
        self.hold(client, 900)
        self.quote("97.50")  # through the stops: 94,000 - 9,000 = 85,000
        self.has(self.switch_of(client), action="BLOCK", cause="LIMIT", limit="maxDrawdown",
                 measured=15, threshold=15)
        self.quote("100.00")
        self.refuses(client, "KILL_SWITCH")
        self.lift(client)  # it counts from 85,000 now
        client.closed(self.takes(client))
        self.crash()
        self.quote("100.00")
        client = self.again(client)
        client.closed(self.takes(client))


class LevelsOfTheConfiguration(case.TribookCase):
    def test_groups_and_symbols_say_more_than_the_house(self):
        text = daemon.config() + LEVELS
        self.daemon = daemon.Daemon(text).start("--config", STRICT)
        broker = Broker(self.daemon)
        broker.quotes(("EURUSD", "1.10000", None), ("GBPUSD", "1.30000", None))
        plain = broker.make_account(initialDeposit=100000)
        pro = broker.make_account(initialDeposit=100000, group="pro")
        stops = {"sl": "1.09", "tp": "1.13"}
        self.refused(plain.order("BUY", "EURUSD", "0.10"), 422, "STOP_LOSS_REQUIRED")
        self.refused(plain.order("BUY", "EURUSD", "0.11", **stops), 422, "ORDER_TOO_LARGE")
        plain.filled("BUY", "EURUSD", "0.10", **stops)
        self.refused(plain.order("BUY", "GBPUSD", "0.10", sl="1.29", tp="1.33"), 422,
                     "ORDER_TOO_SMALL")
        warned = pro.filled("BUY", "EURUSD", "0.10")
        self.assertEqual(warned["warnings"], ["stopLossRequired"])
        self.refused(pro.order("BUY", "EURUSD", "0.10"), 422, "OPEN_POSITIONS")


if __name__ == "__main__":
    case.main()
