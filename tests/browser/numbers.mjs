// Numbers as people read them, out of a page's texts.

const GROUPING = /(?<=\d)[,'\u00a0\u2009\u202f](?=\d{3}(?!\d))/g;

/// "−1,234.50 USD" gives [-1234.5].
export function numbersIn(text) {
  const plain = text.replace(/[\u2212\u2013]/g, '-').replace(GROUPING, '');
  return (plain.match(/[-+]?\d+(?:\.\d+)?/g) ?? []).map(Number);
}

/// The one number that an element shows.
export async function numberOf(locator) {
  const numbers = numbersIn(await textOf(locator));
  if (numbers.length === 0) throw new Error(`no number in "${await textOf(locator)}"`);
  return numbers[0];
}

/// Its text, or a field's value.
export function textOf(locator) {
  return locator.evaluate((element) => element.value ?? element.textContent, undefined,
    { timeout: 2_000 });
}

/// The numbers that stand alone within an element: those of each part, and of each field, that has
/// just one.
export async function numbersShown(locator) {
  const texts = await locator.evaluate((element) =>
    [element, ...element.querySelectorAll('*')].map((part) => part.value ?? part.textContent),
  undefined, { timeout: 2_000 });
  return new Set(texts.filter((text) => typeof text === 'string').map(numbersIn)
    .filter((numbers) => numbers.length === 1).map(([number]) => number));
}
