"""Clients deal with each other within the house's spread: orders, trades, depth and tape."""

import case
import daemon
from broker import Broker, forex
from stream import Stream

NOON_MS = 1768996800000  # 2026-01-21T12:00:00Z


class Crossing(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD"))

    def setUp(self):
        self.broker.quote("EURUSD", "1.10000", "1.10020")
        self.maker = self.broker.make_account(initialDeposit=100000)
        self.taker = self.broker.make_account(initialDeposit=100000)

    def tearDown(self):
        for client in (self.maker, self.taker):
            for order in client.all("/api/account/orders"):
                client.delete(f"/api/orders/{order['orderId']}")

    def limit(self, client, side, volume, price, **more):
        return client.post("/api/orders/limit", {"symbol": "EURUSD", "side": side,
                                                 "volume": volume, "price": price, **more})

    def rest(self, client, side, volume, price):
        answer = self.limit(client, side, volume, price)
        self.assertEqual((answer.status, answer.json["status"]), (201, "WORKING"), str(answer))
        return answer.json["orderId"]

    def order(self, client, order_id):
        return next(order for order in client.all("/api/account/orders?status=all")
                    if order["orderId"] == order_id)

    def stream(self, client, *types):
        stream = Stream(self.daemon.client_port, token=client.token)
        self.addCleanup(stream.close)
        for kind in types:
            symbols = {"symbols": ["EURUSD"]} if kind in ("depth", "tape") else {}
            answer = stream.ask(f"want {kind}", action="subscribe", type=kind, **symbols)
            self.assertNotEqual(answer["type"], "error", answer)
        return stream

    def test_a_market_order_meets_a_limit_and_then_the_house(self):
        rests = self.rest(self.maker, "SELL", "1", "1.10010")
        filled = self.taker.filled("BUY", "EURUSD", "3")
        self.has(filled, filledPrice="1.10016667", filledVolume="3", venue="BBOOK")
        self.has(self.order(self.taker, filled["orderId"]), status="FILLED", filledVolume="3")
        self.has(self.order(self.maker, rests), status="FILLED", filledPrice="1.10010")
        self.has(self.taker.position(filled["positionId"]), volume="3")
        trades = self.taker.all("/api/account/trades")
        self.assertEqual([(str(trade["volume"]), f"{trade['price']:.5f}") for trade in trades],
                         [("2", "1.10020"), ("1", "1.10010")])

    def test_depth_and_tape_are_public_and_name_nobody(self):
        watcher = self.broker.make_account()
        stream = self.stream(watcher, "depth", "tape")
        self.has(stream.next("depth"), symbol="EURUSD", bids=[], asks=[])
        self.rest(self.maker, "SELL", "2", "1.10010")
        depth = stream.next("depth")
        self.assertEqual(depth["bids"], [])
        self.has(depth["asks"][0], price="1.10010", volume="2", orders=1)
        self.taker.filled("BUY", "EURUSD", "0.5")
        told = stream.next("tape")
        self.has(told, symbol="EURUSD", price="1.10010", volume="0.5", side="BUY",
                 timestamp=NOON_MS)
        self.assertEqual(set(told), {"type", "symbol", "price", "volume", "side", "timestamp"})
        self.has(stream.next("depth")["asks"][0], volume="1.5")

    def test_one_does_not_deal_with_oneself(self):
        rests = self.rest(self.maker, "SELL", "1", "1.10010")
        answer = self.maker.order("BUY", "EURUSD", "1")
        self.assertEqual((answer.status, answer.json["code"]), (422, "SELF_TRADE"), str(answer))
        self.has(self.order(self.maker, rests), status="WORKING")
        path = "/admin/symbols/EURUSD/settings"
        changed = self.admin.put(path, {"selfTrade": "CANCEL_OLDEST"})
        self.assertEqual(changed.status, 200, str(changed))
        self.has(changed.json, selfTrade="CANCEL_OLDEST")
        self.addCleanup(self.admin.put, path, {"selfTrade": "CANCEL_NEWEST"})
        self.has(self.maker.filled("BUY", "EURUSD", "1"), filledPrice="1.10020")
        self.has(self.order(self.maker, rests), status="CANCELLED", rejectCode="SELF_TRADE")
        wrong = self.admin.put(path, {"selfTrade": "SOMETIMES"})
        self.assertEqual((wrong.status, wrong.json["code"]), (400, "VALIDATION"))


class Restart(case.TribookCase):
    """A daemon of its own: it is ended and started again."""

    def setUp(self):
        self.daemon = daemon.Daemon(daemon.config()).start()
        self.broker = Broker(self.daemon)
        self.broker.make_symbol(forex("EURUSD"))
        self.broker.quote("EURUSD", "1.10000", "1.10020")
        self.maker, self.taker = (self.broker.make_account(initialDeposit=100000)
                                  for _ in range(2))

    def tearDown(self):
        self.assertEqual(self.daemon.stop(), 0, self.daemon.log())

    def limit(self, client, side, volume, price):
        answer = client.post("/api/orders/limit", {"symbol": "EURUSD", "side": side,
                                                   "volume": volume, "price": price})
        self.assertEqual(answer.status, 201, str(answer))
        return answer.json

    def restart(self, end):
        end()
        self.daemon.start()
        self.broker.login()
        for client in (self.maker, self.taker):
            client.close()
            client.port = self.daemon.client_port
            client.login()

    def test_a_limit_fills_in_parts_and_goes_through_restarts(self):
        self.limit(self.maker, "SELL", "1", "1.10010")
        placed = self.limit(self.taker, "BUY", "3", "1.10015")
        self.has(placed, status="PARTIALLY_FILLED", filledVolume="1", filledPrice="1.10010")
        before = self.taker.all("/api/account/orders")
        self.has(before[0], status="PARTIALLY_FILLED", filledVolume="1", price="1.10015")
        for end in (self.daemon.kill, self.daemon.stop):
            self.restart(end)
            self.assertEqual(self.taker.all("/api/account/orders"), before)
        stream = Stream(self.daemon.client_port, token=self.taker.token)
        self.addCleanup(stream.close)
        stream.ask(1, action="subscribe", type="depth", symbols=["EURUSD"])
        self.has(stream.next("depth")["bids"][0], price="1.10015", volume="2", orders=1)
        self.broker.quote("EURUSD", "1.10000", "1.10020")  # fresh again
        self.has(self.limit(self.maker, "SELL", "2", "1.10012"), status="FILLED",
                 filledPrice="1.10015")
        full = next(order for order in self.taker.all("/api/account/orders?status=all")
                    if order["orderId"] == placed["orderId"])
        self.has(full, status="FILLED", filledVolume="3", filledPrice="1.10013333")
        self.has(self.taker.position(full["positionId"]), volume="3")


if __name__ == "__main__":
    case.main()
