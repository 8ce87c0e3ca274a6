import { describe, expect, it } from 'vitest';
import { present } from '../../../../shared/model/evidence.ts';
import type { Instance, LaunchTemplate } from '../../../../shared/model/network-facts.ts';
import type { Nodegroup } from '../../../../shared/model/node-facts.ts';
import { denied } from '../../../builders.ts';
import { ACCOUNT, aRole, type Given, iamOf, STRANGER } from '../../../builders-iam.ts';
import { aNodegroup, anInstance } from '../../../builders-network.ts';
import { FOR_API, IRSA, judge, POD_IDENTITY, PROVIDER } from './dedicated-service-accounts-support.ts';

describe('5.2.1 dedicated service accounts', () => {
  describe('credentials of nodes', () => {
    type Metadata = NonNullable<Instance['metadata']>;
    const REQUIRED: Metadata = { httpEndpoint: 'enabled', httpTokens: 'required', hopLimit: 1 };
    const template = (metadata?: Metadata): LaunchTemplate => ({
      id: 'lt-1',
      version: '3',
      networkInterfaces: [],
      ...(metadata && { metadata }),
    });

    function withInstance(metadata: Metadata | undefined) {
      return judge({ region: { instances: present([anInstance(metadata && { metadata })]) } });
    }

    function withNodegroup(nodegroup: Partial<Nodegroup>, metadata?: Metadata) {
      const nodegroups = present([aNodegroup({ nodeRole: aRole().arn, ...nodegroup })]);
      const launchTemplates = present({ 'lt-1:3': present(template(metadata)) });
      return judge({ cluster: { nodegroups }, region: { launchTemplates } });
    }
    const OF_TEMPLATE = { launchTemplate: { id: 'lt-1', version: '3' } };

    it.each<[string, Metadata]>([
      ['a hop limit above 1', { ...REQUIRED, hopLimit: 2 }],
      ['IMDSv1', { ...REQUIRED, httpTokens: 'optional' }],
    ])('fail MEDIUM when an instance has %s', (_, metadata) => {
      const verdict = withInstance(metadata);

      expect(verdict).toMatchObject({
        status: 'FAILED',
        reasonCode: 'NODE_CREDENTIALS_ONLY',
        severity: 'MEDIUM',
        evidence: { credentialsInReach: 'instances' },
      });
      expect(verdict.reason).toContain('(instances: a hop limit above 1, or IMDSv1)');
    });

    it.each<[string, Metadata]>([
      ['IMDSv2 and a hop limit of 1, as Auto Mode’s do', REQUIRED],
      ['no metadata service', { httpEndpoint: 'disabled', httpTokens: 'optional', hopLimit: 2 }],
    ])('pass when instances have %s', (_, metadata) => {
      expect(withInstance(metadata)).toMatchObject({ status: 'PASSED', reasonCode: 'NO_POD_AWS_ACCESS' });
    });

    it.each<[string, Given]>([
      ['associations', { cluster: { podIdentityAssociations: denied('eks:ListPodIdentityAssociations') } }],
      ['OIDC providers', { account: { oidcProviders: denied('iam:ListOpenIDConnectProviders') } }],
    ])('are not said to be all that pods have when %s could not be read', (_, given) => {
      const instances = present([anInstance({ metadata: { ...REQUIRED, hopLimit: 2 } })]);

      expect(judge({ ...given, region: { instances } })).toMatchObject({
        status: 'NOT_AVAILABLE',
        reasonCodes: ['EVIDENCE_UNREADABLE'],
      });
    });

    it('are of this cluster’s instances only', () => {
      const other = anInstance({ clusters: ['payments'], metadata: { ...REQUIRED, hopLimit: 2 } });

      expect(judge({ region: { instances: present([other]) } }).status).toBe('PASSED');
    });

    it('fail when a launch template leaves them in reach', () => {
      const verdict = withNodegroup(OF_TEMPLATE, { ...REQUIRED, hopLimit: 2 });

      expect(verdict.reasonCode).toBe('NODE_CREDENTIALS_ONLY');
      expect(verdict.reason).toContain('node group workers');
    });

    it('pass when a launch template keeps them', () => {
      expect(withNodegroup({ ...OF_TEMPLATE, amiType: 'AL2_x86_64' }, REQUIRED).status).toBe('PASSED');
    });

    it.each([
      ['AL2023_x86_64_STANDARD', 'PASSED'],
      ['AL2023_ARM_64_STANDARD', 'PASSED'],
      ['AL2_x86_64', 'FAILED'],
      ['BOTTLEROCKET_x86_64', 'FAILED'],
      ['WINDOWS_CORE_2022_x86_64', 'FAILED'],
    ])('are what EKS makes of %s by default: %s', (amiType, status) => {
      expect(withNodegroup({ amiType }).status).toBe(status);
      expect(withNodegroup({ amiType, ...OF_TEMPLATE }).status).toBe(status);
    });

    it.each(['DELETING', 'CREATE_FAILED'])('are none in a node group in %s', (status) => {
      expect(withNodegroup({ amiType: 'BOTTLEROCKET_x86_64', status }).reasonCode).toBe('NO_POD_AWS_ACCESS');
    });

    it('are none in a node group whose launch template was deleted', () => {
      const nodegroups = present([aNodegroup({ nodeRole: aRole().arn, ...OF_TEMPLATE })]);
      const gone = denied('ec2:DescribeLaunchTemplateVersions', { kind: 'gone' });

      expect(
        judge({ cluster: { nodegroups }, region: { launchTemplates: present({ 'lt-1:3': gone }) } })
          .reasonCode,
      ).toBe('NO_POD_AWS_ACCESS');
    });

    it.each(['CUSTOM', 'BOTTLEROCKET_x86_64', 'AL2_x86_64'])(
      'are what the image %s makes of what the launch template leaves open',
      (amiType) => {
        const own = { ...OF_TEMPLATE, amiType };
        const untold = withNodegroup(own, { httpTokens: 'required' });

        expect(withNodegroup(own).status).toBe('FAILED');
        expect(untold.status).toBe('NOT_AVAILABLE');
        expect(untold.reason).toContain('the node group workers leaves the hop limit to its image');
        expect(withNodegroup(own, { httpTokens: 'required', hopLimit: 1 }).status).toBe('PASSED');
        expect(withNodegroup(own, { httpEndpoint: 'disabled' }).status).toBe('PASSED');
      },
    );

    it.each([
      [1, 'PASSED'],
      [2, 'FAILED'],
    ])(
      'are what its instances show where the launch template leaves it to the image: %i',
      (hopLimit, status) => {
        const nodegroups = present([
          aNodegroup({ nodeRole: aRole().arn, nodegroupName: 'workers', ...OF_TEMPLATE, amiType: 'CUSTOM' }),
        ]);
        const launchTemplates = present({ 'lt-1:3': present(template({ httpTokens: 'required' })) });
        const instances = present([
          anInstance({ nodegroup: 'workers', metadata: { ...REQUIRED, hopLimit } }),
        ]);
        const verdict = judge({ cluster: { nodegroups }, region: { launchTemplates, instances } });

        expect(verdict.status).toBe(status);
      },
    );

    it('are those of AL2023 where the launch template does not say otherwise', () => {
      const own = { ...OF_TEMPLATE, amiType: 'AL2023_x86_64_STANDARD' };

      expect(withNodegroup(own, { httpTokens: 'required' }).status).toBe('PASSED');
      expect(withNodegroup(own, { hopLimit: 2 }).status).toBe('FAILED');
      expect(withNodegroup(own, { httpTokens: 'optional' }).status).toBe('FAILED');
    });

    it.each<[string, Metadata]>([
      ['the hop limit', { httpEndpoint: 'enabled', httpTokens: 'required' }],
      ['whether IMDSv1 is allowed', { httpEndpoint: 'enabled', hopLimit: 1 }],
    ])('are not known when an instance does not say %s', (_, metadata) => {
      expect(withInstance(metadata).status).toBe('NOT_AVAILABLE');
    });

    it.each<[string, Given]>([
      ['IRSA', { account: { iam: iamOf({ roles: [FOR_API] }), ...IRSA } }],
      ['Pod Identity', { cluster: POD_IDENTITY }],
    ])('may be in reach while pods have others, by %s', (_, given) => {
      const metadata = { ...REQUIRED, hopLimit: 2 };
      const verdict = judge({ ...given, region: { instances: present([anInstance({ metadata })]) } });

      expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'DEDICATED_IDENTITIES' });
    });

    it.each<[string, Given['account']]>([
      ['nobody trusts the OIDC provider', IRSA],
      ['there is a role, but no OIDC provider', { iam: iamOf({ roles: [FOR_API] }) }],
    ])('may not when %s', (_, account) => {
      const metadata = { ...REQUIRED, hopLimit: 2 };
      const region = { instances: present([anInstance({ metadata })]) };

      expect(judge({ account: account ?? {}, region }).reasonCode).toBe('NODE_CREDENTIALS_ONLY');
    });

    it('may not when the OIDC provider is another cluster’s', () => {
      const metadata = { ...REQUIRED, hopLimit: 2 };
      const oidcProviders = present([`${PROVIDER}X`, PROVIDER.replace(ACCOUNT, STRANGER)]);
      const verdict = judge({
        account: { iam: iamOf({ roles: [FOR_API] }), oidcProviders },
        region: { instances: present([anInstance({ metadata })]) },
      });

      expect(verdict.reasonCode).toBe('NODE_CREDENTIALS_ONLY');
    });

    it('are not judged by an instance of which EC2 says nothing', () => {
      expect(withInstance(undefined).status).toBe('NOT_AVAILABLE');
    });
  });
});
