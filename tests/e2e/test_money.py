"""Money by somebody's word: withdrawals that wait, adjustments, bonuses, credit, the ledger."""

import case
from broker import forex


class Withdrawals(case.DaemonCase):
    def setUp(self):
        self.client = self.broker.make_account(initialDeposit=1000)
        self.account = self.client.account_id

    def ask(self, amount, **more):
        answer = self.client.post("/api/account/withdrawals", {"amount": amount, **more})
        self.assertEqual(answer.status, 201, str(answer))
        return answer.json["withdrawalId"]

    def decide(self, withdrawal, how, body=None, **headers):
        return self.admin.post(f"/admin/withdrawals/{withdrawal}/{how}", body, **headers)

    def pending(self):
        return {w["id"]: w for w in self.admin.all("/admin/withdrawals")}

    def own(self):
        return {w["id"]: w for w in self.client.all("/api/account/withdrawals")}

    def test_booked_at_once_and_approved(self):
        asked = self.ask("300.50", method="CRYPTO", cryptoAddr="bc1q", note="rent", reference="r1")
        self.has(self.client.summary(), balance="699.50")
        self.has(self.pending()[asked], accountId=self.account, amount="300.50", currency="USD",
                 status="PENDING", method="CRYPTO", destination="bc1q", note="rent",
                 reference="r1", decidedAt=None)
        answer = self.decide(asked, "approve", {"note": "paid"})
        self.assertEqual(answer.status, 200, str(answer))
        self.has(answer.json, id=asked, status="APPROVED", decisionNote="paid")
        self.assertNotIn(asked, self.pending())
        self.has(self.own()[asked], status="APPROVED", amount="300.50")
        self.assertNotIn("requestedBy", self.own()[asked])
        self.has(self.client.summary(), balance="699.50")
        entry = self.client.ledger()[0]
        self.has(entry, type="WITHDRAWAL", amount="-300.50", referenceType="WITHDRAWAL",
                 referenceId=asked)

    def test_rejected_it_comes_back(self):
        asked = self.ask(400)
        answer = self.decide(asked, "reject", {"reason": "no such bank"})
        self.has(answer.json, status="REJECTED", decisionNote="no such bank")
        self.has(self.client.summary(), balance="1000")
        self.assertEqual([(e["type"], e["amount"]) for e in self.client.ledger()[:2]],
                         [("WITHDRAWAL", 400), ("WITHDRAWAL", -400)])
        self.refused(self.decide(asked, "approve"), 422, "NOT_PENDING")
        self.refused(self.decide(999_999, "approve"), 404, "NOT_FOUND")

    def test_an_operator_asks_and_a_key_decides_once(self):
        body = {"accountId": self.account, "amount": 100, "bankInfo": "IBAN"}
        first = self.admin.post("/admin/withdraw", body, **{"Idempotency-Key": "out-1"})
        again = self.admin.post("/admin/withdraw", body, **{"Idempotency-Key": "out-1"})
        self.assertEqual((first.status, again.status), (201, 201))
        self.assertEqual(first.json, again.json)
        self.has(first.json, status="PENDING", balance="900")
        asked = first.json["withdrawalId"]
        one = self.decide(asked, "reject", **{"Idempotency-Key": "no-1"})
        two = self.decide(asked, "reject", **{"Idempotency-Key": "no-1"})
        self.assertEqual((one.status, two.status), (200, 200), str(two))
        self.assertEqual(one.json, two.json)
        self.refused(self.decide(asked, "approve", **{"Idempotency-Key": "no-1"}), 409, "DUPLICATE")
        self.has(self.client.summary(), balance="1000")
        later = self.admin.post("/admin/withdraw", body, **{"Idempotency-Key": "out-1"})
        self.has(later.json, withdrawalId=asked, status="REJECTED")

    def test_no_more_than_there_is_and_only_ones_own(self):
        answer = self.client.post("/api/account/withdrawals", {"amount": "1000.01"})
        self.refused(answer, 422, "INSUFFICIENT_FUNDS")
        other = self.broker.make_account(initialDeposit=50)
        answer = self.client.post("/api/account/withdrawals",
                                  {"amount": 10, "accountId": other.account_id})
        self.assertEqual(answer.status, 201, str(answer))  # its own account's all the same
        self.has(other.summary(), balance="50")
        self.assertEqual(other.all("/api/account/withdrawals"), [])
        answer = self.client.post("/api/account/withdrawals", {"amount": "0.001"})
        self.refused(answer, 400, "VALIDATION")
        self.refused(self.client.post("/admin/withdrawals/1/approve"), 404, "NOT_FOUND")

    def test_lists_page_and_filter(self):
        asked = [self.ask(1) for _ in range(5)]
        self.decide(asked[1], "approve")
        mine = [w["id"] for w in self.client.all("/api/account/withdrawals", limit=2)]
        self.assertEqual(mine, asked[::-1])
        path = f"/admin/withdrawals?accountId={self.account}"
        self.assertEqual([w["id"] for w in self.admin.all(path, limit=3)],
                         [asked[4], asked[3], asked[2], asked[0]])
        self.assertEqual(len(self.admin.all(path + "&status=all", limit=2)), 5)
        self.refused(self.admin.get("/admin/withdrawals?status=old"), 400, "VALIDATION")


class ByHand(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD"))

    def setUp(self):
        self.client = self.broker.make_account(initialDeposit=1000, leverage=500)
        self.account = self.client.account_id

    def send(self, what, amount, **more):
        body = {"accountId": self.account, "amount": amount, **more}
        return self.admin.post(f"/admin/{what}", body)

    def test_adjustments_need_a_reason_and_say_their_kind(self):
        answer = self.send("adjust", "-12.50", type="CORRECTION", reason="wrong fee")
        self.assertEqual(answer.status, 201, str(answer))
        self.has(answer.json, balance="987.50", amount="-12.50")
        self.has(self.client.ledger()[0], type="ADJUSTMENT", adjustment="CORRECTION",
                 amount="-12.50", note="wrong fee")
        for body in [{"type": "MANUAL"}, {"type": "MANUAL", "reason": ""},
                     {"type": "OTHER", "reason": "x"}]:
            self.refused(self.send("adjust", 1, **body), 400, "VALIDATION")
        self.refused(self.send("adjust", 0, reason="x"), 400, "VALIDATION")
        self.refused(self.send("adjust", -1, type="BONUS", reason="x"), 400, "VALIDATION")

    def test_a_bonus_is_balance(self):
        self.assertEqual(self.send("adjust", 50, type="BONUS", reason="welcome").status, 201)
        self.assertEqual(self.send("bonus", 25, reason="again").status, 201)
        self.has(self.client.summary(), balance="1075", credit="0")
        self.assertEqual([e["type"] for e in self.client.ledger()],
                         ["BONUS", "BONUS", "DEPOSIT"])

    def test_credit_is_equity_and_cannot_leave(self):
        answer = self.send("credit", 500, reason="campaign")
        self.assertEqual(answer.status, 201, str(answer))
        self.has(answer.json, credit="500", balance="1000")
        self.has(self.client.summary(), balance="1000", credit="500", equity="1500",
                 freeMargin="1500")
        self.refused(self.client.post("/api/account/withdrawals", {"amount": "1000.01"}), 422,
                     "INSUFFICIENT_FUNDS")
        self.refused(self.send("credit", "-500.01"), 422, "INSUFFICIENT_FUNDS")
        self.has(self.send("credit", -500).json, credit="0")
        self.has(self.client.ledger()[0], type="CREDIT", of="CREDIT", amount="-500",
                 balanceBefore="500", balanceAfter="0")

    def test_below_zero_credit_pays_before_the_house(self):
        self.send("credit", 300)
        self.broker.quote("EURUSD", "1.10000")
        self.client.filled("BUY", "EURUSD", "1.00")
        self.broker.quote("EURUSD", "1.08000")
        self.has(self.client.summary(), balance="0", credit="0")
        paid = [(e["type"], e["amount"]) for e in self.client.ledger()[:4]]
        self.assertEqual(paid, [("NEGATIVE_BALANCE", 700), ("CREDIT", 300), ("CREDIT", -300),
                                ("REALIZED_PNL", -2000)])


class AfterARestart(case.DaemonCase):
    def test_what_waits_waits_still_and_what_was_decided_is_known(self):
        client = self.broker.make_account(initialDeposit=100)
        body = {"amount": 10, "note": "first", "bankInfo": "IBAN 1"}
        first = client.post("/api/account/withdrawals", body).json["withdrawalId"]
        second = client.post("/api/account/withdrawals", {"amount": 20}).json["withdrawalId"]
        self.admin.post(f"/admin/withdrawals/{first}/approve", {"note": "sent"})
        self.daemon.stop()
        self.daemon.start()
        self.broker.login()
        client = self.broker.client(client.account_id, client.username, client.password)
        waits = self.admin.all("/admin/withdrawals")
        self.assertEqual([w["id"] for w in waits], [second])
        known = {w["id"]: w for w in client.all("/api/account/withdrawals")}
        self.has(known[first], status="APPROVED", note="first", destination="IBAN 1",
                 decisionNote="sent")
        self.has(known[second], status="PENDING")
        answer = self.admin.post(f"/admin/withdrawals/{second}/reject")
        self.has(answer.json, status="REJECTED")
        self.has(client.summary(), balance="90")


if __name__ == "__main__":
    case.main()
