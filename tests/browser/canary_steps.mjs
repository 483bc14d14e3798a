// The proof that this test can fail: faults are put into the page, and each is found.

import assert from 'node:assert/strict';

import { faintTexts, focusIsVisible, namelessControls, sidewaysScroll, smallTargets }
  from './looks.mjs';
import { Terminal } from './terminal.mjs';
import { until } from './wait.mjs';

async function watchSees(terminal) {
  await terminal.page.evaluate(async () => {
    console.warn('a warning of the canary');
    document.body.setAttribute('style', 'margin: 0');
    setTimeout(() => { throw new Error('an error of the canary'); });
    await fetch('/api/nothing');
    await fetch('http://127.0.0.1:1/').catch(() => 0);
  });
  const faults = await until('five faults', () => {
    const found = terminal.watch.faults();
    return /warning of/.test(found) && /style-src/.test(found) && /error of/.test(found) &&
      /404 \/api\/nothing/.test(found) && /connect-src/.test(found) && found;
  });
  assert.throws(() => terminal.watch.check(), /canary/, faults);
}

async function looksSee(page) {
  await page.evaluate(() => {
    const fault = document.createElement('div');
    fault.innerHTML = '<p>faint canary</p><button></button><input placeholder="not a name">' +
      '<button>plain canary</button>';
    document.body.append(fault);
    fault.style.background = '#fff';
    fault.style.width = '3000px';
    fault.firstChild.style.color = '#999';
    const plain = fault.lastChild;
    plain.style.outline = 'none';
    plain.style.boxShadow = 'none';
    plain.style.height = '20px';
    document.documentElement.style.overflow = 'visible';
    document.body.style.overflow = 'visible';
    plain.focus();
  });
  assert.match(String(await faintTexts(page)), /2\.8\d "faint canary"/);
  const nameless = String(await namelessControls(page));
  assert.match(nameless, /button/);
  assert.match(nameless, /input/);
  assert.match(await focusIsVisible(page), /plain canary/);
  assert.match(String(await smallTargets(page)), /20 px/);
  assert.notDeepEqual(await sidewaysScroll(page), []);
}

async function finds(scene) {
  const terminal = await Terminal.open(scene);
  await terminal.part('login-username').waitFor();
  await watchSees(terminal);
  await looksSee(terminal.page);
  await terminal.context.close();
}

export const steps = { 'what is wrong is found': finds };
