-- For people at the sqlite3 shell. The program does not use them.

CREATE VIEW show_orders AS
SELECT o.id, datetime(o.created / 1000000000, 'unixepoch') AS created, o.account,
       s.name AS symbol, o.side, o.type, o.status, o.code, o.book, o.reason,
       o.volume / 1e8 AS volume, o.filled_volume / 1e8 AS filled_volume,
       o.filled_price / 1e8 AS filled_price, o.position, o.client_order_id, o.comment
FROM orders AS o LEFT JOIN symbols AS s ON s.id = o.symbol;

CREATE VIEW show_trades AS
SELECT t.id, datetime(t.time / 1000000000, 'unixepoch') AS time, t.account, s.name AS symbol,
       t.side, t.book, t.reason, t.volume / 1e8 AS volume, t.price / 1e8 AS price,
       t.realized_pnl, t.commission, t.order_id, t.position
FROM trades AS t LEFT JOIN symbols AS s ON s.id = t.symbol;

CREATE VIEW show_open_positions AS
SELECT p.id, datetime(p.open_time / 1000000000, 'unixepoch') AS opened, p.account,
       s.name AS symbol, p.side, p.book, p.volume / 1e8 AS volume,
       p.open_price / 1e8 AS open_price, p.stop_loss / 1e8 AS stop_loss,
       p.take_profit / 1e8 AS take_profit, p.commission, p.swap, p.realized_pnl
FROM positions AS p LEFT JOIN symbols AS s ON s.id = p.symbol
WHERE p.closed_sequence IS NULL;

CREATE VIEW show_closed_positions AS
SELECT p.id, datetime(p.open_time / 1000000000, 'unixepoch') AS opened,
       datetime(p.close_time / 1000000000, 'unixepoch') AS closed, p.account,
       s.name AS symbol, p.side, p.book, p.closed_volume / 1e8 AS volume,
       p.open_price / 1e8 AS open_price, p.close_price / 1e8 AS close_price,
       p.realized_pnl, p.commission, p.swap, p.reason
FROM positions AS p LEFT JOIN symbols AS s ON s.id = p.symbol
WHERE p.closed_sequence IS NOT NULL;

CREATE VIEW show_ledger AS
SELECT l.id, datetime(l.time / 1000000000, 'unixepoch') AS time, l.account, a.currency, l.type,
       l.amount, l.balance_after, l.method, l.reference_id, l.payment_reference, l.note
FROM ledger AS l LEFT JOIN accounts AS a ON a.id = l.account;

CREATE VIEW show_margin_events AS
SELECT m.id, m.sequence, datetime(m.time / 1000000000, 'unixepoch') AS time, m.account, m.kind,
       m.equity, m.used_margin, m.level / 1e8 AS level, m.threshold / 1e8 AS threshold,
       s.name AS symbol, m.bid / 1e8 AS bid, m.ask / 1e8 AS ask, m.quote_sequence,
       m.position, m.order_id, m.volume / 1e8 AS volume
FROM margin_events AS m LEFT JOIN symbols AS s ON s.id = m.symbol;

-- All parts of all candles: what was recorded, and what was filled in from history.
CREATE VIEW show_candles AS
SELECT s.name AS symbol, c.minutes, datetime(c.start / 1000000000, 'unixepoch') AS start, c.part,
       c.open / 1e8 AS open, c.high / 1e8 AS high, c.low / 1e8 AS low, c.close / 1e8 AS close,
       c.ticks
FROM (SELECT 'live' AS part, * FROM candles
      UNION ALL SELECT 'live', * FROM candles_forming
      UNION ALL SELECT 'history', * FROM candle_history) AS c
LEFT JOIN symbols AS s ON s.id = c.symbol;
