import { Show } from "solid-js";

import type { Theme } from "../store/theme";
import { Moon, Sun } from "./icons";

export function ThemeToggle(props: { theme: Theme }) {
  const words = () => (props.theme.theme() === "light" ? "Dark theme" : "Light theme");
  return (
    <button
      class="icon-button"
      type="button"
      data-testid="theme-toggle"
      aria-label={words()}
      title={words()}
      onClick={() => props.theme.toggle()}
    >
      <Show when={props.theme.theme() === "light"} fallback={<Sun />}>
        <Moon />
      </Show>
    </button>
  );
}
