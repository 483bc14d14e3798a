"""A house under load that dies and comes back, and how it is held against what it acknowledged."""

import threading
import time

import daemon
from books import Books, must
from broker import Broker, forex
from load import (BROKEN, Cashier, Close, Deposit, Order, Quoter, Trader, admin_session, session)

CURRENCIES = ["USD", "EUR", "JPY"]


class PlainDisk:
    """The system's own. A killed process loses nothing on it, whatever the durability."""

    durabilities = ["sync", "batch", "sync", "none"]

    def change_config(self, text):
        return text

    def prepare(self, house):
        """Before each start."""

    def kill(self, house):
        house.daemon.kill()


class House:
    """A daemon with its accounts, and all that was ever acknowledged by it."""

    def __init__(self, dice, disk=None):
        """`disk` is what the daemon writes to and how it dies; none: the system's, by kill -9."""
        self.dice = dice
        self.disk = disk or PlainDisk()
        self.daemon = daemon.Daemon()
        self.broker = None
        self.clients = []
        self.acknowledged = []
        self.rounds = 0
        self.killed_at = 0.0

    def start(self):
        layout = ["fused", "split"][self.rounds % 2]
        durabilities = self.disk.durabilities
        durability = durabilities[self.rounds % len(durabilities)]
        self.daemon.configure(self.disk.change_config(
            daemon.config(layout=layout, durability=durability, segment_bytes=1 << 20)))
        self.disk.prepare(self)
        self.daemon.start()
        if self.broker is None:
            self.set_up()
        self.broker.admin.close()
        self.broker.admin.port = self.daemon.admin_port
        for client in self.clients:
            client.close()
            client.port = self.daemon.client_port

    def set_up(self):
        self.broker = Broker(self.daemon)
        for symbol in ["EURUSD", "USDJPY"]:
            self.broker.make_symbol(forex(symbol, commission={"amount": "2.5", "currency": "USD"}))
        self.broker.quotes(("EURUSD", "1.08440", "1.08450"), ("USDJPY", "150.000", "150.008"))
        for currency in CURRENCIES:
            self.clients.append(self.broker.make_account(
                currency=currency, leverage=500, initialDeposit=100000000))

    def client(self, account):
        return next(c for c in self.clients if c.account_id == account)

    def workers(self):
        port = self.daemon.client_port
        workers = []
        for index, client in enumerate(self.clients):
            held = [p["id"] for p in client.all("/api/account/positions")]
            self.dice.shuffle(held)
            workers.append(Trader(f"r{self.rounds}c{index}", self.dice.random(),
                                  session(client, port), held))
        accounts = [client.account_id for client in self.clients]
        workers.append(Cashier(f"r{self.rounds}d", self.dice.random(), admin_session(self.broker),
                               accounts))
        workers.append(Quoter(f"r{self.rounds}q", self.dice.random(), admin_session(self.broker)))
        return workers

    def load_and_kill(self):
        """Runs the workers, kills after a random number of answers; the operations of the round."""
        return self.load_until(self.dice.randrange(10, 500), self.dice.random() * 0.004)

    def load_until(self, wanted, pause):
        workers = self.workers()
        for worker in workers:
            worker.start()
        deadline = time.monotonic() + daemon.WAIT_S
        while sum(worker.answered for worker in workers) < wanted:
            must(time.monotonic() < deadline, "the load stands still\n", self.daemon.log())
            must(self.daemon.is_running(), "the daemon is gone\n", self.daemon.log())
            must(any(worker.is_alive() for worker in workers), "no worker works:",
                 [worker.error for worker in workers])
            time.sleep(0.0005)
        time.sleep(pause)  # the moment is what is random here
        self.killed_at = time.monotonic()
        self.disk.kill(self)
        for worker in workers:
            worker.join(daemon.WAIT_S)
            must(not worker.is_alive(), "a worker hangs")
            if worker.error is not None:
                raise worker.error
        return [o for worker in workers for o in worker.operations
                if isinstance(o, (Order, Close, Deposit))]

    def compare(self, operations):
        """Reads everything; what was acknowledged, now and ever, must be there."""
        books = {client.account_id: Books(client) for client in self.clients}
        for operation in self.acknowledged:
            books[operation.account].holds(operation)
        for operation in operations:
            if operation.answer is not None:
                books[operation.account].holds(operation)
        return books

    def send_again(self, operations, books):
        """Everything of the round once more, by one thread for each account."""
        threads, errors = [], []
        for client in self.clients:
            mine = [o for o in operations if o.account == client.account_id]
            again = Again(mine, books[client.account_id], session(client, self.daemon.client_port),
                          admin_session(self.broker), errors)
            threads.append(threading.Thread(target=again.run, daemon=True))
            threads[-1].start()
        for thread in threads:
            thread.join(daemon.WAIT_S)
            must(not thread.is_alive(), "sending again hangs")
        if errors:
            raise errors[0]

    def round(self):
        self.start()
        operations = self.load_and_kill()
        unknown = sum(o.answer is None for o in operations)
        if self.dice.random() < 0.4:
            self.daemon.launch()  # killed again, somewhere on its way up
            time.sleep(self.dice.random() * 0.3)
            self.disk.kill(self)
        self.start()
        books = self.compare(operations)
        self.send_again(operations, books)
        self.acknowledged += [o for o in operations if o.answer is not None]
        self.compare([])
        must(self.daemon.stop() == 0, "the stop failed\n", self.daemon.log())
        self.verify()
        self.rounds += 1
        return len(operations), unknown

    def verify(self):
        verified = daemon.run_tribook("verify", self.daemon.data)
        must(verified.returncode == 0, verified.stdout, verified.stderr)
        hashes = [daemon.run_tribook("state-hash", self.daemon.data) for _ in range(2)]
        must(all(h.returncode == 0 for h in hashes), hashes)
        must(hashes[0].stdout == hashes[1].stdout and hashes[0].stdout.strip(), hashes)


class Again:
    """Repeats operations. What had an answer gets the same one; what had none is done once."""

    def __init__(self, operations, books, rest, admin, errors):
        self.operations = operations
        self.books = books
        self.rest = rest
        self.admin = admin
        self.errors = errors

    def run(self):
        try:
            for operation in self.operations:
                if isinstance(operation, Order):
                    self.order(operation)
                elif isinstance(operation, Deposit):
                    self.deposit(operation)
                elif operation.volume is None:
                    self.close(operation)
        except (AssertionError, KeyError, *BROKEN) as error:
            self.errors.append(error)
        finally:
            self.rest.close()
            self.admin.close()

    @staticmethod
    def send(operation, rest):
        """As often as it takes until the outcome is told."""
        deadline = time.monotonic() + daemon.WAIT_S
        operation.send(rest)
        while operation.answer is None:
            must(time.monotonic() < deadline, "never told:", vars(operation))
            operation.send(rest)

    def order(self, operation):
        before = operation.answer
        there = self.books.by_client_id.get(operation.client_order_id)
        self.send(operation, self.rest)
        if before is not None and "orderId" in before[1]:
            must(operation.answer == before, "first", before, "again", operation.answer)
        elif there is not None:
            must(operation.answer[1]["orderId"] == there["orderId"], there, operation.answer)

    def deposit(self, operation):
        before = operation.answer
        there = self.books.deposits_noted(operation.key)
        self.send(operation, self.admin)
        status, answer = operation.answer
        if before is not None and before[0] == 201:
            # The answer tells the balance as it is by now.
            must((status, {**answer, "balance": 0}) == (201, {**before[1], "balance": 0}), "first",
                 before, "again", operation.answer)
            operation.answer = before
        elif there:
            must(answer["ledgerId"] == there[0]["id"], there, operation.answer)
            operation.answer = (status, {**answer, "balance": there[0]["balanceAfter"]})

    def close(self, operation):
        before = operation.answer
        operation.send(self.rest)
        if operation.position in self.books.closed:
            must(operation.answer is None or operation.answer[0] == 404, "closed twice:",
                 operation.position, operation.answer)
            operation.answer = before
        else:
            must(operation.answer is None or operation.answer[0] == 200, "still open:", operation.position, operation.answer)


def play_rounds(dice, make_house, rounds, rounds_of_a_folder):
    """Rounds by one house after another; how many operations, and how many without an answer."""
    began = time.monotonic()
    total = unknown_total = 0
    for index in range(rounds):
        if index % rounds_of_a_folder == 0:
            house = make_house(dice)
        count, unknown = house.round()
        total += count
        unknown_total += unknown
        print(f"round {index + 1} of {rounds}: {count} operations, {unknown} without an "
              f"answer, {time.monotonic() - began:.1f} s", flush=True)
    return total, unknown_total
