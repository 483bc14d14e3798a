"""Two exact ways to see at once that a quote changes nothing.

Nearest triggers: of all stop-losses and take-profits of a symbol only the nearest of each
kind has to be compared with a quote.

Calm band: an account's equity never falls when a bid rises or an ask falls, because a worse
bid or ask hurts both the mark of a position and the conversion of its result. So an account
that would need no margin call and no stop-out at quotes worse than today's needs none at any
quote between. The band of an account lists for each symbol that moves it the worst and the
best quote for which this has been proved; any change of the account drops the band.
"""

from rules import below_margin_call, equity, must_stop_out

BAND_WIDTHS = (5, 8, 11, 14)


class NearestTriggers:
    """Edges beyond which a quote of the symbol hits a stop-loss or a take-profit."""

    def __init__(self, positions):
        longs = [position for position in positions if position.is_long]
        shorts = [position for position in positions if not position.is_long]
        self.bid_floor = max(prices(longs, "sl"), default=None)
        self.bid_ceiling = min(prices(longs, "tp"), default=None)
        self.ask_floor = max(prices(shorts, "tp"), default=None)
        self.ask_ceiling = min(prices(shorts, "sl"), default=None)

    def hit(self, bid, ask):
        return (self.bid_floor is not None and bid <= self.bid_floor
                or self.bid_ceiling is not None and bid >= self.bid_ceiling
                or self.ask_floor is not None and ask <= self.ask_floor
                or self.ask_ceiling is not None and ask >= self.ask_ceiling)


def prices(positions, kind):
    return [getattr(position, kind) for position in positions
            if getattr(position, kind) is not None]


def is_calm(account, name, bid, ask):
    if account.calm_band is None:
        return False
    edges = account.calm_band.get(name)
    if edges is None:
        return True
    (low_bid, high_ask), (high_bid, low_ask) = edges
    return low_bid <= bid <= high_bid and low_ask <= ask <= high_ask


def find_calm_band(market, account):
    """The widest of a few bands, or None when not even the narrowest is proved calm."""
    names = symbols_moving(market, account)
    for width in BAND_WIDTHS:
        worst = {name: worse_quote(market.quotes[name], width) for name in names}
        best = {name: better_quote(market.quotes[name], width) for name in names}
        if stays_calm(market, account, worst, best):
            return {name: (worst[name], best[name]) for name in names}
    return None


def symbols_moving(market, account):
    names = set()
    for position in account.positions.values():
        names.add(position.symbol.name)
        chain = market.chain(position.symbol.quote, account.currency)
        names.update(name for name, _ in chain)
    return names


def worse_quote(quote, width):
    bid, ask = quote
    return bid - (bid >> width), ask + (ask >> width)


def better_quote(quote, width):
    bid, ask = quote
    return bid + (bid >> width), ask - (ask >> width)


def stays_calm(market, account, worst, best):
    lowest = equity(market, worst, account)
    if must_stop_out(account, lowest):
        return False
    if account.margin_called:
        return below_margin_call(account, equity(market, best, account))
    return not below_margin_call(account, lowest)
