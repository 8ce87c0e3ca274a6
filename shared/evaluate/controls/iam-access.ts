import { parseArn } from '../../model/arn.ts';
import type { Benchmark } from '../../model/benchmarks.ts';
import {
  type ControlContext,
  combineJudgements,
  control,
  type DecisionTable,
  type Judgement,
  malformedResponse,
  notAvailable,
} from '../../model/control.ts';
import { type Evidence, type Named, type Reading, unreadableOf } from '../../model/evidence.ts';
import type { AccessEntry, IdentityProvider } from '../../model/facts.ts';
import type { AwsAuth } from '../../model/kubernetes-facts.ts';
import { formatCount, formatList, uniqueSorted } from '../formatting.ts';
import { type AuthMap, type Mapping, parseAuthMap } from '../kubernetes/auth-map.ts';
import { kindOf } from '../kubernetes/kubernetes-evidence.ts';
import { withoutDeleted } from '../readings.ts';
import { membershipUnknown } from '../registry/membership-unknown.ts';

/** Access entries of nodes and pods, not of people: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html */
const NODE_TYPES = ['EC2', 'EC2_LINUX', 'EC2_WINDOWS', 'FARGATE_LINUX', 'HYBRID_LINUX', 'HYPERPOD_LINUX'];

const rows = {
  EXTERNAL_IDENTITY_PROVIDER: {
    status: 'FAILED',
    when: 'An OIDC identity provider that allowedIdentityProviders does not name authenticates users',
  },
  SUPERUSER_ENTRY: {
    status: 'FAILED',
    severity: 'HIGH',
    when: 'An access entry is for the root of an account, or maps to the group system:masters',
  },
  IAM_USER_ENTRY: { status: 'FAILED', severity: 'LOW', when: 'An access entry is for an IAM user' },
  ACCESS_ENTRIES_NOT_USED: {
    status: 'FAILED',
    when: 'The authentication mode is CONFIG_MAP, and 2.0.0 requires access entries',
  },
  LEGACY_AUTH_MODE: {
    status: 'WARNING',
    when: 'Up to 1.8.0: the authentication mode is CONFIG_MAP: who may enter is in the aws-auth map, which AWS’s API does not show',
  },
  EXTERNAL_ROLE_MAPPED: {
    status: 'FAILED',
    severity: 'HIGH',
    when: 'The aws-auth map, where it is read and counts, has a role of an account outside the organization',
  },
  WHOLE_ACCOUNT_MAPPED: {
    status: 'FAILED',
    when: 'The aws-auth map has mapAccounts: every principal of an account enters',
  },
  AUTH_MAP_INVALID: { status: 'WARNING', when: 'The aws-auth map cannot be parsed' },
  IAM_AUTH_MAP: {
    status: 'PASSED',
    when: 'The authentication mode is CONFIG_MAP, the aws-auth map was read, and none of the above applies',
  },
  IAM_ACCESS_ENTRIES: { status: 'PASSED', when: 'Access entries are in use and none of the above applies' },
} as const satisfies DecisionTable;
type Row = Judgement<keyof typeof rows>;

export const iamAccess = control({
  key: 'iam-access',
  title: 'Kubernetes users are IAM roles, managed by access entries',
  description:
    'Access entries keep who may enter the cluster in AWS, where it is reviewed, logged and taken back. Identities ' +
    'from elsewhere, IAM users with long-lived keys and all-powerful groups escape that.',
  remediation: {
    text:
      'Set the authentication mode to API: aws eks update-cluster-config --name <cluster> --access-config ' +
      'authenticationMode=API (first API_AND_CONFIG_MAP, moving each aws-auth mapping to an entry). Replace entries of ' +
      'users and root by roles with access policies (aws eks create-access-entry, associate-access-policy). Drop ' +
      'identity providers (aws eks disassociate-identity-provider-config) or list them in allowedIdentityProviders.',
    url: 'https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html',
  },
  level: 'cluster',
  severity: 'MEDIUM',
  nist: ['AC-2', 'AC-3', 'AC-5', 'AC-6', 'IA-2', 'IA-4'],
  needs: ['cluster', 'identityProviders', 'accessEntries', 'kubernetes'],
  kubernetesKinds: ['awsAuth'],
  acceptsUnreadable: ['identityProviders', 'accessEntries', 'kubernetes'],
  rows,
  judge({ cluster, identityProviders, accessEntries, kubernetes }, context) {
    const { benchmark, settings } = context;
    const mode = cluster.accessConfig?.authenticationMode;
    const hasEntries = mode !== 'CONFIG_MAP' && accessEntries.state !== 'absent';
    const providers = itemsOf(identityProviders).filter(
      (provider) => !isAllowed(provider, settings.allowedIdentityProviders),
    );
    const entries = hasEntries ? itemsOf(accessEntries) : [];
    const people = entries.filter(isOfPeople);
    const unreadable = unreadableOf([
      identityProviders,
      ...(hasEntries ? [accessEntries] : []),
      ...[...providers, ...entries].map((item) => item.detail),
    ]);
    const readsMap = mode === 'CONFIG_MAP' || mode === 'API_AND_CONFIG_MAP';
    const map = readsMap ? kindOf(kubernetes, 'awsAuth') : undefined;
    const mapped = map?.state === 'present' ? parseAuthMap(map.value) : undefined;
    if (map?.state === 'unreadable') unreadable.push(map);
    const judgements = [
      ...externalProviders(providers),
      ...superusers(people),
      ...iamUsers(people),
      ...(mapped ? authMapRows(mapped, context) : []),
      ...(unreadable.length > 0 ? [notAvailable(unreadable)] : []),
      ...(mode === undefined ? [modeMissing()] : []),
      ...(mode !== undefined && !hasEntries && needsEntries(map, benchmark)
        ? [withoutEntries(mode, benchmark)]
        : []),
    ];
    const found = combineJudgements(judgements);
    if (found !== undefined) return found;
    const described = describeMap(mapped, context);
    if (described !== undefined && !hasEntries) return authMapOnly(described);
    return accessEntriesOnly(mode, entries.length, people.length, described);
  },
});

function externalProviders(providers: readonly Named<IdentityProvider>[]): Row[] {
  const known = providers.flatMap(({ detail }) => (detail.state === 'present' ? [detail.value] : []));
  if (known.length === 0) return [];
  const named = known.map((provider) => `${provider.issuerUrl} (${provider.identityProviderConfigName})`);
  const reason = `Users may be authenticated by ${formatList(named)}, outside IAM.`;
  const evidence = {
    identityProviders: uniqueSorted(known.map((provider) => provider.issuerUrl)).join(', '),
  };
  return [{ code: 'EXTERNAL_IDENTITY_PROVIDER', reason, evidence }];
}

function superusers(entries: readonly Named<AccessEntry>[]): Row[] {
  const roots = entries.filter((entry) => entry.name.endsWith(':root')).map((entry) => entry.name);
  const masters = entries
    .filter((entry) => groupsOf(entry).includes('system:masters'))
    .map((entry) => entry.name);
  const arns = uniqueSorted([...roots, ...masters]);
  if (arns.length === 0) return [];
  const named = arns.map((arn) => (masters.includes(arn) ? `${arn} (system:masters)` : arn));
  const reason = `Access entries are for the root of an account or in system:masters: ${formatList(named)}.`;
  return [{ code: 'SUPERUSER_ENTRY', reason, evidence: { superusers: arns.join(', ') } }];
}

function iamUsers(entries: readonly Named<AccessEntry>[]): Row[] {
  const arns = entries.map((entry) => entry.name).filter((arn) => /:user\//.test(arn));
  return row('IAM_USER_ENTRY', arns, 'iamUsers', (named) => `Access entries are for the IAM users ${named}.`);
}

/** EKS's documentation gives its absence no meaning. What is proven otherwise still fails. */
function modeMissing(): Row {
  return malformedResponse('eks:DescribeCluster', 'it does not say the authentication mode');
}

function withoutEntries(mode: string, benchmark: Benchmark): Row {
  const evidence = { authenticationMode: mode };
  if (benchmark === '2.0.0') {
    const reason = `The authentication mode is ${mode}: access entries, which ${benchmark} requires, are not used.`;
    return { code: 'ACCESS_ENTRIES_NOT_USED', reason, evidence };
  }
  const reason = `The authentication mode is ${mode}, and the aws-auth map cannot be read from AWS.`;
  return { code: 'LEGACY_AUTH_MODE', reason, evidence };
}

/** Without its map, nothing is known of a cluster that has no access entries; 2.0.0 wants entries whatever is in it. */
function needsEntries(map: Reading<AwsAuth> | undefined, benchmark: Benchmark): boolean {
  return map === undefined || benchmark === '2.0.0';
}

const MASTERS = 'system:masters';

function authMapRows(map: AuthMap, context: ControlContext): Row[] {
  const mappings = [...map.roles, ...map.users];
  const masters = mappings
    .filter(({ arn, groups }) => groups.includes(MASTERS) || arn.endsWith(':root'))
    .map(({ arn }) => arn);
  const users = map.users.map(({ arn }) => arn);
  return [
    ...row(
      'SUPERUSER_ENTRY',
      masters,
      'mappedSuperusers',
      (named) => `The aws-auth map gives ${MASTERS} to ${named}.`,
    ),
    ...row(
      'IAM_USER_ENTRY',
      users,
      'mappedUsers',
      (named) => `The aws-auth map is for the IAM users ${named}.`,
    ),
    ...externalRoles(map.roles, context),
    ...row(
      'WHOLE_ACCOUNT_MAPPED',
      map.accounts,
      'mappedAccounts',
      (named) => `The aws-auth map lets in every principal of ${named}.`,
    ),
    ...(map.problems.length > 0
      ? [
          {
            code: 'AUTH_MAP_INVALID' as const,
            reason: `The aws-auth map cannot be parsed: ${formatList(map.problems)}.`,
          },
        ]
      : []),
  ];
}

function row(
  code: Row['code'],
  names: readonly string[],
  evidence: string,
  say: (named: string) => string,
): Row[] {
  if (names.length === 0) return [];
  return [{ code, reason: say(formatList(names)), evidence: { [evidence]: uniqueSorted(names).join(', ') } }];
}

function externalRoles(roles: readonly Mapping[], { organization, scope }: ControlContext): Row[] {
  const others = roles
    .map(({ arn }) => ({ arn, accountId: parseArn(arn)?.accountId ?? '' }))
    .filter(({ accountId }) => accountId !== scope.accountId && !organization.accountIds.has(accountId))
    .map(({ arn }) => arn);
  if (others.length === 0) return [];
  const { membersUnreadable } = organization;
  if (membersUnreadable) return [membershipUnknown(others, [membersUnreadable])];
  return row(
    'EXTERNAL_ROLE_MAPPED',
    others,
    'externalRoles',
    (named) => `The aws-auth map has roles of accounts outside the organization: ${named}.`,
  );
}

function authMapOnly(described: string): Row {
  const reason = `The authentication mode is CONFIG_MAP, and the aws-auth map has ${described}.`;
  return { code: 'IAM_AUTH_MAP', reason, evidence: { authenticationMode: 'CONFIG_MAP', superusers: 'none' } };
}

/** A map that nothing is wrong with: `2 mappings; none is in system:masters`. */
function describeMap(map: AuthMap | undefined, { scope }: ControlContext): string | undefined {
  if (map === undefined) return undefined;
  const { roles, users } = map;
  const others = roles.filter(({ arn }) => parseArn(arn)?.accountId !== scope.accountId);
  const ofOthers =
    others.length === 0
      ? ''
      : `, of other accounts of the organization: ${formatList(others.map(({ arn }) => arn))}`;
  const count = formatCount(roles.length + users.length, 'mapping', 'mappings');
  return `${count}${ofOthers}; none is in ${MASTERS}`;
}

/** Which entries are cluster administrators is in their access policies, one more request an entry: not read. */
function accessEntriesOnly(
  mode: string | undefined,
  all: number,
  people: number,
  describedMap: string | undefined,
): Row {
  const entries = formatCount(all, 'access entry', 'access entries');
  const ofMap = describedMap === undefined ? '' : ` The aws-auth map has ${describedMap}.`;
  const reason =
    `Access is by ${entries}, ${all - people} of them of nodes. ` +
    `The authentication mode is ${mode ?? 'not reported'}; which entries are cluster administrators was not read.${ofMap}`;
  const evidence = { authenticationMode: mode ?? 'not reported', accessEntries: `${all}` };
  return { code: 'IAM_ACCESS_ENTRIES', reason, evidence };
}

function itemsOf<T>(list: Evidence<readonly Named<T>[]>): readonly Named<T>[] {
  return list.state === 'present' ? withoutDeleted(list.value) : [];
}

/** By the issuer's URL or the configuration's name, which is known even when the rest is not. */
function isAllowed(provider: Named<IdentityProvider>, allowed: readonly string[]): boolean {
  const issuer = provider.detail.state === 'present' ? provider.detail.value.issuerUrl : undefined;
  const names = [provider.name, ...(issuer === undefined ? [] : [withoutSlash(issuer)])];
  return allowed.some((name) => names.includes(name) || names.includes(withoutSlash(name)));
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, '');
}

/** An entry that could not be described may be anyone's; its name, the principal's ARN, still counts. */
function isOfPeople({ detail }: Named<AccessEntry>): boolean {
  return detail.state !== 'present' || !NODE_TYPES.includes(detail.value.type ?? '');
}

function groupsOf({ detail }: Named<AccessEntry>): readonly string[] {
  return detail.state === 'present' ? (detail.value.kubernetesGroups ?? []) : [];
}
