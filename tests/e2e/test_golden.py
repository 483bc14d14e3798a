"""Worked numbers of the field, from order to ledger. Where a number assumes one rate, bid and
ask are equal."""

import case
from broker import cfd, forex


class Golden(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        make = cls.broker.make_symbol
        make(forex("EURUSD"))
        make(forex("USDJPY", digits=3, commission={"basis": "PERCENT", "amount": "0.0025",
                                                   "currency": "USD"}))
        make(forex("EURUSD.c", commission={"basis": "PER_MILLION", "amount": 25}))
        make(forex("CADCHF"))
        make(forex("USDCHF"))
        make(forex("USDCAD"))
        make(forex("EURUSD.p", margin={"hedged": "PERCENT", "hedgedPercent": 50}))
        make(cfd("FUT", "EUR", "USD", 125000))
        make(cfd("XAUUSD", "XAU", "USD", 100, category="METAL", digits=2, tickSize="0.01",
                 pipSize="0.01", margin={"initialRate": 3, "maintenanceRate": "2.5"}))
        make(forex("BTCUSD", category="CRYPTO", contractSize=1, digits=2, tickSize="0.01",
                   pipSize="0.01"))
        cls.broker.quotes(("EURUSD", "1.09", None), ("USDCAD", "1.34443", None),
                          ("USDCHF", "1.01883", None))

    def account(self, **fields):
        return self.broker.make_account(**{"initialDeposit": 100000, **fields})

    def test_profit_of_one_lot_of_eurusd(self):
        self.broker.quote("EURUSD", "1.08440", "1.08450")
        client = self.account(leverage=100, initialDeposit=10000)
        position = client.filled("BUY", "EURUSD", "1.0")["positionId"]
        self.has(client.summary(), margin="1084.45", unrealizedPnL="-10.00")
        self.broker.quote("EURUSD", "1.08500", "1.08510")
        self.has(client.summary(), unrealizedPnL="50.00", equity="10050.00", margin="1084.45",
                 freeMargin="8965.55", marginLevel="926.74")
        self.has(client.closed(position), realizedPnL="50.00", closePrice="1.08500")
        self.has(client.summary(), balance="10050.00")

    def test_forex_margin_of_20_lots_at_500(self):
        self.broker.quote("EURUSD", "1.09000")
        client = self.account(leverage=500)
        client.filled("BUY", "EURUSD", 20)
        self.has(client.summary(), margin="4360.00")

    def test_cfd_leverage_margin_rounds_half_away_from_zero(self):
        self.broker.quote("FUT", "1.11705")
        client = self.account(leverage=500)
        client.filled("BUY", "FUT", 10)
        self.has(client.summary(), margin="2792.63")

    def test_gold_is_opened_at_the_initial_and_kept_at_the_maintenance_rate(self):
        self.broker.quote("XAUUSD", "1900.00")
        client = self.account(leverage=4, initialDeposit="9974.99")
        answer = client.order("BUY", "XAUUSD", "0.07")
        self.refused(answer, 422, "INSUFFICIENT_MARGIN")
        self.broker.deposit(client.account_id, "0.01")
        client.filled("BUY", "XAUUSD", "0.07")
        self.has(client.summary(), margin="8312.50", freeMargin="1662.50")
        preview = client.get("/api/risk/margin-preview?symbol=XAUUSD&volume=0.07&side=BUY")
        self.has(preview.json, requiredMargin="9975.00")

    def test_margin_in_a_coin(self):
        self.broker.quote("BTCUSD", "10000.00")
        client = self.account(currency="BTC", leverage=500, initialDeposit=1)
        position = client.filled("BUY", "BTCUSD", 1)["positionId"]
        self.has(client.summary(), margin="0.002", freeMargin="0.998", currency="BTC")
        self.broker.quote("BTCUSD", "12500.00")
        self.has(client.closed(position), realizedPnL="0.2")  # 2,500 USD at 12,500
        self.has(client.summary(), balance="1.2")

    def test_hedged_margin_on_the_larger_leg(self):
        self.broker.quote("EURUSD", "1.09000")
        client = self.account(leverage=100)
        client.filled("SELL", "EURUSD", "0.5")
        client.filled("SELL", "EURUSD", "1.0")
        client.filled("BUY", "EURUSD", "1.0")
        self.has(client.summary(), margin="1635.00")  # of 1.5 lots

    def test_hedged_margin_in_percent_of_both_legs(self):
        self.broker.quote("EURUSD.p", "1.09000")
        client = self.account(currency="EUR", leverage=500)
        client.filled("BUY", "EURUSD.p", "1.0")
        self.has(client.summary(), margin="200.00")
        client.filled("SELL", "EURUSD.p", "1.0")
        self.has(client.summary(), margin="200.00")

    def test_a_loss_in_yen_is_bought_with_dollars(self):
        self.broker.quote("USDJPY", "115.050")
        client = self.account()
        position = client.filled("BUY", "USDJPY", "0.10")["positionId"]
        self.broker.quote("USDJPY", "114.450")
        self.has(client.summary(), unrealizedPnL="-52.42")
        self.has(client.closed(position), realizedPnL="-52.42")

    def test_a_loss_in_a_third_currency(self):
        self.broker.quotes(("CADCHF", "0.75782", None), ("USDCHF", "1.01883", None),
                           ("USDCAD", "1.34443", None))
        client = self.account()
        position = client.filled("SELL", "CADCHF", 1)["positionId"]
        self.broker.quote("CADCHF", "0.75798")
        self.has(client.closed(position), realizedPnL="-15.70")

    def test_a_tick_of_the_conversion_symbol_moves_the_account(self):
        self.broker.quotes(("CADCHF", "0.75782", None), ("USDCHF", "1.00000", None),
                           ("USDCAD", "1.34443", None))
        client = self.account()
        position = client.filled("SELL", "CADCHF", 1)["positionId"]
        self.broker.quote("CADCHF", "0.75682")
        self.has(client.summary(), unrealizedPnL="100.00")
        self.broker.quote("USDCHF", "0.80000", "1.25000")
        self.has(client.summary(), unrealizedPnL="80.00")  # a gain is sold at the worse side
        self.broker.quote("CADCHF", "0.75882")
        self.has(client.summary(), unrealizedPnL="-125.00")  # a loss bought at the worse side
        client.closed(position)
        self.broker.quote("USDCHF", "1.01883")

    def test_commission_in_percent_where_its_currency_is_the_base(self):
        self.broker.quote("USDJPY", "115.000")
        client = self.account()
        position = client.filled("BUY", "USDJPY", "2.5")["positionId"]
        client.closed(position)
        self.charges(client, "-6.25")

    def test_commission_per_million_of_the_deal_price(self):
        self.broker.quotes(("EURUSD.c", "1.2276", None), ("EURUSD", "1.2276", None))
        client = self.account()
        position = client.filled("BUY", "EURUSD.c", "2.5")["positionId"]
        client.closed(position)
        self.charges(client, "-7.67")

    def charges(self, client, amount):
        entries = [e for e in client.ledger() if e["type"] == "COMMISSION"]
        self.assertEqual(len(entries), 2)
        for entry in entries:
            self.has(entry, amount=amount)
        self.equal(client.summary()["balance"], 100000 + 2 * entries[0]["amount"])

    def test_euro_and_yen_accounts_book_in_their_currency(self):
        self.broker.quotes(("EURUSD", "1.08440", "1.08450"), ("USDJPY", "150.000", None))
        euro = self.account(currency="EUR")
        yen = self.account(currency="JPY", initialDeposit=10000000)
        places = [(client, client.filled("BUY", "EURUSD", 1)["positionId"])
                  for client in (euro, yen)]
        # 100,000 EUR at 1:100; in yen at 1.08445 x 150
        self.has(euro.summary(), margin="1000.00")
        self.has(yen.summary(), margin="162668")
        self.broker.quote("EURUSD", "1.08500", "1.08510")
        gains = [client.closed(position)["realizedPnL"] for client, position in places]
        self.equal(gains[0], "46.08")  # 50 USD / 1.08510
        self.equal(gains[1], "7500")


if __name__ == "__main__":
    case.main()
