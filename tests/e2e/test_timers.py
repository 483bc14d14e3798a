"""What time brings: swap at the rollover, funding, the same when the daemon was down at the time or
is killed in the midst of it."""

import http.client
import json
import random
import threading
import time

import case
import daemon
from broker import Broker, forex


def at(day, hour, month="01"):
    return f"2026-{month}-{day:02}T{hour:02}:00:00.000Z"


def points(symbol="AUDUSD", **swap):
    rates = {"mode": "POINTS", "long": "-5.47", "short": "1.2", **swap}
    return forex(symbol, swap=rates)


def nights(client):
    """What was booked for nights: when and how much, the oldest first."""
    entries = [e for e in client.ledger() if e["type"] == "SWAP"]
    return [(e["createdAt"], str(e["amount"])) for e in reversed(entries)]


class Nights(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(points())

    def test_a_night_is_booked_once_and_every_view_has_it(self):
        self.broker.quote("AUDUSD", "0.70000")
        client = self.broker.make_account(initialDeposit=10000)
        free = self.broker.make_account(initialDeposit=10000, swapFree=True, swapFreeDays=1,
                                        swapFreeFee="2.5")
        position = client.filled("BUY", "AUDUSD", 2)["positionId"]
        free.filled("BUY", "AUDUSD", 2)
        self.broker.set_clock("2026-01-21T21:59:59Z")
        self.equal(nights(client), [])
        self.broker.set_clock("2026-01-21T22:00:00Z")
        self.equal(nights(client), [(at(21, 22), "-32.82")])  # a Wednesday: three nights
        entry = client.ledger()[0]
        self.has(entry, type="SWAP", referenceType="POSITION", referenceId=position,
                 balanceBefore="10000.00", balanceAfter="9967.18", createdAt=at(21, 22))
        self.has(client.summary(), balance="9967.18", equity="9967.18")
        self.has(client.position(position), swap="-32.82")
        self.equal(nights(free), [])

        self.has(client.all("/api/account/days")[0], date="2026-01-21", balance="9967.18",
                 equity="9967.18", pnl="-32.82", realizedPnL="0.00", charges="-32.82", volume="2",
                 openPositions=1, endedAt=at(21, 22))

        # The weekend is free; the clock leaps over four rollovers.
        self.broker.set_clock("2026-01-26T12:00:00Z")
        self.equal(nights(client)[1:], [(at(22, 22), "-10.94"), (at(23, 22), "-10.94")])
        self.equal(nights(free), [(at(22, 22), "-5.00"), (at(23, 22), "-5.00")])
        self.broker.quote("AUDUSD", "0.70000")
        client.closed(position)
        self.has(client.all("/api/account/trades")[0], swap="-54.70")
        self.has(client.all("/api/account/positions?status=closed")[0], swap="-54.70")

        story = daemon.run_tribook("replay", self.daemon.data, "--explain", f"entry:{entry['id']}",
                                   "--json")
        self.assertEqual(story.returncode, 0, story.stderr)
        section = json.loads(story.stdout)["stories"][0]["sections"][0]
        self.has(section, kind="SWAP")
        self.assertTrue(section["formulas"][0]["agrees"], section)
        self.assertIn("nights", section["formulas"][0]["formula"])

    def test_what_a_symbol_may_not_say(self):
        for wrong in ({"swap": {"daysInYear": 0}}, {"swap": {"price": "BEST"}},
                      {"funding": {"rate": 2}}):
            answer = self.admin.put("/admin/symbols/AUDUSD/settings", wrong)
            self.refused(answer, 400, "VALIDATION")


class Funding(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD", funding={"intervalHours": 8, "rate": "0.0001"}))

    def test_it_is_paid_between_the_sides_at_its_times(self):
        self.broker.quote("EURUSD", "1.10000")
        buyer = self.broker.make_account(initialDeposit=10000)
        seller = self.broker.make_account(initialDeposit=10000)
        buyer.filled("BUY", "EURUSD", 1)
        position = seller.filled("SELL", "EURUSD", 1)["positionId"]
        rates = buyer.all("/api/funding")
        self.assertEqual(len(rates), 1)
        self.has(rates[0], symbol="EURUSD", rate="0.0001", intervalHours=8, nextTime=at(21, 16),
                 payment="-11.00")
        self.broker.set_clock("2026-01-21T16:00:00Z")
        self.has(buyer.ledger()[0], type="FUNDING", amount="-11.00", createdAt=at(21, 16))
        self.has(seller.ledger()[0], type="FUNDING", amount="11.00", referenceId=position)
        self.has(seller.position(position), swap="11.00")
        self.has(buyer.all("/api/funding")[0], nextTime=at(22, 0))


class Clocks(case.TribookCase):
    def day(self, start, symbol):
        served = daemon.Daemon(daemon.config(start=start)).start()
        self.addCleanup(served.stop)
        broker = Broker(served)
        broker.make_symbol(symbol)
        broker.quote(symbol["symbol"], "0.70000")
        client = broker.make_account(initialDeposit=10000)
        client.filled("BUY", symbol["symbol"], 1)
        return served, broker, client

    def test_daylight_saving_begins(self):
        _, broker, client = self.day("2026-03-06T12:00:00Z", points(tripleDay="NONE"))
        broker.set_clock("2026-03-09T21:00:00Z")
        self.equal([when for when, _ in nights(client)],
                   [at(6, 22, "03"), at(7, 22, "03"), at(8, 21, "03"), at(9, 21, "03")])

    def test_daylight_saving_ends(self):
        _, broker, client = self.day("2026-10-30T12:00:00Z", points(tripleDay="NONE"))
        broker.set_clock("2026-11-01T22:00:00Z")
        self.equal([when for when, _ in nights(client)],
                   [at(30, 21, "10"), at(31, 21, "10"), at(1, 22, "11")])

    def test_three_nights_while_it_was_down(self):
        served, broker, client = self.day(daemon.START, points(tripleDay="NONE"))
        broker.set_clock("2026-01-21T22:00:00Z")
        served.stop()
        served.configure(daemon.config(start="2026-01-25T12:00:00Z"))
        served.start()
        broker = Broker(served)
        broker.quote("AUDUSD", "0.70000")  # answered when all that was due is done
        back = broker.client(client.account_id, client.username, client.password)
        self.equal(nights(back), [(at(day, 22), "-5.47") for day in (21, 22, 23, 24)])
        served.stop()
        served.start()
        back = Broker(served).client(client.account_id, client.username, client.password)
        self.assertEqual(len(nights(back)), 4)


class Killed(case.TribookCase):
    ACCOUNTS = 4
    POSITIONS = 150  # of each
    UNTIL = "2026-03-22T12:00:00Z"
    NIGHTS = 11 + 28 + 21

    def test_each_position_pays_each_night_once(self):
        seed = case.seed()
        served = daemon.Daemon(daemon.config(durability="batch")).start()
        self.addCleanup(served.stop)
        broker = Broker(served)
        broker.make_symbol(points(tripleDay="NONE", long="-1"))
        broker.quote("AUDUSD", "0.70000")
        clients = [broker.make_account(initialDeposit=100000) for _ in range(self.ACCOUNTS)]
        self.open_all(clients)
        dice = random.Random(seed)
        for _ in range(3):
            clock = threading.Thread(target=self.try_clock, args=(broker,), daemon=True)
            clock.start()
            time.sleep(dice.uniform(0, 0.15))  # anywhere: nothing depends on how far it came
            served.kill()
            clock.join()
            served.start()
            broker = Broker(served)
            broker.quote("AUDUSD", "0.70000")  # answered when the night that was cut is through
            self.check(broker, clients, None)
        broker.set_clock(self.UNTIL)
        self.check(broker, clients, self.NIGHTS)

    def open_all(self, clients):
        def trade(client):
            for _ in range(self.POSITIONS):
                client.filled("BUY", "AUDUSD", "0.01")
        threads = [threading.Thread(target=trade, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def try_clock(self, broker):
        try:
            broker.admin.post("/admin/clock", {"now": self.UNTIL})
        except (OSError, http.client.HTTPException):
            pass

    def check(self, broker, clients, wanted):
        """All positions paid equally many nights, each at another time."""
        counts = set()
        for known in clients:
            client = broker.client(known.account_id, known.username, known.password)
            paid = {}
            for entry in client.ledger():
                if entry["type"] == "SWAP":
                    paid.setdefault(entry["referenceId"], []).append(entry["createdAt"])
            for times in paid.values():
                self.assertEqual(len(times), len(set(times)))
            positions = client.all("/api/account/positions")
            self.assertEqual(len(positions), self.POSITIONS)
            counts.update(len(paid.get(p["id"], [])) for p in positions)
            for position in positions:
                self.equal(position["swap"], f"-{len(paid.get(position['id'], [])) / 100:.2f}")
        self.assertEqual(len(counts), 1, counts)
        if wanted is not None:
            self.assertEqual(counts, {wanted})


if __name__ == "__main__":
    case.main()
