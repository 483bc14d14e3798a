"""A journal that was damaged. A write that tore, as a power cut leaves it, is cut off and told;
anything else is refused with file and offset, and left as it is."""

import os
import random
import re
import shutil
import time

import case
import daemon
from broker import Broker, forex
from damage import HEADER, digests, flip, last_used, overwrite, used_segments


class Damage(case.TribookCase):
    """One journal, of a daemon that was killed, and one of a daemon that was stopped; each test
    damages a copy."""

    @classmethod
    def setUpClass(cls):
        cls.dice = random.Random(case.seed())
        cls.killed = cls.make(lambda running: running.kill())
        cls.stopped = cls.make(lambda running: running.stop())

    @classmethod
    def make(cls, end, **settings):
        running = daemon.Daemon(daemon.config(segment_bytes=1 << 20, **settings)).start()
        broker = Broker(running)
        broker.make_symbol(forex("EURUSD"))
        broker.quote("EURUSD", "1.08440", "1.08450")
        client = broker.make_account(initialDeposit=1000000)
        for index in range(60):
            order = client.filled("BUY", "EURUSD", "0.01", clientOrderId=f"o{index}")
            if index % 2:
                client.closed(order["positionId"])
        running.client_id = client.account_id
        running.username = client.username
        running.password = client.password
        end(running)
        return running

    def copy(self, original, **settings):
        copied = daemon.Daemon(daemon.config(segment_bytes=1 << 20, **settings))
        shutil.copytree(original.data, copied.data)
        for name in ["run.json"]:
            path = os.path.join(copied.data, name)
            if os.path.exists(path):
                os.remove(path)
        return copied

    def orders(self, started, original):
        client = Broker(started).client(original.client_id, original.username, original.password)
        return {o["clientOrderId"] for o in client.all("/api/account/orders?status=all")
                if o["clientOrderId"]}

    def starts_and_says_so(self, copied):
        verified = daemon.run_tribook("verify", copied.data)
        self.assertEqual(verified.returncode, 0, verified.stderr)
        self.assertRegex(verified.stdout, r"segment-\d+\.journal")
        copied.start()
        self.assertRegex(copied.log(), r"(?i)warn.*segment-\d+\.journal.*\d")
        held = self.orders(copied, self.killed)
        self.assertEqual(copied.stop(), 0)
        verified = daemon.run_tribook("verify", copied.data)
        self.assertEqual(verified.returncode, 0, verified.stderr)
        return held

    def is_refused(self, copied, path, offset=None):
        """Every command refuses, names file and offset, and changes nothing."""
        before = digests(copied.data)
        said = []
        for command in ["verify", "state-hash", "replay"]:
            ended = daemon.run_tribook(command, copied.data)
            self.assertEqual(ended.returncode, 1, f"{command}: {ended.stdout}")
            self.assertEqual(ended.stdout.strip(), "", command)
            said.append(ended.stderr)
        copied.launch()
        self.assertEqual(copied.wait(), 1)
        said.append(copied.log())
        for text in said:
            self.assertIn(os.path.basename(path), text)
            offsets = [int(number) for number in re.findall(r"offset (\d+)", text)]
            self.assertTrue(offsets, text)
            if offset is not None:
                # Where the record begins that does not fit.
                self.assertTrue(offset - 70000 <= offsets[0] <= offset, f"{offset}: {text}")
        self.assertEqual(digests(copied.data), before)
        self.assertFalse(os.path.exists(os.path.join(copied.data, "run.json")))

    def test_garbage_behind_the_end_is_cut(self):
        copied = self.copy(self.killed)
        path = used_segments(copied.data)[-1]
        end = (last_used(path) + 7) // 8 * 8
        overwrite(path, end, self.dice.randbytes(self.dice.randrange(1, 3000)))
        self.assertEqual(self.starts_and_says_so(copied), {f"o{i}" for i in range(60)})

    def test_a_torn_last_batch_is_cut(self):
        for count in [1, 7, self.dice.randrange(8, 60)]:
            copied = self.copy(self.killed)
            for name in os.listdir(copied.data):  # that had not seen it: it was never synced
                if name.startswith("store."):
                    os.remove(os.path.join(copied.data, name))
            path = used_segments(copied.data)[-1]
            end = last_used(path)
            overwrite(path, end - count, b"\0" * count)
            held = self.starts_and_says_so(copied)
            self.assertEqual(held, {f"o{i}" for i in range(len(held))})  # none is missing between
            self.assertGreaterEqual(len(held), 59)

    def test_a_flipped_bit_in_the_middle_is_refused(self):
        for original in [self.killed, self.stopped]:
            copied = self.copy(original)
            path = used_segments(copied.data)[0]
            offset = self.dice.randrange(HEADER, last_used(path) // 2)
            flip(path, offset, self.dice.randrange(8))
            self.is_refused(copied, path, offset)

    def test_each_flipped_bit_in_the_middle_is_found(self):
        copied = self.copy(self.stopped)
        path = used_segments(copied.data)[0]
        end = last_used(path) * 3 // 4
        for _ in range(25):
            offset, bit = self.dice.randrange(HEADER, end), self.dice.randrange(8)
            flip(path, offset, bit)
            ended = daemon.run_tribook("verify", copied.data)
            self.assertEqual(ended.returncode, 1, f"bit {bit} of {offset} is not missed")
            flip(path, offset, bit)
        self.assertEqual(daemon.run_tribook("verify", copied.data).returncode, 0)

    def test_what_is_cut_with_whole_batches_in_it_is_kept(self):
        """Without syncs nothing tells damage from what a power cut leaves out of order."""
        running = self.make(lambda r: r.kill(), durability="none")
        for is_header in [False, True]:
            copied = self.copy(running, durability="none")
            path = used_segments(copied.data)[0]
            # Behind the account, so that there is somebody to ask what is left.
            middle, late = last_used(path) // 2, last_used(path) * 3 // 4
            offset = 20 if is_header else self.dice.randrange(middle, late)
            flip(path, offset, self.dice.randrange(8))
            with open(path, "rb") as file:
                damaged = file.read().rstrip(b"\0")
            verified = daemon.run_tribook("verify", copied.data)
            self.assertEqual(verified.returncode, 1, verified.stdout)
            told = re.search(r"([0-9]+) whole batches with ([0-9]+) records, up to record ([0-9]+)"
                             r".* goes on from record ([0-9]+) .* in (\S+\.cut-at-([0-9]+))\.",
                             verified.stderr)
            self.assertTrue(told, verified.stderr)
            batches, records, last, first, cut = (int(told[k]) for k in [1, 2, 3, 4, 6])
            self.assertLessEqual(batches, records)
            self.assertLessEqual(records, last - first)  # that batch itself is damaged
            self.assertGreater(records, (last - first) // 2)
            self.assertFalse(os.path.exists(told[5]))

            copied.start()
            self.assertIn(told[0], copied.log())
            with open(told[5], "rb") as file:
                self.assertEqual(file.read(), damaged[cut:])
            if not is_header:
                held = self.orders(copied, running)
                self.assertEqual(held, {f"o{i}" for i in range(len(held))})
                self.assertLess(len(held), 60)
            self.assertEqual(copied.stop(), 0)
            verified = daemon.run_tribook("verify", copied.data)
            self.assertEqual(verified.returncode, 0, verified.stderr)

    def test_a_flipped_header_is_refused(self):
        copied = self.copy(self.stopped)
        path = used_segments(copied.data)[0]
        flip(path, self.dice.randrange(8, 64), 3)
        ended = daemon.run_tribook("verify", copied.data)
        self.assertEqual(ended.returncode, 1)
        self.assertIn(os.path.basename(path), ended.stderr)
        copied.launch()
        self.assertEqual(copied.wait(), 1, copied.log())

    def test_a_hole_is_refused(self):
        copied = self.copy(self.stopped)
        path = used_segments(copied.data)[0]
        offset = (last_used(path) // 2) // 8 * 8
        overwrite(path, offset, b"\0" * 256)
        self.is_refused(copied, path)

    def test_a_shortened_file_is_refused(self):
        copied = self.copy(self.stopped)
        path = used_segments(copied.data)[-1]
        os.truncate(path, last_used(path) // 2)
        ended = daemon.run_tribook("verify", copied.data)
        self.assertEqual(ended.returncode, 1)
        self.assertIn(os.path.basename(path), ended.stderr)
        copied.launch()
        self.assertEqual(copied.wait(), 1, copied.log())
        self.assertIn(os.path.basename(path), copied.log())

    def test_a_second_daemon_on_the_same_data_is_refused(self):
        first = self.copy(self.stopped)
        first.start()
        second = daemon.Daemon(data=first.data)
        second.launch()
        self.assertEqual(second.wait(), 1)
        self.assertIn(first.data, second.log())
        self.assertTrue(first.is_running())
        self.assertEqual(self.orders(first, self.stopped), {f"o{i}" for i in range(60)})
        with open(os.path.join(first.data, "run.json"), encoding="utf-8") as file:
            self.assertIn(str(first.process.pid), file.read())
        self.assertEqual(first.stop(), 0)

    def test_a_daemon_that_is_started_before_the_last_is_gone_waits_for_its_end(self):
        first = self.copy(self.stopped)
        first.start()
        second = daemon.Daemon(data=first.data)
        second.launch()
        deadline = time.monotonic() + daemon.WAIT_S
        while "another process uses it, waiting for its end" not in second.log():
            self.assertTrue(second.is_running(), second.log())
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.005)
        first.kill()
        while not ("is up" in second.log() and second.is_ready()):
            self.assertTrue(second.is_running(), second.log())
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.005)
        self.assertEqual(self.orders(second, self.stopped), {f"o{i}" for i in range(60)})
        self.assertEqual(second.stop(), 0)

    def test_a_lock_left_by_a_killed_daemon_holds_nobody_up(self):
        copied = self.copy(self.killed)
        copied.start().kill()
        copied.start()
        self.assertEqual(self.orders(copied, self.killed), {f"o{i}" for i in range(60)})
        self.assertEqual(copied.stop(), 0)


if __name__ == "__main__":
    case.main()
