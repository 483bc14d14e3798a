import { createUniqueId, Show } from "solid-js";

import { Minus, Plus } from "./icons";

export interface VolumeFieldProps {
  testid: string;
  label: string;
  text: string;
  problem: string | null;
  note: string;
  onInput: (text: string) => void;
  onStep: (direction: 1 | -1) => void;
}

export function VolumeField(props: VolumeFieldProps) {
  const input = createUniqueId();
  const note = createUniqueId();
  return (
    <div class="field volume-field">
      <label for={input}>
        <span>{props.label}</span>
      </label>
      <div class="stepper">
        <button type="button" aria-label="Less" onClick={() => props.onStep(-1)}>
          <Minus />
        </button>
        <input
          id={input}
          data-testid={props.testid}
          inputmode="decimal"
          autocomplete="off"
          maxLength={20}
          value={props.text}
          aria-invalid={props.problem !== null}
          aria-describedby={note}
          onInput={(event) => props.onInput(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
            event.preventDefault();
            props.onStep(event.key === "ArrowUp" ? 1 : -1);
          }}
        />
        <button type="button" aria-label="More" onClick={() => props.onStep(1)}>
          <Plus />
        </button>
      </div>
      <p class="field-note" id={note}>
        <Show when={props.problem} fallback={props.note}>
          <span class="wrong">{props.problem}</span>
        </Show>
      </p>
    </div>
  );
}
