import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const [w, scheme] of [[1280, 'light'], [390, 'light'], [1280, 'dark'], [390, 'dark']] as const) {
  const c = await b.newContext({ viewport: { width: w, height: 900 }, colorScheme: scheme, bypassCSP: false });
  const p = await c.newPage();
  p.on('console', (m) => console.log('console', m.text()));
  p.on('pageerror', (m) => console.log('ERR', m.message));
  await p.goto('file:///tmp/large.html');
  const info = await p.evaluate(() => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    elements: document.querySelectorAll('*').length,
    sw: document.documentElement.scrollWidth, cw: document.documentElement.clientWidth, h: document.documentElement.scrollHeight,
  }));
  console.log(w, scheme, JSON.stringify(info));
  await p.screenshot({ path: `/tmp/shot-${w}-${scheme}.png` });
  await p.evaluate(() => document.querySelector('#findings')!.scrollIntoView());
  await p.waitForTimeout(200);
  await p.screenshot({ path: `/tmp/shot-${w}-${scheme}-findings.png` });
  await p.evaluate(() => document.querySelector('#clusters')!.scrollIntoView());
  await p.waitForTimeout(300);
  await p.screenshot({ path: `/tmp/shot-${w}-${scheme}-matrix.png` });
  if (scheme === 'light') {
    const t = await p.evaluate(async () => {
      const s = document.querySelector<HTMLInputElement>('#search')!; const out: number[] = [];
      for (const q of ['pay', 'paym', 'zzz', '']) { const a = performance.now(); s.value = q; s.dispatchEvent(new Event('input')); document.body.offsetHeight; out.push(performance.now() - a); }
      return out; });
    console.log('filter ms', t.map((x) => x.toFixed(0)).join(' '));
    await p.locator('#clusters td.cell button').first().click();
    await p.screenshot({ path: `/tmp/shot-${w}-dialog.png` });
  }
  const c2 = await b.newContext({ viewport: { width: w, height: 900 }, colorScheme: scheme, bypassCSP: true });
  const p2 = await c2.newPage(); await p2.goto('file:///tmp/large.html');
  await p2.evaluate(() => document.querySelector('#clusters')!.scrollIntoView()); await p2.waitForTimeout(200);
  await p2.evaluate(readFileSync('node_modules/axe-core/axe.min.js', 'utf8'));
  const r = await p2.evaluate(() => (window as any).axe.run());
  console.log('axe', r.violations.map((v: any) => `${v.id} ${v.impact} ${v.nodes.length} ${v.nodes[0].html.slice(0, 150)} | ${v.nodes[0].failureSummary.slice(0,250)}`));
  if (w === 1280 && scheme === 'light') { const pdf = await p.pdf({ path: '/tmp/report.pdf', format: 'A4', preferCSSPageSize: true }); }
  await c.close(); await c2.close();
}
await b.close();
