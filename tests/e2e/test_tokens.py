"""Tokens that are forged, altered, of another door or out of time: 401, and nothing done.

The daemon under test is given its signing key, so that tokens can be made here that differ from a
good one in a single point. That the signing here is the daemon's own is looked at first."""

import base64
import hashlib
import hmac
import json
import time

import case
from broker import forex
from daemon import JWT_SECRET
from rest import Rest
from stream import Refused, Stream


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed(header, payload, key, digest=hashlib.sha256):
    text = header + "." + payload
    return text + "." + encode(hmac.new(key, text.encode(), digest).digest())


class Tokens(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD"))
        cls.broker.quote("EURUSD", "1.08440", "1.08450")
        cls.client = cls.broker.make_account()
        cls.other = cls.broker.make_account()
        cls.header, cls.payload, cls.signature = cls.client.token.split(".")
        cls.claims = json.loads(decode(cls.payload))
        # Hex or text, says the configuration: find which bytes sign.
        keys = [bytes.fromhex(JWT_SECRET), JWT_SECRET.encode()]
        cls.key = next((key for key in keys
                        if signed(cls.header, cls.payload, key) == cls.client.token), None)

    def token(self, header=None, key=None, digest=hashlib.sha256, **claims):
        head = self.header if header is None else encode(json.dumps(header).encode())
        changed = {name: value for name, value in {**self.claims, **claims}.items()
                   if value is not ...}
        return signed(head, encode(json.dumps(changed).encode()), key or self.key, digest)

    def is_refused(self, token, why):
        before = self.client.summary()
        rest = Rest(self.daemon.client_port, token=token)
        for answer in [rest.get("/api/account/summary"),
                       rest.post("/api/orders/market", {"symbol": "EURUSD", "side": "BUY",
                                                        "volume": "0.01"})]:
            self.assertEqual((answer.status, answer.code), (401, "UNAUTHENTICATED"),
                             f"{why}: {answer}")
        with self.assertRaises(Refused, msg=why) as refused:
            Stream(self.daemon.client_port, token=token)
        self.assertEqual(refused.exception.status, 401, why)
        self.assertEqual(self.client.summary(), before)

    def is_good(self, token):
        answer = Rest(self.daemon.client_port, token=token).get("/api/account/summary")
        self.assertEqual(answer.status, 200, str(answer))

    def test_signing_here_is_the_daemons(self):
        self.assertIsNotNone(self.key, "the configured secret does not sign the tokens")
        self.is_good(self.token())
        self.is_good(self.token(exp=int(time.time()) + 3600))

    def test_out_of_time(self):
        now = int(time.time())
        self.is_refused(self.token(exp=now - 1), "expired")
        self.is_refused(self.token(exp=0), "expired long ago")
        self.is_refused(self.token(exp=-1), "a time before all time")
        self.is_refused(self.token(iat=now + 3600, exp=now + 7200), "not yet")

    def test_no_algorithm_and_other_algorithms(self):
        none = {"alg": "none", "typ": "JWT"}
        head = encode(json.dumps(none).encode())
        for token, why in [(head + "." + self.payload + ".", "none, unsigned"),
                           (head + "." + self.payload, "none, two parts"),
                           (self.token(header=none), "none, signed"),
                           (self.token(header={"alg": "None", "typ": "JWT"}), "None"),
                           (self.token(header={"alg": "HS512", "typ": "JWT"},
                                       digest=hashlib.sha512), "HS512"),
                           (self.token(header={"alg": "HS256", "crit": ["x"]}), "crit"),
                           (self.token(header={"alg": "RS256"}), "RS256"),
                           (self.token(header={"typ": "JWT"}), "no alg"),
                           (self.token(header=[]), "no header")]:
            self.is_refused(token, why)

    def test_another_key(self):
        for key in [b"\x00" * 32, b"secret", self.key[:-1], self.key + b"\x00", b"x"]:
            self.is_refused(self.token(key=key), f"key {key!r}")

    def test_altered_parts(self):
        foreign = encode(json.dumps({**self.claims,
                                     "accountId": self.other.account_id}).encode())
        admin = encode(json.dumps({**self.claims, "role": "SUPER_ADMIN"}).encode())
        for token, why in [(f"{self.header}.{foreign}.{self.signature}", "another account"),
                           (f"{self.header}.{admin}.{self.signature}", "another role"),
                           (f"{self.header}.{self.payload}.{self.signature[:-1]}", "cut"),
                           (f"{self.header}.{self.payload}.", "unsigned"),
                           (f"{self.header}.{self.payload}", "two parts"),
                           (self.client.token + ".x", "four parts"),
                           (self.client.token + "A", "longer"),
                           (self.client.token[:40], "truncated"),
                           (self.client.token.swapcase(), "swapped"),
                           ("..", "empty parts"), (".", "a point"), ("x", "a letter"),
                           ("A" * 8000, "long")]:
            self.is_refused(token, why)

    def test_every_flipped_character_is_seen(self):
        text = self.client.token
        rest = Rest(self.daemon.client_port)
        last = len(text) - 1  # whose low bits are no part of the signature
        for i in range(0, last, 7):
            other = "A" if text[i] != "A" else "B"
            rest.token = text[:i] + other + text[i + 1:]
            self.assertEqual(rest.get("/api/account/summary").status, 401, f"character {i}")

    def test_other_doors_and_issuers(self):
        self.is_refused(self.admin.token, "an admin's")
        self.is_refused(self.token(aud="admin"), "audience admin")
        self.is_refused(self.token(iss="somebody"), "issuer")
        for name in ["exp", "aud", "iss", "userId", "role", "jti"]:
            self.is_refused(self.token(**{name: ...}), f"without {name}")
        self.is_refused(self.token(userId="1"), "a text for a number")
        for path in ["/admin/accounts", "/admin/symbols"]:
            rest = Rest(self.daemon.admin_port, token=self.client.token)
            self.refused(rest.get(path), 401, "UNAUTHENTICATED")

    def test_a_signed_role_counts_at_its_own_door_only(self):
        staff = {"aud": "admin", "userId": self.claims["userId"]}
        for role, status in [("CLIENT", 403), ("SUPPORT", 403), ("NOBODY", 401)]:
            rest = Rest(self.daemon.admin_port, token=self.token(role=role, **staff))
            answer = rest.post("/admin/deposit", {"accountId": self.client.account_id, "amount": 1})
            self.assertEqual(answer.status, status, f"{role}: {answer}")

    def test_odd_headers(self):
        rest = Rest(self.daemon.client_port)
        for value in ["", "Bearer", "Bearer ", "Basic " + encode(b"anna:pw"), self.client.token,
                      "Token " + self.client.token, "Bearer x " + self.client.token]:
            answer = rest.get("/api/account/summary", Authorization=value)
            self.refused(answer, 401, "UNAUTHENTICATED")
        answer = rest.get("/api/account/summary", Authorization="bearer " + self.client.token)
        self.assertEqual(answer.status, 200)  # the scheme has no case


if __name__ == "__main__":
    case.main()
