import type { Benchmark } from '../../model/benchmarks.ts';
import {
  combineJudgements,
  control,
  type DecisionTable,
  type Judgement,
  malformedResponse,
  notAvailable,
} from '../../model/control.ts';
import { type Evidence, type Named, unreadableOf } from '../../model/evidence.ts';
import type { AccessEntry, IdentityProvider } from '../../model/facts.ts';
import { formatCount, formatList, uniqueSorted } from '../formatting.ts';
import { withoutDeleted } from '../readings.ts';

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
  needs: ['cluster', 'identityProviders', 'accessEntries'],
  acceptsUnreadable: ['identityProviders', 'accessEntries'],
  rows,
  judge({ cluster, identityProviders, accessEntries }, { benchmark, settings }) {
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
    const judgements = [
      ...externalProviders(providers),
      ...superusers(people),
      ...iamUsers(people),
      ...(unreadable.length > 0 ? [notAvailable(unreadable)] : []),
      ...(mode === undefined ? [modeMissing()] : hasEntries ? [] : [withoutEntries(mode, benchmark)]),
    ];
    return combineJudgements(judgements) ?? accessEntriesOnly(mode, entries.length, people.length);
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
  const arns = uniqueSorted(entries.map((entry) => entry.name).filter((arn) => /:user\//.test(arn)));
  if (arns.length === 0) return [];
  const reason = `Access entries are for the IAM users ${formatList(arns)}.`;
  return [{ code: 'IAM_USER_ENTRY', reason, evidence: { iamUsers: arns.join(', ') } }];
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

/** Which entries are cluster administrators is in their access policies, one more request an entry: not read. */
function accessEntriesOnly(mode: string | undefined, all: number, people: number): Row {
  const entries = formatCount(all, 'access entry', 'access entries');
  const reason =
    `Access is by ${entries}, ${all - people} of them of nodes. ` +
    `The authentication mode is ${mode ?? 'not reported'}; which entries are cluster administrators was not read.`;
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
