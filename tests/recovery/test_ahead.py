"""A journal that is shorter than what was made of it. With durability "sync" no power cut leaves
that, so the start is refused and everything stays as it is; with less it may, and then snapshots and
the store are set aside before the lost numbers come to stand for something else."""

import os
import re
import shutil
import sqlite3
import time
import unittest

import case
import daemon
from broker import Broker, forex

STORE = ("store.sqlite", "store.sqlite-wal", "store.sqlite-shm")


class Ahead(case.TribookCase):
    def make(self, durability, **changes):
        self.daemon = daemon.Daemon(daemon.config(durability=durability, **changes)).start()
        self.broker = Broker(self.daemon)
        self.broker.make_symbol(forex("EURUSD"))
        self.broker.quotes(("EURUSD", "1.08440", "1.08450"))
        self.client = self.broker.make_account(currency="USD", initialDeposit=100000, leverage=100)

    def path(self, *names):
        return os.path.join(self.daemon.data, *names)

    def trade(self, times=1):
        return [self.client.filled("BUY", "EURUSD", "0.01")["orderId"] for _ in range(times)]

    def start(self, *options):
        self.daemon.start(*options)
        for rest in (self.broker.admin, self.client):
            rest.close()
        self.broker.admin.port = self.daemon.admin_port
        self.client.port = self.daemon.client_port

    def rows(self, what, store="store.sqlite"):
        database = sqlite3.connect(f"file:{self.path(store)}?mode=ro", uri=True)
        try:
            return database.execute(what).fetchall()
        finally:
            database.close()

    def stored(self, store="store.sqlite"):
        return int(self.rows("SELECT value FROM meta WHERE name = 'sequence'", store)[0][0])

    def wait_until(self, is_so):
        deadline = time.monotonic() + daemon.WAIT_S
        while not is_so():
            self.assertLess(time.monotonic(), deadline, self.daemon.log())
            time.sleep(0.01)

    def files(self):
        """Of all that a start may have to do with, the bytes; but for the lock and the log."""
        found = {}
        for folder in ("journal", "snapshots"):
            for name in os.listdir(self.path(folder)):
                with open(self.path(folder, name), "rb") as file:
                    found[folder, name] = file.read()
        return found

    def refused(self):
        self.daemon.launch()
        self.equal(self.daemon.wait(), 1, self.daemon.log())
        return self.daemon.log().splitlines()[-1]

    def keep_journal(self):
        shutil.copytree(self.path("journal"), self.path("older"))

    def bring_journal_back(self):
        shutil.rmtree(self.path("journal"))
        shutil.copytree(self.path("older"), self.path("journal"))

    def test_sync_and_the_journal_is_gone(self):
        self.make("sync")
        self.trade(3)
        self.equal(self.daemon.stop(), 0)
        newest = sorted(os.listdir(self.path("snapshots")))[-1]
        stored = self.stored()
        shutil.rmtree(self.path("journal"))
        for _ in range(2):
            why = self.refused()
            self.assertIn("journal: the journal ends here, with no record", why)
            self.assertIn(newest + f" has the records up to {stored}", why)
            self.assertIn(f"store.sqlite has the records up to {stored}", why)
            self.assertIn("Restore the journal from a backup", why)
            self.assertIn(newest, os.listdir(self.path("snapshots")))
            self.equal(self.stored(), stored)
            self.equal(self.rows("SELECT count(*) FROM orders"), [(3,)])

    def test_sync_and_an_older_journal(self):
        self.make("sync")
        self.trade(2)
        self.equal(self.daemon.stop(), 0)
        self.keep_journal()
        self.start()
        self.trade(2)
        self.equal(self.daemon.stop(), 0)
        newer = self.path("newer")
        shutil.move(self.path("journal"), newer)
        shutil.move(self.path("older"), self.path("journal"))
        before = self.files()
        self.assertRegex(self.refused(),
                         r"segment-0+1\.journal at offset [0-9]+: the journal ends here, with record")
        self.equal(self.files(), before)
        # What is to be done: the journal brought back ..
        shutil.rmtree(self.path("journal"))
        shutil.move(newer, self.path("journal"))
        self.start()
        self.equal(len(self.client.all("/api/account/positions")), 4)
        self.equal(self.daemon.stop(), 0)

    def test_verify_says_what_the_start_says(self):
        """And never that what is ahead may be deleted."""
        self.make("sync")
        self.trade(2)
        self.equal(self.daemon.stop(), 0)
        self.keep_journal()
        self.start()
        self.trade(2)
        self.equal(self.daemon.stop(), 0)
        self.bring_journal_back()
        for moved in ("none", "snapshots", "store"):
            if moved == "snapshots":
                shutil.move(self.path("snapshots"), self.path("moved"))
            if moved == "store":
                shutil.move(self.path("moved"), self.path("snapshots"))
                shutil.move(self.path("store.sqlite"), self.path("elsewhere.sqlite"))
            checked = daemon.run_tribook("verify", self.daemon.data)
            self.equal(checked.returncode, 1, checked.stdout)
            named = re.findall(r"(/\S+) has the records up to [0-9]+", checked.stderr)
            self.equal(named, re.findall(r"(/\S+) has the records up to [0-9]+", self.refused()))
            self.equal(self.path("store.sqlite") in named, moved != "store")
            self.equal(any(name.endswith(".snapshot") for name in named), moved != "snapshots")
            self.assertNotIn("delete it", checked.stderr)
            self.assertIn("Delete none of them", checked.stderr)
        words = ["verify", self.daemon.data, "--store", self.path("elsewhere.sqlite")]
        self.assertIn("elsewhere.sqlite has the records", daemon.run_tribook(*words).stderr)

    def test_no_backup_of_a_journal_that_lost_its_end(self):
        """Snapshots or the store tell of it, with any durability, and so may an older backup."""
        for durability in ("sync", "none"):
            with self.subTest(durability=durability):
                self.make(durability)
                self.trade(2)
                self.equal(self.daemon.stop(), 0)
                self.keep_journal()
                self.start()
                self.trade(2)
                self.equal(self.daemon.stop(), 0)
                self.bring_journal_back()
                key, folder = os.path.join(daemon.make_folder(), "key"), self.path("backups")
                daemon.run_tribook("backup", "--make-key", key)
                words = ["backup", "--data", self.daemon.data, "--to", folder, "--key", key]
                for ahead in ("snapshots", "store.sqlite"):
                    ended = daemon.run_tribook(*words)
                    self.equal(ended.returncode, 1, ended.stdout)
                    self.assertRegex(ended.stderr, r"the journal ends with record [0-9]+, but .* has "
                                     "the records up to [0-9]+: what clients were told of is lost")
                    self.equal(os.listdir(folder), ["tribook-backup.lock"])
                    shutil.move(self.path(ahead), self.path("moved-" + ahead))
                self.equal(daemon.run_tribook(*words).returncode, 0)

    def test_sync_goes_on_when_the_files_are_moved_away(self):
        self.make("sync")
        self.trade(2)
        self.equal(self.daemon.stop(), 0)
        self.keep_journal()
        kept = os.listdir(self.path("snapshots"))
        self.start()
        self.trade(2)
        self.equal(self.daemon.stop(), 0)
        self.bring_journal_back()
        named = re.findall(r"(/\S+) has the records up to", self.refused())
        self.assertGreater(len(named), 1)
        for path in named:
            self.assertNotIn(os.path.basename(path), kept)
            os.rename(path, path + ".moved")
        self.start()
        self.equal(len(self.client.all("/api/account/positions")), 2)
        self.equal(self.trade(), [3])
        self.equal(self.daemon.stop(), 0)
        self.equal(self.rows("SELECT count(*) FROM orders"), [(3,)])

    def test_batch_and_a_lost_record(self):
        """One that the store has and the journal lost; a new one comes to have its number."""
        self.make("batch")
        self.trade()
        self.wait_until(lambda: self.rows("SELECT count(*) FROM orders") == [(1,)])
        self.keep_journal()
        before = self.stored()
        self.trade()
        self.wait_until(lambda: self.rows("SELECT count(*) FROM orders") == [(2,)])
        self.assertGreater(self.stored(), before)
        self.daemon.kill()
        self.bring_journal_back()
        self.start()
        self.assertRegex(self.daemon.log(), "store.sqlite has the records up to .* was moved to "
                         ".*store.sqlite.ahead-1 and is made anew")
        self.wait_until(lambda: self.rows("SELECT count(*) FROM orders") == [(1,)])
        self.equal(self.rows("SELECT count(*) FROM orders", "store.sqlite.ahead-1"), [(2,)])
        filled = self.client.filled("BUY", "EURUSD", "0.03")
        self.equal(filled["orderId"], 2)
        self.equal(self.daemon.stop(), 0)
        self.equal(self.rows("SELECT id FROM orders ORDER BY id"), [(1,), (2,)])
        first, second = self.rows("SELECT volume FROM trades ORDER BY order_id")
        self.equal(second[0], 3 * first[0])

    def test_batch_and_snapshots(self):
        self.make("batch")
        self.trade()
        self.equal(self.daemon.stop(), 0)
        self.keep_journal()
        kept = set(os.listdir(self.path("snapshots")))
        self.start()
        self.trade(2)
        self.equal(self.daemon.stop(), 0)
        ahead = set(os.listdir(self.path("snapshots"))) - kept
        self.assertGreater(len(ahead), 0)
        self.bring_journal_back()
        self.start()
        self.equal(set(os.listdir(self.path("snapshots"))) & ahead, set())
        self.equal({name for name in os.listdir(self.path("snapshots")) if name.endswith(".ahead")},
                   {name + ".ahead" for name in ahead})
        self.trade()
        self.equal(self.daemon.stop(), 0)
        checked = daemon.run_tribook("verify", self.daemon.data)
        self.equal(checked.returncode, 0, checked.stderr)


class Foreign(case.TribookCase):
    """A snapshot of another history that lies in the folder: the start passes it over, and so does
    the follower, at this start and the next."""

    def make(self, trades, price, **changes):
        made = daemon.Daemon(daemon.config(**changes)).start()
        broker = Broker(made)
        broker.make_symbol(forex("EURUSD"))
        broker.quotes(("EURUSD", price, "1.30010"))
        client = broker.make_account(currency="USD", initialDeposit=100000, leverage=100)
        for _ in range(trades):
            client.filled("BUY", "EURUSD", "0.01")
        self.equal(made.stop(), 0, made.log())
        return made

    def test_the_follower_passes_it_over_too(self):
        mine, other = self.make(6, "1.30000"), self.make(3, "1.29990")
        folder = os.path.join(mine.data, "snapshots")
        shutil.rmtree(folder)
        shutil.copytree(os.path.join(other.data, "snapshots"), folder)
        foreign = set(os.listdir(folder))
        for _ in range(2):
            mine.start()
            self.equal(mine.stop(), 0, mine.log())
            self.assertNotIn("no further than record", mine.log())
        self.assertIn("had other events up to there", mine.log())
        self.assertGreater(len(set(os.listdir(folder)) - foreign), 0, "no new snapshot")

    def test_a_store_of_another_journal_is_kept_beside(self):
        mine = self.make(6, "1.30000")
        other = self.make(3, "1.29990", start="2026-01-07T12:00:00Z")
        path = os.path.join(mine.data, "store.sqlite")
        for name in os.listdir(mine.data):
            if name.startswith("store.sqlite"):
                os.remove(os.path.join(mine.data, name))
        shutil.copy(os.path.join(other.data, "store.sqlite"), path)
        mine.start()
        self.equal(mine.stop(), 0, mine.log())
        self.assertRegex(mine.log(), "store.sqlite was made of another journal, of [0-9]+ records. "
                         "It was moved to .*store.sqlite.other-1 and is made anew")
        for file, orders in (path, 6), (path + ".other-1", 3):
            database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
            self.equal(database.execute("SELECT count(*) FROM orders").fetchone(), (orders,))
            database.close()


if __name__ == "__main__":
    case.main()
