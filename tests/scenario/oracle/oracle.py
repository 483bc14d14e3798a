"""Independent oracle of a trading engine: reads operations, writes what must happen.

Usage: oracle.py OPERATIONS RESULTS   (JSON lines; see README.md)
"""

import json
import sys

from book import OPPOSITE, Ledger, Position, read_account
from exact import parse_decimal, round_ratio, show_decimal
from market import Market
from rules import (below_margin_call, can_convert_all, commission_entry, equity,
                   margin_basis, margin_level, must_stop_out, price_pnl, unrealised_pnl,
                   used_margin)
from shortcuts import NearestTriggers, find_calm_band, is_calm, symbols_moving


class Refusal(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


def show_optional(price):
    return None if price is None else show_decimal(price)


def parse_optional(text):
    return None if text is None else parse_decimal(text)


def show_level(level):
    return None if level is None else show_decimal(level, 2)


class Oracle:
    def __init__(self, write):
        self.write = write
        self.market = Market()
        self.ledger = Ledger()
        self.accounts = {}
        self.positions = {}
        self.triggers = {}
        self.operation_number = 0
        self.last_order = self.last_position = self.last_trade = 0
        self.handlers = {
            "symbol": self.market.add_symbol, "account": self.open_account,
            "deposit": self.deposit, "withdraw": self.withdraw, "quote": self.quote,
            "order": self.order, "close": self.close, "close_partial": self.close_partial,
            "modify": self.modify, "end": self.end,
        }

    def run(self, lines):
        for self.operation_number, line in enumerate(lines, 1):
            if line.strip():
                operation = json.loads(line)
                self.handlers[operation["op"]](operation)
                if operation["op"] not in ("quote", "end"):
                    self.look_at_changed_accounts()

    def emit(self, event, **fields):
        self.write({"event": event, "op": self.operation_number, **fields})

    # Accounts and money

    def open_account(self, operation):
        account = read_account(operation)
        self.accounts[account.id] = account

    def account_of(self, operation):
        return self.accounts[operation["account"]]

    def deposit(self, operation):
        account = self.account_of(operation)
        self.book(account, "DEPOSIT", account.read_money(operation["amount"]))

    def withdraw(self, operation):
        account = self.account_of(operation)
        amount = account.read_money(operation["amount"])
        free_margin = self.equity(account) - account.used_margin
        if amount > account.balance or amount > free_margin:
            self.emit("refused", code="INSUFFICIENT_FUNDS")
        else:
            self.book(account, "WITHDRAWAL", -amount)

    def book(self, account, entry_type, amount):
        entry = self.ledger.book(account, entry_type, amount)
        if entry is not None:
            self.emit("ledger", id=entry.id, account=account.id, type=entry.type,
                      amount=account.money(entry.amount), balance=account.money(entry.balance))

    def equity(self, account):
        return equity(self.market, self.market.quotes, account)

    # Orders

    def order(self, operation):
        self.last_order += 1
        try:
            position = self.checked_position(operation)
        except Refusal as refusal:
            self.emit("order", order=self.last_order, status="REJECTED", code=refusal.code)
        else:
            self.fill(position)

    def checked_position(self, operation):
        """The position that the order would open, not yet on the books; or a Refusal."""
        account = self.account_of(operation)
        symbol = self.market.symbols.get(operation["symbol"])
        if symbol is None:
            raise Refusal("SYMBOL_UNKNOWN")
        volume = parse_decimal(operation["volume"])
        check_volume(symbol, volume)
        if symbol.name not in self.market.quotes:
            raise Refusal("STALE_QUOTE")
        side = operation["side"]
        sl, tp = parse_optional(operation.get("sl")), parse_optional(operation.get("tp"))
        bid, ask = self.market.quotes[symbol.name]
        check_exits(symbol, side, bid, ask, sl, tp)
        if not can_convert_all(self.market, symbol, account):
            raise Refusal("NO_CONVERSION")
        price = ask if side == "BUY" else bid
        position = Position(
            id=self.last_position + 1, account=account, symbol=symbol, side=side, volume=volume,
            open_price=price, sl=sl, tp=tp,
            margin_basis=margin_basis(self.market, account, symbol, volume, price),
            commission=commission_entry(self.market, account, symbol, volume, price))
        if self.free_margin_with(position) < 0:
            raise Refusal("INSUFFICIENT_MARGIN")
        return position

    def free_margin_with(self, position):
        account = position.account
        mark = unrealised_pnl(self.market, self.market.quotes, position)
        margin = used_margin(account, [*account.positions.values(), position])
        return self.equity(account) + position.commission + mark - margin

    def fill(self, position):
        account, price = position.account, show_decimal(position.open_price)
        self.last_position = position.id
        self.positions[position.id] = account.positions[position.id] = position
        self.position_changed(position)
        self.emit("order", order=self.last_order, status="FILLED", position=position.id,
                  price=price)
        self.emit_trade(position, position.side, position.volume, position.open_price,
                        0, position.commission)
        self.book(account, "COMMISSION", position.commission)

    def emit_trade(self, position, side, volume, price, pnl, commission):
        self.last_trade += 1
        money = position.account.money
        self.emit("trade", trade=self.last_trade, order=self.last_order, position=position.id,
                  side=side, volume=show_decimal(volume), price=show_decimal(price),
                  realizedPnL=money(pnl), commission=money(commission))

    def position_changed(self, position):
        """To be called whenever volume, SL, TP or existence of a position changes."""
        account = position.account
        account.used_margin = used_margin(account, account.positions.values())
        account.calm_band = None
        self.triggers.pop(position.symbol.name, None)

    # Closing and modifying

    def refusable(self, action, operation):
        try:
            action(self.position_of(operation), operation)
        except Refusal as refusal:
            self.emit("refused", code=refusal.code)

    def position_of(self, operation):
        position = self.positions.get(operation["position"])
        if position is None or position.account.id != operation["account"]:
            raise Refusal("NOT_FOUND")
        return position

    def close(self, operation):
        self.refusable(self.close_whole, operation)

    def close_whole(self, position, operation):
        self.close_volume(position, position.volume, "MANUAL")

    def close_partial(self, operation):
        self.refusable(self.close_part, operation)

    def close_part(self, position, operation):
        volume = parse_decimal(operation["volume"])
        check_partial_volume(position, volume)
        self.close_volume(position, volume, "MANUAL")

    def close_volume(self, position, volume, reason):
        account, symbol = position.account, position.symbol
        quotes = self.market.quotes
        price = position.closing_price(quotes)
        pnl = price_pnl(self.market, quotes, position, volume)
        commission = commission_entry(self.market, account, symbol, volume, price)
        self.reduce(position, volume)
        position.commission += commission
        self.last_order += 1
        self.emit_trade(position, OPPOSITE[position.side], volume, price, pnl, commission)
        self.book(account, "REALIZED_PNL", pnl)
        self.book(account, "COMMISSION", commission)
        self.emit("closed", position=position.id, reason=reason, volume=show_decimal(volume),
                  price=show_decimal(price), left=show_decimal(position.volume))

    def reduce(self, position, volume):
        left = position.volume - volume
        position.margin_basis = round_ratio(position.margin_basis * left, position.volume)
        position.volume = left
        if left == 0:
            del self.positions[position.id]
            del position.account.positions[position.id]
        self.position_changed(position)

    def modify(self, operation):
        self.refusable(self.move_exits, operation)

    def move_exits(self, position, operation):
        sl, tp = parse_optional(operation["sl"]), parse_optional(operation["tp"])
        bid, ask = self.market.quotes[position.symbol.name]
        check_exits(position.symbol, position.side, bid, ask, sl, tp)
        position.sl, position.tp = sl, tp
        self.position_changed(position)
        self.emit("modified", position=position.id, sl=show_optional(sl), tp=show_optional(tp))

    # Quotes and what they set off

    def quote(self, operation):
        name = operation["symbol"]
        bid, ask = parse_decimal(operation["bid"]), parse_decimal(operation["ask"])
        self.market.quotes[name] = (bid, ask)
        self.close_triggered(name, bid, ask)
        restless = [account for account in self.accounts.values()
                    if not is_calm(account, name, bid, ask)]
        for account in restless:
            self.look_at_margin_call(account)
        for account in restless:
            if name in symbols_moving(self.market, account):
                self.look_at_stop_out(account)
        for account in restless:
            account.calm_band = find_calm_band(self.market, account)

    def look_at_changed_accounts(self):
        for account in self.accounts.values():
            if account.calm_band is None:
                self.look_at_margin_call(account)
                account.calm_band = find_calm_band(self.market, account)

    def close_triggered(self, name, bid, ask):
        if name not in self.triggers:
            self.triggers[name] = NearestTriggers(self.positions_in(name))
        if not self.triggers[name].hit(bid, ask):
            return
        for position in self.positions_in(name):
            if position.stop_loss_hit(bid, ask):
                self.close_volume(position, position.volume, "SL_HIT")
                self.cover_negative_balance(position.account)
            elif position.take_profit_hit(bid, ask):
                self.close_volume(position, position.volume, "TP_HIT")

    def positions_in(self, name):
        """Open positions of a symbol by id (ids only ever grow, so they stay sorted)."""
        return [position for position in self.positions.values()
                if position.symbol.name == name]

    def look_at_margin_call(self, account):
        equity_amount = self.equity(account)
        below = below_margin_call(account, equity_amount)
        if below and not account.margin_called:
            self.emit_level("margin_call", account, equity_amount)
        account.margin_called = below

    def look_at_stop_out(self, account):
        equity_amount = self.equity(account)
        if not must_stop_out(account, equity_amount):
            return
        self.emit_level("stop_out", account, equity_amount)
        while must_stop_out(account, self.equity(account)):
            position = self.largest_loss(account)
            self.close_volume(position, position.volume, "STOP_OUT")
        self.cover_negative_balance(account)

    def emit_level(self, event, account, equity_amount):
        level = margin_level(equity_amount, account.used_margin)
        self.emit(event, account=account.id, level=show_level(level))

    def largest_loss(self, account):
        quotes = self.market.quotes
        return min(account.positions.values(),
                   key=lambda position: (unrealised_pnl(self.market, quotes, position),
                                         position.id))

    def cover_negative_balance(self, account):
        if not account.positions and account.balance < 0:
            self.book(account, "NEGATIVE_BALANCE", -account.balance)

    # The end

    def end(self, operation):
        for _, account in sorted(self.accounts.items()):
            self.write(self.account_line(account))
        for position in self.positions.values():
            self.write(self.position_line(position))
        self.ledger.check_conservation(self.accounts.values())

    def account_line(self, account):
        money, equity_amount = account.money, self.equity(account)
        return {
            "event": "account", "account": account.id, "balance": money(account.balance),
            "equity": money(equity_amount), "margin": money(account.used_margin),
            "freeMargin": money(equity_amount - account.used_margin),
            "marginLevel": show_level(margin_level(equity_amount, account.used_margin)),
            "unrealizedPnL": money(equity_amount - account.balance),
        }

    def position_line(self, position):
        money = position.account.money
        mark = unrealised_pnl(self.market, self.market.quotes, position)
        return {
            "event": "position", "position": position.id, "account": position.account.id,
            "symbol": position.symbol.name, "side": position.side,
            "volume": show_decimal(position.volume),
            "openPrice": show_decimal(position.open_price), "unrealizedPnL": money(mark),
            "commission": money(position.commission),
            "sl": show_optional(position.sl), "tp": show_optional(position.tp),
        }


def check_volume(symbol, volume):
    if volume <= 0 or volume < symbol.min_volume or volume > symbol.max_volume:
        raise Refusal("VOLUME_OUT_OF_RANGE")
    if not symbol.has_volume_step(volume):
        raise Refusal("VOLUME_STEP")


def check_partial_volume(position, volume):
    if volume <= 0 or volume > position.volume:
        raise Refusal("VOLUME_OUT_OF_RANGE")
    if not position.symbol.has_volume_step(volume):
        raise Refusal("VOLUME_STEP")
    if 0 < position.volume - volume < position.symbol.min_volume:
        raise Refusal("VOLUME_OUT_OF_RANGE")


def check_exits(symbol, side, bid, ask, sl, tp):
    """Distances are counted from the price that would close the position."""
    for price in (sl, tp):
        if price is not None and (price <= 0 or price % symbol.tick_size != 0):
            raise Refusal("PRICE_INVALID")
    is_long = side == "BUY"
    mark = bid if is_long else ask
    if sl is not None:
        check_distance(symbol, mark - sl if is_long else sl - mark)
    if tp is not None:
        check_distance(symbol, tp - mark if is_long else mark - tp)


def check_distance(symbol, distance):
    if distance <= 0 or distance < symbol.stops_distance:
        raise Refusal("PRICE_INVALID")


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    source, target = arguments
    with open(source, encoding="utf-8") as lines, open(target, "w", encoding="utf-8") as results:
        oracle = Oracle(lambda line: results.write(json.dumps(line) + "\n"))
        oracle.run(lines)


if __name__ == "__main__":
    main(sys.argv[1:])
