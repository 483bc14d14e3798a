"""A WebSocket client over a plain socket (RFC 6455), which can also send what no client should."""

import base64
import hashlib
import os
import socket
import struct

from rest import parse_json

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Refused(Exception):
    """The upgrade was answered with another status."""

    def __init__(self, status, text):
        super().__init__(f"{status}: {text!r}")
        self.status = status


class Closed(Exception):
    """The server ended the session."""

    def __init__(self, code, reason):
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


class Stream:
    def __init__(self, port, token=None, account=None, path="/ws", timeout=20):
        self.socket = None  # for __del__, when there is no connection
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.buffer = b""
        self.waiting = []
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket",
                 "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        if token is not None:
            lines.append(f"Authorization: Bearer {token}")
        if account is not None:
            lines.append(f"X-Account-Id: {account}")
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._read_upgrade(key)

    def _read_upgrade(self, key):
        while b"\r\n\r\n" not in self.buffer:
            self._fill()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        status = int(head.split(b" ", 2)[1])
        if status != 101:
            self.socket.close()
            raise Refused(status, head)
        wanted = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest())
        headers = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
        accept = {name.lower(): value for name, value in headers.items()}[b"sec-websocket-accept"]
        if accept != wanted:
            raise AssertionError(f"wrong Sec-WebSocket-Accept: {accept!r}")

    def _fill(self):
        more = self.socket.recv(65536)
        if not more:
            raise Closed(1006, "the connection ended")
        self.buffer += more

    def _take(self, count):
        while len(self.buffer) < count:
            self._fill()
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def send_frame(self, opcode, payload, fin=True, masked=True):
        first = (0x80 if fin else 0) | opcode
        size = len(payload)
        mark = 0x80 if masked else 0
        if size < 126:
            head = struct.pack("!BB", first, mark | size)
        elif size < 65536:
            head = struct.pack("!BBH", first, mark | 126, size)
        else:
            head = struct.pack("!BBQ", first, mark | 127, size)
        if masked:
            mask = os.urandom(4)
            head += mask
            repeated = mask * (size // 4 + 1)
            payload = bytes(a ^ b for a, b in zip(payload, repeated))
        self.socket.sendall(head + payload)

    def send_text(self, text):
        self.send_frame(TEXT, text if isinstance(text, bytes) else text.encode())

    def send(self, message):
        from rest import to_text
        self.send_text(to_text(message))

    def read_frame(self):
        first, second = self._take(2)
        if second & 0x80:
            raise AssertionError("the server masked a frame")
        size = second & 0x7F
        if size == 126:
            size = struct.unpack("!H", self._take(2))[0]
        elif size == 127:
            size = struct.unpack("!Q", self._take(8))[0]
        return first & 0x0F, self._take(size)

    def receive(self):
        """The next message; Closed when there is none any more."""
        while True:
            opcode, payload = self.read_frame()
            if opcode == TEXT:
                return parse_json(payload.decode("utf-8"))
            if opcode == PING:
                self.send_frame(PONG, payload)
            elif opcode == CLOSE:
                code = struct.unpack("!H", payload[:2])[0] if len(payload) >= 2 else 1005
                self.socket.close()
                raise Closed(code, payload[2:].decode("utf-8"))

    def next(self, wanted_type, **members):
        """The next message of that type and with those members. Others are kept for later."""
        def fits(message):
            return message.get("type") == wanted_type and all(
                message.get(key) == value for key, value in members.items())

        for index, message in enumerate(self.waiting):
            if fits(message):
                return self.waiting.pop(index)
        while True:
            message = self.receive()
            if fits(message):
                return message
            self.waiting.append(message)

    def ask(self, request_id, **message):
        """Sends a request and gives its answer."""
        self.send({"requestId": request_id, **message})
        while True:
            answer = self.receive()
            if answer.get("requestId") == request_id:
                return answer
            self.waiting.append(answer)

    def auth(self, token):
        self.send({"action": "auth", "token": token})
        return self.next("authenticated")

    def close(self):
        if self.socket is not None:
            self.socket.close()

    def __del__(self):
        self.close()
