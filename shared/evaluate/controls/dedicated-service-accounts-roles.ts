import {
  combineJudgements,
  control,
  type DecisionTable,
  type Judgement,
  notAvailable,
  noVerdict,
} from '../../model/control.ts';
import type { IamRole } from '../../model/iam-facts.ts';
import { type IssuersOfOthers, issuersOfOthers } from '../../model/oidc-issuers.ts';
import type { Steps } from '../../model/steps.ts';
import { formatList, uniqueSorted } from '../formatting.ts';
import { type IamIndex, sharedIndex } from '../iam/account-identities.ts';
import { isForSomebody, type RolesForServiceAccounts, roleResource, rolesTrusting } from '../iam/irsa.ts';
import type { OidcProvider, OidcTrust } from '../iam/oidc-trust.ts';

const rows = {
  IRSA_TRUST_UNCONFINED: {
    status: 'FAILED',
    when: 'The role trusts the OIDC provider of another account’s cluster without confining :sub to named service accounts',
  },
  DEFAULT_SERVICE_ACCOUNT_HAS_ROLE: {
    status: 'FAILED',
    severity: 'MEDIUM',
    when: 'The role is for the service account default of a namespace of such a cluster',
  },
  DEDICATED_IDENTITIES: {
    status: 'PASSED',
    when: 'The role trusts service accounts of named namespaces of such clusters only',
  },
} as const satisfies DecisionTable;
type Row = Judgement<keyof typeof rows>;

export const dedicatedServiceAccountsRoles = control({
  key: 'dedicated-service-accounts',
  title: 'Roles for pods of other accounts’ clusters name their service accounts',
  description:
    'A role can trust pods of a cluster in another account, through an IAM OIDC provider for its issuer. Without a ' +
    'condition on :sub, every pod of that cluster can take it.',
  remediation: {
    text:
      'Name namespace and service account in the trust policy: StringEquals on <issuer>:sub with ' +
      'system:serviceaccount:<namespace>:<name>, and on <issuer>:aud with sts.amazonaws.com (aws iam ' +
      'update-assume-role-policy). Use a service account of its own instead of default. If the cluster no longer ' +
      'exists, delete the provider: aws iam delete-open-id-connect-provider.',
    url: 'https://docs.aws.amazon.com/eks/latest/userguide/cross-account-access.html',
  },
  level: 'account',
  withoutClusters: 'oidc-providers',
  severity: 'HIGH',
  nist: ['AC-3', 'AC-5', 'AC-6', 'IA-5', 'IA-9'],
  needs: ['iam', 'oidcProviders', 'ownIssuers'],
  acceptsUnreadable: ['iam', 'oidcProviders'],
  rows,
  *judge({ iam, oidcProviders, ownIssuers }, context) {
    // Most accounts have no provider of this kind: that they cannot be listed is a gap, but nothing to judge is known.
    if (oidcProviders.state === 'unreadable') return noVerdict([oidcProviders]);
    const { others, unclear, unread } = issuersOfOthers(oidcProviders.value, ownIssuers);
    const more = unclear.length + unread.length > 0 ? [noVerdict()] : [];
    if (iam.state === 'unreadable') return others.length > 0 ? [notAvailable(iam), ...more] : more;
    return [...(yield* judgeRoles({ others, unclear }, sharedIndex(iam.value, context))), ...more];
  },
});

/** What a role trusts of one issuer. */
interface TrustInIssuer {
  readonly issuer: string;
  readonly trust: OidcTrust;
  /** Whether it is of no own cluster. */
  readonly isSure: boolean;
}

/**
 * What trusts the issuer of no own cluster is judged. Of an issuer that may be of an own cluster, only what is wrong
 * whoever has the cluster: the rest is the cluster's to say.
 */
function* judgeRoles(
  { others, unclear }: Pick<IssuersOfOthers, 'others' | 'unclear'>,
  iam: IamIndex,
): Steps<Row[]> {
  const sure = yield* trustedBy(others, true, iam);
  const unsure = yield* trustedBy(unclear, false, iam);
  const trusting = [...sure, ...unsure].flatMap(({ issuer: { issuer }, isSure, trusting: roles }) =>
    roles.filter(isForSomebody).map(({ role, trusts }) => ({
      role,
      trusts: trusts.map((trust): TrustInIssuer => ({ issuer, trust, isSure })),
    })),
  );
  const byRole = Map.groupBy(trusting, ({ role }) => role);
  const untold = new Map(sure.flatMap((found) => found.unclear.map((entry) => [entry.role, entry] as const)));
  return [
    ...[...byRole].flatMap(([role, entries]) =>
      judgeRole(
        role,
        entries.flatMap(({ trusts }) => trusts),
      ),
    ),
    ...[...untold.values()].map(({ role, why }) => notAvailable(why, { resource: roleResource(role) })),
  ];
}

function* trustedBy(issuers: readonly OidcProvider[], isSure: boolean, iam: IamIndex) {
  const found: (RolesForServiceAccounts & { readonly issuer: OidcProvider; readonly isSure: boolean })[] = [];
  for (const issuer of issuers) found.push({ issuer, isSure, ...(yield* rolesTrusting(issuer, iam)) });
  return found;
}

function judgeRole(role: IamRole, trusts: readonly TrustInIssuer[]): Row[] {
  const sure = trusts.filter(({ isSure }) => isSure);
  const failed = combineJudgements([...unconfined(trusts), ...forDefault(trusts)]);
  const row = failed ?? (sure.length > 0 ? dedicated(sure) : undefined);
  return row === undefined ? [] : [{ ...row, resource: roleResource(role) }];
}

function unconfined(trusts: readonly TrustInIssuer[]): Row[] {
  const found = trusts.filter(({ trust }) => !trust.confined);
  if (found.length === 0) return [];
  const reasons = found.map(({ issuer, trust }) => `${issuer} (${trust.reason})`);
  const reason = `It trusts OIDC providers of clusters that are not known to be this account’s, but not only named service accounts: ${formatList(reasons)}.`;
  return [{ code: 'IRSA_TRUST_UNCONFINED', reason, evidence: { unconfinedSubjects: subjectsOf(found) } }];
}

function forDefault(trusts: readonly TrustInIssuer[]): Row[] {
  const found = trusts.flatMap(({ issuer, trust }) =>
    trust.defaultsOf.map((namespace) => ({ issuer, account: `${namespace}/default` })),
  );
  if (found.length === 0) return [];
  const named = found.map(({ issuer, account }) => `${account} of ${issuer}`);
  const reason = `Every pod that names no service account gets the role by its namespace’s default one: ${formatList(named)}.`;
  const evidence = { defaultServiceAccounts: uniqueSorted(named).join(', ') };
  return [{ code: 'DEFAULT_SERVICE_ACCOUNT_HAS_ROLE', reason, evidence }];
}

function dedicated(trusts: readonly TrustInIssuer[]): Row {
  const issuers = uniqueSorted(trusts.map(({ issuer }) => issuer));
  const reason = `Of clusters that are not known to be this account’s (${formatList(issuers)}), it trusts service accounts of named namespaces only.`;
  return { code: 'DEDICATED_IDENTITIES', reason, evidence: { subjects: subjectsOf(trusts) } };
}

function subjectsOf(trusts: readonly TrustInIssuer[]): string {
  return uniqueSorted(
    trusts.map(({ issuer, trust }) => `${issuer}: ${trust.subjects.join(', ') || 'any'}`),
  ).join('; ');
}
