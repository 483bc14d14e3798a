import { onCleanup, onMount, Show } from "solid-js";

import type { Paged } from "../store/paged";

/** Keeps the list fresh while it is seen. */
export function watchList<T>(list: Paged<T>): void {
  onMount(() => onCleanup(list.watch()));
}

export function emptyWords<T>(list: Paged<T>, words: string): string {
  if (list.state() === "failed") return "This list could not be read.";
  return list.state() === "ready" ? words : "Loading…";
}

export function MoreRows<T>(props: { list: Paged<T> }) {
  const isBusy = () => props.list.state() === "loading";
  return (
    <>
      <Show when={props.list.state() === "failed"}>
        <p class="more-rows">
          <button class="button small" type="button" onClick={() => void props.list.retry()}>
            Try again
          </button>
        </p>
      </Show>
      <Show when={props.list.hasMore() && props.list.state() !== "failed"}>
        <p class="more-rows">
          <button
            class="button small"
            type="button"
            data-testid="load-more"
            disabled={isBusy()}
            onClick={() => void props.list.more()}
          >
            {isBusy() ? "Loading…" : "Load more"}
          </button>
        </p>
      </Show>
    </>
  );
}
