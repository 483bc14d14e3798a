"""A broker whose symbols need every kind of sum, and random trading on it: everything that a client
asks is kept, so that it can be done again elsewhere."""

import random
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from broker import cfd, forex

BEGIN = datetime(2026, 1, 21, 12, tzinfo=timezone.utc)
ACCOUNTS = [("USD", "20000", 100), ("JPY", "1500000", 200), ("EUR", "3000", 30), ("BTC", "0.2", 50)]
PRICES = {"EURUSD": (108450, 10, 5), "USDJPY": (150000, 8, 3), "EURGBP": (85210, 12, 5),
          "BTCUSD": (9700000, 350, 2), "XAUUSD": (265010, 40, 2), "GER40": (21004, 8, 1)}


def symbols():
    return [
        forex("EURUSD", commission={"amount": "3.5", "currency": "USD"},
              margin={"tiers": [{"upToVolume": "0.3", "leverage": 200},
                                {"upToVolume": 1, "leverage": 70}, {"leverage": 30}]}),
        forex("USDJPY", spreadMarkup="1.5",
              commission={"basis": "PER_MILLION", "amount": "25", "currency": "USD",
                          "minimum": "0.4"}),
        forex("EURGBP", commission={"basis": "PER_MILLION", "amount": "31", "currency": "USD"},
              margin={"hedged": "PERCENT", "hedgedPercent": 50, "leverageCap": 50}),
        forex("BTCUSD", category="CRYPTO", contractSize=1, digits=2, tickSize="0.01",
              pipSize="0.01", commission={"basis": "PERCENT", "amount": "0.05", "currency": "USD"},
              margin={"mode": "CFD", "percent": 10, "hedged": "SUM"}, marginCurrency="USD"),
        forex("XAUUSD", category="METAL", contractSize=100, digits=2, tickSize="0.01",
              pipSize="0.1", spreadMarkup="0.3", marginCurrency="USD",
              margin={"mode": "CFD_LEVERAGE", "initialRate": 3, "maintenanceRate": "2.5",
                      "hedged": "NET", "tiers": [{"upToNotional": 20000, "leverage": 90},
                                                 {"leverage": 40}]}),
        cfd("GER40", "DAX", "EUR", 1, digits=1, tickSize="0.1", pipSize="1",
            commission={"basis": "PER_LOT", "amount": "0", "minimum": "1.1", "currency": "EUR"},
            margin={"mode": "FUTURES", "initialPerLot": "955.5"}, marginCurrency="EUR"),
    ]


class Script:
    """What happens, decided once by a seed; positions are named by the step that opened them."""

    def __init__(self, seed, steps):
        dice = random.Random(seed)
        self.steps = []
        orders = []
        for number in range(steps):
            pick = dice.random()
            if pick < 0.42 or not orders:
                body = {"side": dice.choice(["BUY", "SELL"]), "symbol": dice.choice(list(PRICES)),
                        "volume": dice.choice(["0.01", "0.07", "0.25", "1.00", "2.30"])}
                if dice.random() < 0.3:
                    body["maxSlippagePips"] = dice.choice([0, 5])
                if dice.random() < 0.5:
                    body["stop"] = dice.choice([-1, 1]) * Decimal(dice.randrange(2, 60)) / 10000
                self.steps.append(("order", number, dice.randrange(len(ACCOUNTS)), body))
                orders.append(number)
            elif pick < 0.52:
                self.steps.append(("close", dice.choice(orders), None))
            elif pick < 0.60:
                self.steps.append(("close", dice.choice(orders), "0.01"))
            elif pick < 0.68:
                self.steps.append(("modify", dice.choice(orders),
                                   Decimal(dice.randrange(2, 60)) / 10000))
            else:
                wide = dice.random() < 0.2
                moves = {name: dice.randrange(-1500, 1501) if wide else dice.randrange(-40, 41)
                         for name in PRICES}
                self.steps.append(("quotes", moves))


class Player:
    """Plays a script on a daemon. `known`, when given, are the steps whose positions its clients
    know of; they leave others alone."""

    def __init__(self, broker, levels=None, known=None):
        self.broker = broker
        self.known = known
        self.middle = {name: start for name, (start, _, _) in PRICES.items()}
        for symbol in symbols():
            broker.make_symbol(symbol)
        self.clients = [broker.make_account(currency=currency, initialDeposit=deposit,
                                            leverage=leverage, **(levels or {}))
                        for currency, deposit, leverage in ACCOUNTS]
        self.opened = {}  # step -> (client, position, symbol, side)
        self.answers = {"order": [], "close": []}
        self.quote({})

    def price(self, name):
        return Decimal(self.middle[name]).scaleb(-PRICES[name][2])

    def quote(self, moves):
        rows = []
        for name, (start, spread, digits) in PRICES.items():
            scale = max(1, start // 100000)
            self.middle[name] = max(start // 2, self.middle[name] + moves.get(name, 0) * scale)
            bid = Decimal(self.middle[name]).scaleb(-digits)
            rows.append((name, bid, bid + Decimal(spread).scaleb(-digits)))
        self.broker.quotes(*rows)

    def level(self, name, share):
        digits = Decimal(1).scaleb(-PRICES[name][2])
        return (self.price(name) * (1 + share)).quantize(digits)

    def play(self, script):
        for index, step in enumerate(script.steps):
            now = BEGIN + timedelta(seconds=7 * (index + 1))
            self.broker.set_clock(now.strftime("%Y-%m-%dT%H:%M:%SZ"))
            getattr(self, "play_" + step[0])(*step[1:])

    def play_order(self, number, account, body):
        client = self.clients[account]
        asked = {key: value for key, value in body.items() if key != "stop"}
        if "stop" in body:
            share = body["stop"]
            key = "tp" if (share > 0) == (body["side"] == "BUY") else "sl"
            asked[key] = self.level(body["symbol"], share)
        answer = client.post("/api/orders/market", asked)
        assert answer.status in (201, 422), answer
        self.answers["order"].append(answer.json["orderId"])
        if answer.status == 201:
            self.opened[number] = (client, answer.json["positionId"], body["symbol"],
                                   body["side"])

    def is_held(self, number):
        return number in self.opened and (self.known is None or number in self.known)

    def play_close(self, number, volume):
        if not self.is_held(number):
            return
        client, position, _, _ = self.opened[number]
        path = f"/api/positions/{position}/close"
        answer = client.post(path) if volume is None else client.post(path + "-partial",
                                                                     {"volume": volume})
        assert answer.status in (200, 404, 422), answer
        if answer.status == 200:
            self.answers["close"].append(answer.json["orderId"])

    def play_modify(self, number, share):
        if not self.is_held(number):
            return
        client, position, symbol, side = self.opened[number]
        sl = self.level(symbol, -share if side == "BUY" else share)
        answer = client.put(f"/api/positions/{position}/modify", {"sl": sl})
        assert answer.status in (200, 404, 422), answer

    def play_quotes(self, moves):
        self.quote(moves)
