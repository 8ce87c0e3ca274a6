import { describe, expect, it } from 'vitest';
import { networkPolicies } from '../../../../shared/evaluate/controls/network-policies.ts';
import { absent, present } from '../../../../shared/model/evidence.ts';
import { aCluster, anAddon, denied, judge } from '../../../builders.ts';

function judgeConfiguration(configurationValues: string | undefined, engines: string[] = []) {
  const addon = anAddon(configurationValues === undefined ? {} : { configurationValues });
  return judge(networkPolicies, { vpcCni: present(addon), addons: listed(...engines) });
}

function listed(...names: string[]) {
  return present(names.map((name) => inStatusOf(name, 'ACTIVE')));
}

function inStatusOf(name: string, status?: string) {
  return { name, detail: present({ addonName: name, ...(status && { status }) }) };
}

const WITHOUT_CNI = { vpcCni: absent };
const NOT_ENFORCING = { vpcCni: present(anAddon()) };

describe('5.4.4 network policy', () => {
  it.each([
    '{"enableNetworkPolicy":"true"}',
    '{"enableNetworkPolicy": true}',
    '{"enableNetworkPolicy":"True"}',
    '{\n\t"env": {"WARM_ENI_TARGET": "2"},\n\t"enableNetworkPolicy": "TRUE"\n}',
    'enableNetworkPolicy: true',
    'enableNetworkPolicy: "true"\nenv:\n  WARM_ENI_TARGET: "2"\n',
    'enableNetworkPolicy: TRUE',
    "# ours\nenableNetworkPolicy: ' true '",
  ])('passes with the configuration %j', (configurationValues) => {
    expect(judgeConfiguration(configurationValues)).toMatchObject({
      status: 'PASSED',
      reasonCode: 'ENFORCEMENT_ON',
    });
  });

  it.each([
    undefined,
    '',
    '  \n',
    '{}',
    'null',
    '# nothing but a comment',
    '{"enableNetworkPolicy":"false"}',
    '{"enableNetworkPolicy":false}',
    '{"enableNetworkPolicy":null}',
    '{"enableNetworkPolicy":["true"]}',
    '{"enablenetworkpolicy":"true"}',
    'enableNetworkPolicy: no',
    '{"env":{"NETWORK_POLICY_ENFORCING_MODE":"strict"}}',
    '{"env":{"enableNetworkPolicy":"true"}}',
    '{"nodeAgent":{"enabled":"true","enablePolicyEventLogs":"true"}}',
  ])('fails with the configuration %j', (configurationValues) => {
    expect(judgeConfiguration(configurationValues)).toMatchObject({
      status: 'FAILED',
      severity: 'MEDIUM',
      reasonCode: 'ENFORCEMENT_OFF',
    });
  });

  it.each([
    ['{"enableNetworkPolicy": "true"', 'line 1'],
    ['a: [1', 'line 1'],
    ['a: *nowhere', 'nowhere'],
    ['["enableNetworkPolicy"]', 'no mapping'],
    ['enableNetworkPolicy', 'no mapping'],
  ])('warns about the configuration %j and quotes %j', (configurationValues, quoted) => {
    const verdict = judgeConfiguration(configurationValues);

    expect(verdict).toMatchObject({ status: 'WARNING', reasonCode: 'CONFIGURATION_UNREADABLE' });
    expect(verdict.reason).toContain(quoted);
  });

  it('quotes what the parser says, not the configuration', () => {
    expect(judgeConfiguration('password: [hunter2').reason).not.toContain('hunter2');
  });

  it.each(['tigera_calico-cloud', 'isovalent_cilium-enterprise', 'calico', 'Cilium'])(
    'passes when %s is installed as an add-on',
    (engine) => {
      const verdict = judgeConfiguration('{}', [engine]);

      expect(verdict.reasonCode).toBe('ENFORCEMENT_ON');
      expect(verdict.reason).toContain(engine);
    },
  );

  it('passes with another engine whatever is known of the VPC CNI', () => {
    const addons = listed('isovalent_cilium-enterprise');

    expect(judge(networkPolicies, { vpcCni: absent, addons }).reasonCode).toBe('ENFORCEMENT_ON');
    expect(judgeConfiguration('{', ['isovalent_cilium-enterprise']).reasonCode).toBe('ENFORCEMENT_ON');
    expect(judge(networkPolicies, { vpcCni: denied('eks:DescribeAddon'), addons }).reasonCode).toBe(
      'ENFORCEMENT_ON',
    );
  });

  it.each(['DEGRADED', 'UPDATING'])('passes with another engine in status %s', (status) => {
    const addons = present([inStatusOf('tigera_calico-cloud', status)]);

    expect(judge(networkPolicies, { vpcCni: absent, addons }).reasonCode).toBe('ENFORCEMENT_ON');
  });

  it.each(['CREATE_FAILED', 'DELETING', 'CREATING'])('does not pass by an engine in status %s', (status) => {
    const addons = present([inStatusOf('tigera_calico-cloud', status)]);

    expect(judge(networkPolicies, { ...NOT_ENFORCING, addons }).reasonCode).toBe('ENFORCEMENT_OFF');
    expect(judge(networkPolicies, { vpcCni: absent, addons }).reasonCode).toBe('UNKNOWN_CNI');
  });

  it.each([
    ['cannot be described', { name: 'calico', detail: denied('eks:DescribeAddon') }],
    ['does not say its status', inStatusOf('calico')],
  ])('is not available when another engine %s and would decide', (_, engine) => {
    const addons = present([engine]);
    const configurationValues = '{"enableNetworkPolicy":"true"}';

    expect(judge(networkPolicies, { ...NOT_ENFORCING, addons }).status).toBe('NOT_AVAILABLE');
    expect(judge(networkPolicies, { addons, vpcCni: present(anAddon({ configurationValues })) }).status).toBe(
      'PASSED',
    );
  });

  describe('with engines that the configuration attests', () => {
    const settings = (...clusters: string[]) => ({
      networkPolicyEngines: [{ engine: 'Cilium by Helm', clusters }],
    });

    it.each([
      ['its name', ['orders']],
      ['a pattern', ['billing', 'ord*']],
    ])('passes a cluster by %s, naming the engine', (_, clusters) => {
      const verdict = judge(networkPolicies, WITHOUT_CNI, settings(...clusters));

      expect(verdict).toMatchObject({
        reasonCode: 'ENFORCEMENT_ON',
        evidence: { engines: 'Cilium by Helm (attested)' },
      });
      expect(verdict.reason).toContain(
        'Cilium by Helm enforces network policies, as networkPolicyEngines says',
      );
    });

    it('passes whatever is known of the add-ons', () => {
      const unread = { vpcCni: denied('eks:DescribeAddon'), addons: denied('eks:ListAddons') };

      expect(judge(networkPolicies, NOT_ENFORCING, settings('orders')).reasonCode).toBe('ENFORCEMENT_ON');
      expect(judge(networkPolicies, unread, settings('orders')).reasonCode).toBe('ENFORCEMENT_ON');
    });

    it.each([['order'], ['orders-*'], ['*-prod']])(
      'says nothing of a cluster that %s does not match',
      (pattern) => {
        expect(judge(networkPolicies, NOT_ENFORCING, settings(pattern)).reasonCode).toBe('ENFORCEMENT_OFF');
      },
    );
  });

  it('advises to attest an engine, or to give access to the cluster', () => {
    const cluster = present(aCluster({ computeConfig: { enabled: true } }));

    expect(judge(networkPolicies, WITHOUT_CNI).reason).toContain('networkPolicyEngines');
    expect(judge(networkPolicies, { cluster, ...WITHOUT_CNI }).reason).toContain('access entry');
  });

  it.each(['vpc-cni', 'accuknox_kubearmor', 'calicoctl', 'example_ciliumish'])(
    'does not take %s for an engine',
    (name) => {
      expect(judgeConfiguration('{}', [name]).reasonCode).toBe('ENFORCEMENT_OFF');
    },
  );

  it('warns that Auto Mode keeps its switch inside the cluster', () => {
    const cluster = present(aCluster({ computeConfig: { enabled: true } }));

    const verdict = judge(networkPolicies, { cluster, ...WITHOUT_CNI });

    expect(verdict).toMatchObject({ status: 'WARNING', reasonCode: 'NEEDS_KUBERNETES_ACCESS' });
  });

  it('fails a VPC CNI add-on that does not enforce on a cluster with Auto Mode too', () => {
    const cluster = present(aCluster({ computeConfig: { enabled: true } }));

    expect(judge(networkPolicies, { cluster, vpcCni: present(anAddon()) }).reasonCode).toBe(
      'ENFORCEMENT_OFF',
    );
  });

  it.each([undefined, {}, { enabled: false }])(
    'warns about an unknown CNI without an add-on and with Auto Mode %j',
    (computeConfig) => {
      const cluster = present(aCluster(computeConfig && { computeConfig }));

      const verdict = judge(networkPolicies, { cluster, ...WITHOUT_CNI });

      expect(verdict).toMatchObject({ status: 'WARNING', reasonCode: 'UNKNOWN_CNI' });
    },
  );

  describe('with a VPC CNI add-on that would enforce', () => {
    const configurationValues = '{"enableNetworkPolicy":"true"}';
    const inStatus = (status: string) => present(anAddon({ status, configurationValues }));

    it.each(['ACTIVE', 'DEGRADED', 'UPDATING'])('passes in status %s', (status) => {
      expect(judge(networkPolicies, { vpcCni: inStatus(status) }).reasonCode).toBe('ENFORCEMENT_ON');
    });

    it.each(['CREATE_FAILED', 'CREATING', 'DELETING', 'DELETE_FAILED', 'UPDATE_FAILED'])(
      'proves nothing in status %s, which is named',
      (status) => {
        const verdict = judge(networkPolicies, { vpcCni: inStatus(status) });

        expect(verdict).toMatchObject({
          status: 'WARNING',
          reasonCode: 'UNKNOWN_CNI',
          evidence: { vpcCni: `status ${status}` },
        });
        expect(verdict.reason).toContain(status);
      },
    );

    it('is judged by Auto Mode while the add-on does not run', () => {
      const cluster = present(aCluster({ computeConfig: { enabled: true } }));

      const verdict = judge(networkPolicies, { cluster, vpcCni: inStatus('CREATE_FAILED') });

      expect(verdict.reasonCode).toBe('NEEDS_KUBERNETES_ACCESS');
    });

    it('is not available when the status is missing', () => {
      const vpcCni = present({ addonName: 'vpc-cni', configurationValues });

      expect(judge(networkPolicies, { vpcCni }).status).toBe('NOT_AVAILABLE');
    });
  });

  it('does not quote the configuration of a VPC CNI add-on that does not run', () => {
    const vpcCni = present(anAddon({ status: 'CREATE_FAILED', configurationValues: '{' }));

    expect(judge(networkPolicies, { vpcCni }).reasonCode).toBe('UNKNOWN_CNI');
  });

  it('is not available when the add-on cannot be read', () => {
    const verdict = judge(networkPolicies, { vpcCni: denied('eks:DescribeAddon') });

    expect(verdict.status).toBe('NOT_AVAILABLE');
    expect(verdict.reason).toContain('eks:DescribeAddon failed with AccessDeniedException');
  });

  it('sees no change in the order of the add-ons', () => {
    const names = ['tigera_calico-cloud', 'isovalent_cilium-enterprise'];

    expect(judgeConfiguration('{}', names)).toEqual(judgeConfiguration('{}', names.toReversed()));
  });
});
