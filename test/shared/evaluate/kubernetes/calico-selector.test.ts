import { describe, expect, it } from 'vitest';
import { compileCalicoSelector } from '../../../../shared/evaluate/kubernetes/calico-selector.ts';

const LABELS = { app: 'web-front', tier: 'front' };

describe('a selector of Calico', () => {
  it.each<[string, boolean]>([
    ['', true],
    ['  ', true],
    ['all()', true],
    ['app == "web-front"', true],
    ["app == 'web-front' ", true],
    [' app == "web"', false],
    ['team == "web"', false],
    ['app != "web"', true],
    ['app != "web-front"', false],
    ['team != "web"', true],
    ['has(app)', true],
    ['has(team)', false],
    ['!has(team)', true],
    ['!has(app)', false],
    ['app in {"api", "web-front"}', true],
    ['app in {"api"}', false],
    ['app in {}', false],
    ['team in {"api"}', false],
    ['app not in {"api"}', true],
    ['app not in {"api", "web-front"}', false],
    ['app not in {}', true],
    ['team not in {"api"}', true],
    ['app contains "b-f"', true],
    ['app contains "x"', false],
    ['team contains ""', false],
    ['app starts with "web"', true],
    ['app starts with "front"', false],
    ['team starts with ""', false],
    ['app ends with "front"', true],
    ['app ends with "web"', false],
    ['team ends with ""', false],
    ['app == "web-front" && tier == "back"', false],
    ['app == "web-front" && tier == "front"', true],
    ['app == "x" && tier == "front"', false],
    ['app == "x" || tier == "front"', true],
    ['app == "x" || tier == "back"', false],
    ['app == "x" || app == "web-front" && tier == "front"', true],
    ['(app == "x" || app == "web-front") && tier == "back"', false],
    ['!(app == "x" || tier == "back")', true],
    ['!!has(app)', true],
    ['projectcalico.org/orchestrator == "k8s"', false],
  ])('of %j', (expression, expected) => {
    expect(compileCalicoSelector(expression)?.(LABELS)).toBe(expected);
  });

  it.each([
    'app',
    'app ==',
    'app == web',
    '== "web"',
    'app = "web"',
    'app == "web',
    'app == "web" tier == "x"',
    'app == "web" &&',
    '&& app == "web"',
    '|| has(app)',
    'has app',
    'has(app',
    'has()',
    'has("app")',
    'none(app)',
    'all(app)',
    'all(',
    '(has(app)',
    'has(app))',
    '!',
    'app in "web"',
    'app in {"web"',
    'app in {"web" "x"}',
    'app in {web}',
    'app not {"web"}',
    'app not like {"web"}',
    'app starts "web"',
    'app starts at "web"',
    'app ends "web"',
    'app ends at "t"',
    'app contains web',
    'app like "web"',
    'global()',
    '#',
  ])('that is not understood selects nothing known: %j', (expression) => {
    expect(compileCalicoSelector(expression)).toBeUndefined();
  });

  it('may be as long and as deep as people write, and no more', () => {
    const longest = `app == "${'x'.repeat(4_096 - 'app == ""'.length)}"`;
    const nested = (depth: number) => `${'('.repeat(depth)}has(app)${')'.repeat(depth)}`;
    const wide = Array.from({ length: 200 }, () => 'has(app)').join('&&');

    expect(compileCalicoSelector(longest)?.(LABELS)).toBe(false);
    expect(compileCalicoSelector(`${longest} `)).toBeUndefined();
    expect(compileCalicoSelector(nested(50))?.(LABELS)).toBe(true);
    expect(compileCalicoSelector(nested(51))).toBeUndefined();
    expect(compileCalicoSelector(wide)?.(LABELS)).toBe(true);
  });
});
