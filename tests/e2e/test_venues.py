"""Orders at a liquidity provider: the test venue deals what the A-book asks for."""

import case
import daemon
import formulas
from broker import Broker, forex

VENUE = """\
[venues.lp]
type = "test"
seed = 7
"""


def at_provider(symbol, book="ABOOK", **changes):
    body = forex(symbol, **changes)
    body["venue"]["book"] = book
    return body


class Venues(case.DaemonCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = daemon.Daemon(daemon.config() + VENUE).start()
        cls.broker = Broker(cls.daemon)
        cls.admin = cls.broker.admin
        cls.setup_broker()

    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(at_provider("EURUSD", spreadMarkup=2))
        cls.broker.make_symbol(at_provider("GBPUSD", "C-BOOK"))
        cls.broker.make_symbol(forex("AUDUSD"))

    def setUp(self):
        self.broker.quotes(("EURUSD", "1.10000", "1.10020"), ("GBPUSD", "1.30000", None),
                           ("AUDUSD", "0.70000", None))

    def test_an_order_is_filled_at_the_provider(self):
        client = self.broker.make_account(initialDeposit=10000)
        filled = client.filled("BUY", "EURUSD", "0.50")
        self.has(filled, status="FILLED", filledVolume="0.5", filledPrice="1.10030", venue="ABOOK",
                 routingReason="symbol: its own setting")
        position = filled["positionId"]
        self.has(client.position(position), venue="ABOOK", state="OPEN", volume="0.5")
        self.broker.quote("EURUSD", "1.10200", "1.10220")
        closed = client.close_position(position)
        self.assertEqual(closed.status, 200, str(closed))
        self.has(closed.json, closedVolume="0.5", closePrice="1.10190", realizedPnL="80.00")
        self.tells_what_the_venue_did(client, position)

    def tells_what_the_venue_did(self, client, position):
        told = client.get(f"/api/positions/{position}/explain").json
        kinds = [section["kind"] for section in told["sections"]]
        for kind in ("FILL", "VENUE_REPORT", "CLOSE", "VENUE_REQUEST", "PROFIT", "NOW"):
            self.assertIn(kind, kinds)
        self.assertNotIn("SETTLED", kinds)
        for section in told["sections"]:
            for formula in section["formulas"]:
                formulas.check(self, formula)
        [fill] = formulas.sections(told, "FILL")
        self.has(fill["facts"], dealtWith="a venue", venuePrice="1.1002", price="1.1003")
        self.has(formulas.named(fill, "price"), result="1.1003", agrees=True)
        whole = self.admin.get(f"/admin/positions/{position}/explain").json
        [settled] = formulas.sections(whole, "SETTLED")
        self.has(settled["facts"], amount="90", currency="USD")

    def test_a_part_of_each_in_both_books(self):
        client = self.broker.make_account(initialDeposit=10000)
        position = client.filled("BUY", "GBPUSD", "1.00")["positionId"]
        self.has(client.position(position), venue="CBOOK", volume="1")
        self.broker.quote("GBPUSD", "1.30100")
        closed = client.close_position(position)
        self.has(closed.json, closedVolume="1", closePrice="1.30100", realizedPnL="100.00")

    def test_who_holds_what_is_shown(self):
        before = self.exposure()
        client = self.broker.make_account(initialDeposit=10000)
        client.filled("BUY", "GBPUSD", "1.00")
        client.filled("SELL", "GBPUSD", "0.40")
        client.filled("SELL", "AUDUSD", "0.10")
        now = self.exposure()
        grown = lambda symbol, field: now[symbol][field] - before[symbol][field]
        for field, lots in [("clientsBuy", "1"), ("clientsSell", "0.4"), ("clientsNet", "0.6"),
                            ("atVenue", "0.3"), ("toHedgeBack", "0"), ("house", "0.3")]:
            self.equal(grown("GBPUSD", field), lots, field)
        self.has(now["GBPUSD"], book="CBOOK", venue="lp")
        self.has(now["AUDUSD"], book="BBOOK", venue=None, atVenue="0")
        self.equal(grown("AUDUSD", "house"), "-0.1")
        one = self.admin.get("/admin/exposure?q=gbp&withTotal=true").json
        self.assertEqual([row["symbol"] for row in one["items"]], ["GBPUSD"])
        self.assertEqual(one["total"], 1)
        page = self.admin.get("/admin/exposure?limit=2&withTotal=true").json
        self.assertEqual((len(page["items"]), page["total"]), (2, 3))
        rest = self.admin.get(f"/admin/exposure?cursor={page['nextCursor']}").json
        self.assertEqual(len(rest["items"]), 1)
        self.assertEqual(self.admin.get("/admin/venue-requests").json["items"], [])

    def exposure(self):
        return {row["symbol"]: row for row in self.admin.all("/admin/exposure")}

    def test_others_stay_in_the_house(self):
        client = self.broker.make_account(initialDeposit=10000)
        self.has(client.filled("BUY", "AUDUSD", "0.10"), venue="BBOOK")


class Silent(case.DaemonCase):
    """A provider that answers nothing."""

    @classmethod
    def setUpClass(cls):
        cls.daemon = daemon.Daemon(daemon.config() + VENUE + "silent = 100\n").start()
        cls.broker = Broker(cls.daemon)
        cls.admin = cls.broker.admin
        cls.broker.make_symbol(at_provider("EURUSD"))
        cls.broker.quotes(("EURUSD", "1.10000", "1.10020"))

    def test_a_request_is_given_up_at_its_time(self):
        client = self.broker.make_account(initialDeposit=10000)
        sent = client.order("BUY", "EURUSD", "0.50")
        self.assertEqual(sent.status, 202, str(sent))
        self.has(sent.json, status="FILLING", filledVolume="0")
        self.has(client.summary(), freeMargin="9449.95")
        [request] = self.admin.get("/admin/venue-requests").json["items"]
        self.has(request, kind="OPEN", orderId=sent.json["orderId"], positionId=None,
                 accountId=client.account_id, symbol="EURUSD", venue="lp", side="BUY",
                 volume="0.5", leftVolume="0.5", limit=None, seenPrice="1.1002",
                 timeInForce="IOC", accepted=False)
        of = lambda account: self.admin.get(f"/admin/venue-requests?accountId={account}").json
        self.assertEqual(of(client.account_id)["items"], [request])
        self.assertEqual(of(client.account_id + 1)["items"], [])
        self.refused(self.admin.get("/admin/venue-requests?q=x"), 422, "VALIDATION")
        self.refused(client.delete(f"/api/orders/{sent.json['orderId']}"), 409,
                     "ORDER_NOT_WORKING")
        self.broker.set_clock("2026-01-21T12:00:11Z")
        self.has(client.all("/api/account/orders?status=all")[0], status="REJECTED",
                 rejectCode="TIMEOUT")
        self.assertEqual(self.admin.get("/admin/venue-requests").json["items"], [])


if __name__ == "__main__":
    case.main()
