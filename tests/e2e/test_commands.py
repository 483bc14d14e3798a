"""The command line: exit codes, and errors that say what and where."""

import os

import case
import daemon
from daemon import run_tribook

SECRETS = """\
[auth]
jwt_secret = "a-secret-that-nobody-should-ever-see"
[store]
url = "postgres://tribook:hidden-password@db/tribook"
[redis]
url = "redis://:hidden-password@cache/0"
[brand]
name = "shown"
[[demo_accounts]]
username = "demo"
password = "hidden-password"
"""


class Commands(case.TribookCase):
    def file(self, text):
        return daemon.write(os.path.join(daemon.make_folder(), "tribook.toml"), text)

    def ends(self, code, *arguments, out=(), err=()):
        ended = run_tribook(*arguments)
        self.assertEqual(ended.returncode, code, f"{arguments}\n{ended.stdout}\n{ended.stderr}")
        for word in out:
            self.assertIn(word, ended.stdout)
        for word in err:
            self.assertIn(word, ended.stderr)
        if code == 0:
            self.assertEqual(ended.stderr, "", arguments)
        else:
            self.assertEqual(ended.stdout, "", arguments)
            self.assertNotEqual(ended.stderr, "", arguments)
        return ended

    def test_help_and_version(self):
        self.ends(0, "--help", out=["serve", "check-config", "print-config", "verify", "replay",
                                    "state-hash"])
        version = self.ends(0, "--version").stdout
        self.assertRegex(version, r"^tribook \d+\.\d+\.\d+")

    def test_bad_usage(self):
        for words in [[], ["fly"], ["serve"], ["serve", "--config"], ["serve", "--fast", "x"],
                      ["serve", "--config", "x", "extra"], ["verify"], ["verify", "a", "b"],
                      ["verify", "--deep", "a"], ["state-hash"], ["replay"],
                      ["state-hash", "x", "--until", "noon"],
                      ["replay", "x", "--until", "noon"], ["replay", "x", "--until", "-5"],
                      ["replay", "x", "--account", "me"], ["replay", "x", "--account", "0"],
                      ["replay", "x", "--account", "99999999999999999999"],
                      ["replay", "x", "--account", "-1"],
                      ["check-config"], ["print-config"]]:
            self.ends(2, *words)

    def test_check_config(self):
        good = self.file(daemon.config())
        self.ends(0, "check-config", good)
        self.ends(0, "check-config", good, "--set", "brand.name=x")
        bad = self.file("[brand]\nname = 7\n[gateway]\nio_thread = 2\n")
        self.ends(1, "check-config", bad, err=[f"{bad}:2", "brand.name", f"{bad}:4", "io_threads"])
        self.ends(1, "check-config", good, "--set", "brand.name=", err=["brand.name"])
        self.ends(1, "check-config", good + ".missing", err=[good + ".missing"])

    def test_check_config_reads_symbols_and_groups(self):
        text = daemon.config()
        line = text.count("\n") + 1
        symbol = '[[symbols]]\nsymbol = "EURUSD"\n'
        good = self.file(text + symbol + '[[groups]]\nname = "vip"\nclosing = "FIFO"\n'
                         'symbols = [{symbol = "EURUSD", leverageCap = 30}]\n')
        self.ends(0, "check-config", good)
        bad = self.file(text + symbol + 'pipSize = 0.000015\n[[groups]]\nname = "vip"\n'
                        'stopOutLevel = 81\nmarginCallLevels = [80]\n'
                        '[[groups]]\nname = "other"\nsymbols = [{symbol = "GBPUSD"}]\n')
        self.ends(1, "check-config", bad,
                  err=[f"{bad}:{line}: symbol: pipSize must be a multiple of tickSize",
                       f"{bad}:{line + 3}: group: stopOutLevel must not be above the highest",
                       f"{bad}:{line + 7}: group: symbols[0].symbol is not known"])
        unknown = self.file(text + '[[groups]]\nname = "vip"\nclosings = "FIFO"\n')
        self.ends(1, "check-config", unknown,
                  err=[f"{unknown}:{line + 2}", "groups[0].closings", "did you mean closing"])

    def test_configs_lie_over_one_another(self):
        base = self.file(daemon.config() + '[brand]\nname = "under"\n')
        over = self.file('[brand]\nname = "over"\n[risk.limits]\nmax_drawdown = 15\n')
        self.ends(0, "check-config", base, over)
        self.ends(0, "print-config", base, over, out=['name = "over"', "max_drawdown = 15"])
        self.ends(0, "print-config", over, base, out=['name = "under"', "max_drawdown = 15"])
        bad = self.file("[risk.limits]\nmax_draw_down = 15\n")
        self.ends(1, "check-config", base, bad,
                  err=[f"{bad}:2: risk.limits.max_draw_down", "did you mean max_drawdown?"])

    def test_check_config_sees_what_would_keep_backups_from_being_taken(self):
        folder = daemon.make_folder()
        key = os.path.join(folder, "key")
        self.ends(0, "backup", "--make-key", key)
        text = daemon.config() + "[backup]\n"
        good = self.file(text + f'directory = "{folder}/a/b"\nkey_file = "{key}"\nat = "03:30"\n')
        self.ends(0, "check-config", good)
        self.equal(os.listdir(folder), ["key"])
        bad = self.file(text + f'directory = "{key}/b"\nkey_file = "{folder}/none"\n')
        self.ends(1, "check-config", bad, err=["backup.directory", f"{key}/b", "is no folder",
                                               "backup.key_file", f"{folder}/none"])
        self.ends(1, "check-config", self.file(text + f'directory = "{folder}"\n'),
                  err=["backup.key_file", "TRIBOOK_BACKUP_KEY"])
        self.ends(1, "check-config", good, "--set", "backup.every_hours=8",
                  err=["backup.every_hours", "backup.at"])

    def test_the_shipped_configs_are_good(self):
        config = os.path.join(os.path.dirname(__file__), "..", "..", "config")
        for name in os.listdir(config):
            if name.endswith(".toml"):
                self.ends(0, "check-config", os.path.join(config, name))

    def test_print_config_hides_secrets(self):
        file = self.file(SECRETS)
        printed = self.ends(0, "print-config", file, out=['name = "shown"', "[gateway]"]).stdout
        for secret in ["a-secret-that", "hidden-password"]:
            self.assertNotIn(secret, printed)

    def test_print_config_prints_a_config(self):
        text = daemon.config().replace(f'jwt_secret = "{daemon.JWT_SECRET}"', "")
        printed = self.ends(0, "print-config", self.file(text)).stdout
        again = self.ends(0, "print-config", self.file(printed)).stdout
        self.assertEqual(again.split("\n", 1)[1], printed.split("\n", 1)[1])  # line 1: the file
        changed = self.ends(0, "print-config", self.file(daemon.config()), "--set",
                            "gateway.order_wait_ms=1234").stdout
        self.assertIn("order_wait_ms = 1234", changed)

    def test_folders_without_a_journal(self):
        empty = daemon.make_folder()
        for command in ["verify", "state-hash", "replay"]:
            self.ends(1, command, os.path.join(empty, "missing"), err=["missing"])
            self.ends(1, command, empty, err=[empty])
        self.assertEqual(os.listdir(empty), [])


if __name__ == "__main__":
    case.main()
