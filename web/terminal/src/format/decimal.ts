// Decimal text as whole units of 10^-8, the way the engine counts: no binary fraction comes between
// what was typed and what is sent.

export const DECIMALS = 8;
const ONE = 10n ** BigInt(DECIMALS);
const INTEGER_DIGITS_MAX = 10;

/** Units of 10^-8, or null when the text is no plain decimal number of at most 8 decimals. */
export function parseDecimal(text: string): bigint | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text.trim());
  if (!match) return null;
  const whole = match[2] ?? "";
  const fraction = match[3] ?? "";
  if (whole.length + fraction.length === 0) return null;
  if (fraction.length > DECIMALS || whole.length > INTEGER_DIGITS_MAX) return null;
  const units = BigInt(whole || "0") * ONE + BigInt(fraction.padEnd(DECIMALS, "0"));
  return match[1] === "-" ? -units : units;
}

/** Plain text of the units, with at least `decimals` decimals and no other trailing zeros. */
export function formatDecimal(units: bigint, decimals = 0): string {
  const sign = units < 0n ? "-" : "";
  const size = units < 0n ? -units : units;
  let fraction = (size % ONE).toString().padStart(DECIMALS, "0").replace(/0+$/, "");
  fraction = fraction.padEnd(decimals, "0");
  return sign + (size / ONE).toString() + (fraction ? "." + fraction : "");
}

/** Units of a number that came as JSON: its shortest decimal text says exactly what was sent. */
export function unitsOf(value: number): bigint {
  return parseDecimal(plain(value)) ?? 0n;
}

/** The number's decimals, as it was sent: 0.01 has 2. */
export function decimalsOf(value: number): number {
  return plain(value).split(".")[1]?.length ?? 0;
}

/** Without an exponent, to 8 decimals. */
function plain(value: number): string {
  const text = String(value);
  if (!/e/i.test(text)) return text;
  return value.toFixed(DECIMALS).replace(/\.?0+$/, "");
}

/** 1234567.89 as 1,234,567.89. */
export function group(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Fixed decimals, grouped, and no minus before a zero. */
export function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return group(/^-0(\.0*)?$/.test(text) ? text.slice(1) : text);
}

/** The same with a plus before what is above zero. */
export function signed(value: number, decimals: number): string {
  const text = fixed(value, decimals);
  return /[1-9]/.test(text) && value > 0 ? `+${text}` : text;
}
