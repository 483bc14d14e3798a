"""A disk without room for the journal's next file: new business is refused, who holds positions is
served, and service returns by itself. A sync that fails ends the daemon at once."""

import errno
import http.client
import os
import random
import re
import resource
import subprocess
import threading
import time
import unittest

import case
import daemon
import prometheus
from broker import Broker, forex
from disks import Control
from rest import Rest

SEGMENT = 1 << 20
QUOTES_OF_ONE_CALL = 100


def wait_until(condition, what):
    deadline = time.monotonic() + daemon.WAIT_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"never: {what}")
        time.sleep(0.01)


def config(segment_bytes):
    return daemon.config(segment_bytes=segment_bytes) + '[store]\ntype = "none"\n'


class House:
    """A daemon with a trader, whose disk is under control."""

    def __init__(self, has_layer=True):
        self.control = Control()
        self.daemon = daemon.Daemon(config(SEGMENT),
                                    env=self.control.environment() if has_layer else None)
        self.daemon.start()
        self.broker = Broker(self.daemon)
        self.broker.make_symbol(forex("EURUSD"))
        self.broker.quote("EURUSD", "1.10000", "1.10010")
        self.client = self.broker.make_account(currency="USD", leverage=100, initialDeposit=100000)
        self.positions = [self.open() for _ in range(4)]

    def open(self, **more):
        return self.client.filled("BUY", "EURUSD", "0.1", **more)["positionId"]

    def readiness(self):
        rest = Rest(self.daemon.client_port)
        try:
            return rest.get("/readyz")
        finally:
            rest.close()

    def metric(self, name):
        return prometheus.parse(self.broker.admin.get("/metrics").body.decode())[name].value()

    def quotes(self):
        bid = 110000 + random.randrange(50)
        row = ("EURUSD", f"{bid / 100000:.5f}", f"{(bid + 10) / 100000:.5f}")
        self.broker.quotes(*[row] * QUOTES_OF_ONE_CALL)

    def fill_until_refused(self):
        """Quotes fill the segment, until an order is refused; the refusal."""
        for _ in range(4 * SEGMENT // (100 * QUOTES_OF_ONE_CALL)):
            self.quotes()
            answer = self.client.order("BUY", "EURUSD", "0.01")
            if answer.status != 201:
                return answer
        raise AssertionError("the disk never filled up")

    def restart(self):
        self.daemon.start()
        self.meet()

    def meet(self):
        """Talks to the process that runs now."""
        self.broker.login()
        self.client.close()
        self.client.port = self.daemon.client_port


class FullDisk(case.TribookCase):
    def check_short(self, house):
        self.refused(house.client.order("BUY", "EURUSD", "0.01"), 503, "STORAGE_FULL")
        withdrawal = {"accountId": house.client.account_id, "amount": 1, "method": "CARD"}
        self.refused(house.broker.admin.post("/admin/withdraw", withdrawal), 503, "STORAGE_FULL")
        account = {"currency": "USD", "username": f"late{random.random()}", "password": "a password"}
        self.refused(house.broker.admin.post("/admin/accounts", account), 503, "STORAGE_FULL")
        house.client.closed(house.positions.pop())
        self.equal(house.broker.deposit(house.client.account_id, 1).status, 201)
        house.broker.quote("EURUSD", "1.10003", "1.10013")
        # Ready all the same: who is sent elsewhere could not close.
        ready = house.readiness()
        self.equal(ready.status, 200)
        self.assertEqual(ready.json["status"], "degraded")
        self.assertIn("short of room", ready.json["detail"])

    def check_ample(self, house):
        wait_until(lambda: house.readiness().json["status"] == "ready", "all is well again")
        house.open()

    def check_filled_up(self, refuse, accept, why):
        house = House()
        first = house.client.order("BUY", "EURUSD", "0.01", clientOrderId="before")
        refuse(house)
        answer = house.fill_until_refused()
        self.refused(answer, 503, "STORAGE_FULL")
        # Who lost an answer may ask for it.
        again = house.client.order("BUY", "EURUSD", "0.01", clientOrderId="before")
        self.equal((again.status, again.json["orderId"]), (201, first.json["orderId"]))
        self.check_short(house)
        wait_until(lambda: "cannot be made" in house.daemon.log(), "a line in the log")
        self.assertEqual(house.metric("tribook_journal_storage_level"), 1)
        self.assertGreater(house.metric("tribook_journal_storage_refusals_total"), 0)
        accept(house)
        self.check_ample(house)
        wait_until(lambda: "there is room again" in house.daemon.log(), "a line in the log")
        self.assertEqual(house.metric("tribook_journal_storage_level"), 0)
        log = house.daemon.log()
        self.assertEqual(log.count("cannot be made (" + why), 1, log)
        self.assertEqual(log.count("there is room again"), 1, log)
        self.assertEqual(house.daemon.stop(), 0, house.daemon.log())
        verified = daemon.run_tribook("verify", house.daemon.data)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def test_each_way_in_which_a_file_is_refused(self):
        for error, why in [(errno.ENOSPC, "no space left"), (errno.EDQUOT, "no space left"),
                           (errno.EROFS, "read-only"), (errno.EIO, "input/output error")]:
            with self.subTest(errno.errorcode[error]):
                self.check_filled_up(lambda house, e=error: house.control.refuse_files(e),
                                     lambda house: house.control.accept_files(), why)

    def test_the_systems_own_limit_on_files(self):
        """Without the layer in between: the kernel refuses a file of a segment's size."""
        house = House(has_layer=False)
        self.assertEqual(house.daemon.stop(), 0, house.daemon.log())
        house.daemon.configure(config(2 * SEGMENT))  # of the next file
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (SEGMENT, hard))
        try:
            house.daemon.launch()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        wait_until(lambda: "cannot be made (no space left" in house.daemon.log(), "short")
        house.daemon.is_ready()  # it is not, but it says where it listens
        house.meet()
        self.check_short(house)
        resource.prlimit(house.daemon.process.pid, resource.RLIMIT_FSIZE, (soft, hard))
        self.check_ample(house)
        self.assertEqual(house.daemon.stop(), 0, house.daemon.log())

    def test_it_starts_on_a_full_disk_and_is_short_from_the_first(self):
        house = House()
        house.control.refuse_files()
        house.fill_until_refused()
        house.daemon.kill()
        house.daemon.launch()
        wait_until(lambda: "cannot be made" in house.daemon.log(20), "short again")
        house.control.accept_files()
        wait_until(house.daemon.is_ready, "ready")
        house.meet()
        self.check_ample(house)
        self.assertEqual(house.daemon.stop(), 0, house.daemon.log())

    def says_full(self, house):
        return "the disk takes nothing more" in house.daemon.log()

    def use_up(self, house):
        """A house without room for another record, what closing a position bit by bit was answered
        until then, and the thread that waits for the last answer."""
        position = house.client.filled("BUY", "EURUSD", "40")["positionId"]
        house.control.refuse_files()
        house.fill_until_refused()
        with self.assertRaisesRegex(AssertionError, "STORAGE_FULL"):
            while True:
                house.quotes()
        self.assertEqual(house.metric("tribook_journal_storage_level"), 2)
        self.refused(house.broker.admin.post("/admin/clock", {"now": "2026-01-22T12:00:00Z"}), 503,
                     "STORAGE_FULL")
        answers = []
        is_over = threading.Event()

        def close_on():
            while not is_over.is_set():
                try:
                    answers.append(house.client.post(f"/api/positions/{position}/close-partial",
                                                     {"volume": "0.01"}))
                except (OSError, http.client.HTTPException):
                    return
        thread = threading.Thread(target=close_on, daemon=True)
        thread.start()
        wait_until(lambda: house.readiness().status == 503 or not house.daemon.is_running(), "full")
        is_over.set()
        self.assertIn("the disk takes nothing more", house.readiness().json["detail"])
        wait_until(lambda: house.metric("tribook_journal_storage_level") == 3, "a level")
        wait_until(lambda: self.says_full(house), "a line in the log")
        self.assertEqual({answer.status for answer in answers}, {200})
        return position, answers, thread

    def check_rest(self, house, position, answers):
        closed = sum(answer.status == 200 for answer in answers)
        self.assertAlmostEqual(float(house.client.position(position)["volume"]),
                               40 - closed / 100, 6)
        self.assertEqual(house.daemon.stop(), 0, house.daemon.log())
        verified = daemon.run_tribook("verify", house.daemon.data)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def test_a_reserve_that_is_used_up_is_waited_for(self):
        house = House()
        position, answers, thread = self.use_up(house)
        done = len(answers)
        house.control.accept_files()
        wait_until(lambda: len(answers) > done, "the close that waited is answered")
        thread.join(daemon.WAIT_S)
        wait_until(lambda: house.readiness().status == 200, "ready again")
        self.check_ample(house)
        self.check_rest(house, position, answers)

    def test_a_start_without_any_reserve_waits_for_space(self):
        house = House()
        position, answers, thread = self.use_up(house)
        for _ in range(5):  # what a start writes may find room once more
            house.daemon.kill()
            thread.join(daemon.WAIT_S)
            os.remove(house.daemon.log_file)
            house.daemon.launch()
            wait_until(lambda: self.says_full(house) or house.daemon.is_ready(), "up")
            if self.says_full(house):
                break
        else:
            self.fail("each start found room")
        self.assertTrue(house.daemon.is_running(), house.daemon.log())
        house.control.accept_files()
        wait_until(house.daemon.is_ready, "ready")
        house.meet()
        self.check_ample(house)
        self.check_rest(house, position, answers)

    def test_a_sync_that_fails_ends_it_and_nothing_acknowledged_is_lost(self):
        house = House()
        order = house.client.filled("BUY", "EURUSD", "0.1", clientOrderId="the last")
        house.control.begin("sync_fails")
        with self.assertRaises(Exception):
            house.client.filled("BUY", "EURUSD", "0.1", clientOrderId="never acknowledged")
        self.assertEqual(house.daemon.wait(), 1)
        self.assertIn("the journal cannot be written", house.daemon.log())
        house.control.end("sync_fails")
        house.restart()
        orders = house.client.all("/api/account/orders?status=all")
        self.assertIn(order["orderId"], [o["orderId"] for o in orders])
        self.assertNotIn("never acknowledged", [o["clientOrderId"] for o in orders])
        self.assertEqual(house.daemon.stop(), 0, house.daemon.log())


class SmallDisk:
    """A file system in memory that can be filled to the last byte."""

    def __init__(self, size):
        self.folder = daemon.make_folder()
        self.filler = os.path.join(self.folder, "filler")
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs",
                                  self.folder], capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            raise unittest.SkipTest("no file system can be mounted here: " + mounted.stderr.strip())

    def unmount(self):
        subprocess.run(["umount", "-l", self.folder], check=True)

    def fill(self, free):
        """All but so many bytes."""
        with open(self.filler, "ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
            file.truncate(file.seek(0, os.SEEK_END) - free)

    def empty(self):
        os.remove(self.filler)


class StartOnAFullDisk(case.TribookCase):
    """With a store: everything that a start writes is refused, and who holds positions can close."""

    def setUp(self):
        self.disk = SmallDisk(64 << 20)
        self.addCleanup(self.disk.unmount)
        text = daemon.config(segment_bytes=SEGMENT)
        self.daemon = daemon.Daemon(text, data=os.path.join(self.disk.folder, "data"))
        self.daemon.start()
        self.addCleanup(lambda: self.daemon.is_running() and self.daemon.kill())
        self.broker = Broker(self.daemon)
        self.broker.make_symbol(forex("EURUSD"))
        self.broker.quote("EURUSD", "1.10000", "1.10010")
        self.client = self.broker.make_account(currency="USD", leverage=100, initialDeposit=100000)
        self.positions = [self.client.filled("BUY", "EURUSD", "0.1")["positionId"]
                          for _ in range(3)]

    def readiness(self):
        rest = Rest(self.daemon.run["client"])
        try:
            return rest.get("/readyz")
        finally:
            rest.close()

    def ports(self):
        """As the process itself tells them; run.json cannot be written."""
        told = re.findall("^  (clients|admins) +http://127.0.0.1:([0-9]+)$", self.daemon.log(),
                          re.MULTILINE)
        return {name: int(port) for name, port in told}

    def has_all_trades(self):
        answer = self.client.get("/api/account/trades")
        return answer.status == 200 and len(answer.json["items"]) == 6

    def check(self, free):
        self.assertEqual(self.daemon.stop(), 0)  # the store's log and its index go with that
        self.disk.fill(free)
        for _ in range(2):  # what the first leaves is the second's
            os.remove(self.daemon.log_file)
            self.daemon.launch()
            wait_until(lambda: self.ports() or not self.daemon.is_running(), "up")
            self.assertTrue(self.daemon.is_running(), self.daemon.log())
            self.daemon.run = {"client": self.ports()["clients"],
                               "admin": self.ports()["admins"]}
            self.client.close()
            self.client.port = self.daemon.client_port
            self.client.closed(self.positions.pop())
            wait_until(lambda: self.readiness().status == 200, "ready")
            told = self.readiness().json
            self.assertEqual(told["status"], "degraded", self.daemon.log())
            self.assertIn("the store cannot be opened", told["detail"])
            if free == 0:
                self.assertIn("run.json cannot be written", self.daemon.log())
                self.assertFalse(os.path.exists(os.path.join(self.daemon.data, "run.json")))
            self.daemon.kill()
        os.remove(self.daemon.log_file)
        self.daemon.launch()
        wait_until(lambda: len(self.ports()) == 2, "up")
        self.disk.empty()
        wait_until(self.daemon.is_ready, "run.json")
        wait_until(lambda: self.readiness().json["status"] == "ready", "all is well again")
        self.client.close()
        self.client.port = self.daemon.client_port
        self.client.filled("BUY", "EURUSD", "0.1")
        wait_until(self.has_all_trades, "the store has all")
        self.assertEqual(self.daemon.stop(), 0, self.daemon.log())
        verified = daemon.run_tribook("verify", self.daemon.data)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        self.assertNotEqual(os.listdir(os.path.join(self.daemon.data, "snapshots")), [])

    def test_not_a_byte_is_free(self):
        self.check(0)

    def test_next_to_nothing_is_free(self):
        self.check(8192)


if __name__ == "__main__":
    case.main()
