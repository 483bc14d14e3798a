// All times are shown in UTC, as the server and the candles count them.

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function parts(time: string | number): Date | null {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : date;
}

export function clock(time: string | number): string {
  const date = parts(time);
  if (!date) return "–";
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

export function day(time: string | number): string {
  const date = parts(time);
  if (!date) return "–";
  return `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** For tables: 21 Nov 13:03. */
export function brief(time: string | number | null | undefined): string {
  const date = time == null ? null : parts(time);
  if (!date) return "–";
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${clock(date.getTime()).slice(0, 5)}`;
}

export function dayAndClock(time: string | number | null | undefined): string {
  if (time == null) return "–";
  return parts(time) ? `${day(time)} ${clock(time)}` : "–";
}
