import { parseConfig } from '../shared/config/config.ts';
import { type EvaluationContext, evaluate } from '../shared/evaluate/evaluate.ts';
import type { Benchmark } from '../shared/model/benchmarks.ts';
import type { Control } from '../shared/model/control.ts';
import { present, type Unreadable } from '../shared/model/evidence.ts';
import type {
  AccessEntry,
  Addon,
  Cluster,
  ClusterFacts,
  IdentityProvider,
  KmsKey,
} from '../shared/model/facts.ts';
import type { ClusterInventory, Inventory } from '../shared/model/inventory.ts';
import { clusterArn } from '../shared/model/resource.ts';
import type { Scope } from '../shared/model/scope.ts';
import type { Verdict } from '../shared/model/verdict.ts';

export const SCOPE: Scope = { partition: 'aws', accountId: '111122223333', region: 'eu-west-1' };

/** That of the cluster `orders`, without `https://`. */
export const ISSUER = 'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE';

/** A cluster with nothing wrong. */
export function aCluster(differing: Partial<Cluster> = {}): Cluster {
  const name = differing.name ?? 'orders';
  return {
    name,
    arn: clusterArn(SCOPE, name),
    status: 'ACTIVE',
    version: '1.33',
    resourcesVpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true },
    kubernetesNetworkConfig: { ipFamily: 'ipv4' },
    logging: { clusterLogging: [{ types: ['api', 'audit'], enabled: true }] },
    encryptionConfig: [{ resources: ['secrets'], provider: { keyArn: aKey().arn } }],
    identity: { oidc: { issuer: `https://${ISSUER}` } },
    accessConfig: { authenticationMode: 'API' },
    ...differing,
  };
}

/** An enabled, customer managed key of the cluster's account. */
export function aKey(differing: Partial<KmsKey> = {}): KmsKey {
  const arn = `arn:aws:kms:${SCOPE.region}:${SCOPE.accountId}:key/0a1b2c3d`;
  return { arn, keyManager: 'CUSTOMER', keyState: 'Enabled', ...differing };
}

export function anAddon(differing: Partial<Addon> = {}): Addon {
  return { addonName: 'vpc-cni', status: 'ACTIVE', ...differing };
}

/** An access entry as the collector names it: by its principal. */
export function anAccessEntry(differing: Partial<AccessEntry> = {}) {
  const principalArn = differing.principalArn ?? `arn:aws:iam::${SCOPE.accountId}:role/developers`;
  return { name: principalArn, detail: present({ principalArn, type: 'STANDARD', ...differing }) };
}

export function anIdentityProvider(differing: Partial<IdentityProvider> = {}) {
  const name = differing.identityProviderConfigName ?? 'okta';
  const issuerUrl = 'https://example.okta.com/oauth2/default';
  return { name, detail: present({ identityProviderConfigName: name, issuerUrl, ...differing }) };
}

/** Evidence that AWS refused to give. */
export function denied(operation: string, differing: Partial<Unreadable> = {}): Unreadable {
  return {
    state: 'unreadable',
    kind: 'denied',
    code: 'AccessDeniedException',
    operation,
    detail: 'not authorized',
    ...differing,
  };
}

/** A cluster with nothing wrong, as it was read. */
export function aClusterInventory(
  differing: { readonly name?: string; readonly facts?: Partial<ClusterFacts> } = {},
): ClusterInventory {
  const name = differing.name ?? 'orders';
  const facts: Partial<ClusterFacts> = {
    cluster: present(aCluster({ name })),
    secretsKey: present(aKey()),
    addons: present([]),
    vpcCni: present(anAddon({ configurationValues: '{"enableNetworkPolicy":"true"}' })),
    identityProviders: present([]),
    accessEntries: present([anAccessEntry()]),
  };
  return { name, arn: clusterArn(SCOPE, name), facts: { ...facts, ...differing.facts }, observed: {} };
}

/** One account with these clusters in one Region. */
export function anInventory(clusters: readonly ClusterInventory[]): Inventory {
  const clusterNames = present(clusters.map((one) => one.name));
  return {
    partition: SCOPE.partition,
    accountId: SCOPE.accountId,
    selection: { allRegions: true, allClusters: true, registries: false },
    regions: [{ scope: SCOPE, clusterNames, clusters, facts: {}, observed: {} }],
    facts: {},
    observed: {},
  };
}

/** The only version that has every control; it judges as 1.5.0 does. */
const ALL_CONTROLS = '1.3.0';

/** When reading began: the time of facts without one of their own. */
export const STARTED_AT = '2026-11-22T10:00:00.000Z';

export function anEvaluationContext(
  settings: Partial<EvaluationContext['settings']> = {},
  benchmark: Benchmark = ALL_CONTROLS,
): EvaluationContext {
  return {
    benchmark,
    settings: parseConfig({ settings }).settings,
    systemNamespaces: parseConfig({}).kubernetes.systemNamespaces,
    organization: { id: present('o-a1b2c3d4e5'), accountIds: new Set([SCOPE.accountId]) },
    homeRegion: SCOPE.region,
    startedAt: STARTED_AT,
  };
}

/** What a control says of one cluster with nothing wrong but the given facts, through the real engine. */
export function judge(
  control: Control,
  facts: Partial<ClusterFacts> = {},
  settings: Partial<EvaluationContext['settings']> = {},
  benchmark: Benchmark = ALL_CONTROLS,
): Verdict {
  const inventory = anInventory([aClusterInventory({ facts })]);
  const { verdicts } = evaluate(inventory, [control], anEvaluationContext(settings, benchmark));
  const [verdict] = verdicts;
  if (verdict === undefined || verdicts.length > 1) throw new Error(`${verdicts.length} verdicts, not one`);
  return verdict;
}
