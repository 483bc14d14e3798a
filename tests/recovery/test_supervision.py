"""What the daemon tells of itself to who watches it, and that it can be stopped at once."""

import contextlib
import http.client
import os
import signal
import socket
import threading
import time

import case
import daemon
import prometheus
from broker import Broker, forex
from disks import Control
from rest import Rest


def wait_until(condition, what, seconds=daemon.WAIT_S):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"never: {what}")
        time.sleep(0.01)


class Supervision(case.TribookCase):
    def trader(self, started):
        broker = Broker(started)
        broker.make_symbol(forex("EURUSD"))
        broker.quote("EURUSD", "1.10000", "1.10010")
        return broker.make_account(currency="USD", leverage=100, initialDeposit=10000)

    def readiness(self, started):
        rest = Rest(started.client_port)
        try:
            return rest.get("/readyz")
        finally:
            rest.close()

    def test_systemd_is_told_and_its_watchdog_fed(self):
        path = os.path.join(daemon.make_folder(), "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
            listener.bind(path)
            listener.settimeout(daemon.WAIT_S)
            one = daemon.Daemon(env={"TRIBOOK_ADMIN_PASSWORD": daemon.ADMIN_PASSWORD,
                                     "NOTIFY_SOCKET": path, "WATCHDOG_USEC": "600000"})
            one.start()
            self.assertEqual(listener.recv(100), b"READY=1")
            begin = time.monotonic()
            for _ in range(5):
                self.assertEqual(listener.recv(100), b"WATCHDOG=1")
            # Each half of the time, and what a busy machine adds.
            self.assertGreater(time.monotonic() - begin, 4 * 0.3 * 0.9)
            one.process.send_signal(signal.SIGTERM)
            heard = []
            while not heard or heard[-1] != b"STOPPING=1":
                heard.append(listener.recv(100))
            self.assertLessEqual(set(heard), {b"WATCHDOG=1", b"STOPPING=1"})
            self.assertEqual(one.wait(), 0, one.log())

    def test_a_stop_before_it_is_up_is_heard_and_a_long_start_asks_for_time(self):
        text = daemon.config().replace("bcrypt_cost = 4", "bcrypt_cost = 14")
        for number in range(12):  # each the work of most of a second or more
            text += (f'[[demo_accounts]]\nusername = "demo{number}"\ncurrency = "USD"\n'
                     'deposit = 1\nleverage = 100\n')
        path = os.path.join(daemon.make_folder(), "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
            listener.bind(path)
            listener.settimeout(daemon.WAIT_S)
            one = daemon.Daemon(text, env={"TRIBOOK_ADMIN_PASSWORD": daemon.ADMIN_PASSWORD,
                                           "NOTIFY_SOCKET": path})
            one.launch()
            self.assertEqual(listener.recv(100), b"EXTEND_TIMEOUT_USEC=90000000")
            one.process.send_signal(signal.SIGTERM)
            heard = []
            while not heard or heard[-1] != b"STOPPING=1":
                heard.append(listener.recv(100))
            self.assertNotIn(b"READY=1", heard)
            self.assertEqual(one.wait(), 0, one.log())
        self.assertIn("stopped before it was up", one.log())
        self.assertNotIn(" is up", one.log())
        one.env = {"TRIBOOK_ADMIN_PASSWORD": daemon.ADMIN_PASSWORD}
        one.configure(text.replace("bcrypt_cost = 14", "bcrypt_cost = 4"))
        one.start()  # the rest of the import
        accounts = Broker(one).admin.get("/admin/accounts").json["items"]
        self.equal(len(accounts), 12)
        self.assertEqual(one.stop(), 0, one.log())

    def order_that_hangs(self, trader):
        """An order whose record never gets to the disk."""
        def send():
            try:
                trader.order("BUY", "EURUSD", "0.1")
            except (OSError, http.client.HTTPException):
                pass
        thread = threading.Thread(target=send, daemon=True)
        thread.start()
        return thread

    def is_unwritten(self, started):
        families = prometheus.parse(Rest(started.admin_port).get("/metrics").body.decode())
        return (families["tribook_journal_sequence"].value() >
                families["tribook_journal_written"].value())

    def test_a_second_signal_stops_at_once(self):
        for second in [signal.SIGTERM, signal.SIGINT]:
            with self.subTest(second.name):
                control = Control()
                text = daemon.config().replace("drain_timeout = 5", "drain_timeout = 60")
                one = daemon.Daemon(text, env=control.environment()).start()
                trader = self.trader(one)
                control.begin("sync_hangs")
                thread = self.order_that_hangs(trader)
                wait_until(lambda o=one: self.is_unwritten(o), "the order waits for the disk")
                one.process.send_signal(signal.SIGTERM)
                wait_until(lambda o=one: "draining" in o.log(), "draining")
                begin = time.monotonic()
                while one.is_running() and time.monotonic() - begin < 5:
                    one.process.send_signal(second)  # the first may come together with SIGTERM
                    time.sleep(0.01)
                self.assertEqual(one.wait(), 1)
                self.assertLess(time.monotonic() - begin, 5)
                self.assertIn("a second signal: stopped at once", one.log())
                thread.join(daemon.WAIT_S)
                control.end("sync_hangs")
                one.start()
                self.equal(one.stop(), 0)

    def test_signals_that_come_together_are_one(self):
        """As `timeout` sends them: to the process, and to its group."""
        control = Control()
        one = daemon.Daemon(env=control.environment()).start()
        trader = self.trader(one)
        control.begin("sync_hangs")
        thread = self.order_that_hangs(trader)
        wait_until(lambda: self.is_unwritten(one), "the order waits for the disk")
        for each in [signal.SIGTERM, signal.SIGINT, signal.SIGTERM]:
            one.process.send_signal(each)
        wait_until(lambda: "draining" in one.log(), "draining")
        control.end("sync_hangs")
        self.equal(one.wait(), 0, one.log())
        self.assertNotIn("a second signal", one.log())
        thread.join(daemon.WAIT_S)

    def test_a_request_that_is_not_whole_does_not_hold_up_the_end(self):
        one = daemon.Daemon(daemon.config().replace("drain_timeout = 5", "drain_timeout = 60"))
        one.start()
        halves = [b"POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"user",
                  b"GET /api/symbols HTTP/1.1\r\nHo"]
        with contextlib.ExitStack() as stack:
            clients = []
            for half in halves:
                client = stack.enter_context(socket.create_connection(
                    ("127.0.0.1", one.client_port), daemon.WAIT_S))
                client.sendall(half)
                clients.append(client)
            # Both are read: what came after them is answered.
            for _ in range(4):
                self.equal(self.readiness(one).status, 200)
            begin = time.monotonic()
            one.process.send_signal(signal.SIGTERM)
            for client in clients:
                self.assertTrue(client.recv(1000).startswith(b"HTTP/1.1 503 "))
            for client in clients:
                client.close()
            self.equal(one.wait(), 0)
            self.assertLess(time.monotonic() - begin, 25)  # the body alone had 30 s

    def test_a_thread_that_stands_still_is_told_and_so_is_its_going_on(self):
        control = Control()
        one = daemon.Daemon(env=control.environment()).start()
        trader = self.trader(one)
        admin = Rest(one.admin_port)
        control.begin("sync_hangs")
        thread = self.order_that_hangs(trader)
        wait_until(lambda: self.readiness(one).status == 503, "not ready")
        ready = self.refused(self.readiness(one), 503, "UNAVAILABLE")
        self.assertEqual(ready["detail"], "the thread journal stands still")

        def stands_still(name):
            families = prometheus.parse(admin.get("/metrics").body.decode())
            return families["tribook_thread_stands_still"].value(thread=name)
        self.assertEqual((stands_still("journal"), stands_still("engine")), (1, 0))
        wait_until(lambda: "the thread journal has made no progress for 5 s" in one.log(), "a line")
        control.end("sync_hangs")
        wait_until(lambda: self.readiness(one).status == 200, "ready again")
        thread.join(daemon.WAIT_S)
        self.assertEqual(stands_still("journal"), 0)
        wait_until(lambda: "the thread journal goes on" in one.log(), "a line")
        self.assertEqual(one.log().count("has made no progress"), 1)
        self.assertEqual(one.stop(), 0, one.log())

    def await_segments(self, broker, data, count):
        """Quotes, until the journal has so many segments with records behind them."""
        deadline = time.monotonic() + 3 * daemon.WAIT_S
        last = f"segment-{count:016}.journal"
        while not os.path.exists(os.path.join(data, "journal", last)):
            self.assertLess(time.monotonic(), deadline, os.listdir(os.path.join(data, "journal")))
            broker.quotes(*[("EURUSD", f"1.1{k:04}", f"1.2{k:04}") for k in range(90)])

    def test_a_journal_that_is_followed_no_more_is_told(self):
        text = daemon.config(segment_bytes=1 << 20).replace("[journal]\n",
                                                            "[journal]\narchive = false\n")
        one = daemon.Daemon(text).start()
        trader = self.trader(one)
        self.equal(self.readiness(one).json, {"status": "ready"})
        self.await_segments(Broker(one), one.data, 4)
        self.equal(one.stop(), 0)  # with a snapshot, so that a start does not read all
        store = os.path.join(one.data, "store.sqlite")
        for name in [store, store + "-wal", store + "-shm"]:
            if os.path.exists(name):
                os.remove(name)
        with open(os.path.join(one.data, "journal", "segment-0000000000000001.journal"),
                  "r+b") as file:
            file.seek(500_000)
            file.write(b"\xff" * 100)
        one.start()
        wait_until(lambda: self.readiness(one).json["status"] == "degraded", "degraded")
        self.assertRegex(self.readiness(one).json["detail"],
                         "the store follows the journal no further than record [0-9]+ ")
        families = prometheus.parse(Rest(one.admin_port).get("/metrics").body.decode())
        self.equal(families["tribook_follower_stopped"].value(), 1)
        self.equal(families["tribook_follower_diverged"].value(), 0)
        self.equal(families["tribook_follower_sink_failures_total"].value(), 0)
        trader.close()
        trader.port = one.client_port
        trader.filled("BUY", "EURUSD", "0.1")
        self.equal(one.stop(), 0, one.log())


if __name__ == "__main__":
    case.main()
