"""kill -9 at random moments under load, again and again: what was acknowledged is there as it was
acknowledged, nothing is there twice, and all that was sent may be sent again.

A round: start, load by several clients, kill, start again, compare, send everything of the round
once more, compare, stop, verify. Rounds go on with the same data, in the other layout each time,
and with each durability in turn (a killed process loses nothing in any of them)."""

import os
import random
import shutil
import unittest

import case
from damage import HEADER, last_used, overwrite, used_segments
from house import House, play_rounds

ROUNDS = 1000 if os.environ.get("TRIBOOK_NIGHTLY") else 20
ROUNDS_OF_A_DATA_FOLDER = 10


def wipe_the_end(data):
    """Takes the last tenth of the records, as if they had never been written."""
    path = used_segments(data)[-1]
    end = last_used(path)
    begin = end - (end - HEADER) // 10
    overwrite(path, begin, b"\0" * (end - begin))


def remove_what_knows_more(data):
    """With it there the start itself is refused, see test_ahead.py."""
    shutil.rmtree(os.path.join(data, "snapshots"), ignore_errors=True)
    for end in ("", "-wal", "-shm"):
        path = os.path.join(data, "store.sqlite" + end)
        if os.path.exists(path):
            os.remove(path)


class Kill(unittest.TestCase):
    def test_a_lost_record_would_be_seen(self):
        """The proof below can fail: a journal whose last batches are wiped out is noticed."""
        house = House(random.Random(case.seed()))
        house.start()
        operations = house.load_and_kill()
        house.start()
        house.compare(operations)
        house.daemon.kill()
        wipe_the_end(house.daemon.data)
        remove_what_knows_more(house.daemon.data)
        house.start()
        with self.assertRaises(AssertionError) as raised:
            house.compare(operations)
        self.assertRegex(str(raised.exception), "lost|has trades")

    def test_nothing_acknowledged_is_lost_and_nothing_is_twice(self):
        dice = random.Random(case.seed())
        total, unknown = play_rounds(dice, House, ROUNDS, ROUNDS_OF_A_DATA_FOLDER)
        # Kills that never met an operation under way would prove little.
        self.assertGreater(unknown, ROUNDS // 2)
        self.assertGreater(total, ROUNDS * 10)


if __name__ == "__main__":
    case.main()
