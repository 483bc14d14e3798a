"""Netting, closing in order, close-by, close-all, the states of an account, the marks of a
position."""

import case
from broker import Broker, forex
from stream import Stream


class Modes(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        for symbol in ["EURUSD", "GBPUSD"]:
            cls.broker.make_symbol(forex(symbol))

    def setUp(self):
        self.broker.quotes(("EURUSD", "1.10000", None), ("GBPUSD", "1.30000", None))

    def account(self, **fields):
        return self.broker.make_account(**{"initialDeposit": 10000, **fields})

    def state(self, client, change):
        return self.admin.put(f"/admin/accounts/{client.account_id}/{change}")

    def test_a_netting_account_has_one_position_a_symbol(self):
        client = self.account(marginMode="NETTING")
        first = client.filled("BUY", "EURUSD", "0.20")
        self.broker.quote("EURUSD", "1.10300")
        second = client.filled("BUY", "EURUSD", "0.10")
        self.assertEqual(second["positionId"], first["positionId"])
        self.has(client.position(first["positionId"]), volume="0.3", openPrice="1.10100",
                 unrealizedPnL="60.00")
        part = client.filled("SELL", "EURUSD", "0.10")
        self.has(part, positionId=first["positionId"], filledVolume="0.1", filledPrice="1.10300")
        self.has(client.summary(), balance="10020.00")

    def test_a_reversal_realises_all_and_opens_the_rest(self):
        client = self.account(marginMode="NETTING")
        old = client.filled("BUY", "EURUSD", "0.60")["positionId"]
        self.broker.quote("EURUSD", "1.10500")
        turned = client.filled("SELL", "EURUSD", "1.00")
        self.has(turned, filledVolume="1", warnings=[])
        self.assertNotEqual(turned["positionId"], old)
        self.has(client.position(turned["positionId"]), side="SELL", volume="0.4",
                 openPrice="1.10500")
        self.has(client.summary(), balance="10300.00", margin="442.00")
        trades = client.all("/api/account/trades")
        self.assertEqual({t["orderId"] for t in trades[:2]}, {turned["orderId"]})

    def test_the_rest_of_a_reversal_may_be_refused(self):
        client = self.account(marginMode="NETTING", initialDeposit=1200)
        client.filled("BUY", "EURUSD", "1.00")
        answer = client.order("SELL", "EURUSD", "3.00")
        self.assertEqual(answer.status, 201, str(answer))
        self.has(answer.json, status="CANCELLED", filledVolume="1",
                 warnings=["INSUFFICIENT_MARGIN"])
        self.assertEqual(client.all("/api/account/positions"), [])
        self.has(client.all("/api/account/orders?status=all")[0], status="CANCELLED",
                 rejectCode="INSUFFICIENT_MARGIN")

    def test_fifo_closes_the_oldest_and_refuses_others(self):
        client = self.account(closing="FIFO")
        shown = self.admin.get(f"/admin/accounts/{client.account_id}").json
        self.has(shown, closing="FIFO", marginMode="HEDGING")
        first, second, third = (client.filled("BUY", "EURUSD", "0.10")["positionId"]
                                for _ in range(3))
        self.refused(client.close_position(second), 422, "CLOSING_ORDER")
        client.filled("SELL", "EURUSD", "0.15")
        self.assertIsNone(client.position(first))
        self.has(client.position(second), volume="0.05")
        self.has(client.position(third), volume="0.1")
        self.has(client.closed(second), closedVolume="0.05")

    def test_lifo_closes_the_newest(self):
        client = self.account(closing="LIFO")
        first = client.filled("BUY", "EURUSD", "0.10")["positionId"]
        second = client.filled("BUY", "EURUSD", "0.10")["positionId"]
        self.refused(client.close_position(first), 422, "CLOSING_ORDER")
        self.has(client.filled("SELL", "EURUSD", "0.10"), positionId=second)

    def test_two_positions_close_against_each_other(self):
        client = self.account()
        buy = client.filled("BUY", "EURUSD", "0.50")["positionId"]
        self.broker.quote("EURUSD", "1.10400")
        sell = client.filled("SELL", "EURUSD", "0.20")["positionId"]
        answer = client.post(f"/api/positions/{buy}/close-by", {"positionId": sell})
        self.assertEqual(answer.status, 200, str(answer))
        self.has(answer.json, positionId=buy, closedVolume="0.2", closePrice="1.10400",
                 realizedPnL="80.00")
        self.has(client.position(buy), volume="0.3", openPrice="1.10000")
        closed = client.all("/api/account/positions?status=closed")[0]
        self.has(closed, id=sell, closeReason="CLOSE_BY", realizedPnL="0", closePrice="1.10000")
        path = f"/api/positions/{buy}/close-by"
        self.refused(client.post(path, {"positionId": buy}), 422, "NOT_OPPOSITE")
        self.refused(client.post(path, {"positionId": 4711}), 404, "NOT_FOUND")
        self.refused(client.post(path, {}), 400, "VALIDATION")
        stranger = self.account()
        theirs = stranger.filled("SELL", "EURUSD", "0.20")["positionId"]
        self.refused(client.post(path, {"positionId": theirs}), 404, "NOT_FOUND")

    def test_all_are_closed_or_those_of_a_symbol(self):
        client = self.account()
        for symbol in ["EURUSD", "GBPUSD", "EURUSD"]:
            client.filled("BUY", symbol, "0.10")
        self.broker.quote("EURUSD", "1.10100")
        answer = client.post("/api/positions/close-all", {"symbol": "EURUSD"})
        self.assertEqual(answer.status, 200, str(answer))
        self.has(answer.json, closedPositions=2, openPositions=1, realizedPnL="20.00")
        self.assertEqual(len(answer.json["items"]), 2)
        self.has(answer.json["items"][0], closedVolume="0.1", closePrice="1.10100",
                 realizedPnL="10.00")
        answer = client.post("/api/positions/close-all")
        self.has(answer.json, closedPositions=1, openPositions=0, realizedPnL="0")
        self.has(client.post("/api/positions/close-all", {}).json, closedPositions=0, items=[])
        self.refused(client.post("/api/positions/close-all", {"symbol": "NOSUCH"}), 422,
                     "SYMBOL_UNKNOWN")

    def test_the_stream_does_the_same(self):
        client = self.account()
        buy = client.filled("BUY", "EURUSD", "0.10")["positionId"]
        sell = client.filled("SELL", "EURUSD", "0.10")["positionId"]
        stream = Stream(self.daemon.client_port, token=client.token)
        self.addCleanup(stream.close)
        answer = stream.ask("1", action="position.close-by", id=buy, positionId=sell)
        self.has(answer, type="response", positionId=buy, closedVolume="0.1", realizedPnL="0")
        client.filled("BUY", "EURUSD", "0.10")
        answer = stream.ask("2", action="position.close-all")
        self.has(answer, type="response", closedPositions=1, openPositions=0)

    def test_a_suspended_client_rests_until_he_is_activated(self):
        client = self.account()
        position = client.filled("BUY", "EURUSD", "0.10")["positionId"]
        self.has(self.state(client, "suspend").json, id=client.account_id, status="SUSPENDED")
        for answer in [client.order("BUY", "EURUSD", "0.10"), client.close_position(position),
                       client.post("/api/positions/close-all"),
                       client.put(f"/api/positions/{position}/modify", {"sl": "1.05"})]:
            self.refused(answer, 422, "ACCOUNT_DISABLED")
        self.has(self.state(client, "activate").json, status="ACTIVE")
        client.closed(position)

    def test_close_only_allows_what_closes(self):
        client = self.account(marginMode="NETTING")
        client.filled("BUY", "EURUSD", "0.20")
        self.has(self.state(client, "close-only").json, status="CLOSE_ONLY")
        self.refused(client.order("BUY", "EURUSD", "0.10"), 422, "ACCOUNT_CLOSE_ONLY")
        self.refused(client.order("SELL", "EURUSD", "0.30"), 422, "ACCOUNT_CLOSE_ONLY")
        client.filled("SELL", "EURUSD", "0.20")

    def test_a_closed_account_has_no_positions_and_moves_no_money(self):
        client = self.account()
        position = client.filled("BUY", "EURUSD", "0.10")["positionId"]
        path = f"/admin/accounts/{client.account_id}"
        self.refused(self.admin.call("DELETE", path), 422, "IN_USE")
        client.closed(position)
        self.has(self.admin.call("DELETE", path).json, status="CLOSED")
        self.refused(client.order("BUY", "EURUSD", "0.10"), 422, "ACCOUNT_DISABLED")
        self.refused(self.admin.post("/admin/deposit",
                                     {"accountId": client.account_id, "amount": 1}), 422,
                     "ACCOUNT_DISABLED")
        self.refused(self.admin.put("/admin/accounts/4711/suspend"), 404, "NOT_FOUND")

    def test_a_position_knows_its_highest_and_lowest_mark(self):
        client = self.account()
        old = client.filled("BUY", "EURUSD", "0.10")["positionId"]
        self.broker.quote("EURUSD", "1.10500", "1.10510")
        self.broker.quote("EURUSD", "1.09900", "1.09910")
        young = client.filled("SELL", "EURUSD", "0.10")["positionId"]
        self.broker.quote("EURUSD", "1.10000", "1.10010")
        self.has(client.position(old), highestPrice="1.10500", lowestPrice="1.09900")
        self.has(client.position(young), highestPrice="1.10010", lowestPrice="1.09910")
        client.closed(old)
        self.has(client.all("/api/account/positions?status=closed")[0], id=old,
                 highestPrice="1.10500", lowestPrice="1.09900")

    def test_all_of_it_is_there_after_a_crash(self):
        client = self.account(marginMode="NETTING", closing="LIFO")
        position = client.filled("BUY", "EURUSD", "0.30")["positionId"]
        self.broker.quote("EURUSD", "1.10700")
        self.broker.quote("EURUSD", "1.10200")
        client.filled("SELL", "EURUSD", "0.10")
        self.assertEqual(self.state(client, "close-only").status, 200)
        before = client.position(position)
        self.daemon.kill()
        self.daemon.start()
        self.broker.login()
        self.__class__.broker = Broker(self.daemon)
        self.__class__.admin = self.broker.admin
        client = self.broker.client(client.account_id, client.username, client.password)
        after = client.position(position)
        self.assertEqual(after, before)
        self.has(after, volume="0.2", highestPrice="1.10700", lowestPrice="1.10000")
        shown = self.admin.get(f"/admin/accounts/{client.account_id}").json
        self.has(shown, status="CLOSE_ONLY", marginMode="NETTING", closing="LIFO")


if __name__ == "__main__":
    case.main()
