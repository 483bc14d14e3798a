"""Running the daemon: what it tells about itself, how it ends, what keeps it from starting."""

import json
import os
import signal
import socket
import threading
import time

import case
import daemon
import prometheus
from broker import Broker, forex
from daemon import Daemon
from rest import Rest
from stream import Closed, Stream

METRICS = {
    "tribook_order_execution_latency_seconds": "histogram",
    "tribook_websocket_connections": "gauge",
    "tribook_http_requests_total": "counter",
    "tribook_active_positions": "gauge",
    "tribook_daily_volume": "gauge",
    "tribook_errors_total": "counter",
}


class Telling(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD"))
        cls.broker.quote("EURUSD", "1.08440", "1.08450")
        cls.client = cls.broker.make_account()

    def metrics(self):
        answer = Rest(self.daemon.admin_port).get("/metrics")
        self.assertEqual(answer.status, 200)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"))
        return prometheus.parse(answer.body.decode())

    def test_metrics_are_prometheus_text_with_the_promised_names(self):
        families = self.metrics()
        for name, kind in METRICS.items():
            self.assertIn(name, families)
            self.assertEqual(families[name].kind, kind, name)
        for part in ["ring_depth", "ring_refus", "journal_commit", "thread"]:
            self.assertTrue([name for name in families if "tribook_" + part in name], part)
        for name, family in families.items():
            self.assertTrue(name.startswith("tribook_"), name)
            for _, labels in family.samples:
                self.assertNotIn("account", dict(labels))

    def test_metrics_count_what_happens(self):
        before = self.metrics()
        stream = Stream(self.daemon.client_port, token=self.client.token)
        self.addCleanup(stream.close)
        stream.ask(1, action="subscribe", type="account")
        position = self.client.filled("BUY", "EURUSD", "0.25")["positionId"]
        during = self.metrics()

        def change(name, after, **labels):
            return after[name].value(**labels) - before[name].value(**labels)

        self.assertEqual(change("tribook_active_positions", during), 1)
        self.assertEqual(change("tribook_websocket_connections", during), 1)
        self.assertEqual(change("tribook_daily_volume", during), 0.25)
        self.assertGreaterEqual(change("tribook_http_requests_total", during), 1)
        latency = "tribook_order_execution_latency_seconds"
        counts = [f[latency].samples[(latency + "_count", ())] for f in (before, during)]
        self.assertEqual(counts[1] - counts[0], 1)
        self.client.closed(position)
        self.assertEqual(change("tribook_active_positions", self.metrics()), 0)

    def test_run_json_tells_process_and_ports(self):
        with open(os.path.join(self.daemon.data, "run.json"), encoding="utf-8") as file:
            run = json.load(file)
        self.assertEqual(run["pid"], self.daemon.process.pid)
        self.assertLessEqual({"pid", "client", "admin", "fix"}, set(run))
        self.assertNotEqual(run["client"], run["admin"])

    def test_data_is_for_the_owner_alone(self):
        self.assertEqual(os.stat(self.daemon.data).st_mode & 0o077, 0)
        written = {name for name in os.listdir(self.daemon.folder)}
        self.assertEqual(written, {"tribook.toml", "log", "data"})

    def test_the_log_holds_no_secrets(self):
        with open(self.daemon.log_file, encoding="utf-8") as file:
            log = file.read()
        for secret in [daemon.ADMIN_PASSWORD, daemon.JWT_SECRET, self.client.password,
                       self.client.token]:
            self.assertNotIn(secret, log)


class Ending(case.TribookCase):
    def start(self, **changes):
        started = Daemon(daemon.config(**changes)).start()
        broker = Broker(started)
        broker.make_symbol(forex("EURUSD"))
        broker.quote("EURUSD", "1.08440", "1.08450")
        return started, broker

    def test_sigterm_answers_what_is_under_way_and_exits_0(self):
        started, broker = self.start()
        client = broker.make_account(initialDeposit=100000)
        acknowledged = []
        stop = threading.Event()

        def trade():
            rest = broker_client(started, client)
            while not stop.is_set():
                try:
                    answer = rest.order("BUY", "EURUSD", "0.01")
                except (OSError, ConnectionError):
                    return
                except Exception as error:  # http.client's own, when the connection ends
                    self.assertIn("http.client", type(error).__module__)
                    return
                if answer.status == 201:
                    acknowledged.append(answer.json)
                else:
                    self.assertEqual(answer.status, 503, str(answer))
                    return

        thread = threading.Thread(target=trade)
        thread.start()
        deadline = time.monotonic() + daemon.WAIT_S
        while len(acknowledged) < 20 and time.monotonic() < deadline:
            time.sleep(0.002)
        began = time.monotonic()
        self.assertEqual(started.stop(), 0, started.log())
        self.assertLess(time.monotonic() - began, 10)
        stop.set()
        thread.join()
        self.assertGreaterEqual(len(acknowledged), 20)

        started.start()
        broker.login()
        again = broker.client(client.account_id, client.username, client.password)
        held = {o["orderId"]: o for o in again.all("/api/account/orders?status=all")}
        for order in acknowledged:
            self.has(held[order["orderId"]], positionId=order["positionId"], status="FILLED",
                     filledPrice=order["filledPrice"])
        self.assertEqual(started.stop(), 0)

    def test_sigint_ends_it_too_and_streams_are_told(self):
        started, broker = self.start()
        stream = Stream(started.client_port, token=broker.make_account().token)
        stream.ask(1, action="subscribe", type="account")
        started.process.send_signal(signal.SIGINT)
        with self.assertRaises(Closed) as closed:
            while True:
                stream.receive()
        self.assertEqual(closed.exception.code, 1001)
        self.assertEqual(started.wait(), 0)

    def test_idle_connections_do_not_hold_it_up(self):
        started, _ = self.start()
        with socket.create_connection(("127.0.0.1", started.client_port)):
            kept = Rest(started.client_port)
            self.assertEqual(kept.get("/healthz").status, 200)
            began = time.monotonic()
            self.assertEqual(started.stop(), 0, started.log())
            self.assertLess(time.monotonic() - began, 4)
            kept.close()

    def test_state_outlives_a_restart(self):
        started, broker = self.start()
        client = broker.make_account(initialDeposit="1234.56", currency="EUR")
        client.filled("BUY", "EURUSD", "0.10", clientOrderId="kept", comment="words",
                      metadata={"k": [1]})
        symbols = broker.admin.all("/admin/symbols")
        lists = ["positions", "trades", "ledger", "orders?status=all"]
        before = [client.summary()] + [client.all("/api/account/" + name) for name in lists]
        self.assertEqual(started.stop(), 0)
        started.env = {}  # the password holds from the first start on
        started.start()
        broker.login()
        again = broker.client(client.account_id, client.username, client.password)
        after = [again.summary()] + [again.all("/api/account/" + name) for name in lists]
        self.assertEqual(after, before)
        self.assertEqual(broker.admin.all("/admin/symbols"), symbols)
        old = Rest(started.client_port, token=client.token)
        self.assertEqual(old.get("/api/account/summary").status, 200)  # tokens hold as well
        self.assertEqual(started.stop(), 0)


def broker_client(started, client):
    from broker import Client
    return Client(started.client_port, client.account_id, client.username, client.password,
                  token=client.token)


class NotStarting(case.TribookCase):
    def refuses(self, started, code, *words):
        self.assertEqual(started.wait(), code, started.log())
        for word in words:
            self.assertIn(word, started.log())
        self.assertFalse(os.path.exists(os.path.join(started.data, "run.json")))

    def test_a_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            for listener in ["client", "admin"]:
                started = Daemon().launch("--set", f"listen.{listener}=127.0.0.1:{port}")
                self.refuses(started, 1, f"127.0.0.1:{port}")

    def test_a_wrong_config_names_file_and_line(self):
        text = daemon.config()
        for wrong, line, words in [("[threads]\nlayouts = 1", 3, "layouts"),
                                   ("[nothing]\nx = 1", 2, "nothing"),
                                   ("[gateway]\norder_wait_ms = \"x\"", 3, "order_wait_ms"),
                                   ("[gateway]\norder_wait_ms = 0", 3, "order_wait_ms"),
                                   ("[brand", 2, "")]:
            started = Daemon("# a comment\n" + wrong + "\n")
            started.launch()
            self.refuses(started, 1, f"tribook.toml:{line}", words)
        started = Daemon(text.replace('type = "manual"\nstart', 'type = "wound"\nstart'))
        started.launch()
        self.refuses(started, 1, "tribook.toml:", "clock.type")

    def test_manual_beside_a_real_venue(self):
        started = Daemon(daemon.config() + '[venues.lp]\ntype = "fix"\n').launch()
        self.refuses(started, 1, "tribook.toml:")

    def test_a_config_that_is_not_there(self):
        missing = os.path.join(daemon.make_folder(), "missing.toml")
        ended = daemon.run_tribook("serve", "--config", missing)
        self.assertEqual(ended.returncode, 1)
        self.assertIn("missing.toml", ended.stderr)

    def test_settings_from_environment_and_command_line(self):
        started = Daemon()
        started.env = {**started.env, "TRIBOOK_BRAND__NAME": "by environment",
                       "TRIBOOK_LISTEN__CLIENT": "nonsense"}
        started.launch()
        self.refuses(started, 1, "TRIBOOK_LISTEN__CLIENT")
        started = Daemon().launch("--set", "gateway.io_threads=many")
        self.refuses(started, 1, "gateway.io_threads")

    def test_a_data_folder_that_cannot_be_made(self):
        blocked = daemon.write(os.path.join(daemon.make_folder(), "file"), "x")
        started = Daemon(data=os.path.join(blocked, "data")).launch()
        self.assertEqual(started.wait(), 1)
        self.assertIn(blocked, started.log())


if __name__ == "__main__":
    case.main()
