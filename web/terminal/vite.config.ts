import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";

// The daemon that the development server passes /api and /ws on to.
const daemon = process.env.TRIBOOK_URL ?? "http://127.0.0.1:8080";

// Styles written into templates would be refused by the page's Content-Security-Policy. (The plugin's types
// do not list this option of its compiler.)
const compiler: object = { inlineStyles: false };

export default defineConfig({
  plugins: [solid({ solid: compiler })],
  build: {
    target: ["es2021", "chrome100", "firefox100", "safari15.4"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: {
    proxy: {
      "/api": { target: daemon },
      "/ws": { target: daemon, ws: true },
    },
  },
  test: {
    environment: "jsdom",
    include: ["tests/**/*.test.{ts,tsx}"],
    setupFiles: ["tests/setup.ts"],
  },
});
