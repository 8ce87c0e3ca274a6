import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { vi } from 'vitest';
import type { Bundles } from '../../../infra/cdk/bundle.ts';
import { type DeployedConfig, parseDeploymentConfig } from '../../../infra/cdk/deployment-config.ts';
import { addStacks, checkRules, memberTemplate } from '../../../infra/cdk/synth.ts';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
export const AUDITOR = '111122223333';
const MANAGER = '444455556666';
export const ORGANIZATION = 'o-a1b2c3d4e5';

type UncheckedConfig = Readonly<Record<string, unknown>>;

/** A configuration with a deployment, as a user writes it. */
export function aConfig({
  deployment,
  ...rest
}: UncheckedConfig & { readonly deployment?: UncheckedConfig } = {}): UncheckedConfig {
  return {
    targets: { organization: true, regions: ['eu-west-1'] },
    role: { externalId: 'a-secret' },
    ...rest,
    deployment: {
      account: AUDITOR,
      region: 'eu-west-1',
      organizationId: ORGANIZATION,
      managementAccount: MANAGER,
      memberRole: { organizationalUnits: ['r-ab12'] },
      onChange: { enabled: true },
      ...deployment,
    },
  };
}

/** A deployment in another partition. */
export function aConfigIn(region: string, deployment: UncheckedConfig = {}): UncheckedConfig {
  return aConfig({
    targets: { organization: true, regions: [region] },
    deployment: { region, ...deployment },
  });
}

export interface Synthesized {
  readonly deployed: DeployedConfig;
  /** By the stack's id. */
  readonly templates: ReadonlyMap<string, Template>;
  /** The directory of the templates. */
  readonly directory: string;
  readonly auditor: Template;
  readonly members: Template;
  /** The template of every member account. */
  readonly member: Template;
}

const known = new Map<string, Synthesized>();

/**
 * Synthesizes as `npm run synth` does, once for each configuration, without what takes long: bundles, and the rules of
 * cdk-nag and the CDK unless `checked`.
 */
export function synthesized(config: UncheckedConfig = aConfig(), { checked = false } = {}): Synthesized {
  const key = JSON.stringify({ config, checked });
  const result =
    known.get(key) ??
    (checked ? synthesize(config, checkRules) : withoutValidation(() => synthesize(config, () => {})));
  known.set(key, result);
  return result;
}

/** Without the rules that the CDK itself checks: they take longer than the rest of the synthesis. */
export function withoutValidation<T>(work: () => T): T {
  vi.stubEnv('CDK_VALIDATION', 'false');
  try {
    return work();
  } finally {
    vi.unstubAllEnvs();
  }
}

function synthesize(config: UncheckedConfig, prepare: (app: App) => void): Synthesized {
  const deployed = parseDeploymentConfig(config, 'the test');
  const app = new App({ context: featureFlags(), analyticsReporting: false });
  prepare(app);
  const template = memberTemplate(deployed, prepare);
  addStacks(app, deployed, emptyBundles(), template);
  const assembly = app.synth();
  const templates = new Map(assembly.stacks.map(({ id, template: text }) => [id, Template.fromJSON(text)]));
  const stack = (id: string) => templates.get(id) ?? Template.fromJSON({ Resources: {} });
  return {
    deployed,
    templates,
    directory: assembly.directory,
    auditor: stack('EksAuditor'),
    members: stack('EksAuditorMembers'),
    member: Template.fromJSON(template),
  };
}

/** The feature flags of cdk.json, which only the command line of the CDK reads. */
function featureFlags(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  return context;
}

function emptyBundles(): Bundles {
  const directory = mkdtempSync(join(tmpdir(), 'eks-auditor-test-'));
  writeFileSync(join(directory, 'index.mjs'), '');
  return { plan: directory, audit: directory, report: directory };
}

/** The properties of every resource of one type, in the order of the template. */
export function propertiesOf(template: Template, type: string) {
  return Object.values(template.findResources(type)).map((resource) => resource.Properties);
}

/** One statement of a policy, its lists as lists. */
export interface Statement {
  readonly policy: string;
  readonly effect: string;
  readonly actions: readonly string[];
  /** ARNs; references as JSON. */
  readonly resources: readonly string[];
  readonly conditions: unknown;
  readonly principal: unknown;
}

/** All statements of a template: of the policies of roles, keys, buckets, queues, topics and buses. */
export function statementsOf(template: Template): readonly Statement[] {
  return Object.entries(template.toJSON().Resources ?? {}).flatMap(([policy, resource]) =>
    documentsIn(resource).flatMap((document) =>
      listOf(document.Statement).map((statement) => toStatement(policy, statement)),
    ),
  );
}

function documentsIn(value: unknown): { Statement: unknown }[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('Statement' in value && !('Effect' in value))
    return listOf(value.Statement).some(isStatement) ? [{ Statement: value.Statement }] : [];
  return Object.values(value).flatMap(documentsIn);
}

function isStatement(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && 'Effect' in value;
}

function toStatement(policy: string, value: unknown): Statement {
  if (!isStatement(value)) throw new Error(`${policy} contains something else than statements`);
  const text = (item: unknown) => (typeof item === 'string' ? item : JSON.stringify(item));
  return {
    policy,
    effect: text(value.Effect),
    actions: listOf(value.Action).map(text),
    resources: listOf(value.Resource).map(text),
    conditions: value.Condition,
    principal: value.Principal,
  };
}

function listOf(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
