"""The power fails at random moments under load, on a disk that keeps what was synced and of the
rest nothing, a torn beginning, or any sectors. kill -9 alone shows less: the system still writes
what a killed process left with it.

With durability "sync" the rounds are those of test_kill.py, and as strict. The others may lose what
the configuration says, and no more."""

import os
import random
import re
import sqlite3
import time
import unittest

import case
import daemon
from books import Books, must
from disks import LosingDisk
from house import House, play_rounds
from load import Close, Deposit, Order

ROUNDS = 1000 if os.environ.get("TRIBOOK_NIGHTLY") else 20
ROUNDS_OF_A_DATA_FOLDER = 10
BATCH_S = 0.25
LATE_S = 0.5  # by which a busy machine may come to a sync too late


def is_there(books, operation):
    try:
        books[operation.account].holds(operation)
        return True
    except (AssertionError, KeyError):
        return False


def rows_of(path):
    """How far a store is, and its rows."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        stored = database.execute("SELECT value FROM meta WHERE name = 'sequence'").fetchone()
        tables = [database.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
                  for table in ("orders", "trades", "positions", "ledger")]
        return int(stored[0]) if stored else 0, tables
    except sqlite3.OperationalError:
        return 0, []  # being made
    finally:
        database.close()


class LossyHouse(House):
    """A house whose durability allows a loss."""

    def start_load_and_cut(self, seconds):
        self.start()
        begin = time.monotonic()
        workers_done = self.load_for(seconds)
        must(time.monotonic() - begin >= seconds, "the load was too short")
        self.start()
        return workers_done

    def load_for(self, seconds):
        """Load for so long, then the cut; the acknowledged operations."""
        operations = self.load_until(1, seconds)
        return [o for o in operations if o.answer is not None]

    def split(self, operations):
        """Those that are there after the cut, and those that are lost; each account consistent."""
        books = {client.account_id: Books(client) for client in self.clients}
        there = [o for o in operations if is_there(books, o)]
        return there, [o for o in operations if o not in there]


def kept_and_lost_of_each(operations, there):
    """Of each sender in turn, the flags of its acknowledged wishes that leave a trace."""
    flags = {}
    for operation in operations:
        status, answer = operation.answer
        leaves_trace = (isinstance(operation, Order) and "orderId" in answer or
                        isinstance(operation, Deposit) and status == 201 or
                        isinstance(operation, Close) and status == 200)
        if leaves_trace:
            sender = type(operation) is Deposit, operation.account
            flags.setdefault(sender, []).append((operation.answered_at, operation in there))
    return flags


class Power(unittest.TestCase):
    def test_a_disk_that_lies_would_be_seen(self):
        """The proof below can fail: syncs that do nothing lose what was acknowledged."""
        house = House(random.Random(case.seed()), LosingDisk(always_all=True))
        house.start()
        house.disk.control.begin("lie")
        operations = house.load_until(50, 0)
        house.disk.control.end("lie")
        with self.assertRaises(AssertionError) as raised:
            house.start()  # refused if the store had some of it
            house.compare(operations)
        self.assertRegex(str(raised.exception), "lost|has trades")

    def test_nothing_acknowledged_is_lost_with_sync(self):
        dice = random.Random(case.seed())
        houses = []

        def make_house(dice):
            houses.append(House(dice, LosingDisk()))
            return houses[-1]
        total, unknown = play_rounds(dice, make_house, ROUNDS, ROUNDS_OF_A_DATA_FOLDER)
        logs = "".join(house.daemon.log(1 << 20) for house in houses)
        unsynced = [int(bytes) for bytes in re.findall(r"fails, ([0-9]+) bytes", logs)]
        met = sum(bytes > 0 for bytes in unsynced)
        print(f"{len(unsynced)} cuts, {met} with something to lose, "
              f"{logs.count('it will be cut')} torn tails", flush=True)
        self.assertGreater(met, ROUNDS // 4, "cuts that met no write under way prove little")
        self.assertGreater(unknown, ROUNDS // 2)
        self.assertGreater(total, ROUNDS * 10)

    def check_is_prefix(self, operations, there):
        """What is left of what each was told is a beginning of it."""
        for sender, flags in kept_and_lost_of_each(operations, there).items():
            kept = [is_kept for _, is_kept in sorted(flags)]
            self.assertEqual(kept, sorted(kept, reverse=True), f"a hole: {sender}")

    def check_store(self, house):
        """It has what one has that is made of the journal alone."""
        path = os.path.join(house.daemon.data, "store.sqlite")
        stored, before = rows_of(path)
        for file in (path, path + "-wal"):
            if os.path.exists(file):
                os.rename(file, file + ".before")
        house.start()
        deadline = time.monotonic() + daemon.WAIT_S
        while rows_of(path)[0] < stored:
            must(time.monotonic() < deadline, "the store stands still\n", house.daemon.log())
            time.sleep(0.02)
        self.assertEqual(house.daemon.stop(), 0, house.daemon.log())
        self.assertEqual(rows_of(path)[1], before)

    def test_batch_loses_no_more_than_its_last_milliseconds(self):
        dice = random.Random(case.seed())
        lost_in_all = 0
        for always_all in [True, False, True, False]:
            house = LossyHouse(dice, LosingDisk("batch", always_all, int(BATCH_S * 1000)))
            operations = house.start_load_and_cut(6 * BATCH_S)
            there, lost = house.split(operations)
            # Of the last answer, not of the cut: who commits also syncs, so a thread that the
            # machine kept waiting did neither.
            last = max(o.answered_at for o in operations)
            for operation in lost:
                self.assertLess(last - operation.answered_at, BATCH_S + LATE_S,
                                f"lost: {vars(operation)}")
            self.check_is_prefix(operations, there)
            lost_in_all += len(lost)
            print(f"batch of {BATCH_S} s: {len(there)} kept, {len(lost)} lost", flush=True)
            self.assertEqual(house.daemon.stop(), 0, house.daemon.log())
            house.verify()
            self.check_store(house)
        self.assertGreater(lost_in_all, 0, "a disk that loses nothing proves nothing")

    def test_none_loses_what_was_not_written_and_nothing_before_it(self):
        dice = random.Random(case.seed())
        house = LossyHouse(dice, LosingDisk("none", True))
        house.start()
        first = house.clients[0].filled("BUY", "EURUSD", "0.5", clientOrderId="before")
        self.assertEqual(house.daemon.stop(), 0, house.daemon.log())  # a proper stop syncs
        operations = house.start_load_and_cut(0.5)
        there, lost = house.split(operations)
        self.check_is_prefix(operations, there)
        self.assertGreater(len(lost), 0, "a disk that loses nothing proves nothing")
        kept = [o["orderId"] for o in house.clients[0].all("/api/account/orders?status=all")]
        self.assertIn(first["orderId"], kept)
        self.assertEqual(house.daemon.stop(), 0, house.daemon.log())
        house.verify()
        self.check_store(house)


if __name__ == "__main__":
    case.main()
