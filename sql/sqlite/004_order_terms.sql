-- What orders have besides: their trigger and their end, the other one of a pair, the tick that
-- triggered them, and how the position's stop-loss shall follow (distances in hundredths of a pip).
-- 0 for none.
ALTER TABLE orders ADD COLUMN trigger_price INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN expires INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN partner INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN triggered_bid INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN triggered_ask INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN trailing_distance INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN trailing_step INTEGER NOT NULL DEFAULT 0;
