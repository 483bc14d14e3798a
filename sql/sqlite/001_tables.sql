-- What the store keeps. README.md tells how to read the numbers.

CREATE TABLE meta (
  name  TEXT NOT NULL PRIMARY KEY,
  value ANY
) STRICT, WITHOUT ROWID;

-- States: one row each, as of the record `sequence`.

CREATE TABLE users (
  id       INTEGER PRIMARY KEY,
  sequence INTEGER NOT NULL,
  username TEXT NOT NULL,
  email    TEXT NOT NULL,
  role     TEXT NOT NULL,
  created  INTEGER NOT NULL
) STRICT;

CREATE TABLE accounts (
  id                          INTEGER PRIMARY KEY,
  sequence                    INTEGER NOT NULL,
  user                        INTEGER NOT NULL,
  currency                    TEXT NOT NULL,
  kind                        TEXT NOT NULL,
  mode                        TEXT NOT NULL,
  closing                     TEXT NOT NULL,
  state                       TEXT NOT NULL,
  account_group               TEXT NOT NULL,
  leverage                    INTEGER NOT NULL,
  stop_out_level              INTEGER NOT NULL,
  margin_call_levels          TEXT NOT NULL,
  stop_out_order              TEXT NOT NULL,
  negative_balance_protection INTEGER NOT NULL,
  balance                     TEXT NOT NULL DEFAULT '0',
  credit                      TEXT NOT NULL DEFAULT '0',
  used_margin                 TEXT NOT NULL DEFAULT '0',
  created                     INTEGER NOT NULL,
  updated                     INTEGER NOT NULL
) STRICT;
CREATE INDEX accounts_by_user ON accounts (user, id);

CREATE TABLE symbols (
  id              INTEGER PRIMARY KEY,
  sequence        INTEGER NOT NULL,
  name            TEXT NOT NULL,
  category        TEXT NOT NULL,
  base            TEXT NOT NULL,
  quote           TEXT NOT NULL,
  margin_currency TEXT NOT NULL,
  digits          INTEGER NOT NULL,
  tick_size       INTEGER NOT NULL,
  pip_size        INTEGER NOT NULL,
  contract_size   INTEGER NOT NULL,
  min_volume      INTEGER NOT NULL,
  max_volume      INTEGER NOT NULL,
  volume_step     INTEGER NOT NULL,
  state           TEXT NOT NULL,
  is_enabled      INTEGER NOT NULL,
  is_open         INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE orders (
  id              INTEGER PRIMARY KEY,
  sequence        INTEGER NOT NULL,
  account         INTEGER NOT NULL,
  symbol          INTEGER NOT NULL,
  position        INTEGER NOT NULL,
  side            TEXT NOT NULL,
  type            TEXT NOT NULL,
  time_in_force   TEXT NOT NULL,
  status          TEXT NOT NULL,
  book            TEXT NOT NULL,
  reason          TEXT NOT NULL,
  code            TEXT NOT NULL,
  origin          TEXT NOT NULL,
  routing_rule    INTEGER NOT NULL,
  volume          INTEGER NOT NULL,
  filled_volume   INTEGER NOT NULL,
  filled_price    INTEGER NOT NULL,
  limit_price     INTEGER NOT NULL,
  stop_loss       INTEGER NOT NULL,
  take_profit     INTEGER NOT NULL,
  required_margin TEXT NOT NULL,
  free_margin     TEXT NOT NULL,
  updated         INTEGER NOT NULL,
  created         INTEGER NOT NULL,
  client_order_id TEXT NOT NULL,
  strategy        TEXT NOT NULL,
  comment         TEXT NOT NULL,
  metadata        TEXT NOT NULL
) STRICT;
CREATE INDEX orders_by_account ON orders (account, id);

-- Open while closed_sequence is null; then that and closed_number are the place of its closing
-- among all events. Costs are sums of price x volume. Highest and lowest mark are as
-- of its opening or its last close.
CREATE TABLE positions (
  id              INTEGER PRIMARY KEY,
  sequence        INTEGER NOT NULL,
  account         INTEGER NOT NULL,
  symbol          INTEGER NOT NULL,
  side            TEXT NOT NULL,
  book            TEXT NOT NULL,
  volume          INTEGER NOT NULL,
  closed_volume   INTEGER NOT NULL DEFAULT 0,
  open_cost       TEXT NOT NULL,
  close_cost      TEXT NOT NULL DEFAULT '0',
  open_price      INTEGER NOT NULL,
  close_price     INTEGER NOT NULL DEFAULT 0,
  highest         INTEGER NOT NULL DEFAULT 0,
  lowest          INTEGER NOT NULL DEFAULT 0,
  stop_loss       INTEGER NOT NULL,
  take_profit     INTEGER NOT NULL,
  commission      TEXT NOT NULL,
  swap            TEXT NOT NULL,
  realized_pnl    TEXT NOT NULL DEFAULT '0',
  open_time       INTEGER NOT NULL,
  updated         INTEGER NOT NULL,
  reason          TEXT NOT NULL DEFAULT '',
  close_time      INTEGER,
  closed_sequence INTEGER,
  closed_number   INTEGER
) STRICT;
CREATE INDEX positions_open ON positions (account, id) WHERE closed_sequence IS NULL;
CREATE INDEX positions_closed ON positions (account, closed_sequence, closed_number)
  WHERE closed_sequence IS NOT NULL;

-- What happened: rows that never change.

CREATE TABLE trades (
  id           INTEGER PRIMARY KEY,
  sequence     INTEGER NOT NULL,
  account      INTEGER NOT NULL,
  order_id     INTEGER NOT NULL,
  position     INTEGER NOT NULL,
  symbol       INTEGER NOT NULL,
  side         TEXT NOT NULL,
  book         TEXT NOT NULL,
  reason       TEXT NOT NULL,
  volume       INTEGER NOT NULL,
  price        INTEGER NOT NULL,
  realized_pnl TEXT NOT NULL,
  commission   TEXT NOT NULL,
  time         INTEGER NOT NULL
) STRICT;
CREATE INDEX trades_by_account ON trades (account, id);

CREATE TABLE ledger (
  id                    INTEGER PRIMARY KEY,
  sequence              INTEGER NOT NULL,
  account               INTEGER NOT NULL,
  type                  TEXT NOT NULL,
  house                 TEXT NOT NULL,
  method                TEXT NOT NULL,
  amount                TEXT NOT NULL,
  balance_after         TEXT NOT NULL,
  reference_id          INTEGER NOT NULL,
  reference_is_position INTEGER NOT NULL,
  payment_reference     TEXT NOT NULL,
  note                  TEXT NOT NULL,
  time                  INTEGER NOT NULL
) STRICT;
CREATE INDEX ledger_by_account ON ledger (account, id);

-- Margin calls, stop-outs, and each position or part of one that a stop-out closed. The tick is
-- what set off a call or a stop-out (symbol 0: something else did), or priced a liquidation.
CREATE TABLE margin_events (
  id             INTEGER PRIMARY KEY,
  sequence       INTEGER NOT NULL,
  account        INTEGER NOT NULL,
  kind           TEXT NOT NULL,
  equity         TEXT NOT NULL,
  used_margin    TEXT NOT NULL,
  threshold      INTEGER NOT NULL,
  level          INTEGER NOT NULL,
  symbol         INTEGER NOT NULL,
  bid            INTEGER NOT NULL,
  ask            INTEGER NOT NULL,
  venue          INTEGER NOT NULL,
  venue_time     INTEGER NOT NULL,
  quote_sequence INTEGER NOT NULL,
  stop_out       INTEGER NOT NULL,
  position       INTEGER NOT NULL,
  order_id       INTEGER NOT NULL,
  volume         INTEGER NOT NULL,
  time           INTEGER NOT NULL
) STRICT;
CREATE INDEX margin_events_by_account ON margin_events (account, id);

CREATE TABLE ticks (
  sequence INTEGER PRIMARY KEY,
  symbol   INTEGER NOT NULL,
  time     INTEGER NOT NULL,
  bid      INTEGER NOT NULL,
  ask      INTEGER NOT NULL
) STRICT;
-- Time never falls from one record to the next: by time is by sequence, with which an entry ends.
CREATE INDEX ticks_by_symbol ON ticks (symbol, time);

-- Candles of bids, `minutes` long: those that are finished, and the one still forming of each
-- symbol and length. (The forming ones change with each tick; here they lie close together.)
CREATE TABLE candles (
  symbol     INTEGER NOT NULL,
  minutes    INTEGER NOT NULL,
  start      INTEGER NOT NULL,
  open       INTEGER NOT NULL,
  high       INTEGER NOT NULL,
  low        INTEGER NOT NULL,
  close      INTEGER NOT NULL,
  ticks      INTEGER NOT NULL,
  first_time INTEGER NOT NULL,
  last_time  INTEGER NOT NULL,
  PRIMARY KEY (symbol, minutes, start)
) STRICT, WITHOUT ROWID;

CREATE TABLE candles_forming (
  symbol     INTEGER NOT NULL,
  minutes    INTEGER NOT NULL,
  start      INTEGER NOT NULL,
  open       INTEGER NOT NULL,
  high       INTEGER NOT NULL,
  low        INTEGER NOT NULL,
  close      INTEGER NOT NULL,
  ticks      INTEGER NOT NULL,
  first_time INTEGER NOT NULL,
  last_time  INTEGER NOT NULL,
  PRIMARY KEY (symbol, minutes)
) STRICT, WITHOUT ROWID;

-- Filled in from a venue's history; shares no tick with the candles above.
CREATE TABLE candle_history (
  symbol     INTEGER NOT NULL,
  minutes    INTEGER NOT NULL,
  start      INTEGER NOT NULL,
  open       INTEGER NOT NULL,
  high       INTEGER NOT NULL,
  low        INTEGER NOT NULL,
  close      INTEGER NOT NULL,
  ticks      INTEGER NOT NULL,
  first_time INTEGER NOT NULL,
  last_time  INTEGER NOT NULL,
  PRIMARY KEY (symbol, minutes, start)
) STRICT, WITHOUT ROWID;
