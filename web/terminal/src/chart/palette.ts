// The chart draws on a canvas, where the style sheet does not reach: its colours are read from there.

export interface Palette {
  background: string;
  grid: string;
  text: string;
  muted: string;
  up: string;
  down: string;
  accent: string;
  bid: string;
  ask: string;
  sl: string;
  tp: string;
  onColor: string;
  raised: string;
  lines: string[];
  font: string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    background: color("panel"),
    grid: color("chart-grid"),
    text: color("text"),
    muted: color("muted"),
    up: color("candle-up"),
    down: color("candle-down"),
    accent: color("accent"),
    bid: color("accent-ground"),
    ask: color("chart-ask"),
    sl: color("sell"),
    tp: color("buy"),
    onColor: color("on-color"),
    raised: color("chart-tag"),
    lines: ["1", "2", "3", "4", "5"].map((each) => color(`series-${each}`)),
    font: style.fontFamily,
  };
}
