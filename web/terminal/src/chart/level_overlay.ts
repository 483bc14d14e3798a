// A level across the chart: a line, its words within, its price on the axis.

import { registerOverlay, type OverlayFigure } from "klinecharts";

import { fixed } from "../format/decimal";

export const LEVEL = "tribook_level";
const TAG_SIZE = 11;

export interface LevelData {
  label: string;
  color: string;
  textColor: string;
  isDashed: boolean;
  digits: number;
}

registerOverlay<LevelData>({
  name: LEVEL,
  totalStep: 2,
  lock: true,
  createPointFigures: ({ coordinates, bounding, overlay }) => {
    const y = coordinates[0]?.y;
    if (y === undefined || y < 0 || y > bounding.height) return [];
    const { label, color, isDashed, textColor } = overlay.extendData;
    const figures: OverlayFigure[] = [
      {
        type: "line",
        ignoreEvent: true,
        attrs: { coordinates: [{ x: 0, y }, { x: bounding.width, y }] },
        styles: { style: isDashed ? "dashed" : "solid", color, size: 1, dashedValue: [4, 4] },
      },
    ];
    if (label) {
      figures.push({
        type: "text",
        ignoreEvent: true,
        attrs: { x: bounding.width - 4, y, text: label, align: "right", baseline: "middle" },
        styles: tag(color, textColor),
      });
    }
    return figures;
  },
  createYAxisFigures: ({ coordinates, bounding, overlay, yAxis }) => {
    const y = coordinates[0]?.y;
    const value = overlay.points[0]?.value;
    if (y === undefined || value === undefined || y < 0 || y > bounding.height) return [];
    const { color, textColor, digits } = overlay.extendData;
    const isLeft = yAxis?.position === "left";
    return {
      type: "text",
      ignoreEvent: true,
      attrs: {
        x: isLeft ? bounding.width : 0,
        y,
        text: fixed(value, digits),
        align: isLeft ? "right" : "left",
        baseline: "middle",
      },
      styles: tag(color, textColor),
    };
  },
});

function tag(backgroundColor: string, color: string) {
  return {
    style: "fill",
    color,
    backgroundColor,
    size: TAG_SIZE,
    borderRadius: 2,
    paddingLeft: 4,
    paddingRight: 4,
    paddingTop: 2,
    paddingBottom: 2,
  };
}
