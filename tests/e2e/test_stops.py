"""Margin running out: the order of closing, what is checked between, and who pays below zero."""

import case
from broker import forex


class StopOut(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD"))
        cls.broker.make_symbol(forex("GBPUSD"))

    def setUp(self):
        self.broker.quotes(("EURUSD", "1.00000", None), ("GBPUSD", "1.00000", None))

    def closed(self, client):
        return {p["id"]: p for p in client.all("/api/account/positions?status=closed")}

    def test_the_largest_loss_goes_first_and_the_level_is_looked_at_again(self):
        client = self.broker.make_account(initialDeposit=1000, leverage=500)
        small = client.filled("BUY", "EURUSD", "1.00")["positionId"]   # margin 200
        large = client.filled("BUY", "EURUSD", "2.00")["positionId"]   # margin 400
        winner = client.filled("SELL", "GBPUSD", "0.10")["positionId"]  # margin 20
        # Level = (1000 + P&L) / 620. At -690: 310 is exactly half of 620, and not below it.
        self.broker.quote("EURUSD", "0.99770")
        self.has(client.summary(), equity="310.00", margin="620.00", marginLevel="50.00")
        self.assertEqual(self.closed(client), {})
        # At 0.99769 the equity is 307: below. Closing 2 lots leaves 307 on 220: good again.
        self.broker.quote("EURUSD", "0.99769")
        closed = self.closed(client)
        self.assertEqual(set(closed), {large})
        self.has(closed[large], closeReason="STOP_OUT", closePrice="0.99769", realizedPnL="-462.00")
        self.has(client.summary(), balance="538.00", equity="307.00", margin="220.00",
                 marginLevel="139.55")
        self.assertEqual({p["id"] for p in client.all("/api/account/positions")}, {small, winner})

    def test_a_margin_call_closes_nothing(self):
        client = self.broker.make_account(initialDeposit=300, leverage=500)
        position = client.filled("BUY", "EURUSD", "1.00")["positionId"]
        self.broker.quote("EURUSD", "0.99850")
        self.has(client.summary(), equity="150.00", margin="200.00", marginLevel="75.00")
        self.assertEqual(self.closed(client), {})
        self.has(client.closed(position), realizedPnL="-150.00")  # the client's own choice

    def test_below_zero_the_house_pays(self):
        client = self.broker.make_account(initialDeposit=300, leverage=500)
        position = client.filled("BUY", "EURUSD", "1.00")["positionId"]
        self.broker.quote("EURUSD", "0.99000")
        self.has(self.closed(client)[position], closeReason="STOP_OUT", realizedPnL="-1000.00")
        self.has(client.summary(), balance="0", equity="0", margin="0", marginLevel=None)
        entry = next(e for e in client.ledger() if e["type"] == "NEGATIVE_BALANCE")
        self.has(entry, amount="700.00", balanceBefore="-700.00", balanceAfter="0")

    def test_without_protection_the_debt_stays(self):
        client = self.broker.make_account(initialDeposit=300, leverage=500,
                                          negativeBalanceProtection=False)
        client.filled("BUY", "EURUSD", "1.00")
        self.broker.quote("EURUSD", "0.99000")
        self.has(client.summary(), balance="-700.00")
        self.assertEqual({e["type"] for e in client.ledger()}, {"DEPOSIT", "REALIZED_PNL"})
        answer = client.order("BUY", "EURUSD", "0.01")
        self.refused(answer, 422, "INSUFFICIENT_MARGIN")

    def test_a_stop_loss_comes_before_the_stop_out(self):
        client = self.broker.make_account(initialDeposit=300, leverage=500)
        position = client.filled("BUY", "EURUSD", "1.00", sl="0.99500")["positionId"]
        self.broker.quote("EURUSD", "0.99400")
        self.has(self.closed(client)[position], closeReason="SL_HIT", realizedPnL="-600.00")
        self.has(client.summary(), balance="0")

    def test_a_level_of_ones_own(self):
        client = self.broker.make_account(initialDeposit=300, leverage=500, stopOutLevel=80)
        position = client.filled("BUY", "EURUSD", "1.00")["positionId"]
        self.broker.quote("EURUSD", "0.99860")  # 160 of 200
        self.assertEqual(self.closed(client), {})
        self.broker.quote("EURUSD", "0.99859")
        self.has(self.closed(client)[position], closeReason="STOP_OUT")

    def test_a_hedge_that_is_closed_may_stop_the_rest_out(self):
        client = self.broker.make_account(initialDeposit=250, leverage=500)
        buy = client.filled("BUY", "EURUSD", "1.00")["positionId"]
        sell = client.filled("SELL", "EURUSD", "1.00")["positionId"]
        self.broker.quote("EURUSD", "0.99800", "0.99900")
        self.has(client.summary(), equity="150.00", margin="200.00")
        client.closed(sell)  # books +100, of equity 150 on 200
        self.assertIsNotNone(client.position(buy))
        self.broker.quote("EURUSD", "0.99749", "0.99899")
        self.has(self.closed(client)[buy], closeReason="STOP_OUT")


if __name__ == "__main__":
    case.main()
