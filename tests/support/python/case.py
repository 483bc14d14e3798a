"""The ground of the tests: one daemon for the tests of a class, money compared as numbers, the logs
of the daemons shown when something failed."""

import random
import sys
import unittest
from decimal import Decimal

import daemon
from broker import Broker


class TribookCase(unittest.TestCase):
    longMessage = True
    maxDiff = None

    def equal(self, got, wanted, message=None):
        """Equal values; a wanted text for a number is that number."""
        is_number = isinstance(got, (int, Decimal)) and not isinstance(got, bool)
        if is_number and isinstance(wanted, str):
            wanted = Decimal(wanted)
        self.assertEqual(got, wanted, message)

    def has(self, members, **wanted):
        """The object has these members with these values."""
        for key, value in wanted.items():
            self.assertIn(key, members)
            self.equal(members[key], value, f"{key} of {members}")

    def refused(self, answer, status, code):
        self.assertEqual((answer.status, answer.code), (status, code), str(answer))
        return answer.json


class DaemonCase(TribookCase):
    """`setup_broker` makes what the class's tests share."""

    config_changes = {}

    @classmethod
    def setUpClass(cls):
        cls.daemon = daemon.Daemon(daemon.config(**cls.config_changes)).start()
        cls.broker = Broker(cls.daemon)
        cls.admin = cls.broker.admin
        cls.setup_broker()

    @classmethod
    def setup_broker(cls):
        pass

    @classmethod
    def tearDownClass(cls):
        if not cls.daemon.is_running():
            raise AssertionError(f"the daemon is gone\n{cls.daemon.log()}")
        code = cls.daemon.stop()
        if code != 0:
            raise AssertionError(f"the daemon ended with {code}\n{cls.daemon.log()}")


def seed():
    """The seed of a random test: TRIBOOK_SEED, or a fresh one. Printed, to be used again."""
    import os
    given = os.environ.get("TRIBOOK_SEED")
    value = int(given) if given else random.SystemRandom().randrange(1 << 32)
    print(f"seed {value}; reproduce: TRIBOOK_SEED={value} TRIBOOK_LAYOUT={daemon.layout()} "
          f"TRIBOOK_BINARY={daemon.binary()} python3 {' '.join(sys.argv)}", flush=True)
    return value


def main():
    daemon.binary()
    program = unittest.main(module="__main__", exit=False, verbosity=2)
    good = program.result.wasSuccessful() and program.result.testsRun > 0
    if not good:
        daemon.print_logs()
    daemon.end_all()
    sys.exit(0 if good else 1)
