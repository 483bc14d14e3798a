"""`tribook client admin`: every command of the house's own people."""

import json
import os

import case
import daemon
from client_terminal import ClientCase, raw_json, record, shown, table


class Admins(ClientCase):
    def setUp(self):
        super().setUp()
        self.log_in_admin()

    def test_accounts(self):
        rows = self.same(["admin", "accounts"], self.admin, "/admin/accounts")
        self.assertIn(self.client.username, [row["username"] for row in rows])
        account = str(self.client.account_id)
        answer = self.admin.get("/admin/accounts/" + account).body.decode()
        self.assertEqual(self.good("admin", "account", account, "--json"), answer + "\n")
        told = record(self.good("admin", "account", account))
        self.assertEqual(told, {k: shown(v) for k, v in raw_json(answer).items()})
        self.fails("admin", "account", "99999", says="NOT_FOUND: ")

    def test_a_new_account(self):
        name = f"maria{self.client.account_id}"
        told = record(self.good("admin", "create-account", name, "--currency", "EUR", "--deposit",
                                "250.5", "--leverage", "50", "--type", "LIVE"))
        self.has(told, username=name, currency="EUR", balance="250.50", leverage="50",
                 accountType="LIVE")
        self.good("login", name, "--url", self.client_url, TRIBOOK_PASSWORD=told["password"])
        self.has(record(self.good("summary")), balance="250.50", currency="EUR")
        self.fails("admin", "create-account", name, says="DUPLICATE: ")
        file = daemon.write(os.path.join(self.terminal.home, "password"), "chosen\n")
        made = json.loads(self.good("admin", "create-account", name + "x", "--password-file", file,
                                    "--deposit", "0", "--json"))
        self.assertNotIn("password", made)
        self.good("login", name + "x", "--url", self.client_url, TRIBOOK_PASSWORD="chosen")

    def test_money_in_and_out(self):
        account = str(self.client.account_id)
        self.assertRegex(self.good("admin", "deposit", account, "100.25", "--note", "first"),
                         rf"^deposit of 100\.25: account {account} has 10100\.25, "
                         r"ledger entry \d+$")
        self.good("admin", "deposit", account, "1")
        self.good("admin", "deposit", account, "1")  # another key: booked again
        once = ["admin", "withdraw", account, "50", "--key", f"key-{account}"]
        self.assertEqual(self.good(*once), self.good(*once))
        self.equal(self.client.summary()["balance"], "10052.25")
        self.fails("admin", "withdraw", account, "51", "--key", f"key-{account}",
                   says="DUPLICATE: ")
        self.fails("admin", "withdraw", account, "99999", says="INSUFFICIENT_FUNDS: ")
        self.assertEqual(self.client.ledger()[3]["note"], "first")
        told = raw_json(self.good("admin", "deposit", account, "1", "--json"))
        self.has(told, accountId=account, balance="10053.25")

    def test_symbols(self):
        self.same(["admin", "symbols"], self.admin, "/admin/symbols")
        answer = self.admin.get("/admin/symbols/EURUSD").body.decode()
        self.assertEqual(self.good("admin", "symbol", "EURUSD", "--json"), answer + "\n")
        told = record(self.good("admin", "symbol", "EURUSD"))
        self.has(told, symbol="EURUSD", contractSize=raw_json(answer)["contractSize"])
        self.assertEqual(told["margin.mode"], "FOREX")
        self.assertEqual(self.good("admin", "disable", "EURUSD"),
                         "EURUSD: enabled false, state OPEN\n")
        self.refused(self.client.order("BUY", "EURUSD", "0.1"), 422, "SYMBOL_DISABLED")
        self.has(json.loads(self.good("admin", "enable", "EURUSD", "--json")), enabled=True)
        self.client.filled("BUY", "EURUSD", "0.1")
        for words in [["symbol"], ["enable"], ["disable"]]:
            self.fails("admin", *words, "NO/SUCH", says=": ")

    def test_quotes_and_the_clock(self):
        self.assertEqual(self.good("admin", "quote", "EURUSD", "1.5", "1.6"),
                         "EURUSD: bid 1.5, ask 1.6\n")
        self.equal(self.client.filled("BUY", "EURUSD", "0.01")["filledPrice"], "1.6")
        self.fails("admin", "quote", "EURUSD", "1.6", "1.5", says=": ")
        self.assertIn("2026-01-23T12:00:00", self.good("admin", "clock", "2026-01-23T12:00:00Z"))
        self.fails("admin", "clock", "2026-01-22T12:00:00Z", says="CLOCK_BACKWARDS: ")

    def test_positions_and_orders(self):
        self.client.filled("BUY", "EURUSD", "0.1")
        account = str(self.client.account_id)
        self.same(["admin", "positions"], self.admin, "/admin/positions")
        rows = self.same(["admin", "positions", "--account", account], self.admin,
                         "/admin/positions?accountId=" + account)
        self.assertEqual([row["accountId"] for row in rows], [account])
        self.same(["admin", "orders"], self.admin, "/admin/orders")
        self.same(["admin", "orders", "--all", "--account", account], self.admin,
                  "/admin/orders?status=all&accountId=" + account)

    def test_limits(self):
        answer = self.good("admin", "risk", "set", "maxOpenPositions", "40", "warn")
        [row] = table(answer)
        self.has(row, limit="maxOpenPositions", value="40", mode="WARN", level="HOUSE")
        self.assertEqual(self.good("admin", "risk"), answer)
        account = str(self.client.account_id)
        rows = table(self.good("admin", "risk", "set", "stopLossRequired", "true", "--account",
                               account))
        self.assertEqual([(row["limit"], row["value"], row["level"]) for row in rows],
                         [("stopLossRequired", "true", "ACCOUNT"),
                          ("maxOpenPositions", "40", "HOUSE")])
        told = raw_json(self.good("admin", "risk", "--account", account, "--json"))
        self.assertEqual(told["limits"], {"stopLossRequired": {"value": True, "mode": "REJECT"}})
        [row] = table(self.good("admin", "risk", "set", "maxOpenPositions", "off", "--symbol",
                                "EURUSD"))
        self.has(row, mode="OFF", level="SYMBOL")
        for scope in [[], ["--symbol", "EURUSD"]]:
            self.good("admin", "risk", "unset", "maxOpenPositions", *scope)
        self.assertEqual(table(self.good("admin", "risk")), [])
        self.fails("admin", "risk", "set", "maxEverything", "1",
                   says="VALIDATION: limits.maxEverything is no limit")
        self.fails("admin", "risk", "--group", "none", says="GROUP_UNKNOWN: ")

    def test_kill_switches(self):
        account = str(self.client.account_id)
        told = record(self.good("admin", "kill-switch", "on", "account", account, "block",
                                "--reason", "by hand"))
        self.has(told, action="BLOCK", reason="by hand", actor="admin")
        self.assertEqual(told["scope.accountId"], account)
        [row] = table(self.good("admin", "kill-switch"))
        self.has(row, level="ACCOUNT", of=account, action="BLOCK", cause="MANUAL", actor="admin",
                 reason="by hand")
        self.refused(self.client.order("BUY", "EURUSD", "0.1"), 422, "KILL_SWITCH")
        self.has(record(self.good("admin", "kill-switch", "off", "account", account)),
                 action="NONE")
        self.client.filled("BUY", "EURUSD", "0.1")
        self.assertEqual(raw_json(self.good("admin", "kill-switch", "--json")), {"items": []})
        self.fails("admin", "kill-switch", "off", "house", says="NOT_FOUND: ")

    def test_health_and_metrics_need_no_login(self):
        self.has(record(self.good("admin", "health")), status="ready")
        self.good("logout", "--admin")
        self.has(json.loads(self.good("admin", "health", "--url", self.admin_url, "--json")),
                 status="ready")
        self.assertIn("# TYPE", self.good("admin", "metrics", "--url", self.admin_url))


if __name__ == "__main__":
    case.main()
