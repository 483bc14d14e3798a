"""What the daemon shows of an account, read whole, and held against what was acknowledged."""

from collections import Counter, defaultdict
from decimal import Decimal

from load import Close, Deposit, Order


def must(condition, *words):
    if not condition:
        raise AssertionError(" ".join(str(word) for word in words))


class Books:
    """One account as the API shows it now. Consistent in itself, or an AssertionError."""

    def __init__(self, client):
        self.account = client.account_id
        self.orders = client.all("/api/account/orders?status=all")
        self.open = {p["id"]: p for p in client.all("/api/account/positions")}
        self.closed = {p["id"]: p for p in client.all("/api/account/positions?status=closed")}
        self.trades = client.all("/api/account/trades")
        self.ledger = sorted(client.ledger(), key=lambda entry: entry["id"])
        self.summary = client.summary()
        self.by_client_id = {}
        self.trades_by_position = defaultdict(list)
        self.check()

    def check(self):
        self.check_unique()
        self.check_ledger()
        self.check_positions()
        self.check_orders()

    def check_unique(self):
        for name, ids in [("order", [o["orderId"] for o in self.orders]),
                          ("trade", [t["id"] for t in self.trades]),
                          ("ledger", [e["id"] for e in self.ledger]),
                          ("client order id", [o["clientOrderId"] for o in self.orders
                                               if o["clientOrderId"] is not None]),
                          ("deposit", [e["note"] for e in self.ledger
                                       if e["type"] == "DEPOSIT" and e["note"]])]:
            twice = [one for one, count in Counter(ids).items() if count > 1]
            must(not twice, "account", self.account, name, "twice:", twice)
        must(not set(self.open) & set(self.closed), "positions both open and closed")
        self.by_client_id = {o["clientOrderId"]: o for o in self.orders}

    def check_ledger(self):
        balance = Decimal(0)
        for entry in self.ledger:
            must(entry["balanceBefore"] == balance, "the chain breaks at", entry)
            balance += entry["amount"]
            must(entry["balanceAfter"] == balance, "wrong sum at", entry)
        must(self.summary["balance"] == balance, "balance", self.summary, "ledger", balance)
        for kind, field in [("REALIZED_PNL", "realizedPnL"), ("COMMISSION", "commission")]:
            booked = sum(e["amount"] for e in self.ledger if e["type"] == kind)
            dealt = sum(t[field] for t in self.trades)
            must(booked == dealt, kind, "booked", booked, "dealt", dealt)
        floating = sum(p["unrealizedPnL"] for p in self.open.values())
        must(self.summary["unrealizedPnL"] == floating, self.summary, "positions", floating)
        must(self.summary["equity"] == balance + floating, self.summary)

    def check_positions(self):
        for trade in self.trades:
            self.trades_by_position[trade["positionId"]].append(trade)
        must(set(self.trades_by_position) == set(self.open) | set(self.closed),
             "trades of other positions than there are")
        for position, trades in self.trades_by_position.items():
            shown = self.open.get(position) or self.closed[position]
            opened = sum(t["volume"] for t in trades if t["side"] == shown["side"])
            reduced = sum(t["volume"] for t in trades if t["side"] != shown["side"])
            left = self.open[position]["volume"] if position in self.open else 0
            must(opened - reduced == left, "position", shown, "trades", trades)

    def check_orders(self):
        dealt = Counter()
        for trade in self.trades:
            dealt[trade["orderId"]] += trade["volume"]
        for order in self.orders:
            must(dealt[order["orderId"]] == order["filledVolume"], order, "dealt",
                 dealt[order["orderId"]])

    def holds(self, operation):
        """The acknowledged operation is here just as it was acknowledged."""
        status, answer = operation.answer
        if isinstance(operation, Order):
            self.holds_order(operation, status, answer)
        elif isinstance(operation, Close) and status == 200:
            self.holds_close(operation, answer)
        elif isinstance(operation, Deposit) and status == 201:
            entry = next((e for e in self.ledger if e["id"] == answer["ledgerId"]), None)
            must(entry is not None, "the deposit is lost:", answer)
            must((entry["type"], entry["amount"], entry["balanceAfter"], entry["note"]) ==
                 ("DEPOSIT", answer["amount"], answer["balance"], operation.key), entry, answer)

    def holds_order(self, operation, status, answer):
        if "orderId" not in answer:
            return  # BUSY and the like: nothing was done
        order = self.by_client_id.get(operation.client_order_id)
        must(order is not None, "the order is lost:", answer)
        must(order["orderId"] == answer["orderId"], order, answer)
        if status == 201:
            for field in ["status", "filledVolume", "filledPrice", "positionId", "venue",
                          "routingReason"]:
                must(order[field] == answer[field], field, order, answer)
        else:
            must(order["status"] == "REJECTED" and order["rejectCode"] == answer["code"], order,
                 answer)

    def holds_close(self, operation, answer):
        trades = [t for t in self.trades_by_position[operation.position]
                  if t["orderId"] == answer["orderId"]]
        must(len(trades) == 1, "the close", answer, "has trades", trades)
        must((trades[0]["volume"], trades[0]["price"], trades[0]["realizedPnL"]) ==
             (answer["closedVolume"], answer["closePrice"], answer["realizedPnL"]), trades, answer)
        if operation.volume is None:
            must(operation.position in self.closed, "closed and open again:", answer)

    def deposits_noted(self, key):
        return [e for e in self.ledger if e["note"] == key]
