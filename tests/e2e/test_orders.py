"""The life of an order and its position: placed, read, changed, closed, and what each view says."""

import case
from broker import forex

ORDER_FIELDS = {
    "orderId", "clientOrderId", "symbol", "type", "side", "volume", "filledVolume", "price",
    "triggerPrice", "filledPrice", "sl", "tp", "trailing", "status", "timeInForce", "expiresAt",
    "positionId", "venue", "routingReason", "rejectCode", "strategyId", "comment", "metadata",
    "createdAt", "updatedAt"}
POSITION_FIELDS = {
    "id", "symbol", "side", "volume", "openPrice", "currentPrice", "unrealizedPnL", "swap",
    "commission", "sl", "tp", "openTime", "venue", "highestPrice", "lowestPrice"}
CLOSED_FIELDS = (POSITION_FIELDS - {"currentPrice", "unrealizedPnL", "sl", "tp"}) | {
    "closeTime", "closePrice", "closeReason", "realizedPnL"}
TRADE_FIELDS = {"id", "orderId", "positionId", "symbol", "side", "volume", "price", "realizedPnL",
                "commission", "swap", "venue", "executedAt"}
LEDGER_FIELDS = {"id", "type", "amount", "balanceBefore", "balanceAfter", "referenceType",
                 "referenceId", "method", "note", "createdAt"}
SUMMARY_FIELDS = {"balance", "equity", "margin", "freeMargin", "marginLevel", "unrealizedPnL",
                  "credit", "currency"}
ANSWER_FIELDS = {"orderId", "clientOrderId", "status", "filledVolume", "filledPrice", "positionId",
                 "venue", "routingReason", "warnings"}
NOW = "2026-01-21T12:00:00.000Z"


class Orders(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD", commission={"amount": 7, "currency": "USD"}))

    def setUp(self):
        self.broker.quote("EURUSD", "1.08440", "1.08450")
        self.client = self.broker.make_account(initialDeposit=10000)

    def only(self, path):
        items = self.client.all(path)
        self.assertEqual(len(items), 1, f"{path}: {items}")
        return items[0]

    def test_a_market_order_answers_every_field_and_every_view_has_it_at_once(self):
        answer = self.client.order("BUY", "EURUSD", "0.50", clientOrderId="first", sl="1.08300",
                                   tp="1.08700", maxSlippagePips=2, timeInForce="IOC",
                                   strategyId="s-1", comment="by hand",
                                   metadata={"a": [1, "two", None]})
        self.assertEqual(answer.status, 201, str(answer))
        order = answer.json
        self.assertLessEqual(ANSWER_FIELDS, set(order))
        self.has(order, clientOrderId="first", status="FILLED", filledVolume="0.50",
                 filledPrice="1.08450", venue="BBOOK", warnings=[])
        self.assertIsInstance(order["orderId"], int)
        self.assertIsInstance(order["positionId"], int)
        self.assertTrue(order["routingReason"])
        self.assertIn(b'"filledPrice":1.08450', answer.body.replace(b" ", b""))

        listed = self.only("/api/account/orders?status=all")
        self.assertLessEqual(ORDER_FIELDS, set(listed))
        self.has(listed, orderId=order["orderId"], clientOrderId="first", symbol="EURUSD",
                 type="MARKET", side="BUY", volume="0.50", filledVolume="0.50", price=None,
                 triggerPrice=None, filledPrice="1.08450", sl="1.08300", tp="1.08700",
                 trailing=None, status="FILLED", timeInForce="IOC", expiresAt=None,
                 positionId=order["positionId"], venue="BBOOK", rejectCode=None,
                 routingReason=order["routingReason"], strategyId="s-1", comment="by hand",
                 metadata={"a": [1, "two", None]}, createdAt=NOW, updatedAt=NOW)
        self.assertEqual(self.client.all("/api/account/orders"), [])  # open ones: it is filled

        position = self.only("/api/account/positions")
        self.assertLessEqual(POSITION_FIELDS, set(position))
        self.has(position, id=order["positionId"], symbol="EURUSD", side="BUY", volume="0.50",
                 openPrice="1.08450", currentPrice="1.08440", unrealizedPnL="-5.00", swap="0",
                 commission="-3.50", sl="1.08300", tp="1.08700", openTime=NOW, venue="BBOOK")

        trade = self.only("/api/account/trades")
        self.assertLessEqual(TRADE_FIELDS, set(trade))
        self.has(trade, orderId=order["orderId"], positionId=order["positionId"], symbol="EURUSD",
                 side="BUY", volume="0.50", price="1.08450", realizedPnL="0", commission="-3.50",
                 swap="0", venue="BBOOK", executedAt=NOW)

        entries = {entry["type"]: entry for entry in self.client.ledger()}
        self.assertEqual(set(entries), {"DEPOSIT", "COMMISSION"})
        self.assertLessEqual(LEDGER_FIELDS, set(entries["COMMISSION"]))
        self.has(entries["COMMISSION"], amount="-3.50", balanceBefore="10000",
                 balanceAfter="9996.50", createdAt=NOW)
        self.assertTrue(entries["COMMISSION"]["referenceType"])
        self.assertTrue(entries["COMMISSION"]["referenceId"])

        summary = self.client.summary()
        self.assertLessEqual(SUMMARY_FIELDS, set(summary))
        # 0.5 lot at the mid of 1.08445 and 1:100; level = 9991.50 / 542.23
        self.has(summary, balance="9996.50", equity="9991.50", margin="542.23",
                 freeMargin="9449.27", marginLevel="1842.67", unrealizedPnL="-5.00", credit="0",
                 currency="USD")

    def test_money_is_printed_with_the_digits_of_its_currency(self):
        text = self.client.get("/api/account/summary").body.decode().replace(" ", "")
        self.assertIn('"balance":10000.00,', text)
        self.assertIn('"marginLevel":null', text)

    def test_numbers_may_be_texts(self):
        for volume in [0.1, "0.1", "0.10", "0.10000000"]:
            order = self.client.filled("SELL", "EURUSD", volume)
            self.has(order, filledVolume="0.1", filledPrice="1.08440")

    def test_a_close_realises_the_profit(self):
        position = self.client.filled("BUY", "EURUSD", "1.00")["positionId"]
        self.broker.quote("EURUSD", "1.08500", "1.08510")
        self.has(self.client.position(position), unrealizedPnL="50.00", currentPrice="1.08500")
        closed = self.client.closed(position)
        self.has(closed, positionId=position, closedVolume="1.00", closePrice="1.08500",
                 realizedPnL="50.00")
        self.assertIsInstance(closed["orderId"], int)
        self.assertEqual(self.client.all("/api/account/positions"), [])

        done = self.only("/api/account/positions?status=closed")
        self.assertLessEqual(CLOSED_FIELDS, set(done))
        self.has(done, id=position, side="BUY", volume="1.00", openPrice="1.08450",
                 closePrice="1.08500", closeReason="MANUAL", realizedPnL="50.00",
                 commission="-14.00", closeTime=NOW, openTime=NOW)
        out = next(t for t in self.client.all("/api/account/trades")
                   if t["orderId"] == closed["orderId"])
        self.has(out, positionId=position, side="SELL", volume="1.00", price="1.08500",
                 realizedPnL="50.00", commission="-7.00")
        amounts = sorted((e["type"], e["amount"]) for e in self.client.ledger())
        self.assertEqual(amounts, [("COMMISSION", -7), ("COMMISSION", -7), ("DEPOSIT", 10000),
                                   ("REALIZED_PNL", 50)])
        self.has(self.client.summary(), balance="10036.00", equity="10036.00", margin="0",
                 marginLevel=None, unrealizedPnL="0")

    def test_a_closed_position_is_not_closed_again(self):
        position = self.client.filled("BUY", "EURUSD", "0.10")["positionId"]
        self.client.closed(position)
        self.refused(self.client.close_position(position), 404, "NOT_FOUND")
        answer = self.client.post(f"/api/positions/{position}/close-partial", {"volume": "0.05"})
        self.refused(answer, 404, "NOT_FOUND")
        answer = self.client.put(f"/api/positions/{position}/modify", {"sl": "1.08"})
        self.refused(answer, 404, "NOT_FOUND")
        self.assertEqual(len(self.client.all("/api/account/trades")), 2)

    def test_a_part_is_closed_at_its_share(self):
        position = self.client.filled("SELL", "EURUSD", "1.00")["positionId"]
        self.broker.quote("EURUSD", "1.08330", "1.08340")
        answer = self.client.post(f"/api/positions/{position}/close-partial", {"volume": "0.30"})
        self.assertEqual(answer.status, 200, str(answer))
        self.has(answer.json, positionId=position, closedVolume="0.30", closePrice="1.08340",
                 realizedPnL="30.00")
        self.has(self.client.position(position), volume="0.70", openPrice="1.08440",
                 unrealizedPnL="70.00")
        for volume, code in [("0.71", "VOLUME_OUT_OF_RANGE"), ("0.005", "VOLUME_STEP"),
                             ("0.105", "VOLUME_STEP"), (0, "VOLUME_OUT_OF_RANGE"),
                             (-1, "VOLUME_OUT_OF_RANGE")]:
            answer = self.client.post(f"/api/positions/{position}/close-partial",
                                      {"volume": volume})
            self.assertEqual((answer.status, answer.code), (422, code), f"{volume}: {answer}")
        answer = self.client.post(f"/api/positions/{position}/close-partial", {"volume": "0.70"})
        self.has(answer.json, closedVolume="0.70", realizedPnL="70.00")
        done = self.only("/api/account/positions?status=closed")
        self.has(done, realizedPnL="100.00", closeReason="MANUAL")

    def test_stops_are_set_changed_and_taken_away(self):
        position = self.client.filled("BUY", "EURUSD", "0.10")["positionId"]
        path = f"/api/positions/{position}/modify"
        for body, sl, tp in [({"sl": "1.08000"}, "1.08000", None),
                             ({"tp": "1.09000"}, "1.08000", "1.09000"),
                             ({"sl": "1.08100", "tp": None}, "1.08100", None),
                             ({"sl": None}, None, None)]:
            answer = self.client.put(path, body)
            self.assertEqual(answer.status, 200, f"{body}: {answer}")
            self.has(answer.json, id=position, sl=sl, tp=tp)
            self.has(self.client.position(position), sl=sl, tp=tp)
        for body in [{"sl": "1.08440"}, {"sl": "1.09"}, {"tp": "1.08440"}, {"tp": "1.08"},
                     {"sl": "1.080001"}]:
            self.assertEqual(self.client.put(path, body).code, "PRICE_INVALID", str(body))
        self.has(self.client.position(position), sl=None, tp=None)
        self.refused(self.client.put(path, {}), 400, "VALIDATION")

    def test_a_stop_loss_fills_at_the_first_price_after_the_trigger(self):
        position = self.client.filled("BUY", "EURUSD", "1.00", sl="1.08400")["positionId"]
        self.broker.quote("EURUSD", "1.08401", "1.08411")
        self.assertIsNotNone(self.client.position(position))
        self.broker.quote("EURUSD", "1.08350", "1.08360")  # over the stop, by a gap
        self.assertIsNone(self.client.position(position))
        done = self.only("/api/account/positions?status=closed")
        self.has(done, id=position, closeReason="SL_HIT", closePrice="1.08350",
                 realizedPnL="-100.00")
        self.has(self.client.summary(), balance="9886.00")

    def test_a_take_profit_gives_the_better_price_to_the_client(self):
        position = self.client.filled("SELL", "EURUSD", "1.00", tp="1.08400")["positionId"]
        self.broker.quote("EURUSD", "1.08390", "1.08401")
        self.assertIsNotNone(self.client.position(position))
        self.broker.quote("EURUSD", "1.08370", "1.08380")
        self.has(self.only("/api/account/positions?status=closed"), id=position,
                 closeReason="TP_HIT", closePrice="1.08380", realizedPnL="60.00")

    def test_opposite_positions_stand_side_by_side(self):
        buy = self.client.filled("BUY", "EURUSD", "1.00")["positionId"]
        sell = self.client.filled("SELL", "EURUSD", "0.40")["positionId"]
        self.assertNotEqual(buy, sell)
        self.assertEqual(len(self.client.all("/api/account/positions")), 2)
        self.has(self.client.summary(), margin="1084.45")  # the larger leg alone
        self.client.closed(buy)
        self.has(self.client.summary(), margin="433.78")

    def test_an_order_id_in_the_stream_form_is_an_id_too(self):
        position = self.client.filled("BUY", "EURUSD", "0.10")["positionId"]
        answer = self.client.post(f"/api/positions/ORD-{position}/close")
        self.assertIn(answer.status, (200, 400), str(answer))
        for wrong in ["0", "-1", "x", "1.5", "9" * 30]:
            answer = self.client.post(f"/api/positions/{wrong}/close")
            self.assertIn(answer.status, (400, 404), f"{wrong}: {answer}")

    def test_the_admin_sees_positions_and_orders_of_all(self):
        order = self.client.filled("BUY", "EURUSD", "0.10")
        position = next(p for p in self.admin.all("/admin/positions")
                        if p["id"] == order["positionId"])
        self.has(position, accountId=self.client.account_id, symbol="EURUSD", volume="0.10")
        listed = next(o for o in self.admin.all("/admin/orders?status=all")
                      if o["orderId"] == order["orderId"])
        self.has(listed, accountId=self.client.account_id, status="FILLED")

    def test_what_an_order_would_cost(self):
        answer = self.client.get("/api/risk/margin-preview?symbol=EURUSD&volume=1.0&side=BUY")
        self.assertEqual(answer.status, 200, str(answer))
        # 10,000 / 1084.45 a lot: 9.22 lots
        self.has(answer.json, requiredMargin="1084.45", freeMargin="10000",
                 freeMarginAfter="8915.55", marginLevelAfter="922.13", maxVolume="9.22")
        answer = self.client.get("/api/risk/calculate-lot?risk=2&slPips=20&symbol=EURUSD")
        self.has(answer.json, volume="1.00", riskAmount="200.00", pipValue="10.00")


if __name__ == "__main__":
    case.main()
