import { createSignal, onCleanup, Show } from "solid-js";

import { useTerminal } from "./context";

const SURE_MS = 5_000;

/** Closes every open position, after a second press. */
export function CloseAll(props: { isShown: boolean }) {
  const terminal = useTerminal();
  const [isSure, setSure] = createSignal(false);
  const [isBusy, setBusy] = createSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));

  async function press(): Promise<void> {
    clearTimeout(timer);
    if (!isSure()) {
      setSure(true);
      timer = setTimeout(() => setSure(false), SURE_MS);
      return;
    }
    setSure(false);
    setBusy(true);
    for (const position of [...terminal.positions()]) await terminal.closePosition({ ...position });
    setBusy(false);
  }

  const words = () => {
    if (isBusy()) return "Closing…";
    return isSure() ? `Press again: close ${terminal.positions().length}` : "Close all";
  };

  return (
    <Show when={props.isShown && (terminal.positions().length > 1 || isBusy())}>
      <button
        class="button small"
        classList={{ danger: isSure() }}
        type="button"
        data-testid="close-all"
        disabled={isBusy()}
        onClick={() => void press()}
      >
        {words()}
      </button>
    </Show>
  );
}
