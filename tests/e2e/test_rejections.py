"""Orders that are refused: each with its code, its own order id, and nothing moved."""

import threading
from decimal import Decimal

import case
from broker import Client, forex


class Rejections(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        make = cls.broker.make_symbol
        make(forex("EURUSD", minVolume="0.10", maxVolume=50, volumeStep="0.05",
                   stopsLevelPips="1"))
        make(forex("GBPUSD"))                                    # never quoted
        make(forex("CADCHF"))                                    # quoted, no way to USD
        make(forex("AUDUSD", enabled=False))
        make(forex("NZDUSD", state="CLOSE_ONLY"))
        make(forex("USDCAD", schedule={"timeZone": "UTC", "holidays": ["2026-01-23"], "sessions": [
            {"day": day, "open": "13:00", "close": "17:00"}
            for day in ["WEDNESDAY", "THURSDAY", "FRIDAY"]]}))
        make(forex("EURCHF", schedule="24x5"))
        make(forex("USDCHF", schedule="24x5"))
        cls.broker.quotes(("EURUSD", "1.08440", "1.08450"), ("CADCHF", "0.75782", "0.75798"),
                          ("AUDUSD", "0.65", "0.6501"), ("NZDUSD", "0.6", "0.6001"),
                          ("USDCAD", "1.35", "1.3501"), ("EURCHF", "0.95", "0.9501"),
                          ("USDCHF", "0.88", "0.8801"))
        cls.client = cls.broker.make_account(initialDeposit=2000)

    def reject(self, code, side, symbol, volume, client=None, **more):
        """The order is refused with that code, and only the list of orders has changed."""
        client = client or self.client
        before = self.state(client)
        orders = {o["orderId"] for o in client.all("/api/account/orders?status=all")}
        answer = client.order(side, symbol, volume, **more)
        problem = self.refused(answer, 422, code)
        self.assertNotIn(problem["orderId"], orders)
        listed = [o for o in client.all("/api/account/orders?status=all")
                  if o["orderId"] == problem["orderId"]]
        self.assertEqual(len(listed), 1, f"{problem} is not listed")
        self.has(listed[0], status="REJECTED", rejectCode=code, filledVolume="0", positionId=None,
                 side=side)
        self.assertEqual(self.state(client), before)
        return problem

    @staticmethod
    def state(client):
        lists = ["positions", "positions?status=closed", "trades", "ledger"]
        return [client.summary()] + [client.all("/api/account/" + name) for name in lists]

    def test_insufficient_margin(self):
        self.reject("INSUFFICIENT_MARGIN", "BUY", "EURUSD", "2.00")

    def test_free_margin_to_the_cent(self):
        # A spread of nothing: 1 lot at 1:100 and 1.09 takes 1,090.00.
        self.broker.quote("EURUSD", "1.09000", "1.09000")
        poor = self.broker.make_account(initialDeposit="1089.99")
        self.reject("INSUFFICIENT_MARGIN", "BUY", "EURUSD", "1.00", client=poor)
        self.assertEqual(self.broker.deposit(poor.account_id, "0.01").status, 201)
        poor.filled("BUY", "EURUSD", "1.00")
        self.has(poor.summary(), freeMargin="0", margin="1090.00", marginLevel="100.00")
        self.broker.quote("EURUSD", "1.08440", "1.08450")

    def test_symbol_unknown(self):
        for symbol in ["NOSUCH", "eurusd", "EURUSD ", "E" * 40]:
            self.reject("SYMBOL_UNKNOWN", "BUY", symbol, "1.00")

    def test_symbol_disabled_and_close_only(self):
        self.reject("SYMBOL_DISABLED", "BUY", "AUDUSD", "0.10")
        self.reject("SYMBOL_CLOSE_ONLY", "BUY", "NZDUSD", "0.10")

    def test_market_closed(self):
        # Wednesday noon: before the session. Friday is a holiday; 24x5 ends at 17:00 in New York.
        client = self.broker.make_account(initialDeposit=100000)
        self.reject("MARKET_CLOSED", "BUY", "USDCAD", "0.10", client=client)
        position = client.filled("BUY", "EURCHF", "0.10")["positionId"]
        for now, symbol, is_open in [("2026-01-21T13:00:00Z", "USDCAD", True),
                                     ("2026-01-21T17:00:00Z", "USDCAD", False),
                                     ("2026-01-22T13:30:00Z", "USDCAD", True),
                                     ("2026-01-23T14:00:00Z", "USDCAD", False),
                                     ("2026-01-23T21:59:59Z", "EURCHF", True),
                                     ("2026-01-23T22:00:00Z", "EURCHF", False),
                                     ("2026-01-25T21:59:59Z", "EURCHF", False)]:
            self.broker.set_clock(now)
            if is_open:
                client.filled("BUY", symbol, "0.10")
            else:
                self.reject("MARKET_CLOSED", "BUY", symbol, "0.10", client=client)
        self.refused(client.close_position(position), 422, "MARKET_CLOSED")
        self.broker.set_clock("2026-01-25T22:00:00Z")
        client.closed(position)

    def test_volume_out_of_range(self):
        for volume in ["0.05", "50.05", 0, -1, "-0.10", "0.00000001", "9000000000"]:
            self.reject("VOLUME_OUT_OF_RANGE", "BUY", "EURUSD", volume)

    def test_volume_step(self):
        for volume in ["0.12", "0.10000001", "1.04999999"]:
            self.reject("VOLUME_STEP", "BUY", "EURUSD", volume)

    def test_price_invalid(self):
        for stops in [{"sl": "1.08440"}, {"sl": "1.08435"}, {"sl": "1.09"}, {"tp": "1.08440"},
                      {"tp": "1.08"}, {"sl": "1.0800001"}, {"sl": -1}, {"tp": "-0.5"}]:
            self.reject("PRICE_INVALID", "BUY", "EURUSD", "0.10", **stops)
        for stops in [{"sl": "1.08450"}, {"sl": "1.08"}, {"tp": "1.08450"}, {"tp": "1.09"}]:
            self.reject("PRICE_INVALID", "SELL", "EURUSD", "0.10", **stops)

    def test_stale_quote(self):
        self.reject("STALE_QUOTE", "BUY", "GBPUSD", "0.10")

    def test_no_conversion(self):
        client = self.broker.make_account(currency="JPY", initialDeposit=10000000)
        self.reject("NO_CONVERSION", "SELL", "CADCHF", "0.10", client=client)
        self.reject("NO_CONVERSION", "BUY", "EURUSD", "0.10", client=client)

    def test_the_first_reason_is_told(self):
        # Wrong in several ways: state before volume before quote before margin.
        self.reject("SYMBOL_DISABLED", "BUY", "AUDUSD", "1000", sl="9")
        self.reject("VOLUME_OUT_OF_RANGE", "BUY", "EURUSD", "1000.12", sl="9")
        self.reject("PRICE_INVALID", "BUY", "EURUSD", "45", sl="9")

    def test_slippage_bounds_are_kept(self):
        order = self.client.order("BUY", "EURUSD", "0.10", maxSlippagePips=0)
        self.assertEqual(order.status, 201, str(order))
        answer = self.client.order("BUY", "EURUSD", "0.10", maxSlippagePips=-1)
        self.refused(answer, 400, "VALIDATION")

    def test_a_client_order_id_repeated_gives_the_first_order(self):
        client = self.broker.make_account(initialDeposit=5000)
        body = {"clientOrderId": "once", "sl": "1.08000", "comment": "x"}
        first = client.order("BUY", "EURUSD", "0.10", **body)
        self.assertEqual(first.status, 201, str(first))
        self.broker.quote("EURUSD", "1.08600", "1.08610")
        state = self.state(client)
        for volume in ["0.10", "0.1", Decimal("0.100")]:
            again = client.order("BUY", "EURUSD", volume, **body)
            self.assertEqual((again.status, again.json), (201, first.json))
        for side, volume, more in [("SELL", "0.10", {}), ("BUY", "0.20", {}),
                                   ("BUY", "0.10", {"sl": "1.07999"}),
                                   ("BUY", "0.10", {"comment": "y"}),
                                   ("BUY", "0.10", {"tp": "1.2"})]:
            answer = client.order(side, "EURUSD", volume, **{**body, **more})
            self.refused(answer, 409, "DUPLICATE")
        self.assertEqual(self.state(client), state)
        self.assertEqual(len(client.all("/api/account/orders?status=all")), 1)
        self.broker.quote("EURUSD", "1.08440", "1.08450")

    def test_a_client_order_id_sent_twice_at_once_is_one_order(self):
        client = self.broker.make_account(initialDeposit=50000)
        for index in range(20):
            body = {"clientOrderId": f"race{index}"}
            answers = at_once(4, client,
                              lambda rest, _: rest.order("BUY", "EURUSD", "0.10", **body))
            self.assertEqual([a.status for a in answers], [201] * 4, [str(a) for a in answers])
            self.assertEqual(len({a.body for a in answers}), 1, [str(a) for a in answers])
        self.assertEqual(len(client.all("/api/account/positions")), 20)
        self.assertEqual(len(client.all("/api/account/trades")), 20)

    def test_margin_is_not_spent_twice_by_orders_at_once(self):
        self.broker.quote("EURUSD", "1.00000", "1.00000")
        for _ in range(10):
            client = self.broker.make_account(initialDeposit=1000)  # one lot, no more
            answers = at_once(6, client, lambda rest, _: rest.order("BUY", "EURUSD", "1.00"))
            self.assertEqual(sorted(a.status for a in answers), [201] + [422] * 5)
            self.assertEqual({a.code for a in answers if a.status == 422}, {"INSUFFICIENT_MARGIN"})
            self.has(client.summary(), margin="1000.00", freeMargin="0")
        self.broker.quote("EURUSD", "1.08440", "1.08450")

    def test_a_position_is_closed_once_by_closes_at_once(self):
        client = self.broker.make_account()
        for _ in range(10):
            position = client.filled("BUY", "EURUSD", "0.10")["positionId"]
            answers = at_once(4, client, lambda rest, _: rest.close_position(position))
            self.assertEqual(sorted(a.status for a in answers), [200, 404, 404, 404])
        self.assertEqual(len(client.all("/api/account/trades")), 20)

    def test_a_client_order_id_is_the_accounts_own(self):
        first = self.broker.make_account().filled("BUY", "EURUSD", "0.10", clientOrderId="mine")
        other = self.broker.make_account().filled("BUY", "EURUSD", "0.10", clientOrderId="mine")
        self.assertNotEqual(first["orderId"], other["orderId"])

    def test_a_rejected_order_repeated_is_the_same_rejected_order(self):
        client = self.broker.make_account(initialDeposit=10)
        first = client.order("BUY", "EURUSD", "1.00", clientOrderId="poor")
        self.refused(first, 422, "INSUFFICIENT_MARGIN")
        self.assertEqual(self.broker.deposit(client.account_id, 5000).status, 201)
        again = client.order("BUY", "EURUSD", "1.00", clientOrderId="poor")
        self.assertEqual((again.status, again.json), (422, first.json))
        self.assertEqual(client.all("/api/account/positions"), [])

    def test_a_closed_position_does_not_hide_its_order(self):
        client = self.broker.make_account()
        first = client.order("BUY", "EURUSD", "0.10", clientOrderId="gone")
        client.closed(first.json["positionId"])
        again = client.order("BUY", "EURUSD", "0.10", clientOrderId="gone")
        self.assertEqual((again.status, again.json), (201, first.json))
        self.assertEqual(client.all("/api/account/positions"), [])


def at_once(count, client, send):
    """The answers to a request that several connections send at the same moment."""
    barrier = threading.Barrier(count)
    answers = [None] * count

    def run(index):
        rest = Client(client.port, client.account_id, client.username, client.password,
                      token=client.token)
        rest.get("/healthz")  # connected
        barrier.wait()
        answers[index] = send(rest, index)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


if __name__ == "__main__":
    case.main()
