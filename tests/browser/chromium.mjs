// The real Chromium of this machine, headless, with a profile and a home of its own.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 360, height: 740 };

function executable() {
  const file = process.env.TRIBOOK_CHROMIUM ?? PLACES.find((place) => fs.existsSync(place));
  if (!file) throw new Error('no Chromium: name it in TRIBOOK_CHROMIUM');
  return file;
}

/// A browser, and `dispose` that ends it and takes its files away.
export async function openBrowser() {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'tribook-chromium-'));
  const remove = () => fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  process.on('exit', remove);
  process.env.TMPDIR = home; // where the profile goes
  const browser = await chromium.launch({
    executablePath: executable(),
    headless: true,
    chromiumSandbox: process.getuid() !== 0,
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
    args: ['--disable-gpu', '--font-render-hinting=none'],
  });
  const dispose = async () => {
    await browser.close();
    process.off('exit', remove);
    remove();
  };
  return { browser, dispose };
}

/// What a visitor's first page lives in: nothing is remembered, nothing is cached.
export function openVisitor(browser, viewport = DESK, scheme = 'dark') {
  const isPhone = viewport.width < 600;
  return browser.newContext({
    viewport,
    colorScheme: scheme,
    hasTouch: isPhone,
    isMobile: isPhone,
    locale: 'en-GB',
    timezoneId: 'UTC',
    serviceWorkers: 'block',
  });
}
