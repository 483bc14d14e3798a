-- What a position paid or got for being held, told with the trade that closes it.
ALTER TABLE trades ADD COLUMN swap TEXT NOT NULL DEFAULT '0';

-- An account's day, as the rollover of that date in New York (days since 1970) ended it. Accounts
-- without positions to which nothing happened have no row: their last one holds.
CREATE TABLE account_days (
  account      INTEGER NOT NULL,
  day          INTEGER NOT NULL,
  sequence     INTEGER NOT NULL,
  balance      TEXT NOT NULL,
  equity       TEXT NOT NULL,
  pnl          TEXT NOT NULL,
  realized_pnl TEXT NOT NULL,
  charges      TEXT NOT NULL,
  volume       INTEGER NOT NULL,
  positions    INTEGER NOT NULL,
  time         INTEGER NOT NULL,
  PRIMARY KEY (account, day)
) STRICT, WITHOUT ROWID;

CREATE VIEW show_account_days AS
SELECT d.account, date(d.day * 86400, 'unixepoch') AS day, a.currency, d.balance, d.equity, d.pnl,
       d.realized_pnl, d.charges, d.volume / 1e8 AS volume, d.positions
FROM account_days AS d LEFT JOIN accounts AS a ON a.id = d.account;
