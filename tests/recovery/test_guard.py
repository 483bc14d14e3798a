"""A kill switch that the house sets off by itself: the journal's disk does not come back."""

import threading
import time

import case
import daemon
from broker import Broker, forex
from disks import Control

SWITCH = "/admin/kill-switch"
GUARD = """
[risk.guard]
journal_behind_ms = 500
journal_action = "CANCEL"
"""


class SlowJournal(case.TribookCase):
    def test_what_waits_too_long_for_the_disk_switches_off_the_house(self):
        control = Control()
        one = daemon.Daemon(daemon.config() + GUARD, env=control.environment()).start()
        broker = Broker(one)
        broker.make_symbol(forex("EURUSD"))
        broker.quote("EURUSD", "1.10000", "1.10010")
        client = broker.make_account(initialDeposit=10000)
        control.begin("sync_hangs")
        answers = []
        thread = threading.Thread(target=lambda: answers.append(
            client.order("BUY", "EURUSD", "0.01")), daemon=True)
        thread.start()
        end = time.monotonic() + daemon.WAIT_S
        while "kill switch CANCEL" not in one.log():
            self.assertLess(time.monotonic(), end, one.log())
            time.sleep(0.02)
        control.end("sync_hangs")
        thread.join(daemon.WAIT_S)
        # What was sequenced before stands; and it was told once.
        self.equal(answers[0].status, 201, str(answers[0]))
        self.refused(client.order("BUY", "EURUSD", "0.01"), 422, "KILL_SWITCH")
        on = broker.admin.get(SWITCH).json["items"]
        self.assertEqual(len(on), 1, str(on))
        self.has(on[0], scope={"level": "HOUSE"}, action="CANCEL", cause="JOURNAL", actor=None,
                 threshold="0.5")
        self.assertGreaterEqual(float(on[0]["measured"]), 0.5)
        time.sleep(1.5)  # more looks: it is the hand's now to take it away
        self.assertEqual(one.log().count("guard:"), 1, one.log())
        answer = broker.admin.delete(f"{SWITCH}?level=HOUSE")
        self.equal(answer.status, 200, str(answer))
        client.filled("BUY", "EURUSD", "0.01")
        self.equal(one.stop(), 0, one.log())


if __name__ == "__main__":
    case.main()
