"""What a broker's people do before a test begins: log in, make symbols and accounts, set quotes and
the clock."""

import itertools
from decimal import Decimal

from daemon import ADMIN_PASSWORD
from rest import Rest

_numbers = itertools.count(1)


def forex(symbol, **changes):
    """A symbol in the shape of POST /admin/symbols, every field said."""
    base, quote = symbol[:3], symbol[3:6]
    yen = quote == "JPY"
    body = {
        "symbol": symbol, "enabled": True, "state": "OPEN", "category": "FOREX",
        "baseCurrency": base, "quoteCurrency": quote, "marginCurrency": base,
        "digits": 3 if yen else 5, "tickSize": "0.001" if yen else "0.00001",
        "pipSize": "0.01" if yen else "0.0001", "contractSize": 100000,
        "minVolume": "0.01", "maxVolume": 100, "volumeStep": "0.01", "stopsLevelPips": 0,
        "staleAfterMs": 60000, "spreadMarkup": 0, "selfTrade": "CANCEL_NEWEST",
        "commission": {"basis": "PER_LOT", "amount": 0, "currency": quote, "minimum": 0},
        "margin": {"mode": "FOREX", "percent": 0, "initialPerLot": 0, "initialRate": 1,
                   "maintenanceRate": 1, "leverageCap": 0, "hedged": "LARGER_LEG",
                   "hedgedPercent": 0, "tiers": []},
        "swap": {"mode": "NONE", "long": 0, "short": 0, "tripleDay": "WEDNESDAY",
                 "daysInYear": 360, "price": "CURRENT"},
        "funding": {"intervalHours": 8, "rate": 0},
        "venue": {"book": "BBOOK", "lotStep": "0.01", "minVolume": 0, "hedgePercent": 50,
                  "timeoutMs": 10000, "lateFill": "GIVE_TO_CLIENT"},
        "schedule": "24x7",
    }
    return change(body, changes)


def cfd(symbol, base, quote, contract, **changes):
    """A symbol with margin on its price; quote currency margin."""
    body = forex("XXXYYY")
    body.update({"symbol": symbol, "category": "CFD", "baseCurrency": base, "quoteCurrency": quote,
                 "marginCurrency": quote, "contractSize": contract})
    body["commission"]["currency"] = quote
    body["margin"]["mode"] = "CFD_LEVERAGE"
    return change(body, changes)


def change(body, changes):
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(body.get(key), dict):
            body[key] = {**body[key], **value}
        else:
            body[key] = value
    return body


class Client(Rest):
    """A client who is logged in."""

    def __init__(self, port, account_id, username, password, **options):
        super().__init__(port, **options)
        self.account_id = account_id
        self.username = username
        self.password = password

    def login(self):
        answer = self.post("/api/login", {"username": self.username, "password": self.password})
        assert answer.status == 200, answer
        self.token = answer.json["token"]
        return self

    def summary(self):
        return self._good(self.get("/api/account/summary"))

    def order(self, side, symbol, volume, **more):
        body = {"symbol": symbol, "side": side, "volume": volume, **more}
        return self.post("/api/orders/market", body)

    def filled(self, side, symbol, volume, **more):
        answer = self.order(side, symbol, volume, **more)
        assert answer.status == 201 and answer.json["status"] == "FILLED", answer
        return answer.json

    def close_position(self, position):
        return self.post(f"/api/positions/{position}/close")

    def closed(self, position):
        return self._good(self.close_position(position))

    def position(self, position):
        """The open position of that id, or None."""
        return next((p for p in self.all("/api/account/positions") if p["id"] == position), None)

    def ledger(self):
        return self.all("/api/account/ledger")

    @staticmethod
    def _good(answer):
        assert answer.status == 200, answer
        return answer.json


class Broker:
    """The admin of one daemon."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.admin = Rest(daemon.admin_port)
        self.login()

    def login(self):
        """Again after a restart: the ports are others."""
        self.admin.close()
        self.admin.port = self.daemon.admin_port
        answer = self.admin.post("/admin/login", {"username": "admin", "password": ADMIN_PASSWORD})
        assert answer.status == 200, answer
        self.admin.token = answer.json["token"]

    def make_symbol(self, body):
        answer = self.admin.post("/admin/symbols", body)
        assert answer.status == 201, answer
        return answer.json

    def make_account(self, **fields):
        """A new account and its client, logged in."""
        password = fields.setdefault("password", "trader's password")
        username = fields.setdefault("username", f"trader{next(_numbers)}")
        answer = self.admin.post("/admin/accounts", fields)
        assert answer.status == 201, answer
        return self.client(answer.json["id"], username, password)

    def client(self, account_id, username, password, **options):
        return Client(self.daemon.client_port, account_id, username, password, **options).login()

    def quote(self, symbol, bid, ask=None):
        self.quotes((symbol, bid, ask))

    def quotes(self, *rows):
        body = [{"symbol": symbol, "bid": Decimal(bid), "ask": Decimal(ask or bid)}
                for symbol, bid, ask in rows]
        answer = self.admin.post("/admin/quotes", body)
        assert answer.status == 200, answer

    def set_clock(self, now):
        answer = self.admin.post("/admin/clock", {"now": now})
        assert answer.status == 200, answer

    def deposit(self, account, amount, key=None, **more):
        headers = {"Idempotency-Key": key} if key else {}
        body = {"accountId": account, "amount": amount, "method": "BANK_TRANSFER", **more}
        return self.admin.post("/admin/deposit", body, **headers)
