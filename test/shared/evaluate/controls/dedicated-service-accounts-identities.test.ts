import { describe, expect, it } from 'vitest';
import { present } from '../../../../shared/model/evidence.ts';
import { denied, ISSUER } from '../../../builders.ts';
import { aDocument, aRole, type Given, iamOf } from '../../../builders-iam.ts';
import { aNodegroup } from '../../../builders-network.ts';
import {
  AGENT,
  anAgent,
  CLUSTER,
  FOR_API,
  IRSA,
  judge,
  POD_IDENTITY,
  PROVIDER,
  roleFor,
} from './dedicated-service-accounts-support.ts';

describe('5.2.1 dedicated service accounts', () => {
  describe('a role for service accounts', () => {
    function trusting(Condition?: unknown, Federated = PROVIDER, providers = [PROVIDER]) {
      const statement = {
        Effect: 'Allow',
        Principal: { Federated },
        Action: 'sts:AssumeRoleWithWebIdentity',
        ...(Condition ? { Condition } : {}),
      };
      const role = aRole({ name: 'api', trustPolicy: aDocument(statement) });
      return judge({ account: { iam: iamOf({ roles: [role] }), oidcProviders: present(providers) } });
    }
    const sub = (value: string) => ({ [`${ISSUER}:sub`]: value });

    it.each([
      ['no condition', undefined, 'any'],
      ['only the audience', { StringEquals: { [`${ISSUER}:aud`]: 'sts.amazonaws.com' } }, 'any'],
      ['*', { StringLike: sub('*') }, '*'],
      ['any service account', { StringLike: sub('system:serviceaccount:*') }, 'system:serviceaccount:*'],
      [
        'one name in every namespace',
        { StringLike: sub('system:serviceaccount:*:api') },
        'system:serviceaccount:*:api',
      ],
      [
        'a condition for tokens without a subject',
        { StringNotEquals: sub('system:serviceaccount:shop:x') },
        'any',
      ],
    ])('fails when :sub is confined by %s', (_, condition, subjects) => {
      const verdict = trusting(condition);

      expect(verdict).toMatchObject({
        status: 'FAILED',
        reasonCode: 'IRSA_TRUST_UNCONFINED',
        severity: 'HIGH',
        related: [{ type: 'AwsIamRole', name: 'api' }],
      });
      expect(verdict.reason).toContain('api');
      expect(verdict.evidence).toMatchObject({ unconfinedSubjects: `api: ${subjects}` });
    });

    it.each([
      ['one service account', { StringEquals: sub('system:serviceaccount:shop:api') }],
      ['those of one namespace', { StringLike: sub('system:serviceaccount:shop:*') }],
    ])('passes when :sub names %s', (_, condition) => {
      expect(trusting(condition)).toMatchObject({ status: 'PASSED', reasonCode: 'DEDICATED_IDENTITIES' });
      expect(trusting(condition).reason).toContain('1 role ');
      expect(trusting(condition).evidence).toEqual({ oidcProvider: 'set up', podIdentityAssociations: '0' });
    });

    it('is said to name service accounts only when it does', () => {
      const named = trusting({ StringEquals: sub('system:serviceaccount:shop:api') });
      const wide = trusting({ StringLike: sub('system:serviceaccount:shop:*') });

      expect(named.reason).toContain('each for named service accounts');
      expect(wide.reason).not.toContain('named service accounts');
      expect(judge({ cluster: POD_IDENTITY }).reason).not.toContain('named service accounts');
    });

    it('is nobody’s without the OIDC provider that it trusts', () => {
      const forDefault = { StringEquals: sub('system:serviceaccount:shop:default') };

      expect(trusting(forDefault).reasonCodes).toEqual(['DEFAULT_SERVICE_ACCOUNT_HAS_ROLE']);
      expect(trusting(forDefault).reason).toContain('shop/default (IRSA, api)');
      expect(trusting(forDefault, PROVIDER, []).reasonCodes).toEqual(['NO_POD_AWS_ACCESS']);
    });

    it.each([
      ['of something else', { StringLike: sub('repo:me/*') }],
      [
        'with a star that StringEquals takes literally',
        { StringEquals: sub('system:serviceaccount:shop:*') },
      ],
    ])('is nobody’s when no service account has such a subject: one %s', (_, condition) => {
      const verdict = trusting(condition);

      expect(verdict.reasonCode).toBe('NO_POD_AWS_ACCESS');
      expect(verdict.reason).not.toContain('named');
    });

    it.each([
      ['ForAllValues:StringEquals', 'system:serviceaccount:shop:api'],
      ['StringEqualsIfExists', 'system:serviceaccount:shop:api'],
      ['ForAllValues:StringLikeIfExists', 'system:serviceaccount:shop:*'],
    ])('is confined by %s like by the plain operator', (operator, value) => {
      const audience = { [`${ISSUER}:aud`]: 'sts.amazonaws.com' };

      expect(trusting({ [operator]: { ...sub(value), ...audience } }).reasonCode).toBe(
        'DEDICATED_IDENTITIES',
      );
    });

    it.each([
      ['by name', { StringEquals: sub('system:serviceaccount:shop:default') }],
      ['among others', { StringLike: sub('system:serviceaccount:shop:default') }],
    ])('fails MEDIUM when it is for the default service account %s', (_, condition) => {
      expect(trusting(condition)).toMatchObject({
        status: 'FAILED',
        reasonCode: 'DEFAULT_SERVICE_ACCOUNT_HAS_ROLE',
        severity: 'MEDIUM',
        evidence: { defaultServiceAccounts: 'shop/default' },
        related: [{ type: 'AwsIamRole', name: 'api' }],
      });
    });

    it('fails when its trust policy allows any web identity, naming no issuer', () => {
      const trustPolicy = aDocument({
        Effect: 'Allow',
        Principal: '*',
        Action: 'sts:AssumeRoleWithWebIdentity',
      });
      const account = { iam: iamOf({ roles: [aRole({ trustPolicy })] }), ...IRSA };

      expect(judge({ account }).reasonCode).toBe('IRSA_TRUST_UNCONFINED');
    });

    it.each([
      ['with escaped slashes', (text: string) => text.replaceAll('/', '\\/')],
      ['in Unicode escapes', (text: string) => text.replaceAll('/', '\\u002f')],
    ])('fails when its trust policy spells the issuer %s', (_, spelled) => {
      const trustPolicy = aDocument({
        Effect: 'Allow',
        Principal: { Federated: PROVIDER },
        Action: 'sts:AssumeRoleWithWebIdentity',
      });
      const account = { iam: iamOf({ roles: [aRole({ trustPolicy: spelled(trustPolicy) })] }), ...IRSA };

      expect(judge({ account }).reasonCode).toBe('IRSA_TRUST_UNCONFINED');
    });

    it('is none of the cluster’s when it trusts another issuer', () => {
      const other = PROVIDER.replace('EXAMPLE', 'ANOTHER');

      expect(trusting(undefined, other).reasonCode).toBe('NO_POD_AWS_ACCESS');
    });

    it('leaves the cluster unjudged when its trust policy makes no sense', () => {
      const role = aRole({ trustPolicy: `{"Statement":[{"Principal":{"Federated":"${PROVIDER}"}}]}` });

      expect(judge({ account: { iam: iamOf({ roles: [role] }), ...IRSA } }).status).toBe('NOT_AVAILABLE');
    });

    it('does not leave it unjudged when it is about something else', () => {
      const role = aRole({ trustPolicy: '{"Statement":[{"Principal":{"Service":"ec2"}}]}' });

      expect(judge({ account: { iam: iamOf({ roles: [role] }), ...IRSA } }).status).toBe('PASSED');
    });
  });

  describe('a Pod Identity association', () => {
    const associations = (...serviceAccounts: string[]) => ({
      podIdentityAssociations: present(
        serviceAccounts.map((serviceAccount) => ({ namespace: 'shop', serviceAccount })),
      ),
    });

    it.each([
      ['only one', ['default']],
      ['one of several', ['api', 'default']],
    ])('for the default service account fails MEDIUM as the %s', (_, names) => {
      const verdict = judge({ cluster: { ...AGENT, ...associations(...names) } });

      expect(verdict).toMatchObject({
        status: 'FAILED',
        reasonCodes: ['DEFAULT_SERVICE_ACCOUNT_HAS_ROLE'],
        severity: 'MEDIUM',
      });
      expect(verdict.reason).toContain('shop/default');
    });

    it('is a warning when nothing hands out its credentials', () => {
      const nodegroups = present([aNodegroup({ nodeRole: aRole().arn, amiType: 'AL2_x86_64' })]);

      for (const nodes of [{}, { nodegroups }]) {
        expect(judge({ cluster: { ...nodes, ...associations('api') } })).toMatchObject({
          status: 'WARNING',
          reasonCode: 'POD_IDENTITY_AGENT_NOT_SEEN',
          evidence: { podIdentityAgent: 'not seen' },
        });
      }
    });

    it.each<[string, Given]>([
      ['with the agent', { cluster: AGENT }],
      ['in Auto Mode', { cluster: { cluster: present({ ...CLUSTER, computeConfig: { enabled: true } }) } }],
      ['with a role by IRSA', { account: { iam: iamOf({ roles: [FOR_API] }), ...IRSA } }],
    ])('passes %s', (_, given) => {
      expect(judge({ ...given, cluster: { ...associations('api'), ...given.cluster } }).status).toBe(
        'PASSED',
      );
    });

    it.each<[string, Given['account']]>([
      ['no role trusts', IRSA],
      ['a role trusts for nobody', { ...IRSA, iam: iamOf({ roles: [roleFor('repo:me/x')] }) }],
      ['of another cluster', { oidcProviders: present([`${PROVIDER}0`]) }],
    ])('is a warning with a provider that %s: a provider gives no pod a role', (_, account) => {
      const nodegroups = present([aNodegroup({ nodeRole: aRole().arn, amiType: 'AL2_x86_64' })]);

      expect(
        judge({ cluster: { nodegroups, ...associations('api') }, account: account ?? {} }),
      ).toMatchObject({ status: 'WARNING', reasonCodes: ['POD_IDENTITY_AGENT_NOT_SEEN'] });
    });

    it('is no warning while a role may be for pods by IRSA', () => {
      const unclear = aRole({ trustPolicy: `{"Statement":[{"Principal":{"Federated":"${PROVIDER}"}}]}` });
      const account = { iam: iamOf({ roles: [unclear] }), ...IRSA };

      expect(judge({ cluster: associations('api'), account }).reasonCodes).toEqual(['EVIDENCE_UNREADABLE']);
    });

    it('is a warning when Auto Mode was switched off', () => {
      const cluster = present({ ...CLUSTER, computeConfig: { enabled: false } });

      expect(judge({ cluster: { cluster, ...associations('api') } }).status).toBe('WARNING');
    });

    it('needs the add-ons only where they decide', () => {
      const addons = denied('eks:ListAddons');

      expect(judge({ cluster: { addons, ...associations('api') } }).status).toBe('NOT_AVAILABLE');
      expect(judge({ cluster: { addons } }).reasonCode).toBe('NO_POD_AWS_ACCESS');
    });

    it.each([
      ['DEGRADED', 'DEDICATED_IDENTITIES'],
      ['CREATE_FAILED', 'POD_IDENTITY_AGENT_NOT_SEEN'],
      ['DELETING', 'POD_IDENTITY_AGENT_NOT_SEEN'],
    ])('with the agent in status %s is %s', (status, code) => {
      const addons = present([anAgent(status)]);

      expect(judge({ cluster: { addons, ...associations('api') } }).reasonCode).toBe(code);
    });
  });
});
