"""Kill switches that the house sets off by itself: for a feed that is silent, for venues that
fail."""

import time

import case
import daemon
from broker import Broker, forex

GUARD = """
[risk.guard]
feed_silent_ms = 10000
"""
VENUES = """
[venues.lp]
type = "test"
seed = 1
rejected = 100
[risk.guard]
venue_failures = 2
"""


class GuardCase(case.DaemonCase):
    """Daemons of which the house looks after itself."""

    more_config = ""

    @classmethod
    def setUpClass(cls):
        text = daemon.config() + cls.more_config
        cls.daemon = daemon.Daemon(text).start()
        cls.broker = Broker(cls.daemon)
        cls.admin = cls.broker.admin
        cls.setup_broker()

    def until(self, get, wanted):
        """What get() gives, once it is wanted."""
        end = time.monotonic() + daemon.WAIT_S
        while True:
            got = get()
            if wanted(got) or time.monotonic() > end:
                self.assertTrue(wanted(got), str(got))
                return got
            time.sleep(0.05)

    def switches(self):
        answer = self.admin.get("/admin/kill-switch")
        self.assertEqual(answer.status, 200, str(answer))
        return answer.json["items"]


class SilentFeed(GuardCase):
    more_config = GUARD

    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD"))
        cls.broker.make_symbol(forex("GBPUSD"))
        cls.broker.make_symbol(forex("AUDUSD"))  # never quoted
        cls.client = cls.broker.make_account(initialDeposit=10000)

    def quote_others(self):
        """EURUSD has no quote; more of the engine's time has passed than a feed may be silent."""
        self.minutes += 1
        self.broker.set_clock(f"2026-01-21T12:{self.minutes:02}:00Z")
        self.broker.quote("GBPUSD", "1.30000", "1.30010")
        time.sleep(0.2)
        return self.switches()

    def test_its_symbol_opens_nothing_until_quotes_come_again(self):
        self.minutes = 0
        self.broker.quotes(("EURUSD", "1.10000", "1.10010"), ("GBPUSD", "1.30000", "1.30010"))
        held = self.client.filled("BUY", "EURUSD", "0.10")["positionId"]
        on = self.until(self.quote_others, lambda found: found != [])
        self.assertEqual(len(on), 1, str(on))
        self.has(on[0], scope={"level": "SYMBOL", "symbol": "EURUSD"}, action="BLOCK",
                 cause="FEED", actor=None, threshold=10)
        self.assertEqual(on[0]["measured"] % 60, 0)
        self.assertEqual(on[0]["reason"], f"no quote for {on[0]['measured']} s")
        self.refused(self.client.order("BUY", "EURUSD", "0.01"), 422, "KILL_SWITCH")
        self.client.filled("BUY", "GBPUSD", "0.01")
        self.client.closed(held)
        # A restart knows it, and takes it away.
        self.daemon.kill()
        self.daemon.start()
        self.broker.login()
        self.client = self.broker.client(self.client.account_id, self.client.username,
                                         self.client.password)
        self.refused(self.client.order("BUY", "EURUSD", "0.01"), 422, "KILL_SWITCH")
        self.broker.quote("EURUSD", "1.10000", "1.10010")
        self.until(self.switches, lambda found: found == [])
        self.client.filled("BUY", "EURUSD", "0.01")


class FailingVenue(GuardCase):
    more_config = VENUES

    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD", venue={"book": "ABOOK"}))
        cls.broker.quote("EURUSD", "1.10000", "1.10010")
        cls.client = cls.broker.make_account(initialDeposit=10000)

    def fail_once(self):
        """Failures before its first look do not count."""
        self.client.order("BUY", "EURUSD", "0.01")
        return self.switches()

    def test_it_switches_off_the_house(self):
        on = self.until(self.fail_once, lambda found: found != [])
        self.assertEqual(len(on), 1, str(on))
        self.has(on[0], scope={"level": "HOUSE"}, action="BLOCK", cause="VENUE", actor=None,
                 threshold=2)
        self.assertGreaterEqual(on[0]["measured"], 2)
        self.assertEqual(on[0]["reason"],
                         f"{on[0]['measured']} requests failed at venues within 60 s")
        self.refused(self.client.order("BUY", "EURUSD", "0.01"), 422, "KILL_SWITCH")


if __name__ == "__main__":
    case.main()
