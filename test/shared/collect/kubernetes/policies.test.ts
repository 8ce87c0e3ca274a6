import { describe, expect, it } from 'vitest';
import { ciliumPolicySchema } from '../../../../shared/collect/kubernetes/policies.ts';
import { selects } from '../../../../shared/evaluate/kubernetes/label-selector.ts';

function selectsPods(key: string, labels: Readonly<Record<string, string>>) {
  const policy = ciliumPolicySchema('CiliumNetworkPolicy').parse({
    metadata: { namespace: 'shop', name: 'web' },
    spec: { endpointSelector: { matchLabels: { [key]: 'web' } } },
  });
  const [selector] = policy.selectors;
  return selector?.form === 'labels' && selects(selector.pods ?? {}, labels);
}

describe('Cilium’s policies', () => {
  it.each(['app', 'k8s:app', 'any:app'])('select by the label of pods, whatever its source: %s', (key) => {
    expect(selectsPods(key, { app: 'web' })).toBe(true);
    expect(selectsPods(key, { app: 'api' })).toBe(false);
  });

  it('take a dot for a part of the label', () => {
    expect(selectsPods('k8s.example/app', { 'k8s.example/app': 'web' })).toBe(true);
  });

  it('may select by the name of the cluster, which is not known', () => {
    expect(selectsPods('io.cilium.k8s.policy.cluster', {})).toBeUndefined();
  });
});
