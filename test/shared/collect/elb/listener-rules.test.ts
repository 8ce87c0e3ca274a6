import { describe, expect, it } from 'vitest';
import { loadBalancerTls } from '../../../../shared/evaluate/controls/load-balancer-tls-clusters.ts';
import { REGION, run } from '../../../harness.ts';
import { aWorld, loadBalancersIn, TAGS, TO_HTTPS, V2 } from './load-balancer-world.ts';

const region = REGION;
const OPERATION = `${V2}:DescribeRules`;

interface DescribedRule {
  readonly IsDefault: boolean;
}

/** A load balancer that redirects everything to HTTPS, by a rule before the default one. */
function aRedirecting() {
  const rules = [
    { Priority: '1', Conditions: [{ Field: 'path-pattern', Values: ['/*'] }], Actions: [TO_HTTPS] },
  ];
  return aWorld((account) =>
    account.loadBalancer('web', {
      region,
      tags: TAGS,
      listeners: [{ Protocol: 'HTTP', Port: 80, DefaultActions: [TO_HTTPS], rules }],
    }),
  );
}

describe('a rule of a listener', () => {
  it.each<[string, (rule: DescribedRule) => object]>([
    ['actions', () => ({ Actions: [] })],
    ['conditions that is not the default one', ({ IsDefault }) => (IsDefault ? {} : { Conditions: [] })],
  ])('without %s makes no plaintext of a redirect', async (_, edit) => {
    const sandbox = await aRedirecting();
    sandbox.fail({
      operation: OPERATION,
      alter({ Rules: rules }) {
        for (const rule of rules as DescribedRule[]) Object.assign(rule, edit(rule));
      },
    });

    const { ofClusters } = await loadBalancersIn(sandbox);
    const { verdicts } = await run({ controls: { include: [loadBalancerTls.key] } }, { publish: false });

    expect(ofClusters).toMatchObject([
      { listeners: { value: [{ rules: { state: 'unreadable', code: 'MalformedResponse' } }] } },
    ]);
    expect(verdicts.map(({ status }) => status)).toEqual(['NOT_AVAILABLE']);
  });

  it('with its actions redirects', async () => {
    await aRedirecting();

    const { verdicts } = await run({ controls: { include: [loadBalancerTls.key] } }, { publish: false });

    expect(verdicts.map(({ reasonCode }) => reasonCode)).toEqual(['TLS_ENFORCED']);
  });
});
