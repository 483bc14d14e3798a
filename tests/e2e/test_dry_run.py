"""Changes that are only tried: who would be called or stopped out is who then is."""

import re

import case
from broker import forex


class DryRun(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD"))
        cls.broker.make_symbol(forex("GBPUSD"))

    def setUp(self):
        self.broker.quotes(("EURUSD", "1.00000", None), ("GBPUSD", "1.00000", None))

    def make_group(self, name, **fields):
        answer = self.admin.post("/admin/groups", {"name": name, **fields})
        self.assertEqual(answer.status, 201, str(answer))

    def tried(self, path, body):
        shown = re.sub("/(settings|leverage)$", "", path)
        before = self.admin.get(shown).json
        answer = self.admin.put(path + "?dryRun=true", body)
        self.assertEqual(answer.status, 200, str(answer))
        self.assertEqual(self.admin.get(shown).json, before)
        return answer.json

    def done(self, path, body):
        answer = self.admin.put(path, body)
        self.assertEqual(answer.status, 200, str(answer))

    def events(self, told):
        return {account["accountId"]: account["event"] for account in told["accounts"]}

    def alerts(self, *clients):
        """What each was told of at worst."""
        told = {}
        for client in clients:
            alerts = self.admin.all(f"/admin/alerts?accountId={client.account_id}")
            kinds = {alert["kind"] for alert in alerts}
            for kind in ("MARGIN_CALL", "STOP_OUT"):
                if kind in kinds:
                    told[client.account_id] = kind
        return told

    def test_a_symbols_leverage_cap(self):
        safe, called, stopped = (self.broker.make_account(initialDeposit=deposit, leverage=500)
                                 for deposit in (3000, 800, 300))
        for client in (safe, called, stopped):
            client.filled("BUY", "EURUSD", "1.00")
        path, body = "/admin/symbols/EURUSD/settings", {"margin": {"leverageCap": 100}}
        told = self.tried(path, body)
        self.assertEqual(self.events(told), {called.account_id: "MARGIN_CALL",
                                             stopped.account_id: "STOP_OUT"})
        self.has(told, refused=None, marginCalls=1, stopOuts=1)
        self.assertNotIn("isCut", told)
        first, second = told["accounts"]
        self.has(first, equity="800.00", threshold=100, currency="USD")
        self.has(first["margin"], before="200.00", after="1000.00")
        self.has(first["marginLevel"], before=400, after=80)
        self.has(second, equity="300.00", threshold=50)
        self.assertEqual(self.alerts(safe, called, stopped), {})
        self.has(called.summary(), margin="200.00")
        self.done(path, body)
        self.assertEqual(self.alerts(safe, called, stopped), {called.account_id: "MARGIN_CALL",
                                                              stopped.account_id: "MARGIN_CALL"})
        self.has(called.summary(), **{"margin": first["margin"]["after"]})
        self.broker.quote("EURUSD", "1.00000")
        self.assertEqual(self.alerts(safe, called, stopped), self.events(told))
        self.assertEqual(self.events(self.tried(path, {"margin": {"leverageCap": 90}})), {})
        self.done(path, {"margin": {"leverageCap": 0}})

    def test_a_groups_stop_out_level(self):
        self.make_group("tried", stopOutLevel=20, marginCallLevels=[60])
        low, high, other = (self.broker.make_account(initialDeposit=deposit, leverage=100,
                                                     group=group)
                            for deposit, group in ((1100, "tried"), (3000, "tried"), (1100, "")))
        for client in (low, high, other):
            client.filled("SELL", "GBPUSD", "1.00")
        path, body = "/admin/groups/tried", {"stopOutLevel": 130, "marginCallLevels": [150, 400]}
        told = self.tried(path, body)
        self.assertEqual(self.events(told), {low.account_id: "STOP_OUT",
                                             high.account_id: "MARGIN_CALL"})
        self.has(told["accounts"][0], threshold=130)
        self.has(told["accounts"][1], threshold=400)
        self.broker.quote("GBPUSD", "1.00000")
        self.assertEqual(self.alerts(low, high, other), {})
        self.done(path, body)
        self.broker.quote("GBPUSD", "1.00000")
        self.assertEqual(self.alerts(low, high, other), self.events(told))

    def test_an_accounts_leverage_and_several_settings_at_once(self):
        self.make_group("half", leverageCap=50)
        client = self.broker.make_account(initialDeposit=1500, leverage=100)
        client.filled("BUY", "GBPUSD", "1.00")
        path = f"/admin/accounts/{client.account_id}"
        number = self.admin.get(path).json["accountNumber"]
        told = self.tried(path + "/leverage", {"leverage": 20})
        [account] = told["accounts"]
        self.has(account, accountId=client.account_id, accountNumber=number, event="STOP_OUT")
        self.has(account["marginLevel"], before=150, after=30)
        self.assertEqual(self.tried(path + "/leverage", {"leverage": 99})["accounts"], [])
        told = self.tried(path, {"group": "half", "stopOutLevel": 10})
        self.assertEqual(self.events(told), {client.account_id: "MARGIN_CALL"})
        told = self.tried(path, {"leverage": 20, "stopOutLevel": 10, "marginCallLevels": [20]})
        self.assertEqual(told["accounts"], [])
        self.broker.quote("GBPUSD", "1.00000")
        self.assertEqual(self.alerts(client), {})
        self.done(path + "/leverage", {"leverage": 20})
        self.broker.quote("GBPUSD", "1.00000")
        self.assertEqual(self.alerts(client), {client.account_id: "STOP_OUT"})

    def test_what_is_refused(self):
        client = self.broker.make_account(initialDeposit=1500, leverage=100)
        client.filled("BUY", "GBPUSD", "1.00")
        told = self.tried("/admin/symbols/GBPUSD/settings", {"contractSize": 10})
        self.has(told["refused"], code="IN_USE", accepted=0)
        path = f"/admin/accounts/{client.account_id}"
        told = self.tried(path, {"leverage": 50, "marginMode": "NETTING"})
        self.has(told["refused"], code="IN_USE", accepted=1)
        self.assertEqual(self.events(told), {client.account_id: "MARGIN_CALL"})
        self.refused(self.admin.put(path + "/leverage?dryRun=true", {"leverage": 0}), 400,
                     "VALIDATION")
        self.refused(self.admin.put(path + "/leverage?dryRun=yes", {"leverage": 10}), 400,
                     "VALIDATION")
        self.refused(self.admin.put(path + "/suspend?dryRun=true"), 400, "VALIDATION")
        self.has(self.admin.get(path).json, status="ACTIVE", leverage=100)


if __name__ == "__main__":
    case.main()
