import { createEffect, createSignal, onCleanup, Show } from "solid-js";

import type { StreamState } from "../stream/stream";
import { useTerminal } from "./context";

/** The state in words; colour only repeats them. */
export function connectionWords(state: StreamState, now: number): string {
  switch (state.kind) {
    case "live":
      return "Live";
    case "connecting":
      return state.attempt === 0 ? "Connecting…" : "Reconnecting…";
    case "waiting":
      return `Reconnecting in ${Math.max(1, Math.ceil((state.retryAt - now) / 1000))} s`;
    case "stopped":
      return "Offline";
  }
}

export function Connection() {
  const terminal = useTerminal();
  const [now, setNow] = createSignal(Date.now());
  createEffect(() => {
    if (terminal.connection().kind !== "waiting") return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    onCleanup(() => clearInterval(timer));
  });
  // The countdown is not read out second by second.
  const isLive = () => terminal.connection().kind === "live";
  return (
    <div class="connection" data-state={terminal.connection().kind}>
      <span class="connection-dot" aria-hidden="true" />
      <span data-testid="connection-state" data-state={terminal.connection().kind}>
        {connectionWords(terminal.connection(), now())}
      </span>
      <span class="said" role="status">
        {isLive() ? "Connected" : "Reconnecting"}
      </span>
      <Show when={terminal.connection().kind === "waiting"}>
        <button class="link" type="button" onClick={() => terminal.retryConnection()}>
          Now
        </button>
      </Show>
    </div>
  );
}
