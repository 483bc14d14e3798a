import { createSignal, For, onCleanup, onMount, Show } from "solid-js";

import { INDICATOR_NAMES, INDICATORS, type Indicator } from "../chart/indicators";
import { Check } from "./icons";

export interface IndicatorMenuProps {
  chosen: readonly Indicator[];
  onChange: (chosen: Indicator[]) => void;
}

export function IndicatorMenu(props: IndicatorMenuProps) {
  const [isOpen, setOpen] = createSignal(false);
  let root!: HTMLDivElement;
  let opener!: HTMLButtonElement;

  function toggle(name: Indicator): void {
    const has = props.chosen.includes(name);
    const next = has ? props.chosen.filter((each) => each !== name) : [...props.chosen, name];
    props.onChange(INDICATOR_NAMES.filter((each) => next.includes(each)));
  }

  function onKey(event: KeyboardEvent): void {
    const items = [...root.querySelectorAll<HTMLElement>('[role="menuitemcheckbox"]')];
    const at = items.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape") {
      setOpen(false);
      opener.focus();
    } else if (event.key === "ArrowDown") items[(at + 1) % items.length]?.focus();
    else if (event.key === "ArrowUp") items[(at - 1 + items.length) % items.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const closeOutside = (event: Event) => {
    if (!root.contains(event.target as Node)) setOpen(false);
  };
  onMount(() => document.addEventListener("pointerdown", closeOutside));
  onCleanup(() => document.removeEventListener("pointerdown", closeOutside));

  return (
    <div class="menu" ref={root} onKeyDown={(event) => isOpen() && onKey(event)}>
      <button
        ref={opener}
        class="tool"
        type="button"
        data-testid="chart-indicators"
        aria-haspopup="menu"
        aria-expanded={isOpen()}
        onClick={() => setOpen(!isOpen())}
      >
        Indicators
        <Show when={props.chosen.length > 0}>
          <span class="badge">{props.chosen.length}</span>
        </Show>
      </button>
      <Show when={isOpen()}>
        <div class="menu-list" role="menu" aria-label="Indicators">
          <For each={INDICATOR_NAMES}>
            {(name) => (
              <button
                class="menu-item"
                type="button"
                role="menuitemcheckbox"
                data-testid={`indicator-${name}`}
                aria-checked={props.chosen.includes(name)}
                onClick={() => toggle(name)}
              >
                <span class="menu-check">
                  <Show when={props.chosen.includes(name)}>
                    <Check />
                  </Show>
                </span>
                <span>{INDICATORS[name].title}</span>
                <span class="muted">{INDICATORS[name].words}</span>
              </button>
            )}
          </For>
        </div>
      </Show>
    </div>
  );
}
