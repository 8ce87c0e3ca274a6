import type { AccountBuilder } from '../sandbox/account-builder.ts';
import type { OrganizationBuilder } from '../sandbox/world.ts';
import { organizationOf, REGION } from './worlds.ts';

/*
 * An account whose administrator chooses every name, tag, list and document of it to cost the auditor as much as it can,
 * within AWS's limits; and the same account with the same number of things of the same length, chosen by nobody.
 */

/** The account that the administrator administers. */
export const ATTACKER = '333333333333';
/** Another of the same organization. */
export const NEIGHBOUR = '444444444444';

/** How texts are chosen; each is as long, or as many, in both worlds. */
interface Choice {
  /** Actions, resources and values of a policy, this many characters of them. */
  readonly patterns: (prefix: string, characters: number) => string[];
  /** A condition of a policy. */
  readonly condition: object;
  /** A text of which any character is allowed, such as a tag's. */
  readonly text: (index: number, length: number) => string;
  /** A path of IAM, which may have every printable character of ASCII. */
  readonly path: (index: number) => string;
  /** The configuration of an add-on. */
  readonly configuration: string;
  /** The CIDR blocks that reach an endpoint. */
  readonly cidr: (index: number) => string;
  /** What registries scan: a repository's name with wildcards. */
  readonly filter: (index: number) => string;
  /** Whom a role trusts: the subject of a service account. */
  readonly subject: (index: number) => string;
}

/** As many texts as fit into so many characters of a JSON list. */
function fill(characters: number, text: (index: number) => string): string[] {
  const texts: string[] = [];
  for (let length = 0; length < characters; length += (texts.at(-1)?.length ?? 0) + 3)
    texts.push(text(texts.length));
  return texts;
}

const tame: Choice = {
  patterns: (prefix, characters) =>
    fill(characters, (index) => `${prefix}Describe${index.toString(36).padStart(8, 'a')}`),
  condition: { StringEquals: { 'aws:username': 'x'.repeat(20) } },
  text: (index, length) => `team-${index}-`.padEnd(length, 'x'),
  path: (index) => `/team-${index}/`,
  configuration: `{"enableNetworkPolicy":"true","env":{"NOTE":"${'x'.repeat(3_000)}"}}`,
  cidr: (index) => `203.0.113.${index}/32`,
  filter: (index) => `team/service-${index}`,
  subject: (index) => `system:serviceaccount:team-${index}:reader`,
};

/** What reverses, hides, ends and begins: a formula, an element, a line, an escape sequence, a mention. */
const PIECES = '\u202e=1+1,"<script>\n\u001b[2J@SUM(A1)\u2066`|<!channel>\\';

const hostile: Choice = {
  patterns: (prefix, characters) =>
    fill(characters, (index) => `${prefix}*${'ab'.charAt(index % 2)}${'?'.repeat(9 + (index % 5))}*`),
  condition: JSON.parse('{"StringEquals": {"__proto__": "xxxxxxxxxxxxxxxxxxxx"}}'),
  text: (index, length) => `${PIECES}${index}-`.slice(0, length).padEnd(length, '\u200b'),
  path: (index) => `/"\\'<${index}>/`,
  // Each line is ten times the one before it.
  configuration: [
    'enableNetworkPolicy: "true"',
    'a0: &a0 [x,x,x,x,x,x,x,x,x,x]',
    ...Array.from(
      { length: 90 },
      (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index},`.repeat(10)}]`,
    ),
  ].join('\n'),
  cidr: (index) => `${index % 2 === 0 ? '0.0.0.0' : '128.0.0.0'}/${index + 1}`,
  filter: (index) => `*a*b*${'ab'.repeat(index % 8)}*`,
  subject: (index) => `system:serviceaccount:*${'?a'.repeat(8)}${index}*:*`,
};

export type Kind = 'tame' | 'hostile';

/** How many clusters the account has, and how many roles, users, repositories and load balancers. */
interface Size {
  readonly clusters: number;
  readonly others: number;
}

/** An organization with such an account, and a neighbour. */
export function organizationWith(kind: Kind, { clusters, others }: Size): OrganizationBuilder {
  const choice = kind === 'tame' ? tame : hostile;
  const each = (count: number, add: (index: number) => void) =>
    Array.from({ length: count }, (_, index) => add(index));
  return organizationOf((account) => {
    addPolicies(account, choice);
    each(clusters, (index) => addCluster(account, choice, index));
    each(others, (index) => {
      addIdentities(account, choice, index, issuerOf(index % clusters));
      addRepository(account, choice, index);
      addLoadBalancer(account, choice, index);
    });
    addRegistry(account, choice);
  }).account(NEIGHBOUR, { name: 'neighbour' }, addNeighbour);
}

/** Findings that the administrator imports under the auditor's product. */
export function forgedFindings(kind: Kind, count: number) {
  const { text } = kind === 'tame' ? tame : hostile;
  const at = kind === 'tame' ? '2026-01-01T00:00:00.000Z' : '2099-01-01T00:00:00.000Z';
  return Array.from({ length: count }, (_, index) => ({
    SchemaVersion: '2018-10-08',
    Id: `arn:aws:eks:${REGION}:${ATTACKER}:cluster/cluster-${index}/eks-auditor/endpoint-access`,
    ProductArn: `arn:aws:securityhub:${REGION}:${ATTACKER}:product/${ATTACKER}/default`,
    GeneratorId: 'eks-auditor/endpoint-access',
    AwsAccountId: ATTACKER,
    Types: ['Software and Configuration Checks'],
    CreatedAt: at,
    UpdatedAt: at,
    Severity: { Label: 'INFORMATIONAL' as const },
    Compliance: { Status: 'PASSED' as const },
    Title: text(index, 256),
    Description: text(index, 1_024),
    ProductFields: Object.fromEntries(
      Array.from({ length: 40 }, (_unused, field) => [`eks-auditor/evidence/${field}`, text(field, 200)]),
    ),
    Resources: [{ Type: 'Other', Id: text(index, 512) }],
  }));
}

function document(...Statement: readonly object[]) {
  return { Version: '2012-10-17', Statement };
}

function tagsOf({ text }: Choice): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 50 }, (_, index) => [text(index, 128), text(index, 256)]));
}

const POLICIES = Array.from({ length: 10 }, (_, index) => `policy-${index}`);

function allow({ patterns }: Choice, characters: number) {
  return { Effect: 'Allow', Action: patterns('ecr:', characters), Resource: '*' };
}

function addPolicies(account: AccountBuilder, choice: Choice): void {
  for (const name of POLICIES) account.policy(name, { document: document(allow(choice, 5_800)) });
}

/** A role and a user with as much as IAM's quotas let each have. */
function addIdentities(account: AccountBuilder, choice: Choice, index: number, issuer: string): void {
  const path = choice.path(index);
  const attached = POLICIES.map((name) => `arn:aws:iam::${ATTACKER}:policy/${name}`);
  const deny = { ...allow(choice, 4_500), Effect: 'Deny', Condition: choice.condition };
  const inline = { own: document(allow(choice, 4_500), deny) };
  account.role(`role-${index}`, { attached, inline, path, trust: trustOf(choice, issuer) });
  account.user(`user-${index}`, { attached, inline, path });
}

/** A trust policy of 2,048 characters, as IAM allows, for service accounts of a cluster. */
function trustOf({ subject }: Choice, issuer: string): object {
  return document({
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${ATTACKER}:oidc-provider/${issuer}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringLike: { [`${issuer}:sub`]: fill(1_500, subject) } },
  });
}

function issuerOf(cluster: number): string {
  return `oidc.eks.${REGION}.amazonaws.com/id/${String(cluster).padStart(32, '0')}`;
}

function addCluster(account: AccountBuilder, choice: Choice, index: number): void {
  const { text, configuration, cidr } = choice;
  account.oidcProvider(issuerOf(index));
  account.cluster(`cluster-${index}`, {
    region: REGION,
    tags: tagsOf(choice),
    identity: { oidc: { issuer: `https://${issuerOf(index)}` } },
    resourcesVpcConfig: { publicAccessCidrs: Array.from({ length: 40 }, (_, block) => cidr(block)) },
    addons: [{ addonName: 'vpc-cni', configurationValues: configuration }],
    nodegroups: [{ nodegroupName: 'one', nodeRole: `arn:aws:iam::${ATTACKER}:role/role-${index}` }],
    accessEntries: Array.from({ length: 20 }, (_, entry) => ({
      principalArn: `arn:aws:iam::${ATTACKER}:user/user-${entry}`,
      username: text(entry, 63),
      kubernetesGroups: Array.from({ length: 10 }, (_unused, group) => text(group, 63)),
    })),
  });
}

/** A repository with a policy of 10 KB, as ECR allows. */
function addRepository(account: AccountBuilder, { patterns, condition }: Choice, index: number): void {
  const statement = { Principal: '*', Action: patterns('ecr:', 4_500) };
  const policy = document(
    { Effect: 'Allow', ...statement },
    { Effect: 'Deny', ...statement, Condition: condition },
  );
  account.repository(`${'ab'.repeat(100)}/${index}`, { region: REGION, policy: JSON.stringify(policy) });
}

function addRegistry(account: AccountBuilder, { filter }: Choice): void {
  const repositoryFilters = Array.from({ length: 100 }, (_, index) => ({
    filter: filter(index),
    filterType: 'WILDCARD' as const,
  }));
  account.registry({
    region: REGION,
    scanning: { scanType: 'ENHANCED', rules: [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters }] },
  });
}

function addLoadBalancer(account: AccountBuilder, choice: Choice, index: number): void {
  const rules = Array.from({ length: 100 }, (_, priority) => ({
    Priority: String(priority + 1),
    Conditions: [{ Field: 'path-pattern', Values: [choice.filter(priority)] }],
    Actions: [{ Type: 'forward' as const }],
  }));
  account.loadBalancer(`lb-${index}`, {
    region: REGION,
    tags: { ...tagsOf(choice), 'elbv2.k8s.aws/cluster': `cluster-${index}` },
    listeners: [{ Protocol: 'HTTP', Port: 80, rules }],
  });
}

function addNeighbour(account: AccountBuilder): void {
  account
    .cluster('web', { region: REGION, addons: ['vpc-cni'], nodegroups: [{ nodegroupName: 'one' }] })
    .repository('shop/web', { region: REGION })
    .loadBalancer('web', {
      region: REGION,
      tags: { 'elbv2.k8s.aws/cluster': 'web' },
      listeners: [{ Protocol: 'HTTP', Port: 80 }],
    });
}
