// What can be measured of a page's looks and of its use without eyes. Runs in the page.

/// The texts whose contrast with what is behind them is below WCAG's AA, each once.
export function faintTexts(page) {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const known = new Map();
    // Any notation of CSS as [red, green, blue, alpha of 0..1].
    const rgba = (text) => {
      if (!known.has(text)) {
        context.clearRect(0, 0, 1, 1);
        context.fillStyle = text;
        context.fillRect(0, 0, 1, 1);
        const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
        known.set(text, [red, green, blue, alpha / 255]);
      }
      return known.get(text);
    };
    const over = (front, back) => {
      const mix = (i) => front[i] * front[3] + back[i] * (1 - front[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const behind = (element) => {
      const layers = [];
      for (let at = element; at; at = at.parentElement) {
        layers.push(rgba(getComputedStyle(at).backgroundColor));
        if (layers.at(-1)[3] === 1) break;
      }
      return layers.reduceRight((back, layer) => over(layer, back), rgba('Canvas'));
    };
    const luminance = (colour) => {
      const linear = colour.slice(0, 3).map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    };
    const ratio = (one, other) => {
      const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
      return (light + 0.05) / (dark + 0.05);
    };
    const isOff = (element) => element.closest(':disabled, [aria-disabled="true"], [inert]');

    const faint = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      const words = node.data.trim();
      if (!words || isOff(element)) continue;
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const style = getComputedStyle(element);
      const back = behind(element);
      let opacity = 1;
      for (let at = element; at; at = at.parentElement) opacity *= getComputedStyle(at).opacity;
      const [red, green, blue, alpha] = rgba(style.color);
      const found = ratio(over([red, green, blue, alpha * opacity], back), back);
      const size = parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (found >= (isLarge ? 3 : 4.5)) continue;
      const where = element.closest('[data-testid]')?.dataset.testid ?? element.className;
      faint.add(`${found.toFixed(2)} "${words.slice(0, 30)}" in ${where}`);
    }
    return [...faint];
  });
}

const CONTROLS = ['button', 'checkbox', 'combobox', 'link', 'listbox', 'menuitem', 'radio',
  'searchbox', 'slider', 'spinbutton', 'switch', 'tab', 'textbox'];

/// Controls for which a screen reader has no name, as Chromium itself computes names. A placeholder
/// alone is no name.
export async function namelessControls(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  const nameless = nodes
    .filter(({ ignored, role, name }) => !ignored && CONTROLS.includes(role?.value) &&
                                         !name?.value?.trim())
    .map(({ role, backendDOMNodeId }) => `${role.value} (node ${backendDOMNodeId})`);
  const unlabelled = await page.evaluate(() => {
    const fields = [...document.querySelectorAll('input, select, textarea')];
    return fields
      .filter((field) => field.checkVisibility() && !field.labels?.length && !field.title &&
                         !field.ariaLabel && !field.getAttribute('aria-labelledby'))
      .map((field) => `${field.localName} ${field.dataset.testid ?? field.className}`);
  });
  return [...nameless, ...unlabelled];
}

/// Is it seen where the keyboard is? Compares the focused element's looks with those without focus.
export function focusIsVisible(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return 'nothing has the focus';
    const looks = () => {
      const seen = [];
      for (let at = element, i = 0; at && i < 3; at = at.parentElement, i += 1) {
        const style = getComputedStyle(at);
        const { outlineStyle, outlineWidth, outlineColor } = style;
        seen.push(outlineStyle === 'none' ? 'none' : outlineWidth + outlineColor);
        seen.push(style.boxShadow, style.borderColor, style.backgroundColor);
      }
      return JSON.stringify(seen);
    };
    const focused = looks();
    element.blur();
    const blurred = looks();
    element.focus({ focusVisible: true });
    return focused !== blurred ? '' : element.dataset.testid ?? element.outerHTML.slice(0, 120);
  });
}

/// Elements that stick out to the right of the window, when the page can be scrolled sideways.
export function sidewaysScroll(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .map((element) => element.dataset.testid ?? (element.className || element.localName))
      .slice(0, 10);
  });
}

/// Is all of an element on the screen, with nothing before it?
export function isWhole(locator) {
  return locator.evaluate((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const corners = [[left + 3, top + 3], [right - 3, top + 3], [left + 3, bottom - 3],
      [right - 3, bottom - 3]];
    return corners.every(([x, y]) => element.contains(document.elementFromPoint(x, y)));
  });
}

/// Things to be touched that are lower than 40 px: too small for a thumb.
export function smallTargets(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('button, select, input, [role="tab"], a[href]')]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      .map((element) => {
        const target = element.closest('label') ?? element;
        return { element, height: target.getBoundingClientRect().height };
      })
      .filter(({ height }) => height > 1 && height < 39.5)
      .map(({ element, height }) =>
        `${height.toFixed(0)} px: ${element.dataset.testid ?? element.outerHTML.slice(0, 80)}`));
}

/// How many pixels of the chart are of a bright colour, as candles are and grid, axes and texts are
/// not, and a fingerprint of all its pixels.
export function chartInk(page) {
  return page.evaluate(() => {
    let bright = 0;
    let print = 0;
    // A copy is read: reading the chart's own would make it slow, and Chromium warn of that.
    const copy = document.createElement('canvas');
    const context = copy.getContext('2d', { willReadFrequently: true });
    for (const canvas of document.querySelectorAll('[data-testid="chart"] canvas')) {
      if (canvas.width === 0 || canvas.height === 0) continue;
      copy.width = canvas.width;
      copy.height = canvas.height;
      context.drawImage(canvas, 0, 0);
      const { data } = context.getImageData(0, 0, copy.width, copy.height);
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] < 128) continue;
        const [red, green, blue] = [data[i], data[i + 1], data[i + 2]];
        if (Math.max(red, green, blue) - Math.min(red, green, blue) > 60) bright += 1;
        print = (Math.imul(print, 31) + red + green * 7 + blue * 13 + i) | 0;
      }
    }
    return { bright, print };
  });
}
