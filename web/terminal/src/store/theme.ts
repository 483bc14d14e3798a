import { createEffect, createMemo, createSignal } from "solid-js";

import { createStored, isTheme, type ThemeChoice } from "./preferences";

const light = matchMedia("(prefers-color-scheme: light)");
const [systemIsLight, setSystemIsLight] = createSignal(light.matches);
light.addEventListener("change", (event) => setSystemIsLight(event.matches));

const [choice, setChoice] = createStored<ThemeChoice>("theme", "system", isTheme);

/** Must run under a root: writes the theme to the document. */
export function createTheme() {
  const theme = createMemo<"light" | "dark">(() => {
    const chosen = choice();
    if (chosen !== "system") return chosen;
    return systemIsLight() ? "light" : "dark";
  });
  createEffect(() => {
    document.documentElement.dataset.theme = theme();
  });
  const toggle = () => setChoice(theme() === "light" ? "dark" : "light");
  return { theme, toggle };
}

export type Theme = ReturnType<typeof createTheme>;
