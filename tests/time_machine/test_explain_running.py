"""A running daemon tells, from its snapshots, what `replay --explain` tells from the first record:
random trading in four account currencies over symbols with every kind of sum."""

import os
import random
import shutil

import case
import daemon
import formulas
import market
from broker import Broker

STEPS = 220
SNAPSHOTS = "[snapshots]\nevery_records = 60\nevery_minutes = 0\nkeep = 4\n"


class Running(case.TribookCase):
    @classmethod
    def setUpClass(cls):
        cls.seed = case.seed()
        cls.daemon = daemon.Daemon(daemon.config(durability="none") + SNAPSHOTS).start()
        cls.broker = Broker(cls.daemon)
        order = ["LARGEST_LOSS", "LARGEST_MARGIN", "SMART"][cls.seed % 3]
        cls.player = market.Player(cls.broker, {"stopOutLevel": 70, "stopOutOrder": order})
        cls.player.play(market.Script(cls.seed, STEPS))
        cls.copy = os.path.join(daemon.make_folder(), "copy")
        shutil.copytree(cls.daemon.data, cls.copy)

    @classmethod
    def tearDownClass(cls):
        assert cls.daemon.stop() == 0, cls.daemon.log()

    def compare(self, path, subject):
        answer = self.broker.admin.get(f"/admin/{path}/explain")
        self.assertEqual(answer.status, 200, str(answer))
        told = answer.json
        for section in told["sections"]:
            for formula in section["formulas"]:
                formulas.check(self, formula)
        ended = daemon.run_tribook("replay", self.copy, "--explain", subject,
                                   "--until", str(told["sequence"]))
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(told["text"], ended.stdout)

    def test_orders_and_positions(self):
        dice = random.Random(self.seed)
        orders = [str(order).removeprefix("ORD-") for order in self.player.answers["order"]]
        for order in dice.sample(orders, min(35, len(orders))):
            self.compare(f"orders/{order}", f"order:{order}")
        positions = [row[1] for row in self.player.opened.values()]
        for position in dice.sample(positions, min(35, len(positions))):
            self.compare(f"positions/{position}", f"position:{position}")

    def test_accounts_and_alerts(self):
        for client in self.player.clients:
            self.compare(f"accounts/{client.account_id}", f"account:{client.account_id}")
        for alert in self.broker.admin.get("/admin/alerts").json["items"][:20]:
            self.compare(f"alerts/{alert['id']}", f"alert:{alert['id']}")


if __name__ == "__main__":
    case.main()
