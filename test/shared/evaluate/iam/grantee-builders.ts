import type { Grantee, ZoneOfTrust } from '../../../../shared/evaluate/iam/grantee.ts';
import { granteesOf } from '../../../../shared/evaluate/iam/resource-policy-grantees.ts';
import type { RequestedAction } from '../../../../shared/evaluate/iam/statement.ts';
import { Budget } from '../../../../shared/evaluate/patterns/budget.ts';
import { compileWildcards } from '../../../../shared/evaluate/patterns/pattern.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type { RawStatement } from './builders.ts';
import { ACCOUNT, aResourcePolicy } from './builders.ts';

export const MEMBER_ID = '222233334444';
export const TRUSTED_ID = '333344445555';
export const EXTERNAL_ID = '999988887777';
export const ORGANIZATION_ID = 'o-ours123456';
export const EXTERNAL_ORGANIZATION_ID = 'o-theirs1234';
export const TRUSTED_ORGANIZATION_ID = 'o-partner123';
/** An organization of which one OU is trusted. */
export const PARTLY_TRUSTED_ID = 'o-group12345';
export const ZONE: ZoneOfTrust = {
  accountId: ACCOUNT,
  service: 'ecr',
  region: 'eu-west-1',
  organization: { id: present(ORGANIZATION_ID), accountIds: new Set([ACCOUNT, MEMBER_ID]) },
  trustedAccounts: new Set([TRUSTED_ID]),
  trustedOrganizations: new Set([TRUSTED_ORGANIZATION_ID]),
  trustedOrganizationalUnits: [compileWildcards(`${PARTLY_TRUSTED_ID}/r-ab12/ou-ab12-11111111/*`)],
  budget: new Budget(Number.POSITIVE_INFINITY),
};
export const ACTIONS: RequestedAction[] = [{ name: 'ecr:BatchGetImage' }, { name: 'ecr:PutImage' }];

export const EVERYONE: Grantee = { kind: 'everyone' };
export const ORGANIZATION: Grantee = {
  kind: 'organization',
  organizationId: ORGANIZATION_ID,
  relation: 'own',
};
export const EXTERNAL_ORGANIZATION = {
  kind: 'organization',
  organizationId: EXTERNAL_ORGANIZATION_ID,
  relation: 'external',
} as const satisfies Grantee;
export const TRUSTED_ORGANIZATION: Grantee = {
  kind: 'organization',
  organizationId: TRUSTED_ORGANIZATION_ID,
  relation: 'trusted',
};
export const EXTERNAL_ACCOUNT = {
  kind: 'account',
  accountId: EXTERNAL_ID,
  relation: 'external',
} as const satisfies Grantee;
export const ENDPOINT: Grantee = { kind: 'network', id: 'vpce-1' };
export const AWS_SERVICES: Grantee = { kind: 'service', service: '*' };
export const MEMBER_ACCOUNT = {
  kind: 'account',
  accountId: MEMBER_ID,
  relation: 'organization',
} as const satisfies Grantee;
export const OWN_ACCOUNT = {
  kind: 'account',
  accountId: ACCOUNT,
  relation: 'own',
} as const satisfies Grantee;

export function anAllow(more: RawStatement = {}): RawStatement {
  return { Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage', ...more };
}

export function aDeny(more: RawStatement = {}): RawStatement {
  return { Effect: 'Deny', Principal: '*', Action: '*', ...more };
}

export function granteesBy(...statements: RawStatement[]): readonly Grantee[] {
  return granteesIn(ZONE, ...statements);
}

export function granteesIn(zone: ZoneOfTrust, ...statements: RawStatement[]): readonly Grantee[] {
  return granteesOf(aResourcePolicy(...statements), zone, ACTIONS).flatMap((grant) => grant.grantees);
}

export const rootOf = (accountId: string) => `arn:aws:iam::${accountId}:root`;
