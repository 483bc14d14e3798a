// Who is logged in, kept for this browser tab: a reload goes on where it was.

import type { Login } from "../api/types";

export interface LoggedIn {
  token: string;
  expiresAt: string;
  username: string;
  accountId: number | null;
  accounts: number[];
}

const KEY = "tribook.login";

export function loggedInFrom(login: Login, username: string): LoggedIn {
  return {
    token: login.token,
    expiresAt: login.expiresAt,
    username,
    accountId: login.accountId,
    accounts: login.accounts,
  };
}

export function readLogin(storage: Storage = sessionStorage): LoggedIn | null {
  try {
    const text = storage.getItem(KEY);
    if (text === null) return null;
    const value = JSON.parse(text) as Partial<LoggedIn>;
    if (typeof value.token !== "string" || !Array.isArray(value.accounts)) return null;
    return value as LoggedIn;
  } catch {
    return null;
  }
}

export function keepLogin(login: LoggedIn | null, storage: Storage = sessionStorage): void {
  try {
    if (login) storage.setItem(KEY, JSON.stringify(login));
    else storage.removeItem(KEY);
  } catch {
    // Without storage the login ends with the page.
  }
}
