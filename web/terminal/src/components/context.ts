import { createContext, useContext } from "solid-js";

import type { Terminal } from "../store/terminal";

export const TerminalContext = createContext<Terminal>();

export function useTerminal(): Terminal {
  const terminal = useContext(TerminalContext);
  if (!terminal) throw new Error("used outside of the terminal");
  return terminal;
}
