import { describe, expect, it } from 'vitest';
import { indexIam } from '../../../../shared/evaluate/iam/account-identities.ts';
import { oidcProvider, rolesTrusting } from '../../../../shared/evaluate/iam/irsa.ts';
import { finish } from '../../../../shared/model/steps.ts';
import { aDocument, aRole } from '../../../builders-iam.ts';

const ISSUER = 'oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789';
const PROVIDER = oidcProvider(`https://${ISSUER}`, 'aws', '111122223333');

function aTrust(Principal: unknown, more: Record<string, unknown> = {}): string {
  return aDocument({ Effect: 'Allow', Principal, Action: 'sts:AssumeRoleWithWebIdentity', ...more });
}

/** The names of the roles that trust the provider, and of those that are invalid. */
function namesOf(...trustPolicies: string[]) {
  const roles = trustPolicies.map((trustPolicy, index) => aRole({ name: `role-${index}`, trustPolicy }));
  const { trusting, unclear } = finish(
    rolesTrusting(PROVIDER, indexIam({ roles, users: [], groups: [], managedPolicies: [] })),
  );
  return { trusting: trusting.map(({ role }) => role.name), unclear: unclear.map(({ role }) => role.name) };
}

describe('the OIDC provider of an issuer', () => {
  it.each([`https://${ISSUER}`, `https://${ISSUER}/`])(
    'is named without the scheme and slash of %s',
    (url) => {
      expect(oidcProvider(url, 'aws-cn', '111122223333')).toEqual({
        issuer: ISSUER,
        arn: `arn:aws-cn:iam::111122223333:oidc-provider/${ISSUER}`,
      });
    },
  );
});

describe('roles for service accounts', () => {
  it('are those whose trust policy lets the provider’s tokens in', () => {
    const trust = aTrust({ Federated: PROVIDER.arn });

    expect(namesOf(trust, aTrust({ Federated: `${PROVIDER.arn}X` }), trust)).toEqual({
      trusting: ['role-0', 'role-2'],
      unclear: [],
    });
  });

  it('cannot be told of a role whose trust policy AWS did not send', () => {
    expect(namesOf('', aTrust({ Federated: PROVIDER.arn }))).toEqual({
      trusting: ['role-1'],
      unclear: ['role-0'],
    });
  });

  it('are not those that only name the issuer, deny it or ask for another action', () => {
    const policies = [
      aTrust({ AWS: 'arn:aws:iam::111122223333:root' }, { Sid: ISSUER }),
      aTrust({ Federated: PROVIDER.arn }, { Effect: 'Deny' }),
      aTrust({ Federated: PROVIDER.arn }, { Action: 'sts:TagSession' }),
    ];

    expect(namesOf(...policies)).toEqual({ trusting: [], unclear: [] });
  });

  it('are also those that trust everyone, by a wildcard, an exception or an escaped character', () => {
    const escaped = aTrust({ Federated: PROVIDER.arn }).replace('oidc.eks', '\\u006fidc.eks');
    const exception = aDocument({
      Effect: 'Allow',
      NotPrincipal: { Federated: 'accounts.google.com' },
      Action: 'sts:*',
    });

    expect(namesOf(aTrust('*'), exception, escaped).trusting).toEqual(['role-0', 'role-1', 'role-2']);
  });

  it('are unknown where a trust policy that may be about the provider is invalid', () => {
    expect(namesOf(`{"${ISSUER}"`, '{"Statement": 7}')).toEqual({ trusting: [], unclear: ['role-0'] });
  });
});
