"""Clients that trade until the connection breaks, and remember what they were told.

An operation is an object that knows what was sent and, once it came, what was answered. `answer`
None means that nobody knows whether it was carried out: it may be there once, or not at all."""

import http.client
import random
import threading
import time
from decimal import Decimal

from broker import Client
from rest import Rest

BROKEN = (OSError, http.client.HTTPException)


def known(answer):
    """What was answered; None when the wait was over before the outcome was there."""
    return None if answer.status == 202 else (answer.status, answer.json)


class Order:
    def __init__(self, account, client_order_id, body):
        self.account = account
        self.client_order_id = client_order_id
        self.body = {**body, "clientOrderId": client_order_id}
        self.answer = None

    def send(self, rest):
        self.answer = known(rest.post("/api/orders/market", self.body))


class Close:
    def __init__(self, account, position, volume=None):
        self.account = account
        self.position = position
        self.volume = volume
        self.answer = None

    def send(self, rest):
        path = f"/api/positions/{self.position}/close"
        answer = rest.post(path) if self.volume is None else rest.post(
            path + "-partial", {"volume": self.volume})
        self.answer = known(answer)


class Deposit:
    def __init__(self, account, key, amount):
        self.account = account
        self.key = key
        self.body = {"accountId": account, "amount": amount, "method": "CARD", "note": key}
        self.answer = None

    def send(self, rest):
        self.answer = known(
            rest.post("/admin/deposit", self.body, **{"Idempotency-Key": self.key}))


class Worker(threading.Thread):
    """Sends operations, one after another, until the connection breaks."""

    def __init__(self, name, dice_seed, rest):
        super().__init__(daemon=True)
        self.label = name
        self.dice = random.Random(dice_seed)
        self.rest = rest
        self.operations = []
        self.answered = 0
        self.error = None
        self.count = 0

    def run(self):
        try:
            while True:
                operation = self.next_operation()
                self.operations.append(operation)
                operation.send(self.rest)
                operation.answered_at = time.monotonic()
                self.answered += 1
                if operation.answer is not None:
                    self.took(operation)
        except BROKEN:
            pass
        except Exception as error:  # told by the main thread
            self.error = error
        finally:
            self.rest.close()

    def next_operation(self):
        raise NotImplementedError

    def took(self, operation):
        pass

    def next_key(self):
        self.count += 1
        return f"{self.label}-{self.count}"


class Trader(Worker):
    """Opens and closes; also orders that are refused, and some with a stop that quotes may hit."""

    def __init__(self, name, dice_seed, client, positions):
        super().__init__(name, dice_seed, client)
        self.client = client
        self.positions = list(positions)

    def next_operation(self):
        pick = self.dice.random()
        if self.positions and pick < 0.30:
            position = self.positions.pop(self.dice.randrange(len(self.positions)))
            return Close(self.client.account_id, position)
        if self.positions and pick < 0.40:
            return Close(self.client.account_id, self.dice.choice(self.positions), "0.01")
        body = {"symbol": self.dice.choice(["EURUSD", "USDJPY"]),
                "side": self.dice.choice(["BUY", "SELL"]),
                "volume": f"0.{self.dice.randrange(2, 30):02}"}
        if pick < 0.45:
            body["volume"] = self.dice.choice(["1000", "0.015", "100.01"])  # refused
        elif pick < 0.60 and body["symbol"] == "EURUSD":
            body["sl"] = "1.07900" if body["side"] == "BUY" else "1.09100"
        if pick > 0.9:
            body.update(comment="a comment", metadata={"n": self.count})
        return Order(self.client.account_id, self.next_key(), body)

    def took(self, operation):
        status, answer = operation.answer
        if isinstance(operation, Order):
            if status == 201:
                self.positions.append(answer["positionId"])
            elif status not in (422, 503):
                raise AssertionError(f"{operation.body}: {operation.answer}")
        elif status not in (200, 404, 422, 503):
            raise AssertionError(f"close of {operation.position}: {operation.answer}")


class Cashier(Worker):
    def __init__(self, name, dice_seed, rest, accounts):
        super().__init__(name, dice_seed, rest)
        self.accounts = accounts

    def next_operation(self):
        return Deposit(self.dice.choice(self.accounts), self.next_key(),
                       self.dice.randrange(1, 1000))

    def took(self, operation):
        if operation.answer[0] not in (201, 503):
            raise AssertionError(f"deposit {operation.key}: {operation.answer}")


class Quotes:
    """One array of quotes: not remembered, the journal's own affair."""

    def __init__(self, rows):
        self.rows = rows
        self.answer = None

    def send(self, rest):
        self.answer = known(rest.post("/admin/quotes", self.rows))


class Quoter(Worker):
    """Walks at random; rare jumps hit stops."""

    def next_operation(self):
        middle = 108500 + self.dice.randrange(-300, 301)
        if self.dice.random() < 0.02:
            middle += self.dice.choice([-700, 700])
        yen = 150000 + self.dice.randrange(-500, 501)
        return Quotes([{"symbol": "EURUSD", "bid": str(Decimal(middle) / 100000),
                        "ask": str(Decimal(middle + 10) / 100000)},
                       {"symbol": "USDJPY", "bid": str(Decimal(yen) / 1000),
                        "ask": str(Decimal(yen + 8) / 1000)}])

    def took(self, operation):
        if operation.answer[0] not in (200, 503):
            raise AssertionError(f"quotes: {operation.answer}")


def session(client, port):
    """A connection of its own for a worker, with the client's token."""
    return Client(port, client.account_id, client.username, client.password, token=client.token)


def admin_session(broker):
    return Rest(broker.daemon.admin_port, token=broker.admin.token)
