"""`tribook client` and a network that fails: against a server of the test's own, which drops,
delays or garbles what it is told to, and counts what it was asked."""

import json
import os
import re
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
import unittest

import case
import daemon
from client_terminal import Terminal, table

FILLED = {"orderId": 1, "clientOrderId": "x", "status": "FILLED", "filledVolume": 0.1,
          "filledPrice": 1.5, "positionId": 7}


def answer(body, status="200 OK", *headers):
    text = body if isinstance(body, str) else json.dumps(body)
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(text.encode())}", *headers]
    return ("\r\n".join(head) + "\r\n\r\n" + text).encode()


class Server:
    """Does to each request what the script says next: bytes are answered; "drop" and "reset" end
    the connection; "silence" answers nothing; "leave" drops, and then nobody listens any more."""

    def __init__(self, *script, tls=None):
        self.script = list(script)
        self.requests = []
        self.connections = 0
        self.tls = tls
        self.done = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def close(self):
        self.done.set()
        self.hang_up()
        self.thread.join()

    def hang_up(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it is closed
        self.listener.close()

    def serve(self):
        while not self.done.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                if self.tls:
                    connection = self.tls.wrap_socket(connection, server_side=True)
                self.talk(connection)
            except OSError:
                pass  # the other side went away
            connection.close()

    def talk(self, connection):
        connection.settimeout(daemon.WAIT_S)
        while self.script:
            request = self.read(connection)
            if request is None:
                return
            self.requests.append(request)
            act = self.script.pop(0)
            if isinstance(act, bytes):
                connection.sendall(act)
                continue
            if act == "silence":
                self.done.wait(daemon.WAIT_S)
            if act == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if act == "leave":
                self.hang_up()
            return

    @staticmethod
    def read(connection):
        """(method, target, headers, body), or None at the end."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return None
            data += more
        head, body = data.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:])
        while len(body) < int(headers.get("content-length", 0)):
            body += connection.recv(65536)
        method, target, _ = lines[0].split(" ")
        return method, target, headers, json.loads(body) if body else None


class NetworkCase(case.TribookCase):
    def setUp(self):
        self.terminal = Terminal()

    def serve(self, *script, tls=None):
        server = Server(*script, tls=tls)
        self.addCleanup(server.close)
        self.log_in(f"{'https' if tls else 'http'}://127.0.0.1:{server.port}")
        return server

    def log_in(self, url):
        """As a login would leave it."""
        for door in ["client", "admin"]:
            file = self.terminal.session_file(door)
            os.makedirs(os.path.dirname(file), exist_ok=True)
            daemon.write(file, json.dumps({
                "url": url, "door": door, "username": "anna", "role": "CLIENT", "token": "a.b.c",
                "expiresAt": "2100-01-01T00:00:00.000Z", "account": "1"}))
            os.chmod(file, 0o600)

    def good(self, *words, **options):
        ended = self.terminal.run(*words, **options)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""), f"{words}\n{ended.stdout}")
        return ended.stdout

    def fails(self, *words, says=(), **options):
        ended = self.terminal.run(*words, **options)
        self.assertEqual((ended.returncode, ended.stdout), (1, ""), f"{words}\n{ended.stderr}")
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, ended.stderr, words)
        return ended.stderr


class LostAnswers(NetworkCase):
    ORDER = ["order", "buy", "EURUSD", "0.1"]

    def test_an_order_without_an_answer_is_sent_once_more_with_its_id(self):
        for act in ["drop", "reset"]:
            server = self.serve(act, answer(FILLED, "201 Created"))
            self.assertEqual(self.good(*self.ORDER),
                             "order 1 FILLED: BUY 0.1 EURUSD at 1.5, position 7\n")
            self.assertEqual(len(server.requests), 2)
            self.assertEqual(server.requests[0], server.requests[1])
            self.assertRegex(server.requests[0][3]["clientOrderId"], r"^cli-[0-9a-f]{32}$")

    def test_an_order_that_may_have_been_placed_says_how_to_be_told(self):
        for script in [["drop", "drop"], ["leave"], ["drop", "silence"], ["silence"]]:
            server = self.serve(*script)
            said = self.fails(*self.ORDER, "--timeout", "1", says="never placed twice")
            sent = {request[3]["clientOrderId"] for request in server.requests}
            self.assertEqual(sent, {re.search(r"--id (\S+)", said).group(1)}, script)
            self.assertLessEqual(len(server.requests), 2)

    def test_money_is_sent_once_more_with_its_key(self):
        booked = answer({"ledgerId": 3, "accountId": 1, "amount": 5, "balance": 5}, "201 Created")
        server = self.serve("drop", booked)
        self.good("admin", "deposit", "1", "5")
        keys = {request[2]["idempotency-key"] for request in server.requests}
        self.assertEqual((len(server.requests), len(keys)), (2, 1))
        server = self.serve("drop", "drop")
        said = self.fails("admin", "withdraw", "1", "5", says="never booked twice")
        self.assertIn(server.requests[0][2]["idempotency-key"], said)

    def test_a_proxy_that_gives_up_leaves_it_in_doubt(self):
        for status in ["502 Bad Gateway", "504 Gateway Timeout"]:
            self.serve(answer("<html>", status))
            self.fails(*self.ORDER, says=["answered " + status[:3], "never placed twice"])

    def test_what_has_no_id_is_not_sent_again(self):
        for words in [["close", "7"], ["close", "7", "0.1"], ["admin", "create-account", "maria"]]:
            server = self.serve("drop", answer({}))
            self.fails(*words, says="may be" if words[0] == "close" else "may have been made")
            self.assertEqual(len(server.requests), 1, words)

    def test_a_question_is_asked_again(self):
        server = self.serve("drop", answer({"items": []}))
        self.good("positions")
        self.assertEqual(len(server.requests), 2)


class Failures(NetworkCase):
    def test_nobody_there(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.log_in(f"http://127.0.0.1:{port}")
        for words in [["positions"], ["order", "buy", "EURUSD", "1"], ["quotes", "--watch"],
                      ["admin", "accounts"]]:
            said = self.fails(*words, says=[f"cannot reach http://127.0.0.1:{port}", "refused",
                                            "is the daemon running there?"])
            self.assertNotIn("may have", said)
        self.fails("login", "anna", "--url", f"http://127.0.0.1:{port}", says="cannot reach",
                   TRIBOOK_PASSWORD="x")

    def test_a_logout_forgets_the_login_even_so(self):
        self.serve("drop", "drop")
        self.fails("logout", says="forgotten here")
        self.assertFalse(os.path.exists(self.terminal.session_file()))

    def test_no_answer_in_time(self):
        self.serve("silence", "silence")
        begin = time.monotonic()
        self.fails("summary", "--timeout", "1", says=["within 1 s", "--timeout"])
        self.assertLess(time.monotonic() - begin, daemon.WAIT_S)

    def test_answers_that_are_not_tribooks(self):
        for reply, says in [
                (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "does not answer as tribook does"),
                (answer("<html>", "502 Bad Gateway"), "answered 502, not as tribook does"),
                (answer("", "301 Moved", "Location: https://new.example"), "https://new.example"),
                (answer("<html>welcome</html>"), "is not tribook's"),
                (answer({"hello": 1}), "is no list")]:
            self.serve(reply, reply)
            self.fails("positions", says=says)
            self.serve(reply, reply)
            ended = self.terminal.run("quotes", "--watch")
            self.assertEqual((ended.returncode, ended.stdout), (1, ""))

    def test_a_list_that_does_not_end(self):
        page = answer({"items": [], "nextCursor": "5"})
        self.serve(page, page, page)
        self.fails("trades", "--all-pages", says="does not end")

    def test_what_others_wrote_does_not_steer_the_terminal(self):
        item = {"id": 1, "note": "\x1b]0;gotcha\x07 \u202e"}
        self.serve(answer({"items": [item]}))
        self.assertEqual(table(self.good("ledger"))[0]["note"], "?]0;gotcha? ?")

    def test_a_server_behind_a_path(self):
        server = self.serve(answer({"items": []}))
        self.log_in(f"http://127.0.0.1:{server.port}/desk/")
        self.good("orders", "--all", "--limit", "5", "--account", "3")
        method, target, headers, _ = server.requests[0]
        self.assertEqual((method, target), ("GET", "/desk/api/account/orders?status=all&limit=5"))
        self.has(headers, authorization="bearer a.b.c")
        self.has(headers, **{"x-account-id": "3", "host": f"127.0.0.1:{server.port}"})


class Candles(NetworkCase):
    @staticmethod
    def page(times, **more):
        items = [{"time": time, "open": 1.1, "high": 1.3, "low": 1.0, "close": 1.2, "volume": 9}
                 for time in times]
        return answer({"symbol": "EURUSD", "timeframe": "1m", "items": items, **more})

    def test_a_page(self):
        server = self.serve(self.page(["t1", "t2"]), self.page(["t1", "t2"]))
        rows = table(self.good("candles", "EURUSD", "1m", "--limit", "2"))
        self.assertEqual(rows[1], {"time": "t2", "open": "1.1", "high": "1.3", "low": "1.0",
                                   "close": "1.2", "volume": "9"})
        self.assertEqual(server.requests[0][1],
                         "/api/ohlc?symbol=EURUSD&timeframe=1m&limit=2")
        told = json.loads(self.good("candles", "EURUSD", "1m", "--json"))
        self.has(told, symbol="EURUSD", timeframe="1m")

    def test_pages_into_the_past_end_up_in_the_order_of_time(self):
        pages = [self.page(["t5", "t6"], nextCursor="555"),
                 self.page(["t3", "t4"], nextCursor="333"), self.page(["t1"])]
        server = self.serve(*pages, *pages)
        rows = table(self.good("candles", "EURUSD", "1m", "--all-pages"))
        times = ["t1", "t3", "t4", "t5", "t6"]
        self.assertEqual([row["time"] for row in rows], times)
        self.assertIn("cursor=333", server.requests[2][1])
        told = json.loads(self.good("candles", "EURUSD", "1m", "--all-pages", "--json"))
        self.assertEqual([item["time"] for item in told["items"]], times)
        self.has(told, symbol="EURUSD", timeframe="1m")
        self.assertNotIn("nextCursor", told)


@unittest.skipUnless(shutil.which("openssl"), "needs openssl to make a certificate")
class Tls(NetworkCase):
    @classmethod
    def setUpClass(cls):
        folder = daemon.make_folder()
        cls.certificate = os.path.join(folder, "certificate.pem")
        key = os.path.join(folder, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=tribook test", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", key, "-out", cls.certificate], check=True, capture_output=True)
        cls.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cls.context.load_cert_chain(cls.certificate, key)

    def test_a_certificate_that_is_trusted(self):
        server = self.serve(answer({"items": []}), answer(FILLED), tls=self.context)
        self.good("positions", SSL_CERT_FILE=self.certificate)
        self.good("order", "buy", "EURUSD", "0.1", SSL_CERT_FILE=self.certificate)
        self.assertEqual(len(server.requests), 2)

    def test_a_certificate_that_is_not(self):
        server = self.serve(answer({"items": []}), answer({"items": []}), tls=self.context)
        self.fails("positions", says=["is not trusted", "SSL_CERT_FILE"])
        self.fails("quotes", "--watch", says="is not trusted")
        self.log_in(f"https://localhost:{server.port}")  # another name than the certificate's
        self.fails("positions", says="is not trusted", SSL_CERT_FILE=self.certificate)
        self.assertEqual(server.requests, [])

    def test_a_dropped_connection(self):
        server = self.serve("drop", answer(FILLED), tls=self.context)
        self.good("order", "buy", "EURUSD", "0.1", SSL_CERT_FILE=self.certificate)
        self.assertEqual(server.requests[0], server.requests[1])

    def test_one_side_alone_speaks_tls(self):
        plain = self.serve(answer({"items": []}))
        self.log_in(f"https://127.0.0.1:{plain.port}")
        self.terminal.environment["SSL_CERT_FILE"] = self.certificate
        self.fails("positions", "--timeout", "5", says="https")
        secure = self.serve(answer({"items": []}), tls=self.context)
        self.log_in(f"http://127.0.0.1:{secure.port}")
        self.fails("positions", "--timeout", "5", says="http")


if __name__ == "__main__":
    case.main()
