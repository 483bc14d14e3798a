"""`replay --explain`: every formula of every story gives what was booked, from what is printed."""

import os
import random
import shutil
from decimal import Decimal

import case
import daemon
import formulas
import market
from broker import Broker, forex
from rest import parse_json

STEPS = 260
STORIES = 70


def explain(data, what, *options):
    return daemon.run_tribook("replay", data, "--explain", what, *options)


class Golden(case.TribookCase):
    """A trade whose numbers everybody can check by hand."""

    @classmethod
    def setUpClass(cls):
        cls.daemon = daemon.Daemon().start()
        broker = Broker(cls.daemon)
        broker.make_symbol(forex("EURUSD", commission={"amount": "3.5", "currency": "USD"}))
        cls.client = broker.make_account(initialDeposit=5000, leverage=100)
        broker.quote("EURUSD", "1.08440", "1.08450")
        asked = {"sl": "1.08000", "comment": "the first", "clientOrderId": "once"}
        cls.order = cls.client.filled("BUY", "EURUSD", "1.0", **asked)
        again = cls.client.filled("BUY", "EURUSD", "1.0", **asked)
        assert again["orderId"] == cls.order["orderId"], again
        refused = cls.client.order("BUY", "EURUSD", "50.0")
        assert refused.status == 422, refused
        cls.refused = refused.json["orderId"]
        broker.quote("EURUSD", "1.08500", "1.08510")
        cls.position = cls.order["positionId"]
        cls.client.put(f"/api/positions/{cls.position}/modify", {"sl": "1.08300", "tp": "1.09000"})
        cls.client.post(f"/api/positions/{cls.position}/close-partial", {"volume": "0.4"})
        broker.quote("EURUSD", "1.08250", "1.08260")
        cls.copy = os.path.join(daemon.make_folder(), "copy")
        shutil.copytree(cls.daemon.data, cls.copy)  # of a running daemon

    def story(self, what, *options):
        ended = explain(self.copy, what, "--json", *options)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        [story] = parse_json(ended.stdout)["stories"]
        return story

    def test_an_order_from_its_door_to_its_fill(self):
        story = self.story(f"order:{self.order['orderId']}")
        kinds = [section["kind"] for section in story["sections"]]
        self.assertEqual(kinds, ["RECEIVED", "RISK", "ROUTING", "ENGINE", "FILL", "COMMISSION",
                                 "LEDGER", "STANDING", "REPEATED"])
        by_kind = {section["kind"]: section for section in story["sections"]}
        self.has(by_kind["RECEIVED"]["facts"], door="REST", symbol="EURUSD", side="BUY",
                 volume="1", comment="the first", clientOrderId="once")
        self.has(by_kind["RISK"]["facts"], requiredMargin="1084.45", freeMargin="5000")
        self.has(by_kind["RISK"]["quotes"][0], symbol="EURUSD", bid="1.0844", ask="1.0845",
                 stale=False, sessionOpen=True)
        self.has(by_kind["ROUTING"]["facts"], book="BBOOK", reason="default: internalise")
        self.has(formulas.named(by_kind["ENGINE"], "required margin"), result="1084.45")
        self.has(formulas.named(by_kind["ENGINE"], "free margin after"), result="3902.05")
        self.has(by_kind["FILL"]["facts"], price="1.0845", atThe="ask")
        self.has(formulas.named(by_kind["COMMISSION"], "commission"), result="3.5", booked="3.5")
        [entry] = by_kind["LEDGER"]["ledger"]
        self.has(entry, type="COMMISSION", balanceBefore="5000", amount="-3.5",
                 balanceAfter="4996.5")
        self.has(by_kind["STANDING"]["facts"], usedMarginBefore="0", usedMarginAfter="1084.45")
        self.has(formulas.named(by_kind["STANDING"], "used margin"), booked="1084.45", agrees=True)

    def test_a_refused_order(self):
        story = self.story(f"ORD-{self.refused}")
        risk = formulas.sections(story, "RISK")[0]
        self.assertIn("INSUFFICIENT_MARGIN", risk["facts"]["decision"])
        for formula in risk["formulas"]:
            formulas.check(self, formula)
        required = formulas.named(risk, "required margin")
        self.equal(required["result"], risk["facts"]["requiredMargin"])
        self.assertLess(formulas.named(risk, "free margin after")["result"], 0)
        self.assertFalse(formulas.sections(story, "FILL"))

    def test_a_position_to_its_stop(self):
        story = self.story(f"position:{self.position}")
        [levels] = formulas.sections(story, "LEVELS")
        self.has(levels["facts"], stopLossBefore="1.08", stopLossAfter="1.083",
                 takeProfitAfter="1.09")
        part, rest = formulas.sections(story, "PROFIT")
        self.has(formulas.named(part, "P&L"), result="20", booked="20")
        self.has(formulas.named(rest, "P&L"), result="-120", booked="-120")
        [trigger] = formulas.sections(story, "TRIGGER")
        self.has(trigger["facts"], level="1.083", firesWhen="bid <= level", bidBefore="1.085",
                 bid="1.0825")
        [now] = formulas.sections(story, "NOW")
        self.has(formulas.named(now, "booked in all"), result="-107")

    def test_a_number_that_is_both(self):
        ended = explain(self.copy, "1", "--json")
        subjects = [story["subject"] for story in parse_json(ended.stdout)["stories"]]
        self.assertEqual(subjects, ["order 1", "position 1"])

    def test_only_up_to_a_moment(self):
        fill = self.story(f"order:{self.order['orderId']}")["sections"][0]["sequence"]
        story = self.story(f"position:{self.position}", "--until", str(fill))
        self.assertEqual(formulas.sections(story, "PROFIT"), [])
        ended = explain(self.copy, f"position:{self.position}", "--until", str(fill - 1))
        self.assertEqual(ended.returncode, 1)

    def test_words_for_people(self):
        ended = explain(self.copy, f"position:{self.position}")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("P&L = (close - open) x volume x contract\n", ended.stdout)
        self.assertIn("= (1.085 - 1.0845) x 0.4 x 100000\n", ended.stdout)
        self.assertIn("= 20 USD, as booked\n", ended.stdout)
        self.assertTrue(all(line == line.rstrip() for line in ended.stdout.splitlines()))

    def test_what_is_not_there_or_no_name(self):
        for what in ("order:4711", "position:4711", "4711"):
            ended = explain(self.copy, what)
            self.assertEqual((ended.returncode, ended.stdout), (1, ""))
            self.assertIn(what, ended.stderr)
        for what in ("", "order:", "order:x", "0", "-1", "trade:1"):
            self.assertEqual(explain(self.copy, what).returncode, 2, what)


class StopOut(case.TribookCase):
    """Margin call, stop-out, and what the house covers."""

    @classmethod
    def setUpClass(cls):
        cls.daemon = daemon.Daemon().start()
        broker = Broker(cls.daemon)
        broker.make_symbol(forex("USDJPY"))
        client = broker.make_account(initialDeposit=500, leverage=500)
        broker.quote("USDJPY", "101.442", "101.442")
        cls.large = client.filled("BUY", "USDJPY", "2.0")["positionId"]
        cls.small = client.filled("BUY", "USDJPY", "0.5")["positionId"]
        broker.quote("USDJPY", "101.340", "101.340")
        broker.quote("USDJPY", "90.000", "90.000")
        assert cls.daemon.stop() == 0, cls.daemon.log()

    def story(self, position):
        ended = explain(self.daemon.data, f"position:{position}", "--json")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        [story] = parse_json(ended.stdout)["stories"]
        for section in story["sections"]:
            for formula in section["formulas"]:
                formulas.check(self, formula)
        return story

    def test_equity_and_level_of_the_tick(self):
        story = self.story(self.large)
        [called] = formulas.sections(story, "MARGIN_CALL")
        self.has(called["facts"], marginCallLevel=100)
        [stopped] = formulas.sections(story, "STOP_OUT")
        self.has(stopped["facts"], equity="248.37", usedMargin=500, marginLevel="49.67",
                 stopOutLevel=50, tickOf="USDJPY", bidBefore="101.442", bid="101.34")
        self.has(formulas.named(stopped, "equity"), result="248.37", booked="248.37")
        self.has(formulas.named(stopped, "margin level"), result="49.67", booked="49.67")
        self.has(stopped["facts"], inTheOrder="LARGEST_LOSS")
        [closed] = formulas.sections(story, "CLOSE")
        self.has(closed["facts"], reason="STOP_OUT")

    def test_the_tick_that_priced_the_close(self):
        story = self.story(self.large)
        [priced] = formulas.sections(story, "LIQUIDATION")
        [stopped] = formulas.sections(story, "STOP_OUT")
        self.has(priced["facts"], bid="101.34", marginLevelBefore="49.67", stopOutLevel=50,
                 quoteSequence=stopped["sequence"])
        for fact in ("venue", "venueTime", "quoteSequence"):
            self.equal(priced["facts"][fact], stopped["facts"][fact])

    def test_what_the_house_covered(self):
        story = self.story(self.small)
        entries = [entry for section in formulas.sections(story, "LEDGER")
                   for entry in section["ledger"]]
        self.assertEqual([entry["type"] for entry in entries], ["REALIZED_PNL", "NEGATIVE_BALANCE"])
        self.equal(entries[-1]["balanceAfter"], 0)


class Modes(case.TribookCase):
    """Netting, closing in order, and pairs that are closed against each other."""

    @classmethod
    def setUpClass(cls):
        cls.daemon = daemon.Daemon().start()
        broker = Broker(cls.daemon)
        broker.make_symbol(forex("EURGBP", commission={"amount": "3", "minimum": "1.4",
                                                       "currency": "USD"}))
        broker.make_symbol(forex("GBPUSD"))
        broker.quotes(("EURGBP", "0.85000", "0.85010"), ("GBPUSD", "1.30000", "1.30010"))
        netting = broker.make_account(initialDeposit=9000, marginMode="NETTING")
        cls.netted = netting.filled("BUY", "EURGBP", "0.30")
        broker.quote("EURGBP", "0.85111", "0.85117")
        netting.filled("BUY", "EURGBP", "0.07")
        broker.quote("EURGBP", "0.85311", "0.85317")
        cls.turned = netting.filled("SELL", "EURGBP", "0.80")
        cls.refused = netting.order("BUY", "EURGBP", "90").json
        fifo = broker.make_account(initialDeposit=9000, closing="FIFO")
        cls.first, cls.second = (fifo.filled("SELL", "EURGBP", "0.20")["positionId"]
                                 for _ in range(2))
        cls.closer = fifo.filled("BUY", "EURGBP", "0.30")["orderId"]
        hedging = broker.make_account(initialDeposit=9000)
        cls.buy = hedging.filled("BUY", "EURGBP", "0.50")["positionId"]
        broker.quote("EURGBP", "0.85211", "0.85217")
        cls.sell = hedging.filled("SELL", "EURGBP", "0.20")["positionId"]
        answer = hedging.post(f"/api/positions/{cls.buy}/close-by", {"positionId": cls.sell})
        assert answer.status == 200, answer
        assert cls.daemon.stop() == 0, cls.daemon.log()

    def story(self, what):
        ended = explain(self.daemon.data, what, "--json")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        [story] = parse_json(ended.stdout)["stories"]
        for section in story["sections"]:
            for formula in section["formulas"]:
                formulas.check(self, formula)
        return story

    def test_a_reversal(self):
        story = self.story(f"order:{self.turned['orderId']}")
        self.assertEqual(len(formulas.sections(story, "PROFIT")), 1)
        self.assertEqual(len(formulas.sections(story, "FILL")), 1)
        [rest] = formulas.sections(story, "REST")
        self.has(rest["facts"], volume="0.43")
        self.story(f"position:{self.netted['positionId']}")
        self.story(f"position:{self.turned['positionId']}")

    def test_a_rest_that_was_refused(self):
        story = self.story(f"order:{self.refused['orderId']}")
        [rest] = formulas.sections(story, "REST")
        self.assertIn("INSUFFICIENT_MARGIN", rest["facts"]["decision"])

    def test_positions_closed_in_order(self):
        story = self.story(f"order:{self.closer}")
        self.assertEqual(len(formulas.sections(story, "PROFIT")), 2)
        for position in (self.first, self.second):
            story = self.story(f"position:{position}")
            self.assertEqual(len(formulas.sections(story, "PROFIT")), 1)

    def test_a_pair(self):
        [profit] = formulas.sections(self.story(f"position:{self.buy}"), "PROFIT")
        self.has(profit["facts"], againstPosition=self.sell)
        [profit] = formulas.sections(self.story(f"position:{self.sell}"), "PROFIT")
        self.assertIn("other position", profit["facts"]["profit"])


class Random(case.TribookCase):
    """Random trading; the stories of many orders and positions."""

    @classmethod
    def setUpClass(cls):
        cls.seed = case.seed()
        cls.daemon = daemon.Daemon(daemon.config(durability="none")).start()
        cls.player = market.Player(Broker(cls.daemon), {"stopOutLevel": 70})
        cls.player.play(market.Script(cls.seed, STEPS))
        cls.trades = {}
        cls.ledger = {}
        for client in cls.player.clients:
            for trade in client.all("/api/account/trades"):
                cls.trades.setdefault(int(str(trade["orderId"]).removeprefix("ORD-")), trade)
            for entry in client.all("/api/account/ledger"):
                cls.ledger[entry["id"]] = entry
        assert cls.daemon.stop() == 0, cls.daemon.log()

    def stories(self, what):
        ended = explain(self.daemon.data, what, "--json")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return parse_json(ended.stdout)["stories"]

    def checked(self, story):
        booked = 0
        for section in story["sections"]:
            for formula in section["formulas"]:
                formulas.check(self, formula)
                booked += formula["booked"] is not None
            for entry in section["ledger"]:
                self.assertEqual(entry["balanceBefore"] + entry["amount"], entry["balanceAfter"])
                posted = self.ledger[entry["id"]]
                for name in ("type", "amount", "balanceBefore", "balanceAfter"):
                    self.assertEqual(entry[name], posted[name], name)
        return booked

    def test_each_formula_gives_what_was_booked(self):
        dice = random.Random(self.seed)
        orders = sorted(self.trades)
        booked = 0
        for order in dice.sample(orders, min(STORIES, len(orders))):
            [story] = self.stories(f"order:{order}")
            booked += self.checked(story)
            trade = self.trades[order]
            for section in formulas.sections(story, "COMMISSION"):
                self.equal(-formulas.named(section, "commission")["result"], trade["commission"])
            for section in formulas.sections(story, "PROFIT"):
                self.equal(formulas.named(section, "P&L")["result"], trade["realizedPnL"])
            for section in formulas.sections(story, "ENGINE"):
                after = formulas.named(section, "free margin after")["result"]
                self.assertGreaterEqual(after, 0)
                used = formulas.sections(story, "STANDING")[0]["facts"]
                required = formulas.named(section, "required margin")["result"]
                grown = used["usedMarginAfter"] - used["usedMarginBefore"]
                self.assertLessEqual(grown, required)
                if all("at its initial rate" not in f["what"] for f in section["formulas"]):
                    self.assertEqual(grown, required)
        self.assertGreater(booked, 30)

    def test_orders_that_were_refused(self):
        refused = [order for order in self.player.answers["order"] if order not in self.trades]
        for order in refused[:15]:
            [story] = self.stories(f"ORD-{order}" if isinstance(order, int) else order)
            self.checked(story)

    def test_positions_from_the_first_to_the_last(self):
        dice = random.Random(self.seed + 1)
        positions = sorted({trade["positionId"] for trade in self.trades.values()})
        kinds = set()
        for position in dice.sample(positions, min(40, len(positions))):
            [story] = self.stories(f"position:{position}")
            self.checked(story)
            kinds.update(section["kind"] for section in story["sections"])
            trades = [t for t in self.trades.values() if t["positionId"] == position]
            total = sum((t["realizedPnL"] + t["commission"] for t in trades), Decimal(0))
            self.equal(formulas.named(story["sections"][-1], "booked in all")["result"], total)
        self.assertLessEqual({"RECEIVED", "CLOSE", "PROFIT", "LEDGER", "NOW"}, kinds)


if __name__ == "__main__":
    case.main()
