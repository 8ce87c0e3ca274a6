import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { parseDeploymentConfig } from './deployment-config.ts';
import { addStacks, memberTemplate } from './synth.ts';

/** What the auditor's roles may do, and who may assume them, for people who decide about a deployment. */
interface DocumentedRole {
  readonly stack: string;
  readonly role: string;
  readonly assumedBy: readonly unknown[];
  readonly statements: readonly unknown[];
}

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Properties }>>;
}

// biome-ignore lint/suspicious/noExplicitAny: the properties of any resource
type Properties = any;

const PATH = fileURLToPath(new URL('../../docs/permissions.json', import.meta.url));

/** With everything that adds permissions, but what only some organizations have: keys and buckets of their own. */
const DEPLOYED = parseDeploymentConfig(
  {
    targets: { organization: true, regions: ['eu-west-1'] },
    role: { externalId: 'EXTERNAL-ID' },
    kubernetes: { enabled: true, access: 'managed' },
    deployment: {
      account: '111122223333',
      region: 'eu-west-1',
      organizationId: 'o-organization',
      memberRole: { organizationalUnits: ['r-root'] },
      onChange: { enabled: true },
      vpc: { subnets: ['subnet-00000000'], securityGroups: ['sg-00000000'] },
      alerts: {
        emails: { CRITICAL: ['security@example.com'] },
        mailEachFinding: ['CRITICAL'],
        slack: { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' },
      },
    },
  },
  'the documented deployment',
);

/** The text of `docs/permissions.json`. */
export function documentPermissions(): string {
  const app = new App({ analyticsReporting: false, context: cdkJson.context });
  const directory = mkdtempSync(join(tmpdir(), 'eks-auditor-permissions-'));
  writeFileSync(join(directory, 'index.mjs'), '');
  const template = memberTemplate(DEPLOYED, () => undefined);
  addStacks(app, DEPLOYED, { plan: directory, audit: directory, report: directory }, template);
  const stacks = [
    ['EksAuditor', app.synth().getStackByName('EksAuditor').template],
    ['EksAuditorMember', template],
  ] as const;
  const roles = stacks.flatMap(([stack, one]) => rolesOf(stack, one as unknown as Template));
  return `${JSON.stringify({ roles }, undefined, 2)}\n`;
}

function rolesOf(stack: string, { Resources: resources }: Template): DocumentedRole[] {
  return Object.entries(resources)
    .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
    .map(([id, { Properties: role }]) => ({
      stack,
      role: textOf(role.RoleName ?? id.replace(/(Access)?Role[0-9A-F]{8}$/, '')),
      assumedBy: plain(role.AssumeRolePolicyDocument.Statement),
      statements: (role.ManagedPolicyArns ?? []).flatMap(({ Ref }: { readonly Ref: string }) =>
        plain(resources[Ref]?.Properties.PolicyDocument.Statement),
      ),
    }));
}

/** With references as `${Name}`. */
function plain(value: Properties): Properties {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const [name = ''] = Object.keys(value);
  if (name === 'Ref' || name.startsWith('Fn::')) return textOf(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function textOf(value: Properties): string {
  if (typeof value === 'string') return value;
  const [[name = '', inner] = []] = Object.entries<Properties>(value);
  if (name === 'Fn::Join') return inner[1].map(textOf).join(inner[0]);
  const reference = Array.isArray(inner) ? inner.join('.') : String(inner);
  return `\${${reference.replace(/[0-9A-F]{8}(?=\.|$)/, '')}}`;
}

if (import.meta.main) writeFileSync(PATH, documentPermissions());
