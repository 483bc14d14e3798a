import type { DeepPartial, Styles } from "klinecharts";

import type { Palette } from "./palette";

const TEXT_SIZE = 11;

/** Up, down and neither. */
export function chartChange({ up, down, muted }: Palette) {
  return { upColor: up, downColor: down, noChangeColor: muted };
}

const PRICES = ["open", "high", "low", "close"];

/** On a narrow chart the legends say less, to take fewer rows. */
export function chartStyles(palette: Palette, isNarrow: boolean): DeepPartial<Styles> {
  const { text, muted, up, down, grid, font } = palette;
  const words = { color: muted, size: TEXT_SIZE, family: font, weight: "normal" };
  const axis = {
    axisLine: { color: grid },
    tickLine: { show: false },
    tickText: { color: muted, size: TEXT_SIZE, family: font },
  };
  const crosshair = {
    line: { color: muted, dashedValue: [3, 3] },
    text: {
      color: text,
      backgroundColor: palette.raised,
      borderColor: palette.raised,
      size: TEXT_SIZE,
      family: font,
    },
  };
  const change = chartChange(palette);
  return {
    grid: {
      horizontal: { color: grid, style: "solid" },
      vertical: { color: grid, style: "solid" },
    },
    candle: {
      bar: {
        ...change,
        upBorderColor: up,
        downBorderColor: down,
        noChangeBorderColor: muted,
        upWickColor: up,
        downWickColor: down,
        noChangeWickColor: muted,
      },
      priceMark: {
        high: { color: muted, textFamily: font, textSize: TEXT_SIZE },
        low: { color: muted, textFamily: font, textSize: TEXT_SIZE },
        // The bid's own line shows the last price.
        last: { show: false },
      },
      tooltip: {
        offsetTop: 8,
        offsetLeft: 10,
        title: { show: false },
        legend: {
          ...words,
          marginRight: 6,
          marginLeft: 4,
          template: [
            { title: "", value: "{time}" },
            ...(isNarrow ? PRICES : [...PRICES, "volume"]).map((name) => ({
              title: `${name[0]?.toUpperCase() ?? ""} `,
              value: `{${name}}`,
            })),
          ],
        },
      },
    },
    indicator: {
      ohlc: change,
      lines: palette.lines.map((color) => ({ color, size: 1.4 })),
      bars: [{ upColor: `${up}b0`, downColor: `${down}b0`, noChangeColor: `${muted}b0` }],
      lastValueMark: { show: false },
      tooltip: {
        offsetTop: 6,
        offsetLeft: 10,
        title: { ...words, show: !isNarrow },
        legend: { ...words, marginRight: 6, marginLeft: 4 },
      },
    },
    xAxis: axis,
    yAxis: axis,
    separator: { size: 1, color: grid, activeBackgroundColor: `${palette.accent}33` },
    crosshair: { horizontal: crosshair, vertical: crosshair },
  };
}
