"""The running daemon explains: every formula recomputed from its inputs in fractions, and each story
the one that `tribook replay --explain` tells of the same journal."""

import os
import shutil
import threading

import case
import daemon
import formulas
from broker import Broker, forex
from rest import Rest, parse_json

SNAPSHOTS = "[snapshots]\nevery_records = 15\nevery_minutes = 0\nkeep = 3\n"


class ExplainRest(case.TribookCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = daemon.Daemon(daemon.config() + SNAPSHOTS).start()
        cls.broker = Broker(cls.daemon)
        tiers = {"hedged": "PERCENT", "hedgedPercent": 50,
                 "tiers": [{"upToVolume": "0.3", "leverage": 50}, {"leverage": 20}]}
        cls.broker.make_symbol(forex("EURUSD", commission={"amount": "3.5", "currency": "USD"},
                                     spreadMarkup="0.4"))
        cls.broker.make_symbol(forex("EURGBP", margin=tiers))
        cls.broker.make_symbol(forex("GBPUSD", swap={"mode": "POINTS", "long": "-3.1",
                                                     "short": "1.7"}))
        cls.quotes("1.08440", "0.85000", "1.27000")
        cls.client = cls.broker.make_account(initialDeposit=5000, leverage=100)
        cls.other = cls.broker.make_account(initialDeposit=2000, currency="EUR")
        cls.order = cls.client.filled("BUY", "EURUSD", "0.5", comment="the first")
        cls.position = cls.order["positionId"]
        cls.client.filled("BUY", "EURGBP", "0.4")
        cls.client.filled("SELL", "EURGBP", "0.1")
        cls.swapped = cls.client.filled("BUY", "GBPUSD", "0.05")["positionId"]
        for step in range(6):
            cls.quotes(f"1.084{step}0", "0.85030", "1.27040")
        cls.client.post(f"/api/positions/{cls.position}/close-partial", {"volume": "0.2"})
        cls.refused = cls.client.order("BUY", "EURUSD", "90").json["orderId"]
        cls.fallen = cls.other.filled("BUY", "EURUSD", "1.5")
        for bid in ("1.0800", "1.0760", "1.0735", "1.0720"):
            cls.quotes(bid, "0.85030", "1.27040")
        cls.broker.set_clock("2026-01-21T22:00:30Z")
        cls.quotes("1.08100", "0.85030", "1.27100")

    @classmethod
    def quotes(cls, eurusd, eurgbp, gbpusd):
        cls.broker.quotes(*((name, bid, f"{float(bid) + 0.00012:.5f}") for name, bid in
                            (("EURUSD", eurusd), ("EURGBP", eurgbp), ("GBPUSD", gbpusd))))

    @classmethod
    def tearDownClass(cls):
        assert cls.daemon.stop() == 0, cls.daemon.log()

    def answer(self, who, path):
        answer = who.get(path)
        self.assertEqual(answer.status, 200, str(answer))
        told = answer.json
        for section in told["sections"]:
            for formula in section["formulas"]:
                formulas.check(self, formula)
        return told

    def teller(self, told, subject):
        """The time machine's story of the same journal up to the same record."""
        copy = os.path.join(daemon.make_folder(), "copy")
        shutil.copytree(self.daemon.data, copy)
        until = ["--until", str(told["sequence"])]
        ended = daemon.run_tribook("replay", copy, "--explain", subject, *until)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(told["text"], ended.stdout)
        ended = daemon.run_tribook("replay", copy, "--explain", subject, *until, "--json")
        [story] = parse_json(ended.stdout)["stories"]
        self.assertEqual(told["sections"], story["sections"])
        self.assertEqual(told["subject"], story["subject"])

    def test_an_order(self):
        number = str(self.order["orderId"]).removeprefix("ORD-")
        told = self.answer(self.client, f"/api/orders/{self.order['orderId']}/explain")
        kinds = [section["kind"] for section in told["sections"]]
        self.assertEqual(kinds, ["RECEIVED", "RISK", "ROUTING", "ENGINE", "FILL", "COMMISSION",
                                 "LEDGER", "STANDING"])
        self.has(told, subject=f"order {number}")
        [charged] = formulas.sections(told, "COMMISSION")
        self.has(formulas.named(charged, "commission"), result="1.75", booked="1.75")
        self.teller(told, f"order:{number}")
        again = self.answer(self.broker.admin, f"/admin/orders/{number}/explain")
        self.assertEqual(again["sections"], told["sections"])

    def test_a_refused_order(self):
        told = self.answer(self.client, f"/api/orders/{self.refused}/explain")
        [risk] = formulas.sections(told, "RISK")
        self.assertIn("INSUFFICIENT_MARGIN", risk["facts"]["decision"])

    def test_a_position_and_what_it_booked(self):
        told = self.answer(self.client, f"/api/positions/{self.position}/explain")
        [profit] = formulas.sections(told, "PROFIT")
        self.assertIsNotNone(formulas.named(profit, "P&L")["booked"])
        self.teller(told, f"position:{self.position}")
        booked = formulas.named(told["sections"][-1], "booked in all")["result"]
        trades = [t for t in self.client.all("/api/account/trades")
                  if t["positionId"] == self.position]
        self.equal(booked, sum(t["realizedPnL"] + t["commission"] for t in trades))

    def test_a_night(self):
        told = self.answer(self.client, f"/api/positions/{self.swapped}/explain")
        [swap] = formulas.sections(told, "SWAP")
        [entry] = swap["ledger"]
        self.equal(formulas.named(swap, "swap")["result"], entry["amount"])
        self.assertIn(entry["id"], [line["id"] for line in self.client.ledger()])

    def test_a_stop_that_follows_the_price(self):
        client = self.broker.make_account(initialDeposit=5000)
        opened = {side: client.filled(side, "GBPUSD", "0.1")["positionId"]
                  for side in ("BUY", "SELL")}
        for side, position in opened.items():
            change = {"trailing": {"distancePips": 50, "stepPips": 10}}
            if side == "SELL":
                change["breakEven"] = {"offsetPips": 1}
            answer = client.put(f"/api/positions/{position}/modify", change)
            self.assertEqual(answer.status, 200, str(answer))
        for bid in ("1.27240", "1.27500", "1.27310", "1.27060", "1.26900", "1.26300"):
            self.quotes("1.08100", "0.85030", bid)
        moved = 0
        for position in opened.values():
            told = self.answer(client, f"/api/positions/{position}/explain")
            for section in formulas.sections(told, "FOLLOWED"):
                self.assertIs(formulas.named(section, "stop-loss")["agrees"], True)
                moved += 1
            self.teller(told, f"position:{position}")
        self.assertGreaterEqual(moved, 4)
        self.quotes("1.08100", "0.85030", "1.27100")

    def test_an_order_that_rested(self):
        client = self.broker.make_account(initialDeposit=5000)
        answer = client.post("/api/orders/stop", {"symbol": "GBPUSD", "side": "BUY",
                                                  "volume": "0.1", "triggerPrice": "1.27300"})
        self.assertEqual(answer.status, 201, str(answer))
        self.quotes("1.08100", "0.85030", "1.27310")
        number = str(answer.json["orderId"]).removeprefix("ORD-")
        told = self.answer(client, f"/api/orders/{number}/explain")
        kinds = [section["kind"] for section in told["sections"]]
        self.assertLess(kinds.index("WORKING"), kinds.index("TRIGGERED"))
        self.assertLess(kinds.index("TRIGGERED"), kinds.index("FILL"))
        self.has(formulas.sections(told, "WORKING")[0]["facts"], trigger="1.273")
        self.has(formulas.sections(told, "TRIGGERED")[0]["facts"], triggeredAtBid="1.2731")
        self.teller(told, f"order:{number}")
        self.quotes("1.08100", "0.85030", "1.27100")

    def test_an_order_that_met_anothers_limit_and_then_the_house(self):
        maker = self.broker.make_account(initialDeposit=50000)
        taker = self.broker.make_account(initialDeposit=50000)
        resting = maker.post("/api/orders/limit", {
            "symbol": "EURUSD", "side": "SELL", "volume": "0.4", "price": "1.08105",
            "comment": "the maker's own"})
        self.assertEqual(resting.json["status"], "WORKING", str(resting))
        filled = taker.filled("BUY", "EURUSD", "1", comment="the taker's own")
        number = str(filled["orderId"]).removeprefix("ORD-")
        told = self.answer(taker, f"/api/orders/{number}/explain")
        crossed, rest = (section["facts"] for section in formulas.sections(told, "FILL"))
        self.has(crossed, price="1.08105", atThe="limit at which that rested",
                 dealtWith="another client's order at rest")
        self.has(rest, dealtWith="the house", atThe="ask")
        charges = [formulas.named(section, "commission")
                   for section in formulas.sections(told, "COMMISSION")]
        self.assertEqual([(str(one["result"]), one["agrees"]) for one in charges],
                         [("1.4", True), ("2.1", True)])
        self.assertNotIn("maker's own", told["text"])
        self.teller(told, f"order:{number}")
        made = str(resting.json["orderId"]).removeprefix("ORD-")
        told = self.answer(maker, f"/api/orders/{made}/explain")
        [fill] = formulas.sections(told, "FILL")
        self.has(fill["facts"], price="1.08105", atThe="limit at which it rested")
        position = fill["facts"]["position"]
        for story in (told, self.answer(maker, f"/api/positions/{position}/explain")):
            self.assertNotIn("taker's own", story["text"])
        self.teller(told, f"order:{made}")

    def test_an_account_as_it_stands(self):
        told = self.answer(self.client, "/api/account/explain")
        summary = self.client.summary()
        [equity] = formulas.sections(told, "EQUITY")
        [margin] = formulas.sections(told, "MARGIN")
        [level] = formulas.sections(told, "LEVEL")
        self.equal(formulas.named(equity, "equity")["result"], summary["equity"])
        self.equal(formulas.named(margin, "used margin")["result"], summary["margin"])
        self.equal(formulas.named(level, "free margin")["result"], summary["freeMargin"])
        self.equal(formulas.named(level, "margin level")["result"], summary["marginLevel"])
        for what in ("equity", "used margin"):
            [formula] = [f for s in (equity, margin) for f in s["formulas"] if f["what"] == what]
            self.assertIs(formula["agrees"], True)
        tiered = formulas.named(margin, "used margin of EURGBP")
        self.assertIn("leverage_2", {one["name"] for one in tiered["inputs"]})
        self.assertIn("hedged_percent", {one["name"] for one in tiered["inputs"]})
        self.teller(told, f"account:{self.client.account_id}")
        part = self.answer(self.client, "/api/account/explain?of=margin")
        self.assertEqual([section["kind"] for section in part["sections"]], ["MARGIN"])
        self.refused_as(self.client.get("/api/account/explain?of=luck"), 400, "VALIDATION")
        whole = self.answer(self.broker.admin,
                            f"/admin/accounts/{self.client.account_id}/explain")
        self.assertEqual(whole["sections"], told["sections"])

    def test_alerts(self):
        alerts = self.broker.admin.get(
            f"/admin/alerts?accountId={self.other.account_id}").json["items"]
        kinds = {alert["kind"] for alert in alerts}
        self.assertEqual(kinds, {"MARGIN_CALL", "STOP_OUT", "LIQUIDATION"})
        for alert in alerts:
            told = self.answer(self.broker.admin, f"/admin/alerts/{alert['id']}/explain")
            self.assertIn(alert["kind"], [section["kind"] for section in told["sections"]])
            if alert["kind"] != "LIQUIDATION":
                [section] = formulas.sections(told, alert["kind"])
                level = formulas.named(section, "margin level")
                self.equal(level["result"], alert["marginLevel"])
                self.assertIs(level["agrees"], True)
                self.assertTrue(formulas.sections(told, "MARGIN"))
            else:
                [section] = formulas.sections(told, "LIQUIDATION")
                self.assertIs(formulas.named(section, "margin level")["agrees"], True)
            self.teller(told, f"alert:{alert['id']}")

    def refused_as(self, answer, status, code):
        self.assertEqual((answer.status, answer.code), (status, code), str(answer))

    def test_what_is_anothers_or_not_there(self):
        for path in (f"/api/orders/{self.fallen['orderId']}",
                     f"/api/positions/{self.fallen['positionId']}",
                     "/api/orders/471100", "/api/positions/471100"):
            self.refused_as(self.client.get(path + "/explain"), 404, "NOT_FOUND")
        for path in ("orders", "positions", "alerts", "accounts"):
            self.refused_as(self.broker.admin.get(f"/admin/{path}/471100/explain"), 404,
                            "NOT_FOUND")
        self.refused_as(self.client.get("/api/orders/x/explain"), 400, "VALIDATION")
        nobody = Rest(self.daemon.client_port)
        self.refused_as(nobody.get("/api/account/explain"), 401, "UNAUTHENTICATED")

    def test_many_at_once(self):
        answers = []
        barrier = threading.Barrier(24)

        def ask():
            one = Rest(self.daemon.admin_port, token=self.broker.admin.token)
            barrier.wait()
            answers.append(one.get(f"/admin/accounts/{self.client.account_id}/explain"))

        threads = [threading.Thread(target=ask) for _ in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(answers), 24)
        self.assertIn(200, [answer.status for answer in answers])
        for answer in answers:
            if answer.status != 200:
                self.refused_as(answer, 503, "BUSY")
                self.assertEqual(answer.headers["Retry-After"], "1")

    def test_the_same_after_a_crash(self):
        resting = self.client.post("/api/orders/limit",
                                   {"symbol": "EURUSD", "side": "BUY", "volume": "0.1",
                                    "price": "1.00000"}).json["orderId"]
        for step in range(20):  # a snapshot or two
            self.quotes(f"1.081{step:02}", "0.85030", "1.27100")
        paths = [f"/api/orders/{self.order['orderId']}/explain",
                 f"/api/positions/{self.swapped}/explain", "/api/account/explain?of=margin",
                 f"/api/orders/{resting}/explain"]
        before = [self.answer(self.client, path)["sections"] for path in paths]
        self.daemon.kill()
        self.daemon.start()
        cls = type(self)
        cls.broker = Broker(self.daemon)
        cls.client = self.broker.client(self.client.account_id, self.client.username,
                                        self.client.password)
        cls.other = self.broker.client(self.other.account_id, self.other.username,
                                       self.other.password)
        after = [self.answer(self.client, path)["sections"] for path in paths]
        self.assertEqual(after[0], before[0])
        self.assertEqual(after[1][:-1], before[1][:-1])
        self.assertEqual(after[3], before[3])
        self.assertEqual(after[3][0]["kind"], "RECEIVED")
        self.assertEqual([section["formulas"] for section in after[2]],
                         [section["formulas"] for section in before[2]])
        self.refused_as(self.client.get(f"/api/orders/{self.fallen['orderId']}/explain"), 404,
                        "NOT_FOUND")


if __name__ == "__main__":
    case.main()
