export const INDICATORS = {
  MA: { title: "MA 20, 50", words: "Moving averages" },
  EMA: { title: "EMA 20", words: "Exponential average" },
  BOLL: { title: "BOLL 20, 2", words: "Bollinger bands" },
  VOL: { title: "VOL", words: "Volume in ticks" },
  RSI: { title: "RSI 14", words: "Relative strength" },
  MACD: { title: "MACD 12, 26, 9", words: "Convergence of averages" },
} as const;

export type Indicator = keyof typeof INDICATORS;
export const INDICATOR_NAMES = Object.keys(INDICATORS) as Indicator[];

export const areIndicators = (value: unknown): boolean =>
  Array.isArray(value) && value.every((name) => INDICATOR_NAMES.includes(name as Indicator));
