import { decimalsOf, formatDecimal, parseDecimal, unitsOf } from "../format/decimal";
import { COMMA } from "./levels";

export interface VolumeRule {
  minVolume: number;
  maxVolume: number;
  volumeStep: number;
}

/** Why this volume cannot be traded, or null. */
export function volumeProblem(text: string, rule: VolumeRule): string | null {
  const units = parseDecimal(text);
  if (units === null) {
    if (text.trim() === "") return "Enter a volume in lots.";
    return text.includes(",") ? COMMA : "This is not a number.";
  }
  if (units < unitsOf(rule.minVolume)) return `At least ${volumeText(rule.minVolume, rule)} lots.`;
  if (units > unitsOf(rule.maxVolume)) return `At most ${volumeText(rule.maxVolume, rule)} lots.`;
  const step = unitsOf(rule.volumeStep);
  if (step > 0n && units % step !== 0n) {
    return `In steps of ${volumeText(rule.volumeStep, rule)} lots.`;
  }
  return null;
}

/** Why this part of an open position cannot be closed, or null. */
export function partProblem(text: string, open: number, rule: VolumeRule): string | null {
  const own = volumeProblem(text, { ...rule, maxVolume: Math.max(rule.maxVolume, open) });
  if (own) return own;
  const rest = unitsOf(open) - (parseDecimal(text) ?? 0n);
  if (rest < 0n) return `The position has ${volumeText(open, rule)} lots.`;
  if (rest > 0n && rest < unitsOf(rule.minVolume)) {
    return `What stays open must be at least ${volumeText(rule.minVolume, rule)} lots, or nothing.`;
  }
  return null;
}

/** A volume as it is shown: with the decimals of the step. */
export function volumeText(volume: number, rule: Pick<VolumeRule, "volumeStep">): string {
  return formatDecimal(unitsOf(volume), decimalsOf(rule.volumeStep));
}

/** One step up or down, onto the grid, within the range. */
export function stepVolume(text: string, direction: 1 | -1, rule: VolumeRule): string {
  const step = unitsOf(rule.volumeStep);
  const low = unitsOf(rule.minVolume);
  const high = unitsOf(rule.maxVolume);
  const units = parseDecimal(text) ?? low;
  if (step <= 0n) return text;
  const off = ((units % step) + step) % step;
  let next = direction > 0 ? units - off + step : off === 0n ? units - step : units - off;
  if (next < low) next = low;
  if (next > high) next = high;
  return formatDecimal(next, decimalsOf(rule.volumeStep));
}

/** A share of an open volume, on the grid, at least the smallest. */
export function shareOf(open: number, percent: number, rule: VolumeRule): string {
  const step = unitsOf(rule.volumeStep);
  const low = unitsOf(rule.minVolume);
  let units = (unitsOf(open) * BigInt(percent)) / 100n;
  if (step > 0n) units -= units % step;
  if (units < low) units = low;
  return formatDecimal(units, decimalsOf(rule.volumeStep));
}

/** What a new ticket begins with: a tenth of a lot where the symbol trades that, else its least. */
export function firstVolume(rule: VolumeRule): string {
  const tenth = "0.1";
  const text = volumeProblem(tenth, rule) === null ? tenth : String(rule.minVolume);
  return formatDecimal(parseDecimal(text) ?? unitsOf(rule.minVolume), decimalsOf(rule.volumeStep));
}
