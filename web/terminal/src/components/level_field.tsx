import { createUniqueId, Show } from "solid-js";

import { fixed } from "../format/decimal";
import { signedMoney, tone } from "../format/money";
import type { Level, LevelKind } from "../order/levels";

export interface LevelFieldProps {
  kind: LevelKind;
  text: string;
  level: Level;
  /** What it would win or lose. */
  worth: number | null;
  currency: string;
  onInput: (text: string) => void;
  /** Steps by a tenth of a pip or more, by the arrow keys. */
  onStep: (direction: 1 | -1) => void;
}

const TITLES = { sl: "Stop loss", tp: "Take profit" } as const;

export function LevelField(props: LevelFieldProps) {
  const note = createUniqueId();
  const pips = () => `${props.level.pips > 0 ? "+" : ""}${fixed(props.level.pips, 1)} pips`;
  return (
    <div class="field level-field">
      <label>
        <span>{TITLES[props.kind]}</span>
        <input
          data-testid={props.kind === "sl" ? "ticket-sl" : "ticket-tp"}
          inputmode="decimal"
          autocomplete="off"
          placeholder="none"
          maxLength={20}
          value={props.text}
          aria-invalid={props.level.problem !== null}
          aria-describedby={note}
          onInput={(event) => props.onInput(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
            event.preventDefault();
            props.onStep(event.key === "ArrowUp" ? 1 : -1);
          }}
        />
      </label>
      <p class="field-note" id={note}>
        <Show
          when={props.level.problem}
          fallback={
            <Show when={props.level.side}>
              {pips()}
              <Show when={props.worth !== null}>
                <span class={`level-worth ${tone(props.worth)}`}>
                  ≈ {signedMoney(props.worth, props.currency)} {props.currency}
                </span>
              </Show>
            </Show>
          }
        >
          <span class="wrong">{props.level.problem}</span>
        </Show>
      </p>
    </div>
  );
}
