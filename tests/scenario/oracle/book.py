"""Accounts, positions and the client side of the ledger."""

from dataclasses import dataclass, field

from currencies import minor_digits
from exact import parse_decimal, show_decimal
from market import Symbol

OPPOSITE = {"BUY": "SELL", "SELL": "BUY"}


@dataclass(eq=False)
class Account:
    id: int
    currency: str
    leverage: int
    stop_out_level: int
    margin_call_level: int
    balance: int = 0
    positions: dict = field(default_factory=dict)
    used_margin: int = 0
    margin_called: bool = False
    calm_band: dict | None = None

    def __post_init__(self):
        self.digits = minor_digits(self.currency)
        self.minor_units = 10 ** self.digits

    def money(self, amount):
        return show_decimal(amount, self.digits)

    def read_money(self, text):
        return parse_decimal(text, self.digits)


def read_account(operation):
    return Account(
        id=operation["account"],
        currency=operation["currency"],
        leverage=operation["leverage"],
        stop_out_level=parse_decimal(operation["stopOutLevel"]),
        margin_call_level=parse_decimal(operation["marginCallLevel"]),
    )


@dataclass(eq=False)
class Position:
    id: int
    account: Account
    symbol: Symbol
    side: str
    volume: int
    open_price: int
    sl: int | None = None
    tp: int | None = None
    margin_basis: int = 0
    commission: int = 0

    @property
    def is_long(self):
        return self.side == "BUY"

    def closing_price(self, quotes):
        bid, ask = quotes[self.symbol.name]
        return bid if self.side == "BUY" else ask

    def stop_loss_hit(self, bid, ask):
        if self.sl is None:
            return False
        return bid <= self.sl if self.is_long else ask >= self.sl

    def take_profit_hit(self, bid, ask):
        if self.tp is None:
            return False
        return bid >= self.tp if self.is_long else ask <= self.tp


@dataclass(frozen=True)
class Entry:
    id: int
    account: Account
    type: str
    amount: int
    balance: int


class Ledger:
    """Client entries; each stands against a house account that is not modelled."""

    def __init__(self):
        self.entries = []

    def book(self, account, entry_type, amount):
        """Books an amount in minor units; returns the entry, or None for a zero amount."""
        if amount == 0:
            return None
        account.balance += amount
        account.calm_band = None
        entry = Entry(len(self.entries) + 1, account, entry_type, amount, account.balance)
        self.entries.append(entry)
        return entry

    def check_conservation(self, accounts):
        """Per currency and per account, client balances equal the sum of their entries."""
        by_currency, by_account = {}, {}
        for entry in self.entries:
            add(by_currency, entry.account.currency, entry.amount)
            add(by_account, entry.account.id, entry.amount)
        for account in accounts:
            add(by_currency, account.currency, -account.balance)
            add(by_account, account.id, -account.balance)
        broken = [key for sums in (by_currency, by_account) for key in sums if sums[key]]
        if broken:
            raise AssertionError(f"balances differ from their entries: {broken}")


def add(sums, key, amount):
    sums[key] = sums.get(key, 0) + amount
