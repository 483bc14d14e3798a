import { createSignal, Show } from "solid-js";

import type { Position } from "../api/types";
import { parseDecimal } from "../format/decimal";
import { price } from "../format/price";
import { COMMA } from "../order/levels";
import { plainText } from "../store/trading";
import { useTerminal } from "./context";

export interface LevelCellProps {
  kind: "sl" | "tp";
  position: Position;
  digits: number;
}

const TITLES = { sl: "stop loss", tp: "take profit" } as const;

/** A level that turns into a field where it stands. Empty takes the level away. */
export function LevelCell(props: LevelCellProps) {
  const terminal = useTerminal();
  const [text, setText] = createSignal<string | null>(null);
  const [isBusy, setBusy] = createSignal(false);
  let opener: HTMLButtonElement | undefined;
  const value = () => props.position[props.kind];
  const name = () => `${TITLES[props.kind]} of ${props.position.symbol} ${props.position.id}`;

  function leave(): void {
    setText(null);
    queueMicrotask(() => opener?.focus());
  }

  async function save(): Promise<void> {
    const typed = (text() ?? "").trim();
    const units = parseDecimal(typed);
    if (typed !== "" && units === null) {
      const why = typed.includes(",") ? COMMA : `"${typed}" is not a price.`;
      terminal.messages.say("error", `The ${name()} was not changed`, why);
      return;
    }
    const level = units === null || units === 0n ? null : plainText(typed);
    setBusy(true);
    const isDone = await terminal.changeLevels({ ...props.position }, { [props.kind]: level });
    setBusy(false);
    if (isDone) leave();
  }

  return (
    <Show
      when={text() !== null}
      fallback={
        <button
          ref={opener}
          class="link level"
          type="button"
          data-testid={`position-${props.kind}`}
          aria-label={`Change the ${name()}, now ${price(value(), props.digits)}`}
          onClick={() => setText(value() ? (value() as number).toFixed(props.digits) : "")}
        >
          {value() ? price(value(), props.digits) : "add"}
        </button>
      }
    >
      <form
        class="level-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <input
          ref={(element) => queueMicrotask(() => element.select())}
          data-testid={`position-${props.kind}-input`}
          aria-label={`New ${name()}; empty takes it away`}
          inputmode="decimal"
          autocomplete="off"
          maxLength={20}
          disabled={isBusy()}
          value={text() ?? ""}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            leave();
          }}
        />
        <button class="button small" type="submit" disabled={isBusy()}>
          Set
        </button>
      </form>
    </Show>
  );
}
