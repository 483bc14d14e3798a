"""Bad input, row by row: each its status and code; the daemon stays up and nothing moves."""

import case
from broker import forex
from rest import Rest

ORDER = "/api/orders/market"
GOOD = {"symbol": "EURUSD", "side": "BUY", "volume": "0.01"}
LONG = "9" * 400
JSON_TYPE = {"Content-Type": "application/json"}

# Bodies that no endpoint takes.
MALFORMED = [
    b"", b" ", b"{", b"}", b"[", b"{}}", b"{]", b'{"symbol"}', b'{"symbol":}',
    b'{"symbol":"EURUSD",}', b"{'symbol':'EURUSD'}", b'{symbol:"EURUSD"}',
    b"null", b"true", b"7", b'"text"', b"[]", b"[{}]",
    b'{"symbol":"EURUSD"} x', b'{"symbol":"EURUSD"}{"a":1}', b"\x00", b"{\x00}",
    b'\xef\xbb\xbf{"symbol":"EURUSD"}x', b'{"symbol":"\xff\xfe"}', b'{"symbol":"\xc3"}',
    b'{"symbol":"\xed\xa0\x80"}', b'{"\xff":1}', b'{"symbol":"\\ud800"}', b'{"symbol":"\\x41"}',
    b'{"symbol":"a\nb"}', b'{"a":01}', b'{"a":+1}', b'{"a":.5}', b'{"a":1.}', b'{"a":NaN}',
    b'{"a":Infinity}', b'{"a":-Infinity}', b'{"a":1e}', b'{"a":0x10}', b'{"a":--1}', b'{"a":tru}',
    b'{"symbol":"EURUSD","side":"BUY","volume":0.01,"volume":0.02}',
    b'{"symbol":"EURUSD","side":"BUY","volume":0.01,"metadata":{"a":1,"\\u0061":2}}',
    b'{"x":' + b"[" * 100 + b"]" * 100 + b"}", b"[" * 100_000, b'{"a":' * 10_000,
    b"symbol=EURUSD&side=BUY&volume=0.01", b"<order/>",
]

# Changes of a good order, each VALIDATION.
WRONG_FIELDS = [
    {"symbol": None}, {"symbol": 7}, {"symbol": ["EURUSD"]}, {"symbol": {}}, {"symbol": True},
    {"symbol": ""}, {"symbol": "A" * 1000}, {"symbol": "EUR\u0000USD"},
    {"side": None}, {"side": "buy"}, {"side": "HOLD"}, {"side": ""}, {"side": 1}, {"side": ["BUY"]},
    {"volume": None}, {"volume": True}, {"volume": []}, {"volume": {}}, {"volume": ""},
    {"volume": " 1"}, {"volume": "1 "}, {"volume": "0x1"}, {"volume": "NaN"},
    {"volume": "Infinity"},
    {"volume": "1,5"}, {"volume": "one"}, {"volume": "0.000000001"}, {"volume": LONG},
    {"volume": "-" + LONG}, {"volume": "0." + "0" * 400 + "1"}, {"volume": int(LONG)},
    {"volume": "92233720369"}, {"volume": "1e400"}, {"volume": "+1"}, {"volume": "--1"},
    {"sl": True}, {"sl": "x"}, {"sl": LONG}, {"sl": [1]}, {"tp": {}}, {"tp": "NaN"},
    {"tp": int(LONG)}, {"maxSlippagePips": -1}, {"maxSlippagePips": "x"},
    {"maxSlippagePips": int(LONG)}, {"timeInForce": "SOMETIMES"}, {"timeInForce": 7},
    {"timeInForce": "DAY"}, {"clientOrderId": 5}, {"clientOrderId": ""},
    {"clientOrderId": "x" * 1000}, {"clientOrderId": "a\tb"}, {"comment": 5},
    {"comment": "x" * 10_000}, {"strategyId": ["s"]}, {"metadata": {"x": "y" * 10_000}},
]

# Well formed, and refused by risk: code of the 422.
UNFIT = [
    ("VOLUME_OUT_OF_RANGE", {"volume": 0}), ("VOLUME_OUT_OF_RANGE", {"volume": "0"}),
    ("VOLUME_OUT_OF_RANGE", {"volume": -1}), ("VOLUME_OUT_OF_RANGE", {"volume": "-0.01"}),
    ("VOLUME_OUT_OF_RANGE", {"volume": "-0"}), ("VOLUME_OUT_OF_RANGE", {"volume": 1000000}),
    ("VOLUME_STEP", {"volume": "0.01000001"}), ("SYMBOL_UNKNOWN", {"symbol": "NOSUCH"}),
    ("SYMBOL_UNKNOWN", {"symbol": "\u20acUSD"}), ("SYMBOL_UNKNOWN", {"symbol": "'; DROP"}),
    ("PRICE_INVALID", {"sl": -1}), ("PRICE_INVALID", {"tp": "0.00000001"}),
]


class BadInput(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD"))
        cls.broker.quote("EURUSD", "1.08440", "1.08450")
        cls.client = cls.broker.make_account(initialDeposit=1000)
        cls.position = cls.client.filled("BUY", "EURUSD", "0.02")["positionId"]

    def setUp(self):
        self.before = self.state()

    def state(self):
        lists = ["positions", "positions?status=closed", "trades", "ledger", "orders?status=all"]
        mine = [self.client.all("/api/account/" + name) for name in lists]
        mine[4] = [o for o in mine[4] if o["status"] != "REJECTED"]
        accounts = [(a["id"], a["balance"]) for a in self.admin.all("/admin/accounts")]
        symbols = self.admin.all("/admin/symbols")
        return [self.client.summary(), mine, accounts, symbols]

    def unmoved(self, what):
        for port in (self.daemon.client_port, self.daemon.admin_port):
            self.assertEqual(Rest(port).get("/healthz").status, 200, what)
        self.assertEqual(self.state(), self.before, what)

    def check(self, answer, status, code, what):
        self.assertEqual((answer.status, answer.code), (status, code), f"{what}: {answer}")
        self.unmoved(what)

    def test_malformed_bodies_of_an_order(self):
        for body in MALFORMED:
            self.check(self.client.post(ORDER, body), 400, "VALIDATION", body[:80])

    def test_malformed_bodies_everywhere_else(self):
        paths = [(self.client, "POST", f"/api/positions/{self.position}/close-partial"),
                 (self.client, "PUT", f"/api/positions/{self.position}/modify"),
                 (self.admin, "POST", "/admin/accounts"), (self.admin, "POST", "/admin/symbols"),
                 (self.admin, "PUT", "/admin/symbols/EURUSD/settings"),
                 (self.admin, "POST", "/admin/deposit"), (self.admin, "POST", "/admin/withdraw"),
                 (self.admin, "POST", "/admin/clock"),
                 (Rest(self.daemon.client_port), "POST", "/api/login"),
                 (Rest(self.daemon.admin_port), "POST", "/admin/login")]
        for rest, method, path in paths:
            for body in MALFORMED:
                answer = rest.call(method, path, body)
                self.assertEqual((answer.status, answer.code), (400, "VALIDATION"),
                                 f"{path} {body[:80]}: {answer}")
            self.unmoved(path)

    def test_malformed_quotes(self):
        for body in MALFORMED:
            if body == b"[]":
                continue  # no quotes, and nothing wrong with that
            answer = self.admin.post("/admin/quotes", body)
            self.check(answer, 400, "VALIDATION", body[:80])

    def test_wrong_fields_of_an_order(self):
        for wrong in WRONG_FIELDS:
            answer = self.client.post(ORDER, {**GOOD, **wrong})
            self.check(answer, 400, "VALIDATION", str(wrong)[:120])

    def test_raw_numbers_of_an_order(self):
        for number in [LONG, "-" + LONG, "0." + "0" * 399 + "1", "1" + "0" * 399, "1e400", "1E-400",
                       "0.000000001", "92233720368547758.07", "1e308"]:
            body = '{"symbol":"EURUSD","side":"BUY","volume":%s}' % number
            self.check(self.client.post(ORDER, body), 400, "VALIDATION", number[:60])

    def test_fields_left_out(self):
        for field in GOOD:
            body = {key: value for key, value in GOOD.items() if key != field}
            self.check(self.client.post(ORDER, body), 400, "VALIDATION", f"without {field}")
        self.check(self.client.post(ORDER, {}), 400, "VALIDATION", "empty object")
        self.check(self.client.post(ORDER), 400, "VALIDATION", "no body")

    def test_well_formed_and_unfit(self):
        for code, wrong in UNFIT:
            answer = self.client.post(ORDER, {**GOOD, **wrong})
            self.check(answer, 422, code, str(wrong))
            self.assertIsInstance(answer.json["orderId"], int)

    def test_other_content_types(self):
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
                     "application/json; charset=utf-16", "", "\xff"]:
            answer = self.client.call("POST", ORDER, b"symbol=EURUSD&side=BUY&volume=1",
                                      {"Content-Type": kind})
            self.check(answer, 400, "VALIDATION", kind)

    def test_oversized_bodies(self):
        for size in [(1 << 20) + 1, 3 << 20]:
            body = b'{"symbol":"' + b"x" * size + b'"}'
            for rest, path in [(self.client, ORDER), (self.admin, "/admin/quotes"),
                               (Rest(self.daemon.client_port), "/api/login")]:
                answer = rest.call("POST", path, body)
                self.assertEqual(answer.status, 413, f"{path}: {answer}")
                self.assertEqual(answer.code, "PAYLOAD_TOO_LARGE")
        self.unmoved("oversized")

    def test_a_body_within_the_bound_is_read(self):
        body = b'{"symbol":"NOSUCH","side":"BUY","volume":1,"unused":"' + b"x" * 1_000_000 + b'"}'
        answer = self.client.call("POST", ORDER, body)
        self.assertEqual((answer.status, answer.code), (422, "SYMBOL_UNKNOWN"))

    def test_wrong_paths_and_methods(self):
        for method, path, status, code in [
                ("GET", "/api/nothing", 404, "NOT_FOUND"), ("GET", "/nothing", 404, "NOT_FOUND"),
                ("GET", "/api/account/summary/", 404, "NOT_FOUND"),
                ("GET", "/API/account/summary", 404, "NOT_FOUND"),
                ("GET", "/api//account/summary", 404, "NOT_FOUND"),
                ("GET", "/api/account/../account/summary", 404, "NOT_FOUND"),
                ("GET", ORDER, 405, "METHOD_NOT_ALLOWED"),
                ("DELETE", "/api/account/summary", 405, "METHOD_NOT_ALLOWED"),
                ("POST", "/api/account/summary", 405, "METHOD_NOT_ALLOWED")]:
            self.check(self.client.call(method, path), status, code, f"{method} {path}")
        for identifier in ["0", "-1", "x", "1e3", "%00", "..", "9" * 30, "1%2F2"]:
            answer = self.client.post(f"/api/positions/{identifier}/close")
            self.assertIn((answer.status, answer.code),
                          [(400, "VALIDATION"), (404, "NOT_FOUND")], identifier)
            self.unmoved(identifier)
        answer = self.client.post("/api/positions/987654321/close")
        self.check(answer, 404, "NOT_FOUND", "a position that never was")

    def test_deep_nesting_within_the_bound_is_read(self):
        order = {**GOOD, "symbol": "NOSUCH", "metadata": [[[[[[[[1]]]]]]]]}
        answer = self.client.post(ORDER, order)
        self.assertEqual((answer.status, answer.code), (422, "SYMBOL_UNKNOWN"))

    def test_after_all_this_an_order_is_filled(self):
        order = self.client.filled(**{"side": "BUY", "symbol": "EURUSD", "volume": "0.01"})
        self.client.closed(order["positionId"])


if __name__ == "__main__":
    case.main()
