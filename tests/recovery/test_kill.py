"""kill -9 at random moments under load, again and again: what was acknowledged is there as it was
acknowledged, nothing is there twice, and all that was sent may be sent again.

A round: start, load by several clients, kill, start again, compare, send everything of the round
once more, compare, stop, verify. Rounds go on with the same data, in the other layout each time,
and with each durability in turn (a killed process loses nothing in any of them)."""

import os
import random
import threading
import time
import unittest

import case
import daemon
from books import Books, must
from broker import Broker, forex
from damage import HEADER, last_used, overwrite, used_segments
from load import (BROKEN, Cashier, Close, Deposit, Order, Quoter, Trader, admin_session, session)

ROUNDS = 200 if os.environ.get("TRIBOOK_NIGHTLY") else 20
ROUNDS_OF_A_DATA_FOLDER = 10
CURRENCIES = ["USD", "EUR", "JPY"]


class House:
    """A daemon with its accounts, and all that was ever acknowledged by it."""

    def __init__(self, dice):
        self.dice = dice
        self.daemon = daemon.Daemon()
        self.broker = None
        self.clients = []
        self.acknowledged = []
        self.rounds = 0

    def start(self):
        layout = ["fused", "split"][self.rounds % 2]
        durability = ["sync", "batch", "sync", "none"][self.rounds % 4]
        self.daemon.configure(daemon.config(layout=layout, durability=durability,
                                            segment_bytes=1 << 20))
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
        workers = self.workers()
        wanted = self.dice.randrange(10, 500)
        pause = self.dice.random() * 0.004
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
        self.daemon.kill()
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
            self.daemon.kill()
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


def wipe_the_end(data):
    """Takes the last tenth of the records, as if they had never been written."""
    path = used_segments(data)[-1]
    end = last_used(path)
    begin = end - (end - HEADER) // 10
    overwrite(path, begin, b"\0" * (end - begin))


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

    def order(self, operation):
        before = operation.answer
        there = self.books.by_client_id.get(operation.client_order_id)
        operation.send(self.rest)
        if before is not None and "orderId" in before[1]:
            must(operation.answer == before, "first", before, "again", operation.answer)
        elif there is not None:
            must(operation.answer[1]["orderId"] == there["orderId"], there, operation.answer)

    def deposit(self, operation):
        before = operation.answer
        there = self.books.deposits_noted(operation.key)
        operation.send(self.admin)
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
            must(operation.answer[0] == 404, "closed twice:", operation.position, operation.answer)
            operation.answer = before
        else:
            must(operation.answer[0] == 200, "still open:", operation.position, operation.answer)


class Kill(unittest.TestCase):
    def test_a_lost_record_would_be_seen(self):
        """The proof below can fail: a journal whose last batches are wiped out is noticed."""
        house = House(random.Random(case.seed()))
        house.start()
        operations = house.load_and_kill()
        house.start()
        house.compare(operations)
        house.daemon.kill()
        wipe_the_end(house.daemon.data)
        house.start()
        with self.assertRaises(AssertionError) as raised:
            house.compare(operations)
        self.assertRegex(str(raised.exception), "lost|has trades")

    def test_nothing_acknowledged_is_lost_and_nothing_is_twice(self):
        dice = random.Random(case.seed())
        began = time.monotonic()
        total = unknown_total = 0
        for index in range(ROUNDS):
            if index % ROUNDS_OF_A_DATA_FOLDER == 0:
                house = House(dice)
            count, unknown = house.round()
            total += count
            unknown_total += unknown
            print(f"round {index + 1} of {ROUNDS}: {count} operations, {unknown} without an "
                  f"answer, {time.monotonic() - began:.1f} s", flush=True)
        # Kills that never met an operation under way would prove little.
        self.assertGreater(unknown_total, ROUNDS // 2)
        self.assertGreater(total, ROUNDS * 10)


if __name__ == "__main__":
    case.main()
