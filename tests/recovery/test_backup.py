"""Backups: taken while the daemon is under load, restored into a new folder after it was killed, and
held against what it acknowledged; taken by schedule; and refused when they are not what was written."""

import datetime
import filecmp
import json
import os
import random
import re
import shutil
import stat
import time

import case
import daemon
import prometheus
from backup_reader import extract
from books import must
from broker import Broker, forex
from damage import used_segments
from house import House, PlainDisk
from older_rules import make_older
from rest import Rest

NAME = re.compile(r"^tribook-(\d{8}T\d{6}Z)-(\d+)\.backup$")
TIME = "%Y%m%dT%H%M%SZ"
SENT_AGAIN = 200


def make_key():
    path = os.path.join(daemon.make_folder(), "key")
    made = daemon.run_tribook("backup", "--make-key", path)
    must(made.returncode == 0, made.stderr)
    return path


def tribook_json(*words):
    ended = daemon.run_tribook(*words, "--json")
    must(ended.returncode == 0, words, ended.stderr)
    return json.loads(ended.stdout)


def backups_in(folder):
    return sorted(name for name in os.listdir(folder) if NAME.match(name))


def accounts_at(data, sequence):
    replayed = daemon.run_tribook("replay", data, "--until", str(sequence), "--json")
    must(replayed.returncode == 0, replayed.stderr)
    return replayed.stdout


def quote(house, times):
    """So many times 2,000 quotes: eight of them are more than a segment."""
    rows = [{"symbol": "EURUSD", "bid": "1.08440", "ask": "1.08450"}] * 2000
    admin = Rest(house.daemon.admin_port, token=house.broker.admin.token)
    for _ in range(times):
        answer = admin.post("/admin/quotes", rows)
        must(answer.status == 200, answer)
    admin.close()


class BackupThenKill(PlainDisk):
    """The house dies some operations after a backup was taken under load."""

    durabilities = ["sync", "batch", "none"]

    def __init__(self, key):
        self.key = key
        self.folder = daemon.make_folder()
        self.began = 0.0
        self.taken = None

    def kill(self, house):
        self.began = time.monotonic()
        self.taken = tribook_json("backup", "--data", house.daemon.data, "--to", self.folder,
                                  "--key", self.key)
        quote(house, 1)
        house.daemon.kill()


class Rehearsal(case.TribookCase):
    """What docs/BACKUP.md tells an operator to rehearse."""

    def setUp(self):
        self.dice = random.Random(case.seed())
        self.key = make_key()

    def restore(self, file):
        folder = os.path.join(daemon.make_folder(), "restored")
        return folder, tribook_json("restore", file, "--to", folder, "--key", self.key)

    def rehearse(self, rounds):
        disk = BackupThenKill(self.key)
        house = House(self.dice, disk)
        house.rounds = rounds
        house.start()
        quote(house, 8)
        operations = house.load_until(self.dice.randrange(100, 300), 0)
        before = [o for o in operations
                  if o.answer is not None and o.answered_at < disk.began]
        self.assertGreater(len(before), 20)
        self.assertGreater(len(used_segments(house.daemon.data)), 1)

        restored, told = self.restore(disk.taken["file"])
        self.equal(told["lastSequence"], disk.taken["lastSequence"])
        hashed = daemon.run_tribook("state-hash", restored)
        self.equal(hashed.stdout.strip(), told["stateHash"], hashed.stderr)
        self.equal(accounts_at(restored, told["lastSequence"]),
                   accounts_at(house.daemon.data, told["lastSequence"]))
        self.assertNotEqual(accounts_at(house.daemon.data, 10 ** 15),
                            accounts_at(restored, 10 ** 15), "nothing happened after the backup")

        house.daemon = daemon.Daemon(data=restored)
        house.broker.daemon = house.daemon
        house.start()
        books = house.compare(before)
        house.send_again(before[-SENT_AGAIN:], books)
        house.compare(before)
        self.equal(house.daemon.stop(), 0, house.daemon.log())
        house.verify()

    def test_under_load_with_each_durability(self):
        for rounds in range(len(BackupThenKill.durabilities)):
            with self.subTest(durability=BackupThenKill.durabilities[rounds]):
                self.rehearse(rounds)

    def test_a_lost_record_would_be_seen(self):
        """The proof above can fail: an older backup lacks what was acknowledged later."""
        disk = BackupThenKill(self.key)
        house = House(self.dice, disk)
        house.start()
        older = tribook_json("backup", "--data", house.daemon.data, "--to", disk.folder,
                             "--key", self.key)
        operations = house.load_until(150, 0)
        restored, _ = self.restore(older["file"])
        house.daemon = daemon.Daemon(data=restored)
        house.broker.daemon = house.daemon
        house.start()
        with self.assertRaises(AssertionError):
            house.compare(operations)
        self.equal(house.daemon.stop(), 0)


class Files(case.TribookCase):
    """One small house; what is in its backup, and what is refused."""

    @classmethod
    def setUpClass(cls):
        cls.key = make_key()
        text = daemon.config().replace(f'jwt_secret = "{daemon.JWT_SECRET}"\n', "")
        text += "[snapshots]\nevery_records = 20\nkeep = 2\n"
        cls.daemon = daemon.Daemon(text).start()
        cls.broker = Broker(cls.daemon)
        cls.broker.make_symbol(forex("EURUSD"))
        cls.broker.quote("EURUSD", "1.08440", "1.08450")
        cls.client = cls.broker.make_account(currency="USD", initialDeposit=100000)
        for _ in range(40):
            cls.client.filled("BUY", "EURUSD", "0.01")
        cls.await_snapshot()
        cls.folder = daemon.make_folder()
        cls.taken = tribook_json("backup", "--data", cls.daemon.data, "--to", cls.folder, "--key",
                                 cls.key)
        cls.file = cls.taken["file"]

    @classmethod
    def await_snapshot(cls):
        """They are taken in the background."""
        folder = os.path.join(cls.daemon.data, "snapshots")
        deadline = time.monotonic() + daemon.WAIT_S
        while not (os.path.isdir(folder)
                   and any(name.endswith(".snapshot") for name in os.listdir(folder))):
            must(time.monotonic() < deadline, "no snapshot", cls.daemon.log())
            time.sleep(0.01)

    @classmethod
    def tearDownClass(cls):
        cls.daemon.kill()

    def ends(self, code, *words, err=(), env=None):
        ended = daemon.run_tribook(*words, env=env)
        self.equal(ended.returncode, code, f"{words}\n{ended.stdout}\n{ended.stderr}")
        for word in err:
            self.assertIn(word, ended.stderr)
        if code != 0:
            self.assertEqual(ended.stdout, "")
        return ended

    def new_folder(self):
        return os.path.join(daemon.make_folder(), "new")

    def test_name_and_mode(self):
        self.assertRegex(os.path.basename(self.file), NAME)
        self.assertTrue(self.file.endswith(f"-{self.taken['lastSequence']}.backup"))
        self.equal(stat.S_IMODE(os.stat(self.key).st_mode), 0o600)
        self.equal(stat.S_IMODE(os.stat(self.file).st_mode) & 0o007, 0)

    def test_nothing_of_it_can_be_read_without_the_key(self):
        with open(self.file, "rb") as file:
            content = file.read()
        self.assertTrue(content.startswith(b"TRIBOOKB"))
        for word in [b"EURUSD", b"TRIBOOKJ", b"TRIBOOKS", b"segment", b"secret"]:
            self.assertNotIn(word, content)

    def test_verify(self):
        seen = tribook_json("backup", "verify", self.file, "--key", self.key)
        self.equal(seen["lastSequence"], self.taken["lastSequence"])
        self.equal(seen["bytes"], os.path.getsize(self.file))
        shown = self.ends(0, "backup", "verify", self.file, "--key", self.key).stdout
        self.assertIn(": good", shown)
        with open(self.key, encoding="ascii") as file:
            text = file.read()
        self.ends(0, "backup", "verify", self.file, env={"TRIBOOK_BACKUP_KEY": text})

    def test_restored_is_all_there_and_a_login_holds(self):
        restored = self.new_folder()
        self.ends(0, "restore", self.file, "--to", restored, "--key", self.key)
        self.equal(stat.S_IMODE(os.stat(restored).st_mode), 0o700)
        self.equal(stat.S_IMODE(os.stat(os.path.join(restored, "jwt.secret")).st_mode), 0o600)
        self.equal(sorted(os.listdir(restored)), ["journal", "jwt.secret", "snapshots"])
        self.assertGreater(len(os.listdir(os.path.join(restored, "snapshots"))), 0)
        checked = self.ends(0, "verify", restored).stdout
        self.assertIn(": good", checked)
        text = daemon.config().replace(f'jwt_secret = "{daemon.JWT_SECRET}"\n', "")
        other = daemon.Daemon(text, data=restored).start()
        rest = Rest(other.client_port, token=self.client.token)
        self.equal(len(rest.all("/api/account/positions")), 40)
        rest.close()
        self.equal(other.stop(), 0, other.log())
        self.ends(0, "verify", restored)

    def test_its_bytes_are_as_documented(self):
        with open(self.key, encoding="ascii") as file:
            key = bytes.fromhex(file.read().strip())
        ours, theirs = daemon.make_folder(), self.new_folder()
        about = extract(self.file, key, ours)
        self.equal(about[0], self.taken["lastSequence"])
        self.equal(about[6:9], tuple(self.taken[name] for name in
                                     ["segments", "archivedSegments", "snapshots"]))
        self.ends(0, "restore", self.file, "--to", theirs, "--key", self.key)
        same = filecmp.dircmp(ours, theirs)
        for folder in [same, *same.subdirs.values()]:
            self.equal((folder.left_only, folder.right_only, folder.diff_files), ([], [], []))
            _, different, broken = filecmp.cmpfiles(folder.left, folder.right, folder.common_files,
                                                    shallow=False)
            self.equal((different, broken), ([], []))

    def test_nothing_is_restored_over_another(self):
        self.ends(1, "restore", self.file, "--to", self.daemon.data, "--key", self.key,
                  err=[self.daemon.data, "a daemon runs"])
        folder = daemon.make_folder()
        daemon.write(os.path.join(folder, "mine"), "x")
        self.ends(1, "restore", self.file, "--to", folder, "--key", self.key,
                  err=[folder, "is not empty (mine)"])
        self.equal(os.listdir(folder), ["mine"])
        self.ends(1, "restore", self.file, "--to", os.path.join(folder, "mine"), "--key", self.key,
                  err=["is not a folder"])

    def test_a_restore_that_was_cut_off_may_be_done_again(self):
        folder = daemon.make_folder()
        os.makedirs(os.path.join(folder, ".restoring", "journal"))
        self.ends(0, "restore", self.file, "--to", folder, "--key", self.key)
        self.assertNotIn(".restoring", os.listdir(folder))

    def test_a_restore_cut_off_while_its_parts_move_up_may_be_done_again(self):
        """The journal is the last: snapshots without it would be taken for some of a lost one."""
        folder = self.new_folder()
        words = ["restore", self.file, "--to", folder, "--key", self.key]
        self.ends(0, *words)
        marker = os.path.join(folder, ".restored")
        os.mkdir(marker)
        os.rename(os.path.join(folder, "journal"), os.path.join(marker, "journal"))
        kept = os.listdir(os.path.join(folder, "snapshots"))
        self.starts_not(folder)
        self.equal(os.listdir(os.path.join(folder, "snapshots")), kept)
        self.ends(0, *words)
        self.equal(sorted(os.listdir(folder)), ["journal", "jwt.secret", "snapshots"])
        self.ends(0, "verify", folder)
        os.mkdir(os.path.join(folder, ".restored"))  # all moved up, the marker not yet removed
        self.starts_not(folder)
        self.ends(0, *words)
        self.ends(0, "verify", folder)

    def starts_not(self, folder):
        file = daemon.write(os.path.join(daemon.make_folder(), "tribook.toml"), daemon.config())
        self.ends(1, "serve", "--config", file, "--data", folder, err=[folder, "was cut off"])

    def test_no_daemon_starts_where_a_restore_was_cut_off(self):
        folder = daemon.make_folder()
        os.makedirs(os.path.join(folder, ".restoring", "journal"))
        self.starts_not(folder)

    def test_what_is_left_of_a_restore_is_all_that_is_cleared_away(self):
        folder = daemon.make_folder()
        os.makedirs(os.path.join(folder, ".restored", "journal"))
        daemon.write(os.path.join(folder, "mine"), "x")
        self.ends(1, "restore", self.file, "--to", folder, "--key", self.key,
                  err=["is not empty (mine)"])
        os.rename(os.path.join(folder, ".restored"), os.path.join(folder, ".restoring"))
        os.rename(os.path.join(folder, "mine"), os.path.join(folder, "tribook.toml"))
        self.ends(1, "restore", self.file, "--to", folder, "--key", self.key,
                  err=["is not empty (tribook.toml)"])

    def test_a_damaged_one_leaves_nothing(self):
        with open(self.file, "rb") as file:
            content = bytearray(file.read())
        content[len(content) // 2] ^= 4
        bad = os.path.join(daemon.make_folder(), "bad.backup")
        with open(bad, "wb") as file:
            file.write(content)
        for words in [["backup", "verify", bad], ["restore", bad, "--to", self.new_folder()]]:
            self.ends(1, *words, "--key", self.key, err=[bad, "at offset", "damaged"])
            self.assertFalse(os.path.exists(words[-1]) and words[0] == "restore")
        os.truncate(bad, len(content) // 2)
        self.ends(1, "backup", "verify", bad, "--key", self.key, err=[bad])

    def test_keys(self):
        other = make_key()
        self.ends(1, "backup", "verify", self.file, "--key", other, err=["with another key"])
        self.ends(1, "restore", self.file, "--to", self.new_folder(), "--key", other,
                  err=["with another key"])
        self.ends(1, "backup", "verify", self.file, err=["there is no key", "TRIBOOK_BACKUP_KEY"])
        self.ends(1, "backup", "verify", self.file, env={"TRIBOOK_BACKUP_KEY": "abc"},
                  err=["TRIBOOK_BACKUP_KEY", "64 hexadecimal digits"])
        os.chmod(other, 0o644)
        self.ends(1, "backup", "verify", self.file, "--key", other, err=[other, "chmod 600"])
        self.ends(1, "backup", "--make-key", other, err=["is there already"])

    def test_words(self):
        for words in [["backup"], ["backup", "--data", "x"], ["backup", "--to", "x"],
                      ["backup", "verify"], ["backup", "extra", "--data", "x", "--to", "y"],
                      ["backup", "--data", "x", "--to", "y", "--keep", "0"],
                      ["backup", "--make-key", "x", "--json"], ["restore"],
                      ["restore", "x"], ["restore", "x", "--to", ""], ["restore", "x", "y"]]:
            self.ends(2, *words)
        self.ends(1, "backup", "--data", "/nowhere", "--to", self.folder, "--key", self.key,
                  err=["/nowhere", "no journal"])
        self.ends(1, "restore", "/nowhere.backup", "--to", self.new_folder(), "--key", self.key,
                  err=["/nowhere.backup"])

    def test_a_file_of_a_given_name(self):
        file = os.path.join(daemon.make_folder(), "one.backup")
        words = ["backup", "--data", self.daemon.data, "--to", file, "--key", self.key]
        self.ends(0, *words)
        self.ends(0, "backup", "verify", file, "--key", self.key)
        self.ends(1, *words, err=["is there already"])

    def test_settings_given_beside_the_configuration(self):
        folder = daemon.make_folder()
        config = daemon.write(os.path.join(folder, "tribook.toml"), daemon.config())
        self.ends(0, "backup", "--config", config, "--data", self.daemon.data,
                  "--set", "backup.directory=kept", "--set", f"backup.key_file={self.key}")
        self.equal(len(backups_in(os.path.join(folder, "kept"))), 1)
        self.ends(2, "backup", "--data", "x", "--to", "y", "--set", "backup.keep=2")

    def test_by_the_configuration(self):
        folder = daemon.make_folder()
        config = daemon.write(os.path.join(folder, "tribook.toml"), daemon.config() + (
            f'[backup]\ndirectory = "kept"\nkey_file = "{self.key}"\nkeep = 2\n'))
        for _ in range(3):
            self.ends(0, "backup", "--config", config, "--data", self.daemon.data)
            time.sleep(1.01)  # names are by the second
        self.equal(len(backups_in(os.path.join(folder, "kept"))), 2)


class Archived(case.TribookCase):
    """Old segments go into the archive and their files are used again, backups or not."""

    def grow(self, segments):
        """A house that was stopped when so many segments were in its archive."""
        text = daemon.config(segment_bytes=1 << 20).replace(
            "[journal]\n", "[journal]\nkeep_segments = 1\n")
        text += "[snapshots]\nevery_records = 3000\nevery_minutes = 0\nkeep = 1\n"
        house = House(random.Random(case.seed()))
        house.daemon = daemon.Daemon(text).start()
        house.set_up()
        house.client(house.clients[0].account_id).filled("BUY", "EURUSD", "0.10")
        deadline = time.monotonic() + 3 * daemon.WAIT_S
        while len(self.archived(house)) < segments:
            must(time.monotonic() < deadline, "not archived", house.daemon.log())
            quote(house, 2)
        self.equal(house.daemon.stop(), 0, house.daemon.log())
        return house, text

    def archived(self, house):
        folder = os.path.join(house.daemon.data, "archive")
        names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        return [os.path.join(folder, name) for name in names if name.endswith(".z")]

    def test_a_damaged_archive_makes_no_backup(self):
        house, _ = self.grow(2)
        key, folder = make_key(), daemon.make_folder()
        words = ["backup", "--data", house.daemon.data, "--to", folder, "--keep", "1", "--key", key]
        first = tribook_json(*words)
        damaged = self.archived(house)[0]
        with open(damaged, "r+b") as file:
            for place in (5000, 9000, 20000):
                file.seek(place)
                byte = file.read(1)[0]
                file.seek(place)
                file.write(bytes([byte ^ 1]))
        time.sleep(1.01)  # names are by the second
        refused = daemon.run_tribook(*words)
        self.equal(refused.returncode, 1, refused.stdout)
        self.assertIn(damaged, refused.stderr)
        self.equal(backups_in(folder), [os.path.basename(first["file"])])
        restored = os.path.join(daemon.make_folder(), "restored")
        tribook_json("restore", first["file"], "--to", restored, "--key", key)

    def test_a_hole_makes_no_backup_and_older_ones_stay(self):
        house, _ = self.grow(3)
        key, folder = make_key(), daemon.make_folder()
        words = ["backup", "--data", house.daemon.data, "--to", folder, "--keep", "1", "--key", key]
        first = os.path.basename(tribook_json(*words)["file"])
        second = self.archived(house)[1]
        os.rename(second, second + ".lost")
        for _ in range(2):
            time.sleep(1.01)  # names are by the second
            refused = daemon.run_tribook(*words)
            self.equal(refused.returncode, 1, refused.stdout)
            self.assertIn("segments are missing between others (2)", refused.stderr)
            self.equal(backups_in(folder), [first])
        # Without those before it a backup is good again; the one that has them stays beside it.
        os.remove(self.archived(house)[0])
        taken = []
        for _ in range(2):
            time.sleep(1.01)
            told = tribook_json(*words)
            self.assertIn("it has the journal from segment 1 on", told["warnings"][-1])
            taken.append(os.path.basename(told["file"]))
        self.equal(backups_in(folder), [first, taken[-1]])

    def test_old_segments_taken_out_of_the_archive(self):
        house, text = self.grow(2)
        key, restored = make_key(), os.path.join(daemon.make_folder(), "restored")
        file = os.path.join(daemon.make_folder(), "one.backup")
        hashed = daemon.run_tribook("state-hash", house.daemon.data).stdout.strip()
        os.remove(self.archived(house)[0])
        words = ["--key", key]
        taken = tribook_json("backup", "--data", house.daemon.data, "--to", file, *words)
        self.assertIn("segments are missing (1)", " ".join(taken["warnings"]))
        seen = tribook_json("backup", "verify", file, *words)
        self.equal(seen["warnings"], taken["warnings"])
        told = tribook_json("restore", file, "--to", restored, *words)
        self.equal(told["stateHash"], hashed)
        self.assertGreater(told["replayedBehind"], 0)
        self.assertIn("segments are missing (1)", told["warnings"][0])
        self.assertIn(f"up to {told['replayedBehind']} were not replayed", told["warnings"][1])
        other = daemon.Daemon(text, data=restored).start()
        self.assertIn(f"state {hashed}", other.log())
        self.equal(other.stop(), 0, other.log())
        shutil.rmtree(os.path.join(house.daemon.data, "snapshots"))
        useless = daemon.run_tribook("backup", "--data", house.daemon.data, "--to", file + "2",
                                     *words)
        self.equal(useless.returncode, 1)
        self.assertIn("it could not be restored", useless.stderr)

    def test_behind_an_upgrade_of_the_rules(self):
        house, text = self.grow(2)
        key, restored = make_key(), os.path.join(daemon.make_folder(), "restored")
        hashed = daemon.run_tribook("state-hash", house.daemon.data).stdout.strip()
        for path in self.archived(house):
            make_older(path)
        replayed = daemon.run_tribook("state-hash", house.daemon.data)
        self.assertIn("rules version 1", replayed.stderr)
        taken = tribook_json("backup", "--data", house.daemon.data, "--to", daemon.make_folder(),
                             "--key", key)
        self.equal(taken["warnings"], [])
        told = tribook_json("restore", taken["file"], "--to", restored, "--key", key)
        self.equal(told["stateHash"], hashed)
        self.assertIn("of other rules", " ".join(told["warnings"]))
        other = daemon.Daemon(text, data=restored).start()
        self.assertIn(f"state {hashed}", other.log())
        self.equal(other.stop(), 0, other.log())

    def test_backups_while_segments_are_archived(self):
        key = make_key()
        text = daemon.config(segment_bytes=1 << 20).replace(
            "[journal]\n", "[journal]\nkeep_segments = 1\n")
        text += "[snapshots]\nevery_records = 3000\nevery_minutes = 0\nkeep = 1\n"
        house = House(random.Random(case.seed()))
        house.daemon = daemon.Daemon(text).start()
        house.set_up()
        house.client(house.clients[0].account_id).filled("BUY", "EURUSD", "0.10")
        folder = daemon.make_folder()
        taken = []
        deadline = time.monotonic() + 3 * daemon.WAIT_S
        while not taken or taken[-1]["archivedSegments"] < 3:
            must(time.monotonic() < deadline, "not archived", taken, house.daemon.log())
            quote(house, 2)
            file = os.path.join(folder, f"{len(taken)}.backup")
            taken.append(tribook_json("backup", "--data", house.daemon.data, "--to", file, "--key",
                                      key))
        house.daemon.kill()
        for told in [taken[len(taken) // 2], taken[-1]]:
            restored = os.path.join(daemon.make_folder(), "restored")
            tribook_json("restore", told["file"], "--to", restored, "--key", key)
            checked = daemon.run_tribook("verify", restored)
            self.equal(checked.returncode, 0, checked.stderr)
            self.equal(accounts_at(restored, told["lastSequence"]),
                       accounts_at(house.daemon.data, told["lastSequence"]))
        other = daemon.Daemon(text, data=restored).start()
        self.equal(other.stop(), 0, other.log())


class Schedule(case.TribookCase):
    def setUp(self):
        self.key = make_key()
        self.folder = os.path.join(daemon.make_folder(), "backups")
        self.daemon = daemon.Daemon(daemon.config() + (
            f'[backup]\ndirectory = "{self.folder}"\nkey_file = "{self.key}"\nkeep = 2\n'))

    def metric(self, name):
        rest = Rest(self.daemon.admin_port)
        families = prometheus.parse(rest.get("/metrics").body.decode())
        rest.close()
        return families["tribook_backup_" + name].value()

    def awaits(self, what, condition):
        deadline = time.monotonic() + daemon.WAIT_S
        while not condition():
            must(time.monotonic() < deadline, "in vain:", what, self.daemon.log())
            time.sleep(0.05)

    def is_ready(self):
        rest = Rest(self.daemon.client_port)
        status = rest.get("/readyz").status
        rest.close()
        return status == 200

    def make_older(self, days):
        """As if the backups that are there were so many days older."""
        for name in backups_in(self.folder):
            text, sequence = NAME.match(name).groups()
            moment = datetime.datetime.strptime(text, TIME) - datetime.timedelta(days=days)
            os.rename(os.path.join(self.folder, name), os.path.join(
                self.folder, f"tribook-{moment.strftime(TIME)}-{sequence}.backup"))

    def test_taken_when_due_and_the_newest_are_kept(self):
        for _ in range(4):
            self.daemon.start()
            self.awaits("a backup", lambda: self.metric("taken_total") == 1)
            newest = backups_in(self.folder)[-1]
            moment = datetime.datetime.strptime(NAME.match(newest)[1], TIME)
            self.equal(int(self.metric("last_success_timestamp_seconds")),
                       int(moment.replace(tzinfo=datetime.timezone.utc).timestamp()))
            self.equal(int(self.metric("bytes")),
                       os.path.getsize(os.path.join(self.folder, newest)))
            self.equal((self.metric("last_failed"), self.metric("overdue")), (0, 0))
            self.equal(self.daemon.stop(), 0, self.daemon.log())
            self.make_older(2)
        names = backups_in(self.folder)
        self.equal(len(names), 2)
        self.equal(len(os.listdir(self.folder)), 3)  # and a lock
        for name in names:
            tribook_json("backup", "verify", os.path.join(self.folder, name), "--key", self.key)

    def test_not_due_again_after_a_restart(self):
        with open(self.key, encoding="ascii") as file:
            self.daemon.env["TRIBOOK_BACKUP_KEY"] = file.read().strip()
        self.daemon.configure(daemon.config() + f'[backup]\ndirectory = "{self.folder}"\n')
        self.daemon.start()
        self.awaits("a backup", lambda: self.metric("taken_total") == 1)
        self.equal(self.daemon.stop(), 0)
        self.daemon.start()
        self.assertGreater(self.metric("last_success_timestamp_seconds"), 0)
        self.equal(self.daemon.stop(), 0)
        self.equal(len(backups_in(self.folder)), 1)

    def test_a_folder_that_fails_is_an_alert_and_recovers(self):
        daemon.write(self.folder, "in the way")
        self.daemon.start()
        self.awaits("the alert", lambda: self.metric("last_failed") == 1)
        self.assertTrue(self.is_ready())
        self.assertRegex(self.daemon.log(), rf"error backup: {self.folder}: .*tried again in")
        os.remove(self.folder)
        self.awaits("a good one", lambda: self.metric("last_failed") == 0)
        self.equal(len(backups_in(self.folder)), 1)
        self.assertGreater(self.metric("failures_total"), 0)
        self.equal(self.daemon.stop(), 0, self.daemon.log())

    def test_a_key_that_cannot_be_used_is_an_alert_and_later_overdue(self):
        self.daemon.start()
        self.awaits("a backup", lambda: self.metric("taken_total") == 1)
        self.equal(self.daemon.stop(), 0)
        self.make_older(3)
        os.chmod(self.key, 0o644)
        self.daemon.start()
        self.awaits("the alert", lambda: self.metric("overdue") == 1)
        self.equal(self.metric("last_failed"), 1)
        self.assertTrue(self.is_ready())
        self.assertIn("chmod 600", self.daemon.log())
        self.assertIn("error backup: overdue", self.daemon.log())
        self.equal(len(backups_in(self.folder)), 1)
        os.chmod(self.key, 0o600)
        self.awaits("a good one", lambda: self.metric("overdue") == 0)
        self.equal(self.metric("last_failed"), 0)
        self.assertIn("no longer overdue", self.daemon.log())
        self.equal(self.daemon.stop(), 0, self.daemon.log())


if __name__ == "__main__":
    case.main()
