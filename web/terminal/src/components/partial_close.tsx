import { createMemo, createSignal, For, Show } from "solid-js";

import type { Position } from "../api/types";
import { partProblem, shareOf, stepVolume } from "../order/volume";
import { useTerminal } from "./context";
import { VolumeField } from "./volume_field";

const SHARES = [25, 50, 75] as const;

export interface PartialCloseProps {
  position: Position;
  onDone: () => void;
}

export function PartialClose(props: PartialCloseProps) {
  const terminal = useTerminal();
  const symbol = createMemo(() => terminal.catalog.find(props.position.symbol));
  const rule = createMemo(
    () => symbol() ?? { minVolume: 0.01, maxVolume: props.position.volume, volumeStep: 0.01 },
  );
  const [text, setText] = createSignal(shareOf(props.position.volume, 50, rule()));
  const [isBusy, setBusy] = createSignal(false);
  const problem = () => partProblem(text(), props.position.volume, rule());

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (problem() || isBusy()) return;
    setBusy(true);
    const isDone = await terminal.closePart({ ...props.position }, text());
    setBusy(false);
    if (isDone) props.onDone();
  }

  return (
    <form
      class="partial"
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        props.onDone();
      }}
    >
      <VolumeField
        testid="position-partial-volume"
        label="Lots to close"
        text={text()}
        problem={problem()}
        note=""
        onInput={setText}
        onStep={(direction) => setText(stepVolume(text(), direction, rule()))}
      />
      <div class="shares">
        <For each={SHARES}>
          {(share) => (
            <button
              class="button small"
              type="button"
              onClick={() => setText(shareOf(props.position.volume, share, rule()))}
            >
              {share} %
            </button>
          )}
        </For>
      </div>
      <button
        class="button small primary"
        type="submit"
        data-testid="position-partial-submit"
        disabled={problem() !== null || isBusy()}
      >
        <Show when={isBusy()} fallback={`Close ${text()}`}>
          Closing…
        </Show>
      </button>
      <button class="button small" type="button" onClick={() => props.onDone()}>
        Cancel
      </button>
    </form>
  );
}
