const FIRST_MS = 400;
export const LONGEST_MS = 10_000;

/** How long to wait before attempt `attempt` (from 0): twice as long each time, and never all at once. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(longest / 2 + (longest / 2) * random());
}
