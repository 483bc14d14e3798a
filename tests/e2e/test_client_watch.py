"""`tribook client quotes --watch`: ticks as they come, and every way in which it ends."""

import json
import os
import pty
import select
import signal
import time
from decimal import Decimal

import case
import daemon
from broker import Broker, forex
from client_terminal import ClientCase
from daemon import WAIT_S


class Watching(ClientCase):
    def setUp(self):
        super().setUp()
        self.log_in()

    def watch(self, *words, **options):
        process = self.terminal.start("quotes", "--watch", *words, **options)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in [process.stdout, process.stderr]:
            if pipe:
                pipe.close()

    def ended(self, process, code):
        out, err = process.communicate(timeout=WAIT_S)
        self.assertEqual(process.returncode, code, f"{out} {err}")
        return err.decode()

    def test_a_line_a_tick_until_it_is_interrupted(self):
        for end in [signal.SIGINT, signal.SIGTERM]:
            watch = self.watch("EURUSD")
            self.assertEqual(watch.stdout.readline().split()[1:],
                             [b"EURUSD", b"1.08440", b"1.08450"])
            self.broker.quotes(("GBPUSD", "1.3", "1.4"), ("EURUSD", "1.10000", "1.10010"))
            line = watch.stdout.readline().split()
            self.assertEqual(line[1:], [b"EURUSD", b"1.10000", b"1.10010"])
            self.assertRegex(line[0], rb"^2026-01-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            watch.send_signal(end)
            self.assertEqual(self.ended(watch, 0), "")
            self.broker.quote("EURUSD", "1.08440", "1.08450")

    def test_as_json(self):
        watch = self.watch("--json")
        ticks = [json.loads(watch.stdout.readline()) for _ in range(2)]
        self.assertEqual({tick["type"] for tick in ticks}, {"tick"})
        self.assertEqual({tick["symbol"] for tick in ticks}, {"EURUSD", "GBPUSD"})
        watch.send_signal(signal.SIGINT)
        self.ended(watch, 0)

    def test_on_a_terminal_the_table_is_drawn_anew(self):
        for environment, coloured in [({}, True), ({"NO_COLOR": "1"}, False)]:
            self.terminal.environment.update(environment)
            ours, theirs = pty.openpty()
            watch = self.watch("EURUSD", stdout=theirs)
            os.close(theirs)
            seen = self.read_until(ours, b"1.08450")
            self.broker.quote("EURUSD", "1.20000", "1.20010")
            seen += self.read_until(ours, b"1.20010")
            self.assertIn(b"\x1b[H", seen)
            self.assertEqual(b"\x1b[32m1.20000" in seen, coloured)
            watch.send_signal(signal.SIGINT)
            self.ended(watch, 0)
            os.close(ours)
            self.broker.quote("EURUSD", "1.08440", "1.08450")

    def read_until(self, terminal, wanted):
        seen = b""
        while wanted not in seen:
            ready, _, _ = select.select([terminal], [], [], WAIT_S)
            self.assertTrue(ready, seen)
            seen += os.read(terminal, 4096)
        return seen

    def test_the_reader_going_away_ends_it(self):
        watch = self.watch("EURUSD")
        watch.stdout.readline()
        watch.stdout.close()
        deadline = time.monotonic() + WAIT_S
        bid = Decimal("1.1")
        while watch.poll() is None:
            self.assertLess(time.monotonic(), deadline)
            bid += Decimal("0.00001")
            self.broker.quote("EURUSD", str(bid))
        self.assertEqual(watch.returncode, 0)

    def test_the_end_of_the_login_ends_it(self):
        watch = self.watch("EURUSD")
        watch.stdout.readline()
        self.good("logout")
        said = self.ended(watch, 1)
        self.assertIn("UNAUTHENTICATED", said)
        self.assertIn("tribook client login " + self.client.username, said)

    def test_the_end_of_the_daemon_ends_it(self):
        other = daemon.Daemon(daemon.config()).start()
        broker = Broker(other)
        broker.make_symbol(forex("EURUSD"))
        broker.quote("EURUSD", "1.1", "1.2")
        user = broker.make_account()
        self.good("login", user.username, "--url", f"http://127.0.0.1:{other.client_port}",
                  TRIBOOK_PASSWORD=user.password)
        for end in [other.stop, other.kill]:
            watch = self.watch()
            watch.stdout.readline()
            end()
            self.assertIn(f"127.0.0.1:{other.client_port}", self.ended(watch, 1))
            self.fails("quotes", "--watch", says="is the daemon running there?")
            if end == other.stop:
                other.start()
                self.good("login", user.username, "--url",
                          f"http://127.0.0.1:{other.client_port}",
                          TRIBOOK_PASSWORD=user.password)


if __name__ == "__main__":
    case.main()
