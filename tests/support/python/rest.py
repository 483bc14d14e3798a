"""REST as a client speaks it: JSON numbers are Decimals, and every number that comes is checked to
be printed exactly."""

import http.client
import json
import re
from decimal import Decimal

EXACT = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]{1,8})?")


def exact_number(text):
    """A number of the API as a Decimal. No exponent, no float noise, at most eight decimals."""
    if not EXACT.fullmatch(text):
        raise AssertionError(f"the number {text} is not printed exactly")
    return Decimal(text)


def refuse_constant(text):
    raise AssertionError(f"{text} is no JSON")


def unique_members(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise AssertionError(f"a key stands twice in {pairs}")
    return members


def parse_json(text):
    return json.loads(text, parse_float=exact_number, parse_constant=refuse_constant,
                      object_pairs_hook=unique_members)


class Response:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return parse_json(self.body.decode("utf-8"))

    @property
    def code(self):
        """The stable code of a problem document, after a check of its form."""
        if self.headers.get_content_type() != "application/problem+json":
            raise AssertionError(f"no problem document: {self}")
        problem = self.json
        if problem["status"] != self.status or not problem["title"] or not problem["detail"]:
            raise AssertionError(f"not a whole problem document: {self}")
        return problem["code"]

    def __str__(self):
        return f"{self.status} {self.body[:600]!r}"


def to_text(body):
    """A request's body: bytes as they are, everything else as JSON, Decimals exact."""
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    return json.dumps(body, default=_number).encode()


def _number(value):
    if isinstance(value, Decimal):
        return format(value, "f")  # numbers may be given as strings
    raise TypeError(type(value))


class Rest:
    """One connection that stays open, perhaps with a token. Not for two threads at once."""

    def __init__(self, port, token=None, timeout=30, account=None):
        self.port = port
        self.token = token
        self.timeout = timeout
        self.account = account
        self.connection = None

    def __del__(self):
        self.close()

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def call(self, method, path, body=None, headers=None):
        """Sends and reads the answer. OSError or HTTPException when the connection broke: then
        nobody knows whether the request was carried out."""
        sent = {}
        if self.token is not None:
            sent["Authorization"] = "Bearer " + self.token
        if self.account is not None:
            sent["X-Account-Id"] = str(self.account)
        if body is not None:
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                         timeout=self.timeout)
        try:
            self.connection.request(method, path, body=to_text(body), headers=sent)
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if answer.will_close:
            self.close()
        return Response(answer.status, answer.headers, text)

    def get(self, path, **headers):
        return self.call("GET", path, headers=headers)

    def post(self, path, body=None, **headers):
        return self.call("POST", path, body, headers)

    def put(self, path, body=None, **headers):
        return self.call("PUT", path, body, headers)

    def delete(self, path, **headers):
        return self.call("DELETE", path, None, headers)

    def pages(self, path, limit=None, at_most=10_000):
        """All pages of a list, each a list of items."""
        pages = []
        cursor = None
        joiner = "&" if "?" in path else "?"
        while True:
            query = [f"limit={limit}"] if limit else []
            if cursor is not None:
                query.append(f"cursor={cursor}")
            answer = self.get(path + (joiner + "&".join(query) if query else ""))
            if answer.status != 200:
                raise AssertionError(f"{path}: {answer}")
            pages.append(answer.json["items"])
            cursor = answer.json.get("nextCursor")
            if cursor is None:
                return pages
            if len(pages) > at_most:
                raise AssertionError(f"{path}: the pages do not end")

    def all(self, path, limit=1000):
        return [item for page in self.pages(path, limit) for item in page]
