"""Symbols, their last quotes and the conversion of currencies through them."""

from collections import deque
from dataclasses import dataclass
from fractions import Fraction

from exact import ONE, parse_decimal

CONVERTING_CATEGORIES = ("FOREX", "METAL", "CRYPTO")


@dataclass(frozen=True)
class CommissionTerms:
    basis: str
    amount: int
    currency: str
    minimum: int


@dataclass(frozen=True)
class MarginTerms:
    mode: str
    percent: int
    initial_per_lot: int
    hedged: str
    hedged_percent: int


@dataclass(frozen=True)
class Symbol:
    id: int
    name: str
    category: str
    base: str
    quote: str
    margin_currency: str
    tick_size: int
    stops_distance: int
    contract_size: int
    min_volume: int
    max_volume: int
    volume_step: int
    commission: CommissionTerms | None
    margin: MarginTerms

    def has_volume_step(self, volume):
        return volume % self.volume_step == 0


def read_symbol(operation, symbol_id):
    number = lambda key: parse_decimal(operation[key])
    return Symbol(
        id=symbol_id,
        name=operation["symbol"],
        category=operation["category"],
        base=operation["baseCurrency"],
        quote=operation["quoteCurrency"],
        margin_currency=operation["marginCurrency"],
        tick_size=number("tickSize"),
        stops_distance=number("stopsLevelPips") * number("pipSize") // ONE,
        contract_size=number("contractSize"),
        min_volume=number("minVolume"),
        max_volume=number("maxVolume"),
        volume_step=number("volumeStep"),
        commission=read_commission(operation.get("commission")),
        margin=read_margin(operation["margin"]),
    )


def read_commission(terms):
    if terms is None:
        return None
    return CommissionTerms(
        basis=terms["basis"],
        amount=parse_decimal(terms["amount"]),
        currency=terms["currency"],
        minimum=parse_decimal(terms.get("minimum", "0")),
    )


def read_margin(terms):
    return MarginTerms(
        mode=terms["mode"],
        percent=parse_decimal(terms.get("percent", "0")),
        initial_per_lot=parse_decimal(terms.get("initialPerLot", "0")),
        hedged=terms["hedged"],
        hedged_percent=parse_decimal(terms.get("hedgedPercent", "0")),
    )


class Market:
    """`quotes` maps a symbol's name to its last (bid, ask), both scaled."""

    def __init__(self):
        self.symbols = {}
        self.quotes = {}
        self._chains = {}

    def add_symbol(self, operation):
        symbol = read_symbol(operation, len(self.symbols) + 1)
        self.symbols[symbol.name] = symbol
        self._chains.clear()
        return symbol

    def chain(self, source, target):
        """Hops (symbol name, source is the base) from one currency to another, or None."""
        key = (source, target)
        if key not in self._chains:
            self._chains[key] = self._find_chain(source, target)
        return self._chains[key]

    def _find_chain(self, source, target):
        """Breadth first in order of symbol ids: the shortest chain, on ties the lowest ids."""
        reached = {source: ()}
        waiting = deque([source])
        while waiting and target not in reached:
            currency = waiting.popleft()
            for hop, neighbour in self._hops_from(currency):
                if neighbour not in reached:
                    reached[neighbour] = reached[currency] + (hop,)
                    waiting.append(neighbour)
        return reached.get(target)

    def _hops_from(self, currency):
        for symbol in self.symbols.values():
            if symbol.category not in CONVERTING_CATEGORIES:
                continue
            if symbol.base == currency:
                yield (symbol.name, True), symbol.quote
            elif symbol.quote == currency:
                yield (symbol.name, False), symbol.base

    def can_convert(self, source, target):
        chain = self.chain(source, target)
        return chain is not None and all(name in self.quotes for name, _ in chain)

    def convert(self, amount, source, target):
        """A gain (or, below zero, a loss) crossed at the side against the client; exact."""
        chain = self.chain(source, target)
        numerator, denominator = crossing(chain, self.quotes, amount >= 0)
        return amount * Fraction(numerator, denominator)

    def convert_at_mid(self, amount, source, target):
        for name, source_is_base in self.chain(source, target):
            bid, ask = self.quotes[name]
            mid = Fraction(bid + ask, 2 * ONE)
            amount = amount * mid if source_is_base else amount / mid
        return amount


def crossing(chain, quotes, is_gain):
    """The chain's rate as (numerator, denominator).

    Over A/B a gain is multiplied by the bid and a loss by the ask;
    over B/A a gain is divided by the ask and a loss by the bid.
    """
    numerator = denominator = 1
    for name, source_is_base in chain:
        bid, ask = quotes[name]
        if source_is_base:
            numerator *= bid if is_gain else ask
            denominator *= ONE
        else:
            numerator *= ONE
            denominator *= ask if is_gain else bid
    return numerator, denominator
