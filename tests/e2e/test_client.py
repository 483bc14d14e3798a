"""`tribook client`: logging in, and every command of a trader, as a table and as JSON; what it says
when it is refused or not logged in."""

import json
import os
import pty
import re
import select
import signal
import stat

import case
import daemon
from broker import forex
from client_terminal import ClientCase, raw_json, record, shown, table
from daemon import ADMIN_PASSWORD, WAIT_S
from rest import Rest


class LoggingIn(ClientCase):
    def test_a_login_is_kept_for_its_owner_alone(self):
        said = self.log_in()
        for word in [self.client.username, self.client_url, str(self.client.account_id)]:
            self.assertIn(word, said)
        mode = os.stat(self.terminal.session_file()).st_mode
        self.assertEqual(stat.S_IMODE(mode), 0o600)
        with open(self.terminal.session_file(), encoding="utf-8") as file:
            kept = file.read()
        self.assertNotIn(self.client.password, kept)
        self.assertNotIn(json.loads(kept)["token"], said)
        os.chmod(self.terminal.session_file(), 0o644)
        self.fails("summary", says="chmod 600")

    def test_the_ways_to_give_a_password(self):
        login = ["login", self.client.username, "--url", self.client_url]
        file = daemon.write(os.path.join(self.terminal.home, "password"),
                            self.client.password + "\n")
        self.good(*login, "--password-file", file)
        self.good(*login, "--password-file", "-", stdin=self.client.password + "\n")
        self.good(*login, TRIBOOK_PASSWORD=self.client.password)
        self.fails(*login, "--password-file", file + ".missing", says=file + ".missing")
        ended = self.terminal.run(*login, "--password", self.client.password)
        self.assertEqual(ended.returncode, 2)
        self.assertIn("usage: tribook client login USER", ended.stderr)

    def test_without_a_terminal_and_a_password_it_says_how(self):
        ended = self.terminal.start("login", "anna", "--url", self.client_url,
                                    start_new_session=True)
        _, err = ended.communicate(timeout=WAIT_S)
        self.assertEqual(ended.returncode, 1)
        self.assertIn(b"TRIBOOK_PASSWORD", err)

    def at_the_prompt(self, *keys):
        """Runs a login on a terminal of its own: what the terminal shows, and the exit status."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(daemon.binary(), [daemon.binary(), "client", "login", self.client.username,
                                        "--url", self.client_url], self.terminal.env())
        seen = b""
        keys = list(keys)
        try:
            while True:
                if b"Password of" in seen and keys:
                    os.write(terminal, keys.pop(0))
                ready, _, _ = select.select([terminal], [], [], WAIT_S)
                self.assertTrue(ready, seen)
                more = os.read(terminal, 4096)
                if not more:
                    break
                seen += more
        except OSError:  # the terminal of an ended process
            pass
        os.close(terminal)
        return seen.decode(), os.waitpid(pid, 0)[1]

    def test_a_password_is_asked_for_without_echo(self):
        seen, status = self.at_the_prompt(self.client.password.encode() + b"\n")
        self.assertEqual(os.waitstatus_to_exitcode(status), 0, seen)
        self.assertNotIn(self.client.password, seen)
        self.assertIn("logged in", seen)

    def test_ctrl_c_at_the_prompt_ends_it(self):
        seen, status = self.at_the_prompt(b"half\x03")
        self.assertEqual(os.waitstatus_to_exitcode(status), -signal.SIGINT, seen)
        self.assertFalse(os.path.exists(self.terminal.session_file()))

    def test_wrong_passwords_and_doors(self):
        name = self.client.username
        self.fails("login", name, "--url", self.client_url, says="UNAUTHENTICATED: ",
                   TRIBOOK_PASSWORD="wrong")
        self.fails("login", "admin", "--url", self.client_url, says=["FORBIDDEN: ", "--admin"],
                   TRIBOOK_PASSWORD=ADMIN_PASSWORD)
        self.fails("login", name, "--admin", "--url", self.admin_url,
                   says=["FORBIDDEN: ", "without --admin"], TRIBOOK_PASSWORD=self.client.password)
        self.fails("login", "admin", "--admin", "--url", self.client_url, says="address",
                   TRIBOOK_PASSWORD=ADMIN_PASSWORD)
        self.assertFalse(os.path.exists(self.terminal.session_file()))

    def test_who_am_i(self):
        self.log_in()
        self.log_in_admin()
        told = record(self.good("whoami"))
        self.has(told, username=self.client.username, role="CLIENT", url=self.client_url,
                 account=str(self.client.account_id))
        self.assertEqual(self.good("whoami", "--json"),
                         self.client.get("/api/profile").body.decode() + "\n")
        self.has(record(self.good("whoami", "--admin")), username="admin", role="SUPER_ADMIN")
        self.has(json.loads(self.good("whoami", "--admin", "--json")), username="admin")

    def test_a_logout_ends_the_token_and_forgets_it(self):
        self.log_in()
        self.log_in_admin()
        with open(self.terminal.session_file(), encoding="utf-8") as file:
            token = json.load(file)["token"]
        self.good("logout")
        self.assertEqual(Rest(self.daemon.client_port, token=token).get("/api/profile").status, 401)
        self.fails("summary", says="not logged in: tribook client login USER")
        self.fails("logout", says="not logged in")
        self.good("admin", "accounts")  # a login of its own
        self.good("logout", "--admin")
        self.fails("admin", "accounts", says="tribook client login USER --admin")

    def test_a_token_that_is_not_good(self):
        self.log_in()
        again = f"tribook client login {self.client.username} --url {self.client_url}"
        self.terminal.change_session(token="no.such.token")
        self.fails("positions", says=["UNAUTHENTICATED: ", "no longer good", again])
        self.terminal.change_session(expiresAt="2020-01-01T00:00:00.000Z")
        self.fails("positions", says=["UNAUTHENTICATED: ", "expired at 2020-01-01", again])
        self.fails("quotes", "--watch", says=["UNAUTHENTICATED: ", again])
        self.good("logout")

    def test_a_file_of_ones_own_for_the_login(self):
        one = os.path.join(self.terminal.home, "one.json")
        self.good("login", self.client.username, "--url", self.client_url, "--session", one,
                  TRIBOOK_PASSWORD=self.client.password)
        self.assertFalse(os.path.exists(self.terminal.session_file()))
        self.good("summary", "--session", one)
        self.good("summary", TRIBOOK_SESSION=one)
        self.fails("summary", says="not logged in")
        self.fails("admin", "accounts", "--session", one, says=[one, "client door"])


class Trading(ClientCase):
    def setUp(self):
        super().setUp()
        self.log_in()

    def test_an_order_its_position_and_its_end(self):
        self.assertRegex(
            self.good("order", "buy", "EURUSD", "0.1", "--sl", "1.07", "--comment", "a note"),
            r"^order \d+ FILLED: BUY 0\.1 EURUSD at 1\.08450, position \d+\n$")
        row = self.same(["positions"], self.client, "/api/account/positions")[0]
        self.has(row, symbol="EURUSD", side="BUY", volume="0.1", openPrice="1.08450", sl="1.07000",
                 tp="-")
        position = row["id"]
        self.assertEqual(self.good("modify", position, "--sl", "none", "--tp", "1.2"),
                         f"position {position}: sl none, tp 1.20000\n")
        self.assertRegex(self.good("close", position, "0.04"),
                         rf"^position {position}: closed 0\.04 at 1\.08440, realized -0\.40\n$")
        self.assertEqual(self.same(["positions"], self.client,
                                   "/api/account/positions")[0]["volume"], "0.06")
        closed = raw_json(self.good("close", position, "--json"))
        self.has(closed, positionId=position, closedVolume="0.06", closePrice="1.08440")
        self.assertEqual(table(self.good("positions")), [])
        self.same(["positions", "--closed"], self.client, "/api/account/positions?status=closed")
        self.same(["orders"], self.client, "/api/account/orders")
        orders = self.same(["orders", "--all"], self.client, "/api/account/orders?status=all")
        self.assertEqual([order["side"] for order in orders], ["SELL", "SELL", "BUY"])
        self.same(["trades"], self.client, "/api/account/trades")
        self.same(["ledger"], self.client, "/api/account/ledger")

    def test_an_order_as_json(self):
        told = raw_json(self.good("order", "sell", "GBPUSD", "0.20", "--json"))
        self.has(told, status="FILLED", filledVolume="0.2", filledPrice="1.25000")
        self.assertRegex(told["clientOrderId"], r"^cli-[0-9a-f]{32}$")

    def test_the_same_id_is_the_same_order(self):
        order = ["order", "buy", "EURUSD", "0.1", "--id", "mine"]
        self.assertEqual(self.good(*order), self.good(*order))
        self.assertEqual(len(table(self.good("positions"))), 1)
        self.fails("order", "buy", "EURUSD", "0.2", "--id", "mine", says="DUPLICATE: ")
        self.good("order", "buy", "EURUSD", "0.1")
        self.good("order", "buy", "EURUSD", "0.1")  # each has an id of its own
        self.assertEqual(len(table(self.good("positions"))), 3)

    def test_closing_all(self):
        for symbol in ["EURUSD", "GBPUSD", "EURUSD"]:
            self.good("order", "buy", symbol, "0.1")
        self.assertEqual(len(self.good("close", "--all", "--symbol", "EURUSD").splitlines()), 2)
        self.has(table(self.good("positions"))[0], symbol="GBPUSD")
        closed = json.loads(self.good("close", "--all", "--json"))
        self.assertEqual(len(closed["items"]), 1)
        self.assertEqual(self.good("close", "--all"), "no open positions\n")

    def test_what_cannot_be_closed_is_said_and_the_rest_is_closed(self):
        self.broker.make_symbol(forex("USDCHF"))
        self.broker.quote("USDCHF", "0.9", "0.9001")
        for symbol in ["USDCHF", "EURUSD"]:
            self.good("order", "buy", symbol, "0.1")
        self.admin.post("/admin/symbols/USDCHF/disable")
        ended = self.terminal.run("close", "--all")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("SYMBOL_DISABLED", ended.stderr)
        self.assertIn("1 of 2 positions were not closed", ended.stderr)
        self.assertEqual(len(ended.stdout.splitlines()), 1)
        self.has(table(self.good("positions"))[0], symbol="USDCHF")

    def test_refusals_have_their_codes(self):
        for code, words in [
                ("INSUFFICIENT_MARGIN", ["order", "buy", "EURUSD", "50"]),
                ("SYMBOL_UNKNOWN", ["order", "buy", "XXXYYY", "1"]),
                ("VOLUME_STEP", ["order", "buy", "EURUSD", "0.015"]),
                ("VOLUME_OUT_OF_RANGE", ["order", "buy", "EURUSD", "101"]),
                ("PRICE_INVALID", ["order", "buy", "EURUSD", "0.1", "--sl", "1.2"]),
                ("VALIDATION", ["order", "buy", "EURUSD", "0.1", "--id", "x" * 65]),
                ("NOT_FOUND", ["close", "999999"]),
                ("NOT_FOUND", ["close", "999999", "0.1"]),
                ("NOT_FOUND", ["modify", "999999", "--tp", "2"]),
                ("SYMBOL_UNKNOWN", ["margin", "XXXYYY", "1"]),
                ("SYMBOL_UNKNOWN", ["quotes", "XXXYYY"]),
                ("SYMBOL_UNKNOWN", ["quotes", "XXXYYY", "--watch"]),
                ("FORBIDDEN", ["summary", "--account", "999"]),
                ("VALIDATION", ["trades", "--limit", "1001"]),
                ("VALIDATION", ["trades", "--cursor", "a&b"])]:
            for json_or_not in [[], ["--json"]]:
                said = self.fails(*words, *json_or_not)
                self.assertRegex(said, rf"^tribook client: {code}: \w", words)

    def test_the_account_that_is_named(self):
        account = str(self.client.account_id)
        self.good("summary", "--account", account)
        self.good("order", "buy", "EURUSD", "0.1", "--account", account)

    def test_reads(self):
        self.assertEqual(self.good("summary", "--json"),
                         self.client.get("/api/account/summary").body.decode() + "\n")
        self.has(record(self.good("summary")), balance="10000.00", currency="USD", marginLevel="-")
        self.same(["symbols"], self.client, "/api/symbols")
        rows = table(self.good("quotes", "GBPUSD", "EURUSD"))
        self.assertEqual(rows, [
            {"symbol": "EURUSD", "bid": "1.08440", "ask": "1.08450", "marketOpen": "true"},
            {"symbol": "GBPUSD", "bid": "1.25000", "ask": "1.25010", "marketOpen": "true"}])
        items = json.loads(self.good("quotes", "EURUSD", "--json"))["items"]
        self.assertEqual([item["symbol"] for item in items], ["EURUSD"])
        margin = record(self.good("margin", "EURUSD", "0.5", "--side", "sell"))
        wanted = self.client.get("/api/risk/margin-preview?symbol=EURUSD&volume=0.5&side=SELL")
        self.assertEqual(margin, {k: shown(v) for k, v in raw_json(wanted.body).items()})

    def test_candles(self):
        self.broker.quote("EURUSD", "1.09000", "1.09010")
        path = "/api/ohlc?symbol=EURUSD&timeframe=1m"
        rows = self.same(["candles", "EURUSD", "1m"], self.client, path)
        self.has(rows[-1], high="1.09000", close="1.09000")
        self.fails("candles", "EURUSD", "7m", says="VALIDATION: ")
        self.fails("candles", "XXXYYY", "1m", says="SYMBOL_UNKNOWN: ")

    def test_pages(self):
        for _ in range(5):
            self.good("order", "buy", "EURUSD", "0.01")
        whole = self.good("trades")
        first = self.terminal.run("trades", "--limit", "2")
        self.assertEqual(first.returncode, 0)
        self.assertEqual(len(table(first.stdout)), 2)
        cursor = re.search(r"--cursor (\S+)", first.stderr).group(1)
        second = self.terminal.run("trades", "--limit", "2", "--cursor", cursor)
        self.assertEqual(table(first.stdout) + table(second.stdout), table(whole)[:4])
        self.assertEqual(self.good("trades", "--limit", "2", "--all-pages"), whole)
        joined = self.good("trades", "--limit", "2", "--all-pages", "--json")
        self.assertEqual(joined, self.good("trades", "--json"))
        page = self.good("trades", "--limit", "2", "--json")
        self.assertEqual(page, self.client.get("/api/account/trades?limit=2").body.decode() + "\n")

    def test_numbers_stand_to_the_right_and_nothing_is_coloured(self):
        self.good("order", "buy", "EURUSD", "0.1")
        self.good("order", "buy", "EURUSD", "0.01")
        text = self.good("positions")
        self.assertNotIn("\x1b", text)
        lines = text.splitlines()
        end = lines[0].index("volume") + len("volume")
        for line in lines[1:]:
            self.assertRegex(line[:end], r"\d$")

    def test_a_reader_who_goes_away_is_no_failure(self):
        read, write = os.pipe()
        os.close(read)
        ended = self.terminal.start("symbols", stdout=write)
        os.close(write)
        _, err = ended.communicate(timeout=WAIT_S)
        self.assertEqual((ended.returncode, err), (0, b""))


if __name__ == "__main__":
    case.main()
