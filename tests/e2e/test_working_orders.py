"""Orders that rest: from the first answer to their end, over REST and the stream, through restarts."""

import case
import daemon
from broker import Broker, forex
from stream import Stream


class WorkingOrders(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD"))

    def setUp(self):
        self.broker.quote("EURUSD", "1.08440", "1.08450")
        self.client = self.broker.make_account(initialDeposit=10000)

    def place(self, kind, side="BUY", volume="0.1", **more):
        return self.client.post(f"/api/orders/{kind}",
                                {"symbol": "EURUSD", "side": side, "volume": volume, **more})

    def rest(self, kind, **more):
        answer = self.place(kind, **more)
        self.assertEqual((answer.status, answer.json["status"]), (201, "WORKING"), str(answer))
        return answer.json["orderId"]

    def open_orders(self):
        return self.client.all("/api/account/orders")

    def order(self, order_id):
        return next(order for order in self.client.all("/api/account/orders?status=all")
                    if order["orderId"] == order_id)

    def test_a_limit_rests_without_margin_and_fills_at_its_price_or_better(self):
        order = self.rest("limit", price="1.08400", sl="1.08000", tp="1.09000", comment="dip")
        self.has(self.open_orders()[0], orderId=order, type="LIMIT", price="1.08400",
                 status="WORKING", timeInForce="GTC", comment="dip", filledVolume="0",
                 filledPrice=None, positionId=None)
        self.has(self.client.summary(), margin="0", freeMargin="10000")
        self.broker.quote("EURUSD", "1.08391", "1.08401")
        self.has(self.order(order), status="WORKING")
        self.broker.quote("EURUSD", "1.08370", "1.08380")  # answered when all that followed is done
        filled = self.order(order)
        self.has(filled, status="FILLED", filledPrice="1.08380", filledVolume="0.1")
        self.has(self.client.position(filled["positionId"]), openPrice="1.08380", sl="1.08000",
                 tp="1.09000")

    def test_a_stop_fills_at_the_first_price_behind_its_trigger(self):
        order = self.rest("stop", side="SELL", triggerPrice="1.08400")
        far = self.rest("stop", side="SELL", triggerPrice="1.08400", maxSlippagePips="0.5")
        self.broker.quote("EURUSD", "1.08300", "1.08310")
        self.has(self.order(order), status="FILLED", filledPrice="1.08300",
                 triggerPrice="1.08400", price=None)
        self.has(self.order(far), status="CANCELLED", rejectCode="SLIPPAGE")

    def test_a_stop_limit_waits_for_both(self):
        order = self.rest("stop-limit", triggerPrice="1.08500", price="1.08520")
        self.broker.quote("EURUSD", "1.08590", "1.08600")
        self.has(self.order(order), status="WORKING")
        self.broker.quote("EURUSD", "1.08500", "1.08510")
        self.has(self.order(order), status="FILLED", filledPrice="1.08510", type="STOP_LIMIT")

    def test_margin_is_asked_when_it_would_fill(self):
        order = self.rest("limit", volume="50", price="1.08400")
        self.broker.quote("EURUSD", "1.08380", "1.08390")
        self.has(self.order(order), status="CANCELLED", rejectCode="INSUFFICIENT_MARGIN")
        self.refused(self.place("limit", volume="50", price="1.09"), 422, "INSUFFICIENT_MARGIN")

    def test_what_is_met_at_once_answers_with_its_fill(self):
        self.has(self.place("limit", price="1.09").json, status="FILLED", filledPrice="1.08450")
        self.has(self.place("stop", triggerPrice="1.08450").json, status="FILLED",
                 filledPrice="1.08450")
        self.has(self.place("limit", price="1.08", timeInForce="IOC").json, status="CANCELLED")
        self.refused(self.place("limit", price="1.08", timeInForce="FOK"), 422, "FOK")

    def test_modify_and_cancel(self):
        order = self.rest("limit", price="1.08000")
        changed = self.client.put(f"/api/orders/ORD-{order}/modify",
                                  {"price": "1.08100", "sl": "1.07", "volume": "0.2"})
        self.assertEqual(changed.status, 200, str(changed))
        self.has(changed.json, orderId=order, price="1.08100", sl="1.07000", volume="0.2")
        self.refused(self.client.put(f"/api/orders/{order}/modify", {"price": "1.081001"}), 422,
                     "PRICE_INVALID")
        cancelled = self.client.delete(f"/api/orders/{order}")
        self.has(cancelled.json, status="CANCELLED")
        self.refused(self.client.delete(f"/api/orders/{order}"), 409, "ORDER_NOT_WORKING")
        self.refused(self.client.delete("/api/orders/999999"), 404, "NOT_FOUND")
        other = self.broker.make_account()
        kept = self.rest("limit", price="1.08000")
        self.refused(other.delete(f"/api/orders/{kept}"), 404, "NOT_FOUND")

    def test_of_two_one_fills(self):
        answer = self.client.post("/api/orders/oco", {
            "symbol": "EURUSD",
            "orders": [{"type": "STOP", "side": "BUY", "volume": 1, "triggerPrice": "1.09"},
                       {"type": "STOP", "side": "SELL", "volume": 1, "triggerPrice": "1.08"}]})
        self.assertEqual(answer.status, 201, str(answer))
        first, second = [order["orderId"] for order in answer.json["orders"]]
        self.has(self.order(first), ocoOrderId=second)
        self.broker.quote("EURUSD", "1.07900", "1.07910")
        self.has(self.order(second), status="FILLED", filledPrice="1.07900")
        self.has(self.order(first), status="CANCELLED", rejectCode="OCO")

    def test_a_check_places_nothing(self):
        def check(**more):
            body = {"symbol": "EURUSD", "side": "BUY", "volume": 1, **more}
            answer = self.client.post("/api/orders/check", body)
            self.assertEqual(answer.status, 200, str(answer))
            return answer.json
        self.has(check(), valid=True, code=None, failedCheck=None, reason=None, warnings=[])
        self.has(check(volume=90), valid=False, code="INSUFFICIENT_MARGIN", failedCheck="margin")
        self.has(check(type="LIMIT", price="1.080001"), valid=False, code="PRICE_INVALID")
        self.assertEqual(self.client.all("/api/account/orders?status=all"), [])

    def test_the_stop_loss_follows(self):
        position = self.client.filled("SELL", "EURUSD", "0.1")["positionId"]
        answer = self.client.put(f"/api/positions/{position}/modify",
                                 {"trailing": {"distancePips": 50, "stepPips": 10}})
        self.has(answer.json, sl="1.08950")
        self.broker.quote("EURUSD", "1.08340", "1.08351")
        self.has(self.client.position(position), sl="1.08950")
        self.broker.quote("EURUSD", "1.08340", "1.08350")
        self.has(self.client.position(position), sl="1.08850",
                 trailing={"distancePips": 50, "stepPips": 10})
        self.client.put(f"/api/positions/{position}/modify", {"trailing": None})
        other = self.client.filled("BUY", "EURUSD", "0.1")["positionId"]  # at 1.08350
        self.client.put(f"/api/positions/{other}/modify", {"breakEven": {"offsetPips": 1}})
        self.broker.quote("EURUSD", "1.08361", "1.08371")
        self.has(self.client.position(other), sl="1.08360", breakEven=None)

    def test_by_the_stream(self):
        stream = Stream(self.daemon.client_port, token=self.client.token)
        self.addCleanup(stream.close)
        stream.ask("want", action="subscribe", type="orders")
        placed = stream.ask(1, action="order.new", type="limit", symbol="EURUSD", side="BUY",
                            volume="0.1", price="1.08")
        self.has(placed, status="WORKING")
        order = placed["orderId"]
        self.has(stream.next("order_update"), orderId=f"ORD-{order}", status="WORKING",
                 price="1.08")
        changed = stream.ask(2, action="order.modify", orderId=f"ORD-{order}", price="1.082")
        self.has(changed, type="response", orderType="LIMIT", price="1.08200")
        self.has(stream.next("order_update"), status="WORKING", price="1.082")
        self.broker.quote("EURUSD", "1.08180", "1.08190")
        self.has(stream.next("order_update"), status="TRIGGERED")
        self.has(stream.next("order_update"), status="FILLED", filledPrice="1.0819")
        placed = stream.ask(3, action="order.new", type="STOP", symbol="EURUSD", side="BUY",
                            volume="0.1", triggerPrice="1.09")
        cancelled = stream.ask(4, action="order.cancel", orderId=placed["orderId"])
        self.has(cancelled, status="CANCELLED")
        self.has(stream.next("order_update", status="WORKING"), triggerPrice="1.09")
        stream.next("order_update", status="CANCELLED")


class Expiry(case.TribookCase):
    """A daemon of its own: its clock is moved."""

    def setUp(self):
        self.daemon = daemon.Daemon(daemon.config()).start()
        self.broker = Broker(self.daemon)
        self.broker.make_symbol(forex("EURUSD"))
        self.broker.quote("EURUSD", "1.08440", "1.08450")
        self.client = self.broker.make_account(initialDeposit=10000)

    def tearDown(self):
        self.assertEqual(self.daemon.stop(), 0, self.daemon.log())

    def rest(self, **more):
        body = {"symbol": "EURUSD", "side": "BUY", "volume": "0.1", "price": "1.08", **more}
        answer = self.client.post("/api/orders/limit", body)
        self.assertEqual(answer.status, 201, str(answer))
        return answer.json["orderId"]

    def restart(self, end):
        end()
        self.daemon.start()
        self.broker.login()
        self.client.close()
        self.client.port = self.daemon.client_port
        self.client.login()

    def statuses(self):
        return {order["orderId"]: order["status"]
                for order in self.client.all("/api/account/orders?status=all")}

    def test_day_ends_at_five_in_new_york_and_gtd_at_its_time(self):
        day = self.rest(timeInForce="DAY")
        dated = self.rest(expiresAt="2026-01-21T20:00:00Z")
        kept = self.rest()
        orders = {order["orderId"]: order for order in self.client.all("/api/account/orders")}
        self.has(orders[day], timeInForce="DAY", expiresAt="2026-01-21T22:00:00.000Z")
        self.has(orders[dated], timeInForce="GTD", expiresAt="2026-01-21T20:00:00.000Z")
        self.broker.set_clock("2026-01-21T20:00:00Z")
        self.assertEqual(self.statuses(), {day: "WORKING", dated: "EXPIRED", kept: "WORKING"})
        self.broker.set_clock("2026-01-22T12:00:00Z")
        self.assertEqual(self.statuses(), {day: "EXPIRED", dated: "EXPIRED", kept: "WORKING"})
        ended = next(order for order in self.client.all("/api/account/orders?status=all")
                     if order["orderId"] == day)
        self.has(ended, updatedAt="2026-01-21T22:00:00.000Z")

    def test_orders_outlive_a_restart_with_all_that_they_have(self):
        order = self.rest(comment="kept", strategyId="grid", clientOrderId="mine",
                          metadata={"a": 1}, sl="1.07",
                          trailing={"distancePips": 30, "stepPips": 0})
        dated = self.rest(expiresAt="2026-01-21T20:00:00Z")
        position = self.client.filled("BUY", "EURUSD", "0.1")["positionId"]
        self.client.put(f"/api/positions/{position}/modify", {"trailing": {"distancePips": 20}})
        before = self.client.all("/api/account/orders")
        held = self.client.position(position)
        for end in [self.daemon.kill, self.daemon.stop, self.daemon.stop]:
            self.restart(end)
            self.assertEqual(self.client.all("/api/account/orders"), before)
            self.assertEqual(self.client.position(position)["trailing"], held["trailing"])
        self.broker.set_clock("2026-01-21T21:00:00Z")
        self.assertEqual(self.statuses()[dated], "EXPIRED")
        self.broker.quote("EURUSD", "1.08540", "1.08550")
        self.has(self.client.position(position), sl="1.08340")
        self.broker.quote("EURUSD", "1.07990", "1.08000")
        self.assertEqual(self.statuses()[order], "FILLED")


if __name__ == "__main__":
    case.main()
