-- Withdrawals with their decisions, groups and what they set, and what the ledger says besides.

ALTER TABLE ledger ADD COLUMN is_of_credit INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN adjustment TEXT NOT NULL DEFAULT 'MANUAL';

CREATE TABLE withdrawals (
  id                INTEGER PRIMARY KEY,
  sequence          INTEGER NOT NULL,
  account           INTEGER NOT NULL,
  amount            TEXT NOT NULL,
  method            TEXT NOT NULL,
  status            TEXT NOT NULL,
  entry             INTEGER NOT NULL DEFAULT 0,
  requested         INTEGER NOT NULL,
  requested_by      INTEGER NOT NULL,
  decided           INTEGER NOT NULL DEFAULT 0,
  decided_by        INTEGER NOT NULL DEFAULT 0,
  payment_reference TEXT NOT NULL DEFAULT '',
  note              TEXT NOT NULL DEFAULT '',
  address           TEXT NOT NULL DEFAULT '',
  decision_note     TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX withdrawals_by_account ON withdrawals (account, id);

-- Of an account's options these (1 stop_out_level, 2 margin_call_levels, 4
-- negative_balance_protection, 8 closing, 16 swap_free, 32 stop_out_order) are its group's where that
-- sets them; else those it has of its own.
ALTER TABLE accounts ADD COLUMN from_group INTEGER NOT NULL DEFAULT 0;

-- Options are null where the group sets none; margin_call_levels as those of accounts.
CREATE TABLE groups (
  id                          INTEGER PRIMARY KEY,
  sequence                    INTEGER NOT NULL,
  name                        TEXT NOT NULL,
  stop_out_level              INTEGER,
  margin_call_levels          TEXT,
  negative_balance_protection INTEGER,
  closing                     TEXT,
  swap_free                   INTEGER,
  swap_free_days              INTEGER,
  swap_free_fee               INTEGER,
  stop_out_order              TEXT
) STRICT;

-- What a group sets for a symbol, or for all (symbol 0); null where it sets nothing.
CREATE TABLE group_terms (
  account_group       INTEGER NOT NULL,
  symbol              INTEGER NOT NULL,
  sequence            INTEGER NOT NULL,
  markup_pips         INTEGER,
  leverage_cap        INTEGER,
  commission_basis    TEXT,
  commission_amount   INTEGER,
  commission_minimum  INTEGER,
  commission_currency TEXT,
  swap_mode           TEXT,
  swap_long           INTEGER,
  swap_short          INTEGER,
  swap_triple_day     INTEGER,
  swap_days_in_year   INTEGER,
  swap_price          TEXT,
  PRIMARY KEY (account_group, symbol)
) STRICT, WITHOUT ROWID;

CREATE VIEW show_withdrawals AS
SELECT w.id, datetime(w.requested / 1000000000, 'unixepoch') AS requested, w.account, a.currency,
       w.amount, w.status, w.method, w.payment_reference, w.address, w.note, w.decision_note
FROM withdrawals AS w LEFT JOIN accounts AS a ON a.id = w.account;
