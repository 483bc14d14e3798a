"""Limits and kill switches over REST: what holds, where it comes from, and that it is kept."""

import time
from decimal import Decimal

import case
from broker import forex

SETTINGS = "/admin/risk-settings"
SWITCH = "/admin/kill-switch"


class Risk(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD"))
        cls.broker.make_symbol(forex("GBPUSD"))
        cls.groups = 0

    def setUp(self):
        self.broker.quotes(("EURUSD", "1.10000", "1.10010"), ("GBPUSD", "1.30000", "1.30010"))

    def put(self, query="", **limits):
        answer = self.admin.put(SETTINGS + query, {"limits": limits})
        self.assertEqual(answer.status, 200, str(answer))
        return answer.json

    def settings(self, query=""):
        answer = self.admin.get(SETTINGS + query)
        self.assertEqual(answer.status, 200, str(answer))
        return answer.json

    def forget(self, *queries):
        """Nothing is set any more."""
        for query in queries:
            limits = self.settings(query)["limits"]
            if limits:
                self.put(query, **{name: None for name in limits})

    def make_group(self):
        type(self).groups += 1
        name = f"group{self.groups}"
        answer = self.admin.post("/admin/groups", {"name": name})
        self.assertEqual(answer.status, 201, str(answer))
        return name

    def turn_on(self, action="BLOCK", reason="a test", **scope):
        answer = self.admin.put(SWITCH, {"scope": scope, "action": action, "reason": reason})
        self.assertEqual(answer.status, 200, str(answer))
        return answer.json

    def turn_off(self, **scope):
        query = "&".join(f"{key}={value}" for key, value in scope.items())
        answer = self.admin.delete(f"{SWITCH}?{query}")
        self.assertEqual(answer.status, 200, str(answer))
        return answer.json

    def restart(self, client):
        """After a crash; the client logs in again."""
        self.daemon.kill()
        self.daemon.start()
        self.broker.login()
        self.broker.quotes(("EURUSD", "1.10000", "1.10010"), ("GBPUSD", "1.30000", "1.30010"))
        return self.broker.client(client.account_id, client.username, client.password)

    # ---- Settings ----

    def test_each_value_says_which_level_it_comes_from(self):
        group = self.make_group()
        client = self.broker.make_account(initialDeposit=10000, group=group)
        account = f"?accountId={client.account_id}"
        self.addCleanup(self.forget, "", f"?group={group}", account, "?symbol=GBPUSD")
        self.put(maxOpenPositions=50, maxExposure="5000000.5", stopLossRequired=False)
        self.put(f"?group={group}", maxOpenPositions={"value": 40, "mode": "WARN"})
        own = self.put(account, maxDailyLoss={"value": 500, "killSwitch": "BLOCK"})
        self.assertEqual(own["scope"], {"level": "ACCOUNT", "accountId": client.account_id})
        self.assertEqual(own["limits"], {
            "maxDailyLoss": {"value": 500, "mode": "REJECT", "killSwitch": "BLOCK"}})
        effective = {
            "stopLossRequired": {"value": True, "mode": "OFF", "level": "HOUSE"},
            "maxOpenPositions": {"value": 40, "mode": "WARN", "level": "GROUP"},
            "maxExposure": {"value": Decimal("5000000.5"), "mode": "REJECT", "level": "HOUSE"},
            "maxDailyLoss": {"value": 500, "mode": "REJECT", "killSwitch": "BLOCK",
                             "level": "ACCOUNT"}}
        self.assertEqual(own["effective"], effective)
        summary = client.get("/api/risk/summary").json
        self.assertEqual(summary["limits"], effective)
        self.has(summary, equity="10000", margin=0, freeMargin="10000", marginLevel=None,
                 positions=0, killSwitch=None)
        shown = self.admin.get(f"/admin/accounts/{client.account_id}/risk").json
        self.assertEqual(shown, summary)
        of_symbol = self.put("?symbol=GBPUSD", maxOpenPositions={"mode": "OFF"})
        self.has(of_symbol["effective"]["maxOpenPositions"], mode="OFF", level="SYMBOL")
        self.has(self.settings()["effective"]["maxOpenPositions"], value=50, level="HOUSE")

    def test_a_change_names_only_what_changes(self):
        self.addCleanup(self.forget, "")
        self.put(maxOpenPositions=50, maxDailyLoss={"value": 500, "killSwitch": "FLATTEN"})
        changed = self.put(maxDailyLoss={"mode": "WARN"}, maxOpenPositions=None)
        self.assertEqual(changed["limits"], {
            "maxDailyLoss": {"value": 500, "mode": "WARN", "killSwitch": "FLATTEN"}})
        self.assertEqual(self.put(), changed)
        for limits, field in [({"noSuchLimit": 1}, "limits.noSuchLimit"),
                              ({"maxOpenPositions": "1.5"}, "limits.maxOpenPositions"),
                              ({"maxLeverage": {"value": 5, "mode": "SOME"}},
                               "limits.maxLeverage.mode"),
                              ({"maxExposure": {}}, "limits.maxExposure.value")]:
            answer = self.admin.put(SETTINGS, {"limits": limits})
            problem = self.refused(answer, 400, "VALIDATION")
            self.assertTrue(problem["detail"].startswith(field + " "), problem)
        self.assertEqual(self.settings(), changed)
        self.refused(self.admin.get(SETTINGS + "?group=none"), 422, "GROUP_UNKNOWN")
        self.refused(self.admin.get(SETTINGS + "?symbol=NONE"), 422, "SYMBOL_UNKNOWN")
        self.refused(self.admin.get(SETTINGS + "?accountId=9999"), 404, "NOT_FOUND")
        self.refused(self.admin.get(SETTINGS + "?group=a&symbol=EURUSD"), 400, "VALIDATION")

    def test_a_limit_rejects_warns_or_is_off(self):
        client = self.broker.make_account(initialDeposit=10000)
        account = f"?accountId={client.account_id}"
        self.addCleanup(self.forget, "", account)
        self.put(maxOrderVolume=Decimal("0.10"))
        self.assertEqual(client.filled("BUY", "EURUSD", "0.10")["warnings"], [])
        problem = self.refused(client.order("BUY", "EURUSD", "0.11"), 422, "ORDER_TOO_LARGE")
        self.assertEqual(problem["orderStatus"], "REJECTED")
        body = {"symbol": "EURUSD", "side": "BUY", "volume": Decimal("0.11")}
        checked = client.post("/api/orders/check", body).json
        self.has(checked, valid=False, code="ORDER_TOO_LARGE", failedCheck="maxOrderVolume")
        self.put(account, maxOrderVolume={"value": Decimal("0.10"), "mode": "WARN"})
        self.assertEqual(client.filled("BUY", "EURUSD", "0.11")["warnings"], ["maxOrderVolume"])
        checked = client.post("/api/orders/check", body).json
        self.has(checked, valid=True, warnings=["maxOrderVolume"])
        self.put(account, maxOrderVolume={"mode": "OFF"})
        self.assertEqual(client.filled("BUY", "EURUSD", "0.11")["warnings"], [])

    # ---- Kill switches ----

    def test_a_kill_switch_of_each_level_refuses_the_very_next_order(self):
        group = self.make_group()
        inside = self.broker.make_account(initialDeposit=10000, group=group)
        outside = self.broker.make_account(initialDeposit=10000)
        everybody = [inside, outside]
        scopes = [({"level": "HOUSE"}, everybody, ["EURUSD", "GBPUSD"]),
                  ({"level": "GROUP", "group": group}, [inside], ["EURUSD", "GBPUSD"]),
                  ({"level": "ACCOUNT", "accountId": inside.account_id}, [inside],
                   ["EURUSD", "GBPUSD"]),
                  ({"level": "SYMBOL", "symbol": "EURUSD"}, everybody, ["EURUSD"])]
        for scope, stopped, symbols in scopes:
            with self.subTest(**scope):
                position = inside.filled("BUY", "EURUSD", "0.10")["positionId"]
                told = self.turn_on(**scope)
                self.has(told, action="BLOCK", cause="MANUAL", reason="a test", actor="admin")
                self.assertEqual(told["scope"], scope)
                self.assertEqual(self.admin.get(SWITCH).json["items"], [told])
                for client in everybody:
                    for symbol in ["EURUSD", "GBPUSD"]:
                        answer = client.order("BUY", symbol, "0.10")
                        if client in stopped and symbol in symbols:
                            self.refused(answer, 422, "KILL_SWITCH")
                        else:
                            self.assertEqual(answer.status, 201, str(answer))
                inside.closed(position)
                self.has(self.turn_off(**scope), action="NONE")
                inside.filled("BUY", "EURUSD", "0.10")

    def test_cancel_and_flatten(self):
        client = self.broker.make_account(initialDeposit=10000)
        scope = {"level": "ACCOUNT", "accountId": client.account_id}
        client.filled("BUY", "EURUSD", "0.10")
        answer = client.post("/api/orders/limit", {"symbol": "EURUSD", "side": "BUY",
                                                   "volume": "0.10", "price": "1.05"})
        self.assertEqual(answer.status, 201, str(answer))
        self.has(self.turn_on("CANCEL", **scope)["swept"], cancelled=1, closed=0, left=0)
        order = client.all("/api/account/orders?status=all")[0]
        self.has(order, status="CANCELLED", rejectCode="KILL_SWITCH")
        self.assertEqual(len(client.all("/api/account/positions")), 1)
        told = self.turn_on("FLATTEN", "once more", **scope)
        self.has(told["swept"], cancelled=0, closed=1, left=0)
        self.assertEqual(client.all("/api/account/positions"), [])
        self.has(client.all("/api/account/positions?status=closed")[0], closeReason="ADMIN")
        self.has(client.get("/api/risk/summary").json["killSwitch"], action="FLATTEN",
                 reason="once more", scope={"level": "ACCOUNT"})
        self.turn_off(**scope)
        query = "&".join(f"{key}={value}" for key, value in scope.items())
        self.refused(self.admin.delete(f"{SWITCH}?{query}"), 404, "NOT_FOUND")
        alerts = self.admin.all(f"/admin/alerts?accountId={client.account_id}")
        self.assertEqual([(a["type"], a["severity"], a["details"]["action"]) for a in alerts],
                         [("KILL_SWITCH", "INFO", "NONE"), ("KILL_SWITCH", "CRITICAL", "FLATTEN"),
                          ("KILL_SWITCH", "CRITICAL", "CANCEL")])

    def test_a_kill_switch_stands_in_the_log_and_in_the_metrics(self):
        self.turn_on(level="SYMBOL", symbol="GBPUSD")
        self.addCleanup(self.turn_off, level="SYMBOL", symbol="GBPUSD")
        deadline = time.monotonic() + 30
        while "KILL_SWITCH: SYMBOL" not in self.daemon.log(1000):
            self.assertLess(time.monotonic(), deadline, "the log says nothing of it")
            time.sleep(0.05)
        text = self.admin.get("/metrics").body.decode("utf-8")
        self.assertIn("tribook_kill_switches 1\n", text)
        self.assertRegex(text, r'tribook_alerts_total{type="KILL_SWITCH"} [1-9]')

    def test_a_crash_changes_neither_limits_nor_kill_switches(self):
        client = self.broker.make_account(initialDeposit=10000)
        account = f"?accountId={client.account_id}"
        self.addCleanup(self.forget, "", account)
        self.put(maxOpenPositions=50)
        before = self.put(account, maxDailyLoss={"value": 500, "killSwitch": "BLOCK"})
        told = self.turn_on(reason="before the crash", level="HOUSE")
        client = self.restart(client)
        self.assertEqual(self.settings(account), before)
        self.assertEqual(self.admin.get(SWITCH).json["items"], [told])
        self.refused(client.order("BUY", "EURUSD", "0.10"), 422, "KILL_SWITCH")
        self.turn_off(level="HOUSE")
        client.filled("BUY", "EURUSD", "0.10")
        client = self.restart(client)
        self.assertEqual(self.admin.get(SWITCH).json["items"], [])
        client.filled("BUY", "EURUSD", "0.10")


if __name__ == "__main__":
    case.main()
