// What this browser remembers of how somebody likes the page. Nothing that is secret.

import { createSignal, type Accessor, type Setter } from "solid-js";

const PREFIX = "tribook.";

export function readStored<T>(key: string, fallback: T, isGood: (value: unknown) => boolean): T {
  try {
    const text = localStorage.getItem(PREFIX + key);
    if (text === null) return fallback;
    const value: unknown = JSON.parse(text);
    return isGood(value) ? (value as T) : fallback;
  } catch {
    return fallback;
  }
}

export function writeStored(key: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Without storage it holds until the page is left.
  }
}

/** A signal that outlives the page. */
export function createStored<T>(
  key: string,
  fallback: T,
  isGood: (value: unknown) => boolean,
): [Accessor<T>, Setter<T>] {
  const [value, setValue] = createSignal<T>(readStored(key, fallback, isGood));
  const set = ((next: unknown) => {
    const result = (setValue as (next: unknown) => T)(next);
    writeStored(key, result);
    return result;
  }) as Setter<T>;
  return [value, set];
}

export const isText = (value: unknown): boolean => typeof value === "string";
export const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

export type ThemeChoice = "system" | "light" | "dark";
export const isTheme = (value: unknown): boolean =>
  value === "system" || value === "light" || value === "dark";
