"""The arithmetic of profit, commission, margin and level."""

from fractions import Fraction

from exact import ONE, as_fraction, round_fraction, round_ratio
from market import crossing

BASIS_DIGITS = 8
LEVERAGED_MODES = ("FOREX", "CFD_LEVERAGE")


# Profit and loss

def price_pnl(market, quotes, position, volume):
    """What closing `volume` of the position at these quotes books, in minor units."""
    account, symbol = position.account, position.symbol
    move = position.closing_price(quotes) - position.open_price
    if not position.is_long:
        move = -move
    chain = market.chain(symbol.quote, account.currency)
    numerator, denominator = crossing(chain, quotes, move >= 0)
    in_quote_currency = move * symbol.contract_size * volume
    return round_ratio(in_quote_currency * account.minor_units * numerator,
                       ONE ** 3 * denominator)


def unrealised_pnl(market, quotes, position):
    return price_pnl(market, quotes, position, position.volume)


def equity(market, quotes, account):
    return account.balance + sum(unrealised_pnl(market, quotes, position)
                                 for position in account.positions.values())


# Commission

def commission_entry(market, account, symbol, volume, price):
    """The commission of one deal in minor units of the account, zero or negative."""
    terms = symbol.commission
    if terms is None:
        return 0
    charge = max(commission_charge(market, symbol, volume, price), as_fraction(terms.minimum))
    converted = market.convert(-charge, terms.currency, account.currency)
    return round_fraction(converted, account.digits)


def commission_charge(market, symbol, volume, price):
    """In the commission's currency, before its minimum."""
    terms = symbol.commission
    amount = as_fraction(terms.amount)
    if terms.basis == "PER_LOT":
        return amount * as_fraction(volume)
    value = notional(market, symbol, volume, price)
    if terms.basis == "PER_MILLION":
        return amount * value / 1_000_000
    if terms.basis == "PERCENT":
        return amount * value / 100
    raise ValueError(f"unknown commission basis {terms.basis}")


def notional(market, symbol, volume, price):
    """In the commission's currency."""
    units = as_fraction(volume) * as_fraction(symbol.contract_size)
    currency = symbol.commission.currency
    if currency == symbol.base:
        return units
    return market.convert_at_mid(units * as_fraction(price), symbol.quote, currency)


def commission_conversions(symbol, account):
    """The (from, to) pairs of currencies that the commission of a deal crosses."""
    terms = symbol.commission
    if terms is None:
        return []
    pairs = [(terms.currency, account.currency)]
    if terms.basis != "PER_LOT" and terms.currency != symbol.base:
        pairs.append((symbol.quote, terms.currency))
    return pairs


def can_convert_all(market, symbol, account):
    pairs = [(symbol.quote, account.currency), (symbol.margin_currency, account.currency)]
    pairs += commission_conversions(symbol, account)
    return all(market.can_convert(source, target) for source, target in pairs)


# Margin

def margin_basis(market, account, symbol, volume, price):
    """A fill's margin before leverage, in account currency at mid, counted in 10^-8."""
    unlevered = unlevered_margin(symbol, as_fraction(volume), as_fraction(price))
    converted = market.convert_at_mid(unlevered, symbol.margin_currency, account.currency)
    return round_fraction(converted, BASIS_DIGITS)


def unlevered_margin(symbol, lots, price):
    terms = symbol.margin
    units = lots * as_fraction(symbol.contract_size)
    if terms.mode == "FOREX":
        return units
    if terms.mode == "CFD":
        return units * price * as_fraction(terms.percent) / 100
    if terms.mode == "CFD_LEVERAGE":
        return units * price
    if terms.mode == "FUTURES":
        return lots * as_fraction(terms.initial_per_lot)
    raise ValueError(f"unknown margin mode {terms.mode}")


def used_margin(account, positions):
    """Margin of all the positions of an account, rounded once a symbol, in minor units."""
    by_symbol = {}
    for position in positions:
        by_symbol.setdefault(position.symbol, []).append(position)
    return sum(round_fraction(symbol_margin(account, symbol, group), account.digits)
               for symbol, group in by_symbol.items())


def symbol_margin(account, symbol, positions):
    longs = [position for position in positions if position.is_long]
    shorts = [position for position in positions if not position.is_long]
    return hedged_margin(symbol.margin,
                         side_margin(account, symbol, longs), side_volume(longs),
                         side_margin(account, symbol, shorts), side_volume(shorts))


def side_margin(account, symbol, positions):
    basis = Fraction(sum(position.margin_basis for position in positions), 10 ** BASIS_DIGITS)
    return basis / account.leverage if symbol.margin.mode in LEVERAGED_MODES else basis


def side_volume(positions):
    return sum(position.volume for position in positions)


def hedged_margin(terms, long_margin, long_volume, short_margin, short_volume):
    both = long_margin + short_margin
    net = net_margin(long_margin, long_volume, short_margin, short_volume)
    if terms.hedged == "LARGER_LEG":
        return max(long_margin, short_margin)
    if terms.hedged == "SUM":
        return both
    if terms.hedged == "NET":
        return net
    if terms.hedged == "PERCENT":
        return net + as_fraction(terms.hedged_percent) / 100 * (both - net)
    raise ValueError(f"unknown hedged policy {terms.hedged}")


def net_margin(long_margin, long_volume, short_margin, short_volume):
    """The uncovered part of the side with more volume."""
    if long_volume == short_volume:
        return Fraction(0)
    if long_volume > short_volume:
        return long_margin * Fraction(long_volume - short_volume, long_volume)
    return short_margin * Fraction(short_volume - long_volume, short_volume)


# Levels

def below_level(equity_amount, margin, level):
    """Whether equity / margin x 100 is below the (scaled) level, by cross-multiplication."""
    return equity_amount * 100 * ONE < level * margin


def must_stop_out(account, equity_amount):
    if not account.positions:
        return False
    if account.used_margin == 0:
        return equity_amount < 0
    return below_level(equity_amount, account.used_margin, account.stop_out_level)


def below_margin_call(account, equity_amount):
    return (account.used_margin > 0
            and below_level(equity_amount, account.used_margin, account.margin_call_level))


def margin_level(equity_amount, margin):
    """The level in hundredths of a percent, None when no margin is used."""
    return round_ratio(equity_amount * 100 * 100, margin) if margin else None
