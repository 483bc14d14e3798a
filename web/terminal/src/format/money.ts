import { fixed, signed } from "./decimal";

// ISO 4217's exceptions from two decimals.
const NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" ");
const THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND".split(" ");
const DECIMALS_ELSE = 8;

const known = new Set(
  "supportedValuesOf" in Intl ? Intl.supportedValuesOf("currency") : ["USD", "EUR", "GBP", "CHF"],
);

/** Decimals of the currency's smallest unit; 8 of what is no ISO currency, as the server has it. */
export function moneyDecimals(currency: string): number {
  if (NO_DECIMALS.includes(currency)) return 0;
  if (THREE_DECIMALS.includes(currency)) return 3;
  return known.has(currency) ? 2 : DECIMALS_ELSE;
}

export function money(value: number | null | undefined, currency: string): string {
  return value == null ? "–" : fixed(value, moneyDecimals(currency));
}

export function signedMoney(value: number | null | undefined, currency: string): string {
  return value == null ? "–" : signed(value, moneyDecimals(currency));
}

export function percent(value: number | null | undefined, decimals = 2): string {
  return value == null ? "–" : `${fixed(value, decimals)} %`;
}

export function signedPercent(value: number | null | undefined): string {
  return value == null ? "–" : `${signed(value, 2)} %`;
}

/** A class for what is won or lost. */
export function tone(value: number | null | undefined): "up" | "down" | "flat" {
  if (!value) return "flat";
  return value > 0 ? "up" : "down";
}
