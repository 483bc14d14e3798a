import type { Position } from "../api/types";
import type { PositionUpdate, PositionValue } from "../stream/messages";

/** The open positions, newest first, after one of them changed. */
export function withUpdate(
  list: readonly Position[],
  update: Pick<PositionUpdate, "action" | "position">,
  now: string,
): Position[] {
  const { action, position } = update;
  if (action === "closed") return list.filter((item) => item.id !== position.id);
  const known = list.find((item) => item.id === position.id);
  if (!known) return [{ openTime: now, ...position }, ...list].sort((a, b) => b.id - a.id);
  return list.map((item) => (item.id === position.id ? { ...item, ...position } : item));
}

/** The same positions at newer prices; those that are not there any more are passed over. */
export function withValues(
  list: readonly Position[],
  values: readonly PositionValue[],
): Position[] {
  const byId = new Map(values.map((value) => [value.id, value]));
  return list.map((item) => {
    const value = byId.get(item.id);
    return value ? { ...item, ...value } : item;
  });
}
