import type { JSX } from "solid-js";

function Icon(props: { children: JSX.Element; size?: number }) {
  return (
    <svg
      class="icon"
      width={props.size ?? 18}
      height={props.size ?? 18}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {props.children}
    </svg>
  );
}

export const Sun = () => (
  <Icon>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4" />
  </Icon>
);

export const Moon = () => (
  <Icon>
    <path d="M20 14.5A8 8 0 0 1 9.5 4 8 8 0 1 0 20 14.5z" />
  </Icon>
);

export const Help = () => (
  <Icon>
    <circle cx="12" cy="12" r="9" />
    <path d="M9.2 9.2a2.8 2.8 0 1 1 4.2 2.5c-.9.5-1.4 1-1.4 2M12 17h.01" />
  </Icon>
);

export const LogOut = () => (
  <Icon>
    <path d="M14 4h4a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-4M9 8l-4 4 4 4M5 12h10" />
  </Icon>
);

export const Bell = () => (
  <Icon>
    <path d="M6 9a6 6 0 1 1 12 0c0 5 2 6 2 7H4c0-1 2-2 2-7zM10 20a2 2 0 0 0 4 0" />
  </Icon>
);

export const Close = () => (
  <Icon size={16}>
    <path d="M6 6l12 12M18 6L6 18" />
  </Icon>
);

export const Search = () => (
  <Icon size={16}>
    <circle cx="11" cy="11" r="6.5" />
    <path d="M16 16l4.5 4.5" />
  </Icon>
);

export const Check = () => (
  <Icon size={16}>
    <path d="M5 12.5l4.5 4.5L19 7.5" />
  </Icon>
);

export const Minus = () => (
  <Icon size={16}>
    <path d="M5 12h14" />
  </Icon>
);

export const Plus = () => (
  <Icon size={16}>
    <path d="M5 12h14M12 5v14" />
  </Icon>
);

export const Markets = () => (
  <Icon size={20}>
    <path d="M4 6h16M4 12h16M4 18h10" />
  </Icon>
);

export const Candles = () => (
  <Icon size={20}>
    <path d="M7 4v3M7 15v5M17 3v5M17 16v4" />
    <rect x="4.5" y="7" width="5" height="8" rx="1" />
    <rect x="14.5" y="8" width="5" height="8" rx="1" />
  </Icon>
);

export const Trade = () => (
  <Icon size={20}>
    <path d="M7 20V5M3.5 8.5L7 5l3.5 3.5M17 4v15M13.5 15.5L17 19l3.5-3.5" />
  </Icon>
);

export const Briefcase = () => (
  <Icon size={20}>
    <rect x="3.5" y="8" width="17" height="11.5" rx="2" />
    <path d="M8.5 8V6a1.5 1.5 0 0 1 1.5-1.5h4A1.5 1.5 0 0 1 15.5 6v2M3.5 13h17" />
  </Icon>
);

export const More = () => (
  <Icon size={20}>
    <path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="3" />
  </Icon>
);

export const Mark = () => (
  <svg class="mark" width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
    <path class="mark-wick" d="M9 6v20M16 9v16M23 5v17" />
    <rect class="mark-up" x="6.5" y="12" width="5" height="9" rx="1.2" />
    <rect class="mark-down" x="13.5" y="13" width="5" height="8" rx="1.2" />
    <rect class="mark-up" x="20.5" y="8" width="5" height="9" rx="1.2" />
  </svg>
);
