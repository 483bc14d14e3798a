"""What a broker sets up: symbols, accounts, money, quotes, the clock."""

from decimal import Decimal

import case
from broker import cfd, forex


def decimals(value):
    """Numbers and texts that are numbers, all as Decimals."""
    if isinstance(value, dict):
        return {key: decimals(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [decimals(inner) for inner in value]
    if isinstance(value, bool) or value is None:
        return value
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return value


class Symbols(case.DaemonCase):
    def test_a_symbol_comes_back_as_it_was_made(self):
        body = forex("EURUSD", stopsLevelPips="2.5", spreadMarkup="0.2", staleAfterMs=5000,
                     commission={"basis": "PER_MILLION", "amount": 25, "currency": "USD",
                                 "minimum": "0.1"},
                     margin={"leverageCap": 200, "hedged": "PERCENT", "hedgedPercent": 50,
                             "initialRate": "1.5", "maintenanceRate": "1.25"},
                     swap={"mode": "POINTS", "long": "-5.47", "short": "0.31",
                           "tripleDay": "FRIDAY", "daysInYear": 365},
                     schedule={"timeZone": "America/New_York",
                               "sessions": [{"day": "SUNDAY", "open": "17:00", "close": "24:00"},
                                            {"day": "MONDAY", "open": "00:00", "close": "17:00"}],
                               "holidays": ["2026-12-25"]})
        made = self.broker.make_symbol(body)
        self.assertEqual(decimals(made), decimals(body))
        shown = self.admin.get("/admin/symbols/EURUSD")
        self.assertEqual(shown.status, 200)
        self.assertEqual(decimals(shown.json), decimals(body))

    def test_a_symbol_has_usual_values_and_takes_the_flat_fields(self):
        made = self.broker.make_symbol({"symbol": "USDJPY", "category": "FOREX",
                                        "commissionPerLot": 7, "swapLong": "-2.5",
                                        "swapShort": "1"})
        self.has(made, enabled=True, state="OPEN", baseCurrency="USD", quoteCurrency="JPY",
                 digits=3, pipSize="0.01", tickSize="0.001", contractSize="100000",
                 marginCurrency="USD", staleAfterMs=60000)
        self.has(made["commission"], basis="PER_LOT", amount="7")
        self.has(made["swap"], long="-2.5", short="1")
        self.has(made["margin"], mode="FOREX", hedged="LARGER_LEG")
        made = self.broker.make_symbol({"symbol": "GER40", "category": "INDEX",
                                        "quoteCurrency": "EUR", "marginPercent": 5})
        self.has(made["margin"], mode="CFD", percent="5")
        self.has(made, marginCurrency="EUR")

    def test_part_of_the_settings_is_changed_the_rest_stays(self):
        before = self.broker.make_symbol(forex("GBPUSD"))
        answer = self.admin.put("/admin/symbols/GBPUSD/settings",
                                {"maxVolume": 5, "commission": {"amount": "3.5"}})
        self.assertEqual(answer.status, 200, str(answer))
        wanted = {**before, "maxVolume": Decimal(5),
                  "commission": {**before["commission"], "amount": Decimal("3.5")}}
        self.assertEqual(decimals(answer.json), decimals(wanted))
        self.assertEqual(decimals(self.admin.get("/admin/symbols/GBPUSD").json), decimals(wanted))

    def test_symbols_are_switched_off_and_on(self):
        self.broker.make_symbol(forex("AUDUSD"))
        for action, enabled in [("disable", False), ("enable", True)]:
            answer = self.admin.post(f"/admin/symbols/AUDUSD/{action}")
            self.assertEqual(answer.status, 200, str(answer))
            self.has(self.admin.get("/admin/symbols/AUDUSD").json, enabled=enabled)

    def test_what_is_wrong_with_a_symbol_is_told(self):
        for wrong in [{"minVolume": 0}, {"volumeStep": "-0.01"}, {"digits": 9}, {"tickSize": 0},
                      {"contractSize": 0}, {"category": "BOND"}, {"quoteCurrency": "usd"},
                      {"margin": {"mode": "NONE"}}, {"schedule": "24x6"}, {"staleAfterMs": -1},
                      {"schedule": {"timeZone": "Mars/Base", "sessions": []}},
                      {"symbol": ""}, {"symbol": "E"}, {"symbol": "A" * 17}, {"symbol": "EUR USD"},
                      {"commission": {"amount": -1}}, {"maxVolume": "0.001"}]:
            answer = self.admin.post("/admin/symbols", {**forex("NZDUSD"), **wrong})
            self.refused(answer, 400, "VALIDATION")
        self.refused(self.admin.get("/admin/symbols/NZDUSD"), 404, "NOT_FOUND")
        self.refused(self.admin.put("/admin/symbols/NZDUSD/settings", {"digits": 4}), 404,
                     "NOT_FOUND")

    def test_a_name_is_taken_once(self):
        self.broker.make_symbol(forex("USDCAD"))
        self.refused(self.admin.post("/admin/symbols", forex("USDCAD")), 409, "DUPLICATE")

    def test_clients_see_symbols_with_their_quotes(self):
        self.broker.make_symbol(cfd("OIL.F", "OIL", "USD", 1000, digits=2, tickSize="0.01",
                                    pipSize="0.01"))
        client = self.broker.make_account()
        symbol = next(s for s in client.all("/api/symbols") if s["symbol"] == "OIL.F")
        self.has(symbol, category="CFD", contractSize="1000")
        self.broker.quote("OIL.F", "71.20", "71.25")
        answer = client.get("/api/symbols").body.decode()
        self.assertIn("71.20", answer)
        self.assertIn("71.25", answer)


class Accounts(case.DaemonCase):
    def test_an_account_has_the_defaults(self):
        answer = self.admin.post("/admin/accounts", {"username": "ed", "password": "pw"})
        self.assertEqual(answer.status, 201, str(answer))
        self.has(answer.json, leverage=100, marginMode="HEDGING", currency="USD", status="ACTIVE",
                 accountType="DEMO", balance="5000")
        self.assertIn("accountNumber", answer.json)
        live = self.admin.post("/admin/accounts", {"username": "li", "accountType": "LIVE"})
        self.has(live.json, accountType="LIVE", balance="0")

    def test_an_account_has_what_it_was_given(self):
        client = self.broker.make_account(username="yuki", email="yuki@example.com", currency="JPY",
                                          accountType="LIVE", initialDeposit=1000000, leverage=25,
                                          marginMode="HEDGING")
        self.has(client.summary(), balance="1000000", equity="1000000", margin="0",
                 freeMargin="1000000", marginLevel=None, unrealizedPnL="0", credit="0",
                 currency="JPY")
        shown = self.admin.get(f"/admin/accounts/{client.account_id}")
        self.has(shown.json, id=client.account_id, username="yuki", email="yuki@example.com",
                 leverage=25, currency="JPY")
        [entry] = client.ledger()
        self.has(entry, type="DEPOSIT", amount="1000000", balanceBefore="0",
                 balanceAfter="1000000")

    def test_what_is_wrong_with_an_account_is_told(self):
        good = {"username": "wrong", "password": "pw"}
        for wrong in [{"username": "x"}, {"username": "x" * 101}, {"username": None},
                      {"username": 7}, {"leverage": 0}, {"leverage": 501}, {"leverage": "1.5"},
                      {"currency": "usd"}, {"currency": "U"}, {"accountType": "PAPER"},
                      {"initialDeposit": -1}, {"initialDeposit": "0.001"}, {"email": "nowhere"},
                      {"marginMode": "BOTH"}, {"password": ""}]:
            self.refused(self.admin.post("/admin/accounts", {**good, **wrong}), 400, "VALIDATION")
        self.assertEqual(self.admin.post("/admin/accounts", good).status, 201)
        self.refused(self.admin.post("/admin/accounts", good), 409, "DUPLICATE")

    def test_the_list_of_accounts(self):
        made = {self.broker.make_account().account_id for _ in range(5)}
        listed = [a["id"] for a in self.admin.all("/admin/accounts", limit=2)]
        self.assertEqual(len(listed), len(set(listed)))
        self.assertLessEqual(made, set(listed))
        self.refused(self.admin.get("/admin/accounts/99999"), 404, "NOT_FOUND")
        self.refused(self.admin.get("/admin/accounts/x"), 400, "VALIDATION")


class Money(case.DaemonCase):
    def test_deposits_and_withdrawals_are_booked_with_their_words(self):
        client = self.broker.make_account(initialDeposit=100)
        account = client.account_id
        paid = self.broker.deposit(account, "250.55", reference="wire 77", note="thanks")
        self.assertEqual(paid.status, 201, str(paid))
        self.has(paid.json, accountId=account, amount="250.55", balance="350.55")
        answer = self.admin.post("/admin/withdraw", {"accountId": account, "amount": "50.05",
                                                     "method": "CRYPTO", "cryptoAddr": "bc1q"})
        self.assertEqual(answer.status, 201, str(answer))
        self.has(client.summary(), balance="300.50", freeMargin="300.50")
        by_type = {entry["type"]: entry for entry in client.ledger()}
        self.has(by_type["WITHDRAWAL"], amount="-50.05", balanceBefore="350.55",
                 balanceAfter="300.50", method="CRYPTO")
        deposit = next(e for e in client.ledger() if e["amount"] == Decimal("250.55"))
        self.has(deposit, id=paid.json["ledgerId"], type="DEPOSIT", method="BANK_TRANSFER",
                 note="thanks", balanceBefore="100", balanceAfter="350.55")

    def test_an_idempotency_key_books_once(self):
        client = self.broker.make_account(initialDeposit=0)
        first = self.broker.deposit(client.account_id, 10, key="key-1")
        self.assertEqual(first.status, 201, str(first))
        self.assertEqual(self.broker.deposit(client.account_id, 5, key="key-2").status, 201)
        again = self.broker.deposit(client.account_id, 10, key="key-1")
        self.assertEqual(again.status, 201, str(again))
        self.has(again.json, ledgerId=first.json["ledgerId"], accountId=client.account_id,
                 amount="10")
        self.refused(self.broker.deposit(client.account_id, 11, key="key-1"), 409, "DUPLICATE")
        withdraw = {"accountId": client.account_id, "amount": 10, "method": "BANK_TRANSFER"}
        answer = self.admin.post("/admin/withdraw", withdraw, **{"Idempotency-Key": "key-1"})
        self.refused(answer, 409, "DUPLICATE")
        self.has(client.summary(), balance="15")
        self.assertEqual(len(client.ledger()), 2)
        for key in ["a b", "x" * 65, "caf\u00e9"]:
            answer = self.admin.post("/admin/deposit", withdraw, **{"Idempotency-Key": key})
            self.refused(answer, 400, "VALIDATION")

    def test_more_than_is_free_is_not_withdrawn(self):
        client = self.broker.make_account(initialDeposit=100)
        for amount in ["100.01", "1000000"]:
            answer = self.admin.post("/admin/withdraw", {"accountId": client.account_id,
                                                         "amount": amount})
            self.refused(answer, 422, "INSUFFICIENT_FUNDS")
        answer = self.admin.post("/admin/withdraw", {"accountId": client.account_id, "amount": 100})
        self.assertEqual(answer.status, 201, str(answer))
        self.has(client.summary(), balance="0")

    def test_wrong_amounts_are_refused(self):
        account = self.broker.make_account().account_id
        for amount in [0, -1, "0.001", "1e-3", "ten", None, True, [1], "9" * 400]:
            self.refused(self.broker.deposit(account, amount), 400, "VALIDATION")
        answer = self.admin.post("/admin/deposit", {"accountId": account, "amount": 1,
                                                    "method": "SHELLS"})
        self.refused(answer, 400, "VALIDATION")
        self.refused(self.broker.deposit(424242, 1), 404, "NOT_FOUND")


class QuotesAndClock(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD"))
        cls.client = cls.broker.make_account()

    def test_quotes_are_taken_as_given(self):
        self.broker.quotes(("EURUSD", "1.08450", "1.08452"), ("EURUSD", "9.99999", "12"),
                           ("EURUSD", "0.00001", "0.00001"), ("EURUSD", "1.08440", "1.08450"))
        self.client.filled("BUY", "EURUSD", "0.01")
        for bid, ask in [("1.2", "1.1"), ("0", "1"), ("-1", "1"), ("x", "1"), (None, "1")]:
            quote = {"symbol": "EURUSD", "bid": bid, "ask": ask}
            answer = self.admin.post("/admin/quotes", [quote])
            self.refused(answer, 400, "VALIDATION")
        answer = self.admin.post("/admin/quotes", [{"symbol": "EURXXX", "bid": 1, "ask": 1}])
        self.assertEqual((answer.status, answer.code), (422, "SYMBOL_UNKNOWN"), str(answer))
        self.refused(self.admin.post("/admin/quotes", {"symbol": "EURUSD"}), 400, "VALIDATION")

    def test_a_wrong_quote_in_an_array_leaves_the_others_out_too(self):
        self.broker.quote("EURUSD", "1.08440", "1.08450")
        answer = self.admin.post("/admin/quotes", [{"symbol": "EURUSD", "bid": 2, "ask": 2},
                                                   {"symbol": "EURUSD", "bid": 2, "ask": 1}])
        self.refused(answer, 400, "VALIDATION")
        symbol = next(s for s in self.client.all("/api/symbols") if s["symbol"] == "EURUSD")
        self.has(symbol, bid="1.08440", ask="1.08450")

    def test_the_clock_goes_forward_only_and_dates_orders(self):
        self.broker.quote("EURUSD", "1.08440", "1.08450")
        self.broker.set_clock("2026-01-21T13:30:00.250Z")
        order = self.client.filled("BUY", "EURUSD", "0.01")
        listed = next(o for o in self.client.all("/api/account/orders?status=all")
                      if o["orderId"] == order["orderId"])
        self.assertEqual(listed["createdAt"], "2026-01-21T13:30:00.250Z")
        answer = self.admin.post("/admin/clock", {"now": "2026-01-21T13:29:59Z"})
        self.refused(answer, 422, "CLOCK_BACKWARDS")
        self.broker.set_clock("2026-01-21T13:30:00.250Z")
        self.broker.set_clock("2026-01-21T14:31:00+01:00")
        for now in ["yesterday", "2026-13-01T00:00:00Z", "2026-01-21", 7, None, ""]:
            self.refused(self.admin.post("/admin/clock", {"now": now}), 400, "VALIDATION")


if __name__ == "__main__":
    case.main()
