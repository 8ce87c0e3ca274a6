import { describe, expect, it } from 'vitest';
import { networkPolicies } from '../../../../shared/evaluate/controls/network-policies.ts';
import { absent, present } from '../../../../shared/model/evidence.ts';
import { aCluster, anAddon, denied, judge } from '../../../builders.ts';

function judgeConfiguration(configurationValues: string | undefined, addonNames = ['vpc-cni']) {
  const addon = anAddon(configurationValues === undefined ? {} : { configurationValues });
  return judge(networkPolicies, { vpcCni: present(addon), addonNames: present(addonNames) });
}

const WITHOUT_CNI = { vpcCni: absent, addonNames: present(['coredns']) };

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
      const verdict = judgeConfiguration('{}', ['vpc-cni', engine]);

      expect(verdict.reasonCode).toBe('ENFORCEMENT_ON');
      expect(verdict.reason).toContain(engine);
    },
  );

  it('passes with another engine whatever is known of the VPC CNI', () => {
    const addonNames = present(['isovalent_cilium-enterprise']);

    expect(judge(networkPolicies, { vpcCni: absent, addonNames }).reasonCode).toBe('ENFORCEMENT_ON');
    expect(judgeConfiguration('{', ['isovalent_cilium-enterprise']).reasonCode).toBe('ENFORCEMENT_ON');
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
