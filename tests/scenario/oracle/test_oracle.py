"""Golden numbers of the rule book, computed through the oracle. Run: python3 -m unittest"""

import json
import os
import sys
import unittest
from fractions import Fraction

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from book import Ledger, read_account  # noqa: E402
from currencies import minor_digits  # noqa: E402
from exact import parse_decimal, round_fraction, round_ratio, show_decimal  # noqa: E402
from oracle import Oracle  # noqa: E402


def symbol(name, contract="100000", digits=5, tick="0.00001", pip="0.0001", category="FOREX",
           margin_currency=None, stops="0", commission=None, **margin):
    terms = {"mode": "FOREX", "percent": "5", "initialPerLot": "0", "hedged": "LARGER_LEG",
             "hedgedPercent": "50", **margin}
    operation = {
        "op": "symbol", "symbol": name, "category": category, "baseCurrency": name[:3],
        "quoteCurrency": name[3:], "marginCurrency": margin_currency or name[:3],
        "digits": digits, "tickSize": tick, "pipSize": pip, "contractSize": contract,
        "minVolume": "0.01", "maxVolume": "1000", "volumeStep": "0.01",
        "stopsLevelPips": stops, "margin": terms}
    if commission is not None:
        operation["commission"] = commission
    return operation


def commission(basis, amount, currency="USD", minimum="0"):
    return {"basis": basis, "amount": amount, "currency": currency, "minimum": minimum}


def yen(name="USDJPY", **terms):
    return symbol(name, digits=3, tick="0.001", pip="0.01", **terms)


def account(currency="USD", leverage=100, number=1):
    return {"op": "account", "account": number, "currency": currency, "leverage": leverage,
            "stopOutLevel": "50", "marginCallLevel": "100"}


def deposit(amount, number=1):
    return {"op": "deposit", "account": number, "amount": amount}


def withdraw(amount):
    return {"op": "withdraw", "account": 1, "amount": amount}


def quote(name, bid, ask=None):
    return {"op": "quote", "symbol": name, "bid": bid, "ask": ask or bid, "time": 1}


def order(name, side, volume, **exits):
    return {"op": "order", "account": 1, "symbol": name, "side": side, "volume": volume, **exits}


def close(position):
    return {"op": "close", "account": 1, "position": position}


def close_partial(position, volume):
    return {"op": "close_partial", "account": 1, "position": position, "volume": volume}


def modify(position, sl, tp):
    return {"op": "modify", "account": 1, "position": position, "sl": sl, "tp": tp}


def run(*operations):
    results = []
    Oracle(results.append).run(json.dumps(line) for line in [*operations, {"op": "end"}])
    return results


def events(results, name):
    return [line for line in results if line["event"] == name]


def final_account(results):
    return events(results, "account")[0]


def entries(results, entry_type):
    return [line["amount"] for line in events(results, "ledger") if line["type"] == entry_type]


class ExactNumbers(unittest.TestCase):
    def test_half_rounds_away_from_zero(self):
        self.assertEqual([3, -3, 2, -2, 0],
                         [round_ratio(5, 2), round_ratio(-5, 2), round_ratio(9, 4),
                          round_ratio(-9, 4), round_ratio(0, 7)])
        self.assertEqual(279263, round_fraction(Fraction("2792.625"), 2))

    def test_decimals_survive_reading_and_printing(self):
        for text in ("50", "-7.67", "0", "1.38676", "-0.05", "0.000000000001"):
            self.assertEqual(text, show_decimal(parse_decimal(text)))
        self.assertEqual("1.5", show_decimal(parse_decimal("1.500")))

    def test_minor_digits(self):
        self.assertEqual([2, 0, 8], [minor_digits(code) for code in ("USD", "JPY", "BTC")])


class PricesAndTriggers(unittest.TestCase):
    """Section 1."""

    def setUp(self):
        self.opening = [symbol("EURUSD"), account(), deposit("10000"),
                        quote("EURUSD", "1.08440", "1.08450")]

    def test_buy_opens_at_the_ask_and_closes_at_the_bid(self):
        trades = events(run(*self.opening, order("EURUSD", "BUY", "1"), close(1)), "trade")
        self.assertEqual(["1.0845", "1.0844"], [trade["price"] for trade in trades])

    def test_sell_opens_at_the_bid_and_closes_at_the_ask(self):
        trades = events(run(*self.opening, order("EURUSD", "SELL", "1"), close(1)), "trade")
        self.assertEqual(["1.0844", "1.0845"], [trade["price"] for trade in trades])

    def closed_by(self, side, sl, tp, bid, ask):
        results = run(*self.opening, order("EURUSD", side, "1", sl=sl, tp=tp),
                      quote("EURUSD", bid, ask))
        return [(line["reason"], line["price"]) for line in events(results, "closed")]

    def test_triggers_look_at_the_closing_side_and_include_equality(self):
        self.assertEqual([], self.closed_by("BUY", "1.084", "1.086", "1.08401", "1.08600"))
        self.assertEqual([("SL_HIT", "1.084")],
                         self.closed_by("BUY", "1.084", "1.086", "1.08400", "1.08500"))
        self.assertEqual([("TP_HIT", "1.086")],
                         self.closed_by("BUY", "1.084", "1.086", "1.08600", "1.08700"))
        self.assertEqual([], self.closed_by("SELL", "1.086", "1.083", "1.08300", "1.08301"))
        self.assertEqual([("SL_HIT", "1.086")],
                         self.closed_by("SELL", "1.086", "1.083", "1.08500", "1.08600"))
        self.assertEqual([("TP_HIT", "1.083")],
                         self.closed_by("SELL", "1.086", "1.083", "1.08200", "1.08300"))

    def test_gaps_fill_at_the_tick(self):
        self.assertEqual([("SL_HIT", "1.07")],
                         self.closed_by("BUY", "1.084", None, "1.07", "1.07001"))
        self.assertEqual([("TP_HIT", "1.09")],
                         self.closed_by("BUY", None, "1.086", "1.09", "1.09001"))


class Margin(unittest.TestCase):
    """Section 2."""

    def margin(self, terms, leverage, price, *orders, currency="USD"):
        results = run(terms, account(currency, leverage), deposit("1000000"),
                      quote(terms["symbol"], price),
                      *(order(terms["symbol"], side, volume) for side, volume in orders))
        return final_account(results)["margin"]

    def test_forex(self):
        self.assertEqual("4360", self.margin(symbol("EURUSD"), 500, "1.09", ("BUY", "20")))

    def test_cfd_leverage(self):
        terms = symbol("EURUSD", contract="125000", mode="CFD_LEVERAGE", margin_currency="USD")
        self.assertEqual("2792.63", self.margin(terms, 500, "1.11705", ("BUY", "10")))

    def test_cfd_and_futures(self):
        cfd = symbol("DAXEUR", contract="1", category="INDEX", mode="CFD", margin_currency="EUR")
        self.assertEqual("1000", self.margin(cfd, 500, "10000", ("BUY", "2"), currency="EUR"))
        futures = symbol("DAXEUR", contract="1", category="INDEX", mode="FUTURES",
                         margin_currency="EUR", initialPerLot="1234.5")
        self.assertEqual("2469", self.margin(futures, 500, "10000", ("SELL", "2"),
                                             currency="EUR"))

    def test_margin_in_a_coin(self):
        terms = symbol("BTCUSD", contract="1", category="CRYPTO")
        self.assertEqual("0.002",
                         self.margin(terms, 500, "10000", ("BUY", "1"), currency="BTC"))

    def test_larger_leg(self):
        orders = ("SELL", "0.5"), ("SELL", "1"), ("BUY", "1")
        only_sells = self.margin(symbol("EURUSD"), 100, "1.09", ("SELL", "1.5"))
        self.assertEqual(only_sells, self.margin(symbol("EURUSD"), 100, "1.09", *orders))

    def test_hedged_policies(self):
        orders = ("BUY", "1"), ("SELL", "1")
        uneven = ("BUY", "1.5"), ("SELL", "1")
        for policy, matched, uncovered in (("PERCENT", "200", "300"), ("SUM", "400", "500"),
                                           ("NET", "0", "100"), ("LARGER_LEG", "200", "300")):
            terms = symbol("EURUSD", hedged=policy)
            self.assertEqual(matched, self.margin(terms, 500, "1.1", *orders, currency="EUR"))
            self.assertEqual(uncovered, self.margin(terms, 500, "1.1", *uneven, currency="EUR"))

    def test_margin_is_fixed_at_the_fill(self):
        results = run(symbol("EURUSD"), account(), deposit("10000"), quote("EURUSD", "1.09"),
                      order("EURUSD", "BUY", "1"), quote("EURUSD", "1.1"),
                      close_partial(1, "0.5"))
        self.assertEqual("545", final_account(results)["margin"])


class ProfitAndConversion(unittest.TestCase):
    """Section 3."""

    def test_without_conversion(self):
        results = run(symbol("EURUSD"), account(), deposit("10000"),
                      quote("EURUSD", "1.08440", "1.08450"), order("EURUSD", "BUY", "1"),
                      quote("EURUSD", "1.08500", "1.08510"), close(1))
        self.assertEqual(["50"], entries(results, "REALIZED_PNL"))

    def test_loss_divided_by_the_bid(self):
        results = run(yen(), account(), deposit("10000"),
                      quote("USDJPY", "115.04", "115.05"), order("USDJPY", "BUY", "0.1"),
                      quote("USDJPY", "114.45", "114.46"), close(1))
        self.assertEqual(["-52.42"], entries(results, "REALIZED_PNL"))

    def test_loss_through_another_symbol(self):
        results = run(symbol("CADCHF"), symbol("USDCHF"), symbol("USDCAD"), account(),
                      deposit("10000"), quote("USDCHF", "1.01883", "1.01890"),
                      quote("USDCAD", "1.34"), quote("CADCHF", "0.75782", "0.75790"),
                      order("CADCHF", "SELL", "1"), quote("CADCHF", "0.75790", "0.75798"),
                      close(1))
        self.assertEqual(["-15.7"], entries(results, "REALIZED_PNL"))

    def euro_result(self, bid, ask):
        results = run(symbol("EURUSD"), account("EUR"), deposit("10000"),
                      quote("EURUSD", "1.1", "1.1"), order("EURUSD", "BUY", "1"),
                      quote("EURUSD", bid, ask), close(1))
        return entries(results, "REALIZED_PNL")

    def test_gain_divided_by_the_ask_and_loss_by_the_bid(self):
        self.assertEqual(["833.33"], self.euro_result("1.11", "1.2"))
        self.assertEqual(["-10000"], self.euro_result("1", "1.2"))

    def test_multiplied_by_the_bid_or_the_ask_when_the_source_is_the_base(self):
        for closing, expected in (("0.81", "1500"), ("0.79", "-1600")):
            results = run(symbol("EURGBP"), symbol("GBPUSD"), symbol("EURUSD"), account(),
                          deposit("10000"), quote("GBPUSD", "1.5", "1.6"),
                          quote("EURUSD", "1.2"), quote("EURGBP", "0.8"),
                          order("EURGBP", "BUY", "1"), quote("EURGBP", closing), close(1))
            self.assertEqual([expected], entries(results, "REALIZED_PNL"))

    def test_chains_of_equal_length_take_the_lowest_symbol_id(self):
        oracle = Oracle(lambda line: None)
        operations = [symbol("GBPUSD"), symbol("EURGBP"), symbol("EURJPY"), yen("USDJPY"),
                      symbol("DAXEUR", category="INDEX")]
        oracle.run(map(json.dumps, operations))
        self.assertEqual((("EURGBP", True), ("GBPUSD", True)),
                         oracle.market.chain("EUR", "USD"))
        self.assertIsNone(oracle.market.chain("DAX", "EUR"))

    def test_order_without_conversion_is_rejected(self):
        results = run(symbol("EURGBP"), symbol("GBPUSD"), symbol("EURUSD"), account(),
                      deposit("10000"), quote("GBPUSD", "1.5"), quote("EURGBP", "0.8"),
                      order("EURGBP", "BUY", "1"))
        self.assertEqual("NO_CONVERSION", events(results, "order")[0]["code"])


class LevelsAndStopOut(unittest.TestCase):
    """Section 5."""

    opening = [yen(), account(leverage=500), deposit("500"), quote("USDJPY", "101.442"),
               order("USDJPY", "BUY", "2"), order("USDJPY", "BUY", "0.5")]

    def test_level_of_the_yen_account(self):
        results = run(*self.opening, quote("USDJPY", "101.34"))
        self.assertEqual(["49.67"], [line["level"] for line in events(results, "stop_out")])

    def test_level_after_closing_two_thousand_units(self):
        oracle = Oracle(lambda line: None)
        oracle.run(map(json.dumps, self.opening))
        parsed = parse_decimal("101.34")
        oracle.market.quotes["USDJPY"] = (parsed, parsed)
        checked = oracle.accounts[1]
        self.assertEqual((24837, 50000), (oracle.equity(checked), checked.used_margin))
        oracle.close_volume(oracle.positions[1], parse_decimal("0.02"), "STOP_OUT")
        self.assertEqual((24837, 49600), (oracle.equity(checked), checked.used_margin))
        self.assertEqual("50.07", oracle.account_line(checked)["marginLevel"])

    def test_stop_out_closes_the_largest_loss_and_checks_again(self):
        results = run(*self.opening, quote("USDJPY", "101.34"))
        closed = [(line["position"], line["reason"]) for line in events(results, "closed")]
        self.assertEqual([(1, "STOP_OUT")], closed)
        self.assertEqual("248.37", final_account(results)["equity"])

    def test_margin_call_warns_once_and_is_armed_again(self):
        results = run(*self.opening, quote("USDJPY", "101.4"), quote("USDJPY", "101.39"),
                      quote("USDJPY", "101.5"), quote("USDJPY", "101.4"))
        self.assertEqual([7, 10], [line["op"] for line in events(results, "margin_call")])
        self.assertEqual([], events(results, "stop_out"))

    def test_margin_call_comes_with_the_operation_that_causes_it(self):
        results = run(yen(), {**account(leverage=500), "marginCallLevel": "150"}, deposit("1000"),
                      quote("USDJPY", "101"), order("USDJPY", "BUY", "2.5"), withdraw("300"),
                      quote("USDJPY", "101"), deposit("100"), withdraw("60"))
        self.assertEqual([6, 9], [line["op"] for line in events(results, "margin_call")])

    def test_level_is_null_without_margin(self):
        self.assertIsNone(final_account(run(account(), deposit("500")))["marginLevel"])

    def test_negative_balance_is_covered_to_zero(self):
        results = run(*self.opening, quote("USDJPY", "99"))
        self.assertEqual("0", final_account(results)["balance"])
        self.assertEqual(1, len(entries(results, "NEGATIVE_BALANCE")))

    def test_withdrawal_is_limited_by_free_margin(self):
        results = run(yen(), account(leverage=500), deposit("1000"), quote("USDJPY", "101"),
                      order("USDJPY", "BUY", "2.5"), withdraw("500.01"), withdraw("500"))
        self.assertEqual([6], [line["op"] for line in events(results, "refused")])
        self.assertEqual(["-500"], entries(results, "WITHDRAWAL"))


class Commission(unittest.TestCase):
    """Section 7."""

    def charged(self, terms, price, volume="2.5", currency="USD", before=()):
        results = run(terms, *before, account(currency), deposit("100000"),
                      quote(terms["symbol"], price), order(terms["symbol"], "BUY", volume),
                      close(1))
        return entries(results, "COMMISSION")

    def test_percent_of_notional_in_the_base(self):
        terms = yen(commission=commission("PERCENT", "0.0025"))
        self.assertEqual(["-6.25", "-6.25"], self.charged(terms, "101.34"))

    def test_percent_of_notional_in_the_quote(self):
        terms = symbol("EURUSD", commission=commission("PERCENT", "0.0025"))
        self.assertEqual(["-7.67", "-7.67"], self.charged(terms, "1.2276"))

    def test_per_million_equals_its_percentage(self):
        terms = symbol("EURUSD", commission=commission("PER_MILLION", "25"))
        self.assertEqual(["-7.67", "-7.67"], self.charged(terms, "1.2276"))

    def test_per_lot_and_minimum(self):
        per_lot = symbol("EURUSD", commission=commission("PER_LOT", "7", minimum="5"))
        self.assertEqual(["-17.5", "-17.5"], self.charged(per_lot, "1.2276"))
        self.assertEqual(["-5", "-5"], self.charged(per_lot, "1.2276", volume="0.1"))

    def test_charge_converts_as_a_loss(self):
        per_lot = symbol("EURUSD", commission=commission("PER_LOT", "7"))
        results = run(per_lot, account("EUR"), deposit("100000"),
                      quote("EURUSD", "1.25", "1.4"), order("EURUSD", "BUY", "1"))
        self.assertEqual(["-5.6"], entries(results, "COMMISSION"))

    def test_realized_pnl_leaves_commission_out(self):
        terms = symbol("EURUSD", commission=commission("PER_LOT", "7"))
        results = run(terms, account(), deposit("10000"), quote("EURUSD", "1.08450"),
                      order("EURUSD", "BUY", "1"), quote("EURUSD", "1.08500"), close(1))
        trade = events(results, "trade")[-1]
        self.assertEqual(("50", "-7"), (trade["realizedPnL"], trade["commission"]))
        self.assertEqual("10036", final_account(results)["balance"])


class LedgerSums(unittest.TestCase):
    """Section 9."""

    def test_entries_carry_the_balance_after(self):
        results = run(account(), deposit("100"), withdraw("30.5"))
        self.assertEqual([("100", "100"), ("-30.5", "69.5")],
                         [(line["amount"], line["balance"])
                          for line in events(results, "ledger")])

    def test_a_balance_without_its_entry_is_found(self):
        ledger, checked = Ledger(), read_account(account())
        ledger.book(checked, "DEPOSIT", 100)
        ledger.check_conservation([checked])
        checked.balance += 1
        with self.assertRaises(AssertionError):
            ledger.check_conservation([checked])


class Refusals(unittest.TestCase):
    opening = [symbol("EURUSD", stops="2"), symbol("GBPUSD"), account(), deposit("1000"),
               quote("EURUSD", "1.3", "1.3001")]

    def code(self, operation):
        line = run(*self.opening, operation)[1]
        return line.get("code", line.get("status"))

    def test_order_checks(self):
        for expected, operation in (
                ("SYMBOL_UNKNOWN", order("USDJPY", "BUY", "1")),
                ("VOLUME_OUT_OF_RANGE", order("EURUSD", "BUY", "0.001")),
                ("VOLUME_OUT_OF_RANGE", order("EURUSD", "BUY", "1000.001")),
                ("VOLUME_STEP", order("EURUSD", "BUY", "0.015")),
                ("STALE_QUOTE", order("GBPUSD", "BUY", "1")),
                ("PRICE_INVALID", order("EURUSD", "BUY", "0.1", sl="1.29981")),
                ("FILLED", order("EURUSD", "BUY", "0.1", sl="1.2998")),
                ("PRICE_INVALID", order("EURUSD", "BUY", "0.1", tp="1.30019")),
                ("PRICE_INVALID", order("EURUSD", "SELL", "0.1", sl="1.30029")),
                ("FILLED", order("EURUSD", "SELL", "0.1", sl="1.3003", tp="1.2999")),
                ("PRICE_INVALID", order("EURUSD", "SELL", "0.1", tp="1.299999")),
                ("INSUFFICIENT_MARGIN", order("EURUSD", "BUY", "0.8"))):
            self.assertEqual(expected, self.code(operation), operation)

    def test_closing_and_modifying_checks(self):
        operations = [close(9), close_partial(1, "0.3"), close_partial(1, "0.015"),
                      modify(1, "1.4", None), modify(1, "1.2", "1.4"), close_partial(1, "0.2"),
                      close(1)]
        results = run(*self.opening, order("EURUSD", "BUY", "0.2"), *operations)
        self.assertEqual(["NOT_FOUND", "VOLUME_OUT_OF_RANGE", "VOLUME_STEP", "PRICE_INVALID",
                          "NOT_FOUND"], [line["code"] for line in events(results, "refused")])
        self.assertEqual("0", events(results, "closed")[0]["left"])


if __name__ == "__main__":
    unittest.main()
