"""Who may come in, by which door, and to what."""

import case
from broker import forex
from daemon import ADMIN_PASSWORD
from rest import Rest
from stream import Closed, Stream

CLIENT_READS = ["summary", "positions", "orders", "trades", "ledger"]


class Login(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.client = cls.broker.make_account(username="anna", currency="EUR")
        cls.other = cls.broker.make_account(username="boris")

    def login(self, port, path, username, password):
        return Rest(port).post(path, {"username": username, "password": password})

    def client_login(self, username, password):
        return self.login(self.daemon.client_port, "/api/login", username, password)

    def admin_login(self, username, password):
        return self.login(self.daemon.admin_port, "/admin/login", username, password)

    def test_a_client_gets_a_token_and_is_told_the_accounts(self):
        answer = self.client_login("anna", self.client.password)
        self.assertEqual(answer.status, 200, str(answer))
        self.has(answer.json, accountId=self.client.account_id, accounts=[self.client.account_id],
                 role="CLIENT")
        self.assertRegex(answer.json["expiresAt"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
        rest = Rest(self.daemon.client_port, token=answer.json["token"])
        for read in CLIENT_READS:
            self.assertEqual(rest.get("/api/account/" + read).status, 200, read)

    def test_the_first_admin_has_the_password_of_the_environment(self):
        answer = self.admin_login("admin", ADMIN_PASSWORD)
        self.assertEqual(answer.status, 200, str(answer))
        self.has(answer.json, role="SUPER_ADMIN", accountId=None, accounts=[])

    def test_wrong_names_and_passwords_tell_nothing(self):
        texts = set()
        for username, password in [("anna", "wrong"), ("nobody", "wrong"), ("ANNA ", "x")]:
            answer = self.client_login(username, password)
            texts.add(self.refused(answer, 401, "UNAUTHENTICATED")["detail"])
        self.assertEqual(len(texts), 1, texts)
        self.refused(self.admin_login("admin", "wrong"), 401, "UNAUTHENTICATED")

    def test_each_user_logs_in_at_the_own_door(self):
        self.refused(self.client_login("admin", ADMIN_PASSWORD), 403, "FORBIDDEN")
        self.refused(self.admin_login("anna", self.client.password), 403, "FORBIDDEN")

    def test_a_token_is_no_good_at_the_other_door(self):
        client_there = Rest(self.daemon.admin_port, token=self.client.token)
        self.refused(client_there.get("/admin/accounts"), 401, "UNAUTHENTICATED")
        admin_there = Rest(self.daemon.client_port, token=self.admin.token)
        self.refused(admin_there.get("/api/account/summary"), 401, "UNAUTHENTICATED")

    def test_without_a_token_only_the_public_paths_answer(self):
        client = Rest(self.daemon.client_port)
        admin = Rest(self.daemon.admin_port)
        for path in ["/healthz", "/readyz"]:
            self.assertEqual(client.get(path).status, 200)
            self.assertEqual(admin.get(path).status, 200)
        for read in CLIENT_READS:
            answer = client.get("/api/account/" + read)
            self.refused(answer, 401, "UNAUTHENTICATED")
            self.assertIn("Bearer", answer.headers["WWW-Authenticate"])
        self.refused(client.post("/api/orders/market", {}), 401, "UNAUTHENTICATED")
        for path in ["/admin/accounts", "/admin/symbols", "/admin/positions", "/admin/orders"]:
            self.refused(admin.get(path), 401, "UNAUTHENTICATED")
        for path in ["/admin/deposit", "/admin/quotes", "/admin/clock"]:
            self.refused(admin.post(path, {}), 401, "UNAUTHENTICATED")
        self.refused(client.get("/admin/accounts"), 404, "NOT_FOUND")
        self.refused(client.get("/metrics"), 404, "NOT_FOUND")

    def test_a_logout_ends_the_token(self):
        session = Rest(self.daemon.client_port,
                       token=self.client_login("anna", self.client.password).json["token"])
        self.assertEqual(session.get("/api/account/summary").status, 200)
        self.assertEqual(session.post("/api/logout").status, 200)
        self.refused(session.get("/api/account/summary"), 401, "UNAUTHENTICATED")
        self.assertEqual(self.client.get("/api/account/summary").status, 200)  # another token

    def test_an_account_is_picked_by_header_if_it_is_ones_own(self):
        own = {"X-Account-Id": str(self.client.account_id)}
        self.assertEqual(self.client.get("/api/account/summary", **own).status, 200)
        for foreign in [str(self.other.account_id), "999", "0", "-1", "x", "9" * 40]:
            answer = self.client.get("/api/account/summary", **{"X-Account-Id": foreign})
            self.refused(answer, 403, "FORBIDDEN")

    def test_another_clients_position_is_not_there(self):
        self.broker.make_symbol(forex("EURUSD"))
        self.broker.quote("EURUSD", "1.08440", "1.08450")
        position = self.other.filled("BUY", "EURUSD", "0.1")["positionId"]
        self.refused(self.client.close_position(position), 404, "NOT_FOUND")
        answer = self.client.post(f"/api/positions/{position}/close-partial", {"volume": "0.05"})
        self.refused(answer, 404, "NOT_FOUND")
        answer = self.client.put(f"/api/positions/{position}/modify", {"sl": "1.08"})
        self.refused(answer, 404, "NOT_FOUND")
        self.has(self.other.position(position), volume="0.1", sl=None)

    def test_the_profile(self):
        answer = self.client.get("/api/profile")
        self.assertEqual(answer.status, 200, str(answer))
        self.has(answer.json, username="anna", role="CLIENT", brand="tribook")

    def test_guessing_is_slowed_down(self):
        name = "guessed"
        self.broker.make_account(username=name, password="right")
        statuses = [self.client_login(name, f"guess {i}").status for i in range(6)]
        self.assertEqual(statuses, [401] * 5 + [429])
        answer = self.client_login(name, "right")
        self.refused(answer, 429, "RATE_LIMITED")
        self.assertGreater(int(answer.headers["Retry-After"]), 0)
        self.assertEqual(self.client_login("anna", self.client.password).status, 200)

    def test_passwords_are_told_once_and_bounded(self):
        made = self.admin.post("/admin/accounts", {"username": "carla"})
        self.assertEqual(made.status, 201, str(made))
        generated = made.json["password"]
        self.assertEqual(self.client_login("carla", generated).status, 200)
        shown = self.admin.get(f"/admin/accounts/{made.json['id']}")
        self.assertNotIn(generated, shown.body.decode())
        self.assertNotIn("password", shown.body.decode().lower())
        long = {"username": "dora", "password": "x" * 73}  # bcrypt would ignore the last one
        self.refused(self.admin.post("/admin/accounts", long), 400, "VALIDATION")


class NewPassword(case.DaemonCase):
    def login(self, username, password):
        return Rest(self.daemon.client_port).post(
            "/api/login", {"username": username, "password": password})

    def test_a_new_password_ends_what_the_old_one_opened(self):
        client = self.broker.make_account(username="carla", password="the first")
        stream = Stream(self.daemon.client_port, client.token)
        stream.send({"action": "subscribe", "type": "account"})
        path = f"/admin/accounts/{client.account_id}/password"
        answer = self.admin.put(path, {"password": "the second"})
        self.assertEqual(answer.status, 200, str(answer))
        self.has(answer.json, username="carla")
        self.assertNotIn("password", answer.json)
        with self.assertRaises(Closed) as ended:
            while True:
                stream.receive()
        self.assertEqual((ended.exception.code, ended.exception.reason),
                         (1008, "UNAUTHENTICATED"))
        self.refused(client.get("/api/account/summary"), 401, "UNAUTHENTICATED")
        self.refused(self.login("carla", "the first"), 401, "UNAUTHENTICATED")
        second = self.login("carla", "the second").json["token"]
        made = self.admin.put(path, {}).json["password"]
        self.assertEqual(self.login("carla", made).status, 200)
        self.refused(self.admin.put(path, {"password": "x" * 73}), 400, "VALIDATION")
        self.refused(self.admin.put("/admin/accounts/9999/password", {}), 404, "NOT_FOUND")
        self.daemon.stop()  # what ended does not come back
        self.daemon.start()
        self.broker.login()
        for token in [client.token, second]:
            rest = Rest(self.daemon.client_port, token=token)
            self.refused(rest.get("/api/account/summary"), 401, "UNAUTHENTICATED")
        self.assertEqual(self.login("carla", made).status, 200)


if __name__ == "__main__":
    case.main()
