// Waiting for what must come, with a word for what did not.

/// How long anything may take. A loaded machine needs more, TRIBOOK_TEST_WAIT_S says it.
export const WAIT_MS = 1000 * Number(process.env.TRIBOOK_TEST_WAIT_S ?? 40);

/// How long a price may stand still.
const MOVE_MS = Math.max(WAIT_MS, 60_000);

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/// Asks `probe` until it gives something, and gives that. What it threw last is told at the end.
export async function until(what, probe, within = WAIT_MS) {
  const deadline = performance.now() + within;
  for (;;) {
    let reason = '';
    try {
      const found = await probe();
      if (found) return found;
    } catch (error) {
      reason = ` (${error.message})`;
    }
    if (performance.now() > deadline) throw new Error(`not within ${within} ms: ${what}${reason}`);
    await pause(20);
  }
}

/// Waits until what is read is another than at first.
export async function untilChanged(what, read) {
  const before = await read();
  await until(`${what} is another than ${before}`, async () => (await read()) !== before, MOVE_MS);
}
