"""The stream at /ws: coming in, quotes, what happens to the account, requests and their answers."""

from decimal import Decimal

import case
from broker import forex
from stream import BINARY, PING, PONG, TEXT, Closed, Refused, Stream

NOON_MS = 1768996800000  # 2026-01-21T12:00:00Z


class StreamCase(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        for symbol in ["EURUSD", "GBPUSD"]:
            cls.broker.make_symbol(forex(symbol))

    def setUp(self):
        self.broker.quotes(("EURUSD", "1.08440", "1.08450"), ("GBPUSD", "1.25", "1.2501"))
        self.client = self.broker.make_account(initialDeposit=10000)

    def stream(self, *types, **options):
        options.setdefault("token", self.client.token)
        stream = Stream(self.daemon.client_port, **options)
        self.addCleanup(stream.close)
        for kind in types:
            answer = stream.ask(f"want {kind}", action="subscribe", type=kind)
            self.assertNotEqual(answer["type"], "error", answer)
        return stream


class ComingIn(StreamCase):
    def test_with_the_bearer_header(self):
        self.stream("account").next("account_update", balance=10000)

    def test_with_a_first_message(self):
        stream = self.stream(token=None)
        told = stream.auth(self.client.token)
        self.has(told, accountId=self.client.account_id)
        stream.send({"action": "subscribe", "type": "account"})
        stream.next("account_update", balance=10000)

    def test_nobody_else(self):
        with self.assertRaises(Refused) as refused:
            self.stream(token="x" + self.client.token)
        self.assertEqual(refused.exception.status, 401)
        with self.assertRaises(Refused) as refused:
            self.stream(token=self.admin.token)
        self.assertEqual(refused.exception.status, 401)
        stranger = self.broker.make_account()
        with self.assertRaises(Refused) as refused:
            self.stream(account=stranger.account_id)
        self.assertEqual(refused.exception.status, 403)

    def test_a_wrong_first_message_ends_the_session(self):
        for message in [{"action": "auth", "token": "wrong"}, {"action": "auth"},
                        {"action": "subscribe", "type": "account"},
                        {"action": "auth", "token": self.admin.token}]:
            stream = self.stream(token=None)
            stream.send(message)
            self.has(stream.receive(), type="error", code="UNAUTHENTICATED")
            with self.assertRaises(Closed) as closed:
                stream.receive()
            self.assertEqual(closed.exception.code, 1008)

    def test_a_logout_ends_the_sessions_of_that_token(self):
        session = self.broker.client(self.client.account_id, self.client.username,
                                     self.client.password)
        gone = self.stream(token=session.token)
        stays = self.stream("account")
        self.assertEqual(session.post("/api/logout").status, 200)
        with self.assertRaises(Closed):
            while True:
                gone.receive()
        stays.next("account_update")

    def test_another_path_is_no_stream(self):
        with self.assertRaises(Refused):
            self.stream(path="/wss")


class Quotes(StreamCase):
    def test_a_tick_has_every_field(self):
        stream = self.stream()
        stream.send({"action": "subscribe", "type": "quotes", "symbols": ["EURUSD"]})
        stream.next("tick", symbol="EURUSD")  # the one that is
        self.broker.quote("EURUSD", "1.08460", "1.08475")
        tick = stream.next("tick")
        self.has(tick, symbol="EURUSD", bid="1.08460", ask="1.08475", spread="0.00015",
                 timestamp=NOON_MS, lp="feed")

    def test_every_quote_of_the_wanted_symbols_and_no_other(self):
        stream = self.stream()
        stream.ask("s", action="subscribe", type="quotes", symbols=["GBPUSD"])
        stream.next("tick", symbol="GBPUSD")
        bids = [f"1.2{i:02}" for i in range(40)]
        for bid in bids:
            self.broker.quotes(("EURUSD", "1.1", None), ("GBPUSD", bid, "1.3"))
        ticks = [stream.next("tick") for _ in bids]
        self.assertEqual([f"{tick['bid']:.3f}" for tick in ticks], bids)
        self.assertEqual({tick["symbol"] for tick in ticks}, {"GBPUSD"})
        stream.ask("u", action="unsubscribe", type="quotes", symbols=["GBPUSD"])
        self.broker.quote("GBPUSD", "1.5")
        stream.ask("s2", action="subscribe", type="quotes", symbols=["EURUSD"])
        self.assertEqual(stream.next("tick")["symbol"], "EURUSD")

    def test_an_unknown_symbol_is_told(self):
        stream = self.stream()
        answer = stream.ask(1, action="subscribe", type="quotes", symbols=["NOSUCH"])
        self.has(answer, type="error", code="SYMBOL_UNKNOWN", requestId=1)


class Account(StreamCase):
    def test_an_order_and_its_position_from_open_to_closed(self):
        stream = self.stream("account", "positions", "orders", "trades")
        first = stream.next("account_update")
        self.has(first, balance="10000", equity="10000", margin="0", freeMargin="10000",
                 marginLevel=None, unrealizedPnL="0")
        order = self.client.filled("BUY", "EURUSD", "1.0", sl="1.08300", tp="1.08700")
        opened = stream.next("position_update", action="opened")
        self.has(opened["position"], id=order["positionId"], symbol="EURUSD", side="BUY",
                 volume="1.0", openPrice="1.08450", currentPrice="1.08440",
                 unrealizedPnL="-10.00", sl="1.08300", tp="1.08700")
        filled = stream.next("order_filled")
        self.has(filled, orderId=f"ORD-{order['orderId']}", positionId=order["positionId"],
                 symbol="EURUSD", side="BUY", volume="1.0", filledPrice="1.08450",
                 timestamp=NOON_MS)
        trade = stream.next("trade")
        self.has(trade, price="1.08450", volume="1.0")
        update = stream.next("account_update", margin=Decimal("1084.45"))
        self.has(update, balance="10000", equity="9990.00", freeMargin="8905.55",
                 marginLevel="921.20", unrealizedPnL="-10.00")

        self.broker.quote("EURUSD", "1.08500", "1.08510")
        self.has(stream.next("account_update"), equity="10050.00", unrealizedPnL="50.00")

        answer = self.client.put(f"/api/positions/{order['positionId']}/modify", {"sl": "1.08400"})
        self.assertEqual(answer.status, 200)
        modified = stream.next("position_update", action="modified")
        self.has(modified["position"], id=order["positionId"], sl="1.08400", tp="1.08700",
                 unrealizedPnL="50.00")

        self.client.closed(order["positionId"])
        closed = stream.next("position_update", action="closed")
        self.has(closed["position"], id=order["positionId"], symbol="EURUSD", side="BUY",
                 closePrice="1.08500", closeReason="MANUAL", realizedPnL="50.00")
        self.has(stream.next("account_update", margin=0), balance="10050.00", marginLevel=None)

    def test_a_partial_close_is_a_modification(self):
        position = self.client.filled("BUY", "EURUSD", "1.0")["positionId"]
        stream = self.stream("positions")
        self.client.post(f"/api/positions/{position}/close-partial", {"volume": "0.4"})
        # The stream's thread may still have the opening to tell.
        modified = stream.next("position_update", action="modified")
        self.has(modified["position"], id=position, volume="0.6")

    def test_messages_of_the_account_are_numbered_without_gaps(self):
        stream = self.stream("account", "positions", "orders", "trades")
        for _ in range(5):
            self.client.closed(self.client.filled("BUY", "EURUSD", "0.1")["positionId"])
        messages = stream.waiting
        while sum(message["type"] == "trade" for message in messages) < 10:
            messages.append(stream.receive())
        seqs = [message["seq"] for message in messages if "seq" in message]
        self.assertEqual(seqs, list(range(seqs[0], seqs[0] + len(seqs))))
        self.assertTrue(all("seq" in m for m in messages if m["type"] in ("trade", "order_filled",
                        "position_update", "account_update", "order_update")), messages)

    def test_nothing_of_other_accounts(self):
        stranger = self.broker.make_account()
        stream = self.stream("positions", "orders", "trades")
        stranger.filled("BUY", "EURUSD", "0.1")
        mine = self.client.filled("BUY", "EURUSD", "0.2")
        self.has(stream.next("order_filled"), orderId=f"ORD-{mine['orderId']}")
        for message in stream.waiting:
            if message["type"] == "position_update":
                self.has(message["position"], id=mine["positionId"])
            elif message["type"] in ("order_update", "trade"):
                self.has(message, orderId=f"ORD-{mine['orderId']}")

    def test_a_stop_loss_hit_is_told(self):
        position = self.client.filled("BUY", "EURUSD", "0.1", sl="1.08400")["positionId"]
        stream = self.stream("positions")
        self.broker.quote("EURUSD", "1.08390", "1.08400")
        closed = stream.next("position_update", action="closed")
        self.has(closed["position"], id=position, closeReason="SL_HIT", closePrice="1.08390")


class Requests(StreamCase):
    def test_orders_by_the_stream(self):
        stream = self.stream()
        answer = stream.ask("r-1", action="order.new", symbol="EURUSD", side="BUY", volume="0.1",
                            clientOrderId="ws")
        self.has(answer, status="FILLED", filledPrice="1.08450", clientOrderId="ws")
        position = answer["positionId"]
        self.assertIsNotNone(self.client.position(position))
        answer = stream.ask(2, action="position.modify", positionId=position, sl="1.08")
        self.assertNotEqual(answer["type"], "error", answer)
        self.has(self.client.position(position), sl="1.08000")
        answer = stream.ask(3, action="position.close", positionId=position)
        self.has(answer, positionId=position, closedVolume="0.1", closePrice="1.08440")
        self.assertIsNone(self.client.position(position))

    def test_refusals_have_the_same_codes(self):
        stream = self.stream()
        for code, fields in [("SYMBOL_UNKNOWN", {"symbol": "NOSUCH"}),
                             ("INSUFFICIENT_MARGIN", {"volume": 50}),
                             ("VOLUME_STEP", {"volume": "0.015"}),
                             ("VALIDATION", {"side": "UP"}), ("VALIDATION", {"volume": None})]:
            order = {"symbol": "EURUSD", "side": "BUY", "volume": 1, **fields}
            answer = stream.ask("r", action="order.new", **order)
            self.has(answer, type="error", code=code)
        self.has(stream.ask("c", action="position.close", positionId=10**15), type="error",
                 code="NOT_FOUND")
        self.has(stream.ask("c", action="position.close"), type="error", code="VALIDATION")

    def test_bad_messages_are_answered_and_the_session_lives(self):
        stream = self.stream()
        for text in ["", "x", "[]", "{", '{"action":"fly"}', '{"action":5}', '{"a":1,"a":2}',
                     '{"action":"subscribe","type":"secrets"}', "{}", "null", "7",
                     '{"action":"subscribe","type":"quotes","symbols":7}',
                     '{"action":"auth","token":"again"}', '{"action":"order.new"}',
                     "[" * 1000, '{"requestId":"' + "x" * 100 + '","action":"subscribe"}']:
            stream.send_text(text)
            self.has(stream.receive(), type="error", code="VALIDATION")
        stream.send_frame(PING, b"here?")
        self.assertEqual(stream.read_frame(), (PONG, b"here?"))
        self.has(stream.ask(1, action="subscribe", type="account"), requestId=1)

    def test_frames_that_break_the_protocol_end_the_session(self):
        frames = [(lambda s: s.send_frame(BINARY, b"\x00"), {1003}),
                  (lambda s: s.send_frame(TEXT, b"\xff\xfe"), {1007}),
                  (lambda s: s.send_frame(TEXT, b"{}", masked=False), {1002}),
                  (lambda s: s.send_frame(3, b"{}"), {1002}),
                  (lambda s: s.send_frame(TEXT, b" " * 70000), {1009}),
                  (lambda s: s.send_frame(PING, b" " * 126), {1002})]
        for send, codes in frames:
            stream = self.stream()
            send(stream)
            with self.assertRaises(Closed) as closed:
                while True:
                    stream.receive()
            self.assertIn(closed.exception.code, codes)
        self.stream("account")


if __name__ == "__main__":
    case.main()
