import { parseDecimal } from "../format/decimal";

/** What so many pips win or lose, in the account's currency; null while the pip's worth is unknown. */
export function moneyOf(pips: number, volume: string, pipValue: number | null): number | null {
  if (pipValue === null || parseDecimal(volume) === null) return null;
  return pips * pipValue * Number(volume);
}
