"""Requests that are no HTTP, or that two servers could read differently: refused, the connection
closed, and nothing that lies behind them taken for a request."""

import re
import socket

import case
from broker import forex
from rest import Rest

ORDER = '{"symbol":"EURUSD","side":"BUY","volume":"0.01"}'


class RawHttp(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD"))
        cls.broker.quote("EURUSD", "1.08440", "1.08450")
        cls.client = cls.broker.make_account()

    def ask(self, request):
        """Sends raw bytes and the end of the stream; all that comes back."""
        with socket.create_connection(("127.0.0.1", self.daemon.client_port), 20) as sock:
            try:
                sock.sendall(request)
                sock.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # refused before it was all sent
            received = b""
            try:
                while more := sock.recv(65536):
                    received += more
            except ConnectionResetError:
                pass
            return received

    def statuses(self, received):
        """Statuses of the responses: no body of ours has such words."""
        return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]

    def order(self, *headers, body=ORDER, length=None, line="POST /api/orders/market HTTP/1.1",
              host="Host: x"):
        lines = [line, host, "Authorization: Bearer " + self.client.token, *headers]
        if length is not None:
            lines.append(f"Content-Length: {length}")
        head = "\r\n".join(part for part in lines if part)
        return (head + "\r\n\r\n").encode("latin-1") + (body if isinstance(body, bytes)
                                                         else body.encode())

    def orders(self):
        return len(self.client.all("/api/account/orders?status=all"))

    def refused_with(self, status, request, what):
        before = self.orders()
        got = self.statuses(self.ask(request))
        self.assertEqual(got, [status], what)
        self.assertEqual(self.orders(), before, what)
        self.assertEqual(Rest(self.daemon.client_port).get("/healthz").status, 200, what)

    def test_the_good_request_is_good(self):
        before = self.orders()
        self.assertEqual(self.statuses(self.ask(self.order(length=len(ORDER)))), [201])
        chunked = f"{len(ORDER):x}\r\n{ORDER}\r\n0\r\n\r\n"
        self.assertEqual(self.statuses(self.ask(
            self.order("Transfer-Encoding: chunked", body=chunked))), [201])
        self.assertEqual(self.orders(), before + 2)

    def test_two_ways_to_say_where_the_body_ends(self):
        n = len(ORDER)
        chunks = f"{n:x}\r\n{ORDER}\r\n0\r\n\r\n"
        hidden = self.order(length=n).decode()
        for headers, body, what in [
                (["Transfer-Encoding: chunked", f"Content-Length: {len(chunks)}"], chunks, "both"),
                ([f"Content-Length: {len(chunks)}", "Transfer-Encoding: chunked"], chunks, "both"),
                (["Content-Length: 0", "Transfer-Encoding: chunked"], chunks, "CL.TE"),
                ([f"Content-Length: {n}", f"Content-Length: {n + 1}"], ORDER, "two lengths"),
                ([f"Content-Length: {n}", "Content-Length: 0"], ORDER, "two lengths"),
                ([f"Content-Length: {n}, {n}"], ORDER, "a list of lengths"),
                ([f"Content-Length: +{n}"], ORDER, "plus"),
                ([f"Content-Length: -{n}"], ORDER, "minus"),
                ([f"Content-Length: {n} "[:-1] + "x"], ORDER, "letters"),
                ([f"Content-Length: 0x{n:x}"], ORDER, "hex"),
                (["Content-Length: " + "9" * 40], ORDER, "overflow"),
                (["Content-Length: "], ORDER, "empty"),
                (["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], chunks, "two TE"),
                (["Transfer-Encoding: identity, chunked, identity"], chunks, "TE list"),
                (["Transfer-Encoding: gzip"], ORDER, "gzip"),
                (["Transfer-Encoding:", " chunked", f"Content-Length: {n}"], chunks, "folded TE"),
                ([f"Content-Length: {n}", "X: y", " Transfer-Encoding: chunked",
                  f"Content-Length: {n + 2}"], ORDER, "a fold between two lengths"),
                (["Transfer-Encoding : chunked"], chunks, "space before the colon"),
                (["Transfer-Encoding:\x0bchunked"], chunks, "control character"),
                (["Transfer-Encoding: xchunked"], chunks, "xchunked")]:
            request = self.order(*headers, body=body + hidden)
            before = self.orders()
            got = self.statuses(self.ask(request))
            self.assertEqual(len(got), 1, f"{what}: {got}")
            self.assertIn(got[0], (400, 413, 501), what)
            self.assertEqual(self.orders(), before, what)

    def test_broken_chunks(self):
        for body, what in [("zz\r\n{}\r\n0\r\n\r\n", "no number"), ("-1\r\n\r\n", "negative"),
                           ("ffffffffffffffffff\r\n{}\r\n", "overflow"),
                           ("2\r\n{}x\r\n0\r\n\r\n", "longer than said"),
                           ("2 ; x=" + "y" * 20000 + "\r\n{}\r\n0\r\n\r\n", "long extension")]:
            before = self.orders()
            got = self.statuses(self.ask(self.order("Transfer-Encoding: chunked", body=body)))
            self.assertIn(got, ([400], [413], []), what)
            self.assertEqual(self.orders(), before, what)

    def test_broken_heads(self):
        n = len(ORDER)
        for request, what in [
                (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "TLS"),
                (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", "HTTP/2.0"),
                (b"GET /\r\n\r\n", "HTTP/0.9"),
                (b"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", "two spaces"),
                (b"G@T / HTTP/1.1\r\nHost: x\r\n\r\n", "method"),
                (b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", "space in the target"),
                (b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", "NUL"),
                (b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "escape"),
                (self.order(length=n, host=""), "no host"),
                (self.order("Host: y", length=n), "two hosts"),
                (self.order("no colon", length=n), "no colon"),
                (self.order(": no name", length=n), "no name"),
                (self.order("Bad\x01Name: x", length=n), "control in a name"),
                (self.order(length=n).replace(b"\r\n", b"\n"), "bare line feeds"),
                (self.order(length=n).replace(b"Host: x\r\n", b"Host: x\rX: y\r\n"), "bare CR")]:
            before = self.orders()
            got = self.statuses(self.ask(request))
            self.assertEqual(len(got), 1, f"{what}: {got}")
            self.assertIn(got[0], (400, 404, 501, 505), what)
            self.assertEqual(self.orders(), before, what)

    def test_heads_that_are_too_large(self):
        n = len(ORDER)
        self.refused_with(431, self.order("X: " + "x" * 20000, length=n), "one long field")
        many = [f"X{i}: x" for i in range(200)]
        self.refused_with(431, self.order(*many, length=n), "many fields")
        line = "POST /api/orders/market?" + "x" * 20000 + " HTTP/1.1"
        before = self.orders()
        got = self.statuses(self.ask(self.order(line=line, length=n)))
        self.assertIn(got, ([414], [431]))
        self.assertEqual(self.orders(), before)

    def test_a_body_cut_short_is_no_request(self):
        before = self.orders()
        got = self.statuses(self.ask(self.order(length=len(ORDER) + 1)))
        self.assertIn(got, ([400], []))
        self.assertEqual(self.orders(), before)

    def test_pipelined_requests_are_answered_in_order(self):
        health = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        missing = b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"
        got = self.statuses(self.ask(health + self.order(length=len(ORDER)) + missing + health))
        self.assertEqual(got, [200, 201, 404, 200])

    def test_head_has_no_body(self):
        received = self.ask(b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertEqual(self.statuses(received), [200])
        self.assertTrue(received.endswith(b"\r\n\r\n"))


if __name__ == "__main__":
    case.main()
