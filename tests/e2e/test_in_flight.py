"""Many requests under way at once, through rings of as few places as there may be: each is answered
once, with what became of it, or BUSY, and then nothing came of it."""

import socket
import threading
import time

import case
import daemon
from broker import forex
from rest import parse_json
from stream import Stream

ORDERS_PIPELINED = 32
CLIENTS = 6
ORDERS_IN_FLIGHT = 100


class InFlight(case.DaemonCase):
    config_changes = {"ring": 64}

    @classmethod
    def setup_broker(cls):
        cls.broker.make_symbol(forex("EURUSD"))
        cls.broker.quote("EURUSD", "1.08440", "1.08450")

    def orders(self, client):
        return client.all("/api/account/orders?status=all")

    def pipelined(self, client, bodies):
        """Sends them all, then reads as many answers: their statuses and bodies, in turn."""
        requests = [(f"POST /api/orders/market HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                     f"{client.token}\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()
                    for body in bodies]
        answers = []
        door = ("127.0.0.1", self.daemon.client_port)
        with socket.create_connection(door, daemon.WAIT_S) as sock:
            sock.sendall(b"".join(requests))
            stream = sock.makefile("rb")
            for _ in bodies:
                status = int(stream.readline().split()[1])
                size = 0
                while (line := stream.readline().strip()):
                    name, value = line.split(b":", 1)
                    if name.lower() == b"content-length":
                        size = int(value)
                answers.append((status, parse_json(stream.read(size).decode())))
        return answers

    def test_pipelined_orders_are_done_and_answered_in_their_order(self):
        client = self.broker.make_account(initialDeposit=1000000)
        volumes = [f"{i / 100:.2f}" for i in range(1, ORDERS_PIPELINED + 1)]
        answers = self.pipelined(client, [
            f'{{"symbol":"EURUSD","side":"BUY","volume":"{volume}"}}' for volume in volumes])
        numbers = []
        for volume, (status, order) in zip(volumes, answers):
            self.assertEqual(status, 201, order)
            self.has(order, status="FILLED", filledVolume=volume)
            numbers.append(order["orderId"])
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertEqual(len(self.orders(client)), ORDERS_PIPELINED)

    def flood(self, client, answers):
        """Sends all its orders at once, then takes an answer to each."""
        stream = Stream(self.daemon.client_port, client.token, timeout=daemon.WAIT_S)
        for number in range(ORDERS_IN_FLIGHT):
            stream.send({"action": "order.new", "requestId": number, "symbol": "EURUSD",
                         "side": "BUY", "volume": "0.01"})
        for _ in range(ORDERS_IN_FLIGHT):
            answers.append(stream.receive())
        # Nothing comes twice: what is asked last is answered next.
        answers.append(stream.ask("last", action="order.cancel", orderId=1 << 40))
        stream.close()

    def test_each_of_many_in_flight_is_answered_once(self):
        clients = [self.broker.make_account(initialDeposit=1000000) for _ in range(CLIENTS)]
        answers = [[] for _ in clients]
        threads = [threading.Thread(target=self.flood, args=pair)
                   for pair in zip(clients, answers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for client, given in zip(clients, answers):
            self.check_flood(client, given)
        client = clients[0]
        self.assertEqual(client.filled("BUY", "EURUSD", "0.01")["status"], "FILLED")

    def check_flood(self, client, answers):
        self.assertEqual([answer["requestId"] for answer in answers[-1:]], ["last"])
        answers = answers[:-1]
        self.assertEqual(sorted(answer["requestId"] for answer in answers),
                         list(range(ORDERS_IN_FLIGHT)))
        done = 0
        for answer in answers:
            if answer["type"] == "error":
                self.has(answer, code="BUSY")
                continue
            done += 1
            # 202: the machine is slow, and the order still on its way.
            self.assertIn((answer["httpStatus"], answer["status"]),
                          ((201, "FILLED"), (202, "PENDING")))
        self.assertGreater(done, 0)
        deadline = time.monotonic() + daemon.WAIT_S
        while len(self.orders(client)) < done and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertEqual(len(self.orders(client)), done)


if __name__ == "__main__":
    case.main()
