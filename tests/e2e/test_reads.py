"""Lists are whole whatever their pages, and who got an answer sees its own write."""

import random
from decimal import Decimal

import case
from broker import Client, forex


class Reads(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD"))

    def setUp(self):
        self.broker.quote("EURUSD", "1.08440", "1.08450")

    def test_pages_give_every_item_once_in_order(self):
        client = self.broker.make_account(initialDeposit=100000, leverage=500)
        orders = [client.filled("BUY", "EURUSD", "0.01") for _ in range(25)]
        for order in orders[:11]:
            client.closed(order["positionId"])
        for path, key, count in [("orders?status=all", "orderId", 36), ("trades", "id", 36),
                                 ("positions", "id", 14), ("positions?status=closed", "id", 11),
                                 ("ledger", "id", 12)]:
            whole = [item[key] for item in client.all("/api/account/" + path)]
            if path != "orders?status=all":  # closing orders may be listed or not
                self.assertEqual(len(whole), count, path)
            self.assertEqual(len(whole), len(set(whole)), path)
            self.assertIn(whole, (sorted(whole), sorted(whole, reverse=True)), path)
            for limit in [1, 2, 7, 1000]:
                pages = client.pages("/api/account/" + path, limit)
                self.assertEqual([item[key] for page in pages for item in page], whole, path)
                self.assertTrue(all(len(page) == limit for page in pages[:-1]), path)
        listed = {o["orderId"] for o in client.all("/api/account/orders?status=all")}
        self.assertLessEqual({o["orderId"] for o in orders}, listed)

    def found(self, path, key):
        answer = self.admin.get(path)
        self.assertEqual(answer.status, 200, str(answer))
        whole = [item[key] for item in self.admin.all(path)]
        if "withTotal=true" in path:
            self.assertEqual(answer.json["total"], len(whole), path)
        return whole

    def test_operators_search_and_count(self):
        self.assertEqual(self.admin.post("/admin/groups", {"name": "sea.gold"}).status, 201)
        self.broker.make_symbol(forex("USDSEK"))
        self.broker.quote("USDSEK", "9.00000", "9.00010")
        make = self.broker.make_account
        one = make(username="Needle.One", email="in@hay.example", leverage=500)
        two = make(username="second", email="needle@x.example", accountType="LIVE",
                   group="sea.gold", initialDeposit=5000, leverage=500)
        three = make(username="third", group="sea.gold")
        ids = [one.account_id, two.account_id, three.account_id]
        accounts = "/admin/accounts?withTotal=true"
        for query, wanted in [("&q=needle", ids[:2]), ("&q=NEEDLE.ONE", ids[:1]),
                              ("&q=sea.g", ids[1:]), ("&group=sea.gold", ids[1:]),
                              ("&group=sea.gold&accountType=LIVE", ids[1:2]),
                              ("&q=needle&status=SUSPENDED", []), ("&q=no such thing", [])]:
            self.assertEqual(self.found(accounts + query.replace(" ", "%20"), "id"), wanted, query)
        whole = self.found(accounts, "id")
        self.assertEqual(whole, sorted(whole))
        for limit in [1, 2, 1000]:
            pages = self.admin.pages("/admin/accounts?q=needle", limit)
            self.assertEqual([a["id"] for page in pages for a in page], ids[:2])
        opened = [two.filled("BUY", "USDSEK", "0.01")["positionId"],
                  one.filled("BUY", "USDSEK", "0.01")["positionId"],
                  one.filled("BUY", "EURUSD", "0.01")["positionId"]]
        positions = "/admin/positions?withTotal=true"
        for query, wanted in [("&q=needle", opened), ("&q=usds", opened[:2]),
                              ("&q=needle&symbol=USDSEK", opened[:2]),
                              (f"&accountId={ids[0]}", opened[1:]),
                              (f"&accountId={ids[0]}&symbol=EURUSD", opened[2:])]:
            self.assertEqual(sorted(self.found(positions + query, "id")), sorted(wanted), query)
        everything = self.found(positions, "id")
        self.assertLessEqual(set(opened), set(everything))
        resting = []
        for client in (one, two):
            answer = client.post("/api/orders/limit", {"symbol": "USDSEK", "side": "BUY",
                                                       "volume": "0.01", "price": "8"})
            self.assertEqual(answer.status, 201, str(answer))
            resting.append(answer.json["orderId"])
        for query, wanted in [("q=second", resting[1:]), ("symbol=USDSEK", resting),
                              ("symbol=EURUSD&q=needle", [])]:
            path = "/admin/orders?withTotal=true&" + query
            self.assertEqual(sorted(self.found(path, "orderId")), wanted, query)
        self.assertEqual(self.found("/admin/symbols?q=sek&withTotal=true", "symbol"), ["USDSEK"])
        self.assertEqual(self.found("/admin/groups?q=GOLD&withTotal=true", "name"), ["sea.gold"])
        for path in ["/admin/accounts?status=GONE", "/admin/accounts?withTotal=1",
                     "/admin/positions?symbol=NONE", "/admin/accounts?q=" + "x" * 101]:
            self.refused(self.admin.get(path), 400, "VALIDATION")
        for path in ["/admin/orders?status=all&q=x", "/admin/withdrawals?q=x",
                     "/admin/alerts?withTotal=true"]:
            self.refused(self.admin.get(path), 422, "VALIDATION")

    def test_a_page_has_100_items_unless_told(self):
        client = self.broker.make_account()
        for _ in range(101):
            self.assertEqual(self.broker.deposit(client.account_id, 1).status, 201)
        answer = client.get("/api/account/ledger")
        self.assertEqual(len(answer.json["items"]), 100)
        self.assertIn("nextCursor", answer.json)
        self.assertEqual(len(client.get("/api/account/ledger?limit=1000").json["items"]), 102)

    def test_wrong_limits_and_filters_are_refused(self):
        client = self.broker.make_account()
        for query in ["limit=0", "limit=1001", "limit=-1", "limit=x", "limit=", "cursor=x",
                      "cursor=-3"]:
            for path in ["orders", "positions", "trades", "ledger"]:
                self.refused(client.get(f"/api/account/{path}?{query}"), 400, "VALIDATION")
        self.refused(client.get("/api/account/orders?status=some"), 400, "VALIDATION")
        self.refused(client.get("/api/account/positions?status=all"), 400, "VALIDATION")

    def test_every_answer_is_seen_at_once(self):
        """A random day of one client, each answer compared with all that is read right after it."""
        dice = random.Random(case.seed())
        client = self.broker.make_account(initialDeposit=100000, leverage=500)
        day = Day(self, client)
        for _ in range(120):
            action = dice.choice([day.buy, day.sell, day.buy, day.close, day.part, day.deposit,
                                  day.quote])
            action(dice)
            day.check()


class Day:
    """What one client must see, kept beside the daemon."""

    def __init__(self, case_, client):
        self.case = case_
        self.client = client
        self.bid, self.ask = Decimal("1.08440"), Decimal("1.08450")
        self.balance = Decimal(100000)
        # Another connection, which another thread of the daemon may serve, sees the same at once.
        self.other = Client(client.port, client.account_id, client.username, client.password,
                            token=client.token)
        self.positions = {}  # id -> [side, volume, open price]
        self.trades = 0
        self.entries = 1

    def order(self, dice, side):
        volume = Decimal(dice.randrange(1, 20)) / 100
        order = self.client.filled(side, "EURUSD", volume)
        price = self.ask if side == "BUY" else self.bid
        self.case.has(order, filledPrice=price, filledVolume=volume)
        self.positions[order["positionId"]] = [side, volume, price]
        self.trades += 1

    def buy(self, dice):
        self.order(dice, "BUY")

    def sell(self, dice):
        self.order(dice, "SELL")

    def profit(self, side, volume, opened):
        move = self.bid - opened if side == "BUY" else opened - self.ask
        return move * volume * 100000  # always whole cents: steps of 0.00001 and 0.01 lot

    def book(self, amount):
        self.balance += amount
        self.trades += 1
        self.entries += 1 if amount else 0

    def close(self, dice):
        if not self.positions:
            return
        position = dice.choice(sorted(self.positions))
        profit = self.profit(*self.positions.pop(position))
        self.case.has(self.client.closed(position), realizedPnL=profit)
        self.book(profit)

    def part(self, dice):
        if not self.positions:
            return
        position = dice.choice(sorted(self.positions))
        side, volume, opened = self.positions[position]
        part = Decimal(dice.randrange(1, int(volume * 100) + 1)) / 100
        answer = self.client.post(f"/api/positions/{position}/close-partial", {"volume": part})
        profit = self.profit(side, part, opened)
        self.case.has(answer.json, realizedPnL=profit, closedVolume=part)
        self.positions[position][1] -= part
        if part == volume:
            del self.positions[position]
        self.book(profit)

    def deposit(self, dice):
        amount = Decimal(dice.randrange(1, 100000)) / 100
        answer = self.case.broker.deposit(self.client.account_id, amount)
        self.balance += amount
        self.entries += 1
        self.case.has(answer.json, balance=self.balance)

    def quote(self, dice):
        self.bid += Decimal(dice.randrange(-30, 31)) / 100000
        self.ask = self.bid + Decimal(dice.randrange(0, 15)) / 100000
        self.case.broker.quote("EURUSD", self.bid, self.ask)

    def check(self):
        floating = sum((self.profit(*p) for p in self.positions.values()), Decimal(0))
        for reader in (self.other, self.client):
            self.case.has(reader.summary(), balance=self.balance, unrealizedPnL=floating,
                          equity=self.balance + floating)
        seen = {p["id"]: [p["side"], p["volume"], p["openPrice"]]
                for p in self.other.all("/api/account/positions")}
        self.case.assertEqual(seen, self.positions)
        self.case.assertEqual(len(self.client.all("/api/account/trades")), self.trades)
        ledger = self.client.ledger()
        self.case.assertEqual(len(ledger), self.entries)
        self.case.equal(sum(e["amount"] for e in ledger), self.balance)


if __name__ == "__main__":
    case.main()
