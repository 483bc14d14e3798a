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
        cls.broker.make_symbol(forex("EURUSD", staleAfterMs=0))
        cls.broker.make_symbol(forex("GBPUSD", staleAfterMs=0))
        cls.broker.make_symbol(forex("AUDUSD"))  # never quoted
        cls.client = cls.broker.make_account(initialDeposit=10000)

    def test_its_symbol_opens_nothing_until_quotes_come_again(self):
        self.broker.quotes(("EURUSD", "1.10000", "1.10010"), ("GBPUSD", "1.30000", "1.30010"))
        time.sleep(1.5)  # it has seen these markets open
        self.broker.set_clock("2026-01-21T12:00:09Z")
        self.broker.quote("GBPUSD", "1.30000", "1.30010")
        held = self.client.filled("BUY", "EURUSD", "0.10")["positionId"]
        self.broker.set_clock("2026-01-21T12:00:12Z")
        self.until(lambda: self.client.order("BUY", "EURUSD", "0.01"),
                   lambda answer: answer.code == "KILL_SWITCH")
        on = self.switches()
        self.assertEqual(len(on), 1, str(on))
        self.has(on[0], scope={"level": "SYMBOL", "symbol": "EURUSD"}, action="BLOCK",
                 cause="FEED", reason="no quote for 12 s")
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

    def test_it_switches_off_the_house(self):
        time.sleep(1.5)  # failures before its first look do not count
        self.client.order("BUY", "EURUSD", "0.01")
        self.client.order("BUY", "EURUSD", "0.01")
        on = self.until(self.switches, lambda found: found != [])
        self.has(on[0], scope={"level": "HOUSE"}, action="BLOCK", cause="VENUE",
                 reason="2 requests failed at venues within 60 s")
        self.refused(self.client.order("BUY", "EURUSD", "0.01"), 422, "KILL_SWITCH")


if __name__ == "__main__":
    case.main()
