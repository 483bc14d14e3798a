import { For, Show, type JSX } from "solid-js";

export interface Tab<K extends string> {
  key: K;
  title: string;
  count?: () => number;
}

export interface TabsProps<K extends string> {
  label: string;
  tabs: readonly Tab<K>[];
  chosen: K;
  onChoose: (key: K) => void;
  extra?: JSX.Element;
}

export function Tabs<K extends string>(props: TabsProps<K>) {
  let list!: HTMLDivElement;

  function onKey(event: KeyboardEvent): void {
    const at = props.tabs.findIndex((tab) => tab.key === props.chosen);
    const last = props.tabs.length - 1;
    const targets: Record<string, number> = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last,
    };
    const next = props.tabs[targets[event.key] ?? -1];
    if (!next) return;
    event.preventDefault();
    props.onChoose(next.key);
    list.querySelector<HTMLElement>(`[data-testid="tab-${next.key}"]`)?.focus();
  }

  return (
    <div class="tabs">
      <div ref={list} class="tab-list" role="tablist" aria-label={props.label} onKeyDown={onKey}>
        <For each={props.tabs}>
          {(tab) => (
            <button
              class="tab"
              type="button"
              role="tab"
              id={`tab-${tab.key}`}
              data-testid={`tab-${tab.key}`}
              aria-selected={props.chosen === tab.key}
              aria-controls="activity-panel"
              tabIndex={props.chosen === tab.key ? 0 : -1}
              onClick={() => props.onChoose(tab.key)}
            >
              {tab.title}
              <Show when={tab.count?.()}>{(count) => <span class="badge">{count()}</span>}</Show>
            </button>
          )}
        </For>
      </div>
      {props.extra}
    </div>
  );
}
