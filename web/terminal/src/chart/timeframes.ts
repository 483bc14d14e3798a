export const TIMEFRAMES = ["1m", "5m", "15m", "30m", "1h", "4h", "1d"] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];

export const isTimeframe = (value: unknown): boolean =>
  TIMEFRAMES.includes(value as Timeframe);

export const TIMEFRAME_WORDS: Readonly<Record<Timeframe, string>> = {
  "1m": "1 minute",
  "5m": "5 minutes",
  "15m": "15 minutes",
  "30m": "30 minutes",
  "1h": "1 hour",
  "4h": "4 hours",
  "1d": "1 day",
};
