import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FORMATS } from '../../../infra/cli/audit-options.ts';
import type { KubernetesObject } from '../../../infra/sandbox/kubernetes/cluster.ts';
import type { Fault, Sandbox } from '../../../infra/sandbox/sandbox.ts';
import { LISTED } from '../../../shared/collect/kubernetes/sources.ts';
import { PAYMENTS, REGION } from '../../harness.ts';
import {
  AUDITOR,
  aWorldWith,
  CLUSTER,
  inGroup,
  mayGet,
  mayList,
  viewer,
} from '../../shared/pipeline/kubernetes-world.ts';
import { anObject } from '../sandbox/kubernetes-support.ts';
import { aSandbox } from './audit-process.ts';
import { aFolder, cli, credentialsOf } from './cli-process.ts';

const CANARY = 'canary-5e1f0c';

/** An object that has something to hide wherever nobody has to look. */
function secretive(
  apiVersion: string,
  kind: string,
  namespace: string,
  fields: object = {},
): KubernetesObject {
  const object = anObject(apiVersion, kind, [namespace, 'web'], fields);
  return { ...object, metadata: { ...object.metadata, annotations: { secret: CANARY, uid: CANARY } } };
}

const CONTAINER = {
  name: 'main',
  image: 'nginx:1',
  env: [{ name: 'TOKEN', value: CANARY }],
  command: ['sh', '-c', CANARY],
  args: ['--password', CANARY],
  volumeMounts: [{ name: 'config', mountPath: `/${CANARY}` }],
};

const OBJECTS: readonly KubernetesObject[] = [
  secretive('v1', 'Pod', 'shop', {
    spec: { containers: [CONTAINER], initContainers: [CONTAINER], volumes: [{ name: CANARY, secret: {} }] },
    status: { phase: 'Running', conditions: [{ message: CANARY }] },
  }),
  secretive('v1', 'Service', 'shop', { spec: { type: 'LoadBalancer', externalName: CANARY } }),
  secretive('v1', 'ServiceAccount', 'shop', { secrets: [{ name: CANARY }] }),
  secretive('v1', 'Secret', 'shop', { data: { password: CANARY } }),
  secretive('v1', 'ConfigMap', 'shop', { data: { password: CANARY } }),
  secretive('networking.k8s.io/v1', 'Ingress', 'shop', {
    spec: { rules: [{ host: 'shop.example', http: { path: CANARY } }], tls: [{ secretName: CANARY }] },
  }),
  secretive('networking.k8s.io/v1', 'NetworkPolicy', 'shop', {
    spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: CANARY }] }] },
  }),
  secretive('projectcalico.org/v3', 'NetworkPolicy', 'shop', {
    spec: { selector: 'all()', ingress: [{ action: 'Allow', source: { nets: [CANARY] } }] },
  }),
  anObject('v1', 'ConfigMap', ['kube-system', 'aws-auth'], {
    data: { mapRoles: '[]', mapUsers: '[]', other: CANARY },
  }),
];

interface Setting {
  readonly connection?: 'refused' | 'wrongAuthority' | 'wrongName';
  readonly accessEntries?: object[];
  readonly fault?: Fault;
}

/** An audit with every output there is, as talkative as possible. Everything that it left behind, by where it is. */
async function audited({ fault, connection, accessEntries = [inGroup] }: Setting) {
  const objects = [...OBJECTS, ...mayList(LISTED), ...mayGet(['aws-auth'])];
  const sandbox = await aSandbox(
    aWorldWith(
      { objects, ...(connection && { connection }) },
      { accessEntries, accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' } },
    ),
  );
  if (fault) sandbox.fail(fault);
  const folder = aFolder();
  const config = join(folder, 'audit.yaml');
  writeFileSync(config, JSON.stringify({ kubernetes: { enabled: true }, targets: { organization: true } }));
  const files = join(folder, 'left');
  mkdirSync(files);
  const outputs = FORMATS.map((format) => `${format}=${join(files, format)}`);
  const { stdout, stderr } = await cli(
    [
      '--debug',
      'audit',
      '--config',
      config,
      '--account',
      PAYMENTS,
      '--region',
      REGION,
      '--verbose',
      '--publish',
    ]
      .concat('--save-inventory', join(files, 'inventory'))
      .concat(outputs.flatMap((output) => ['--output', output])),
    { env: { ...credentialsOf(sandbox), DEBUG: '*', POWERTOOLS_LOG_LEVEL: 'DEBUG', AWS_LOG_LEVEL: 'debug' } },
  );
  return { sandbox, left: { stdout, stderr, ...contentsOf(files), findings: findingsOf(sandbox) } };
}

function contentsOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return Object.fromEntries(
    names.map(({ parentPath, name }) => [
      join(parentPath, name),
      readFileSync(join(parentPath, name), 'utf8'),
    ]),
  );
}

const findingsOf = (sandbox: Sandbox) => JSON.stringify(sandbox.findings(PAYMENTS, REGION));

/** Parts of the tokens that were sent, which are long enough to be nothing else. */
function tokenParts({ bearerTokens }: Sandbox): string[] {
  return [...bearerTokens].flatMap((token) => {
    const url = Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString('utf8');
    const parameters = new URL(url).searchParams;
    const parts = ['X-Amz-Signature', 'X-Amz-Security-Token'].flatMap((name) => parameters.get(name) ?? []);
    return [token.slice(20, 80), ...parts];
  });
}

it.each<[string, Setting]>([
  ['that is read', {}],
  ['of which a part is forbidden', { accessEntries: [viewer] }],
  ['that knows the auditor by a name', { accessEntries: [{ principalArn: AUDITOR, username: CANARY }] }],
  ['that knows nobody', { accessEntries: [] }],
  ['of another authority', { connection: 'wrongAuthority' }],
  ['of another name', { connection: 'wrongName' }],
  ['that fails', { fault: { operation: 'kubernetes:*', with: 'ServerError', message: CANARY } }],
  ['that is no API', { fault: { operation: 'kubernetes:*', with: 'Html' } }],
  [
    'of which a list is malformed',
    {
      fault: {
        operation: 'kubernetes:list pods',
        alter: () => ({ items: [{ metadata: CANARY, [CANARY]: 1 }] }),
      },
    },
  ],
])('nothing secret of a cluster %s is in any output', async (_, setting) => {
  const { sandbox, left } = await audited(setting);

  expect(Object.keys(left).length).toBeGreaterThan(FORMATS.length + 4);
  expect(left.findings).toContain(CLUSTER);
  const tokens = tokenParts(sandbox);
  const secrets = [CANARY, ...tokens, 'k8s-aws-v1', 'BEGIN CERTIFICATE', 'LS0tLS1CRUdJTi'];
  const leaks = Object.entries(left).flatMap(([where, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${where}`),
  );
  expect(leaks).toEqual([]);
  if (setting.connection === undefined) expect(tokens.length).toBeGreaterThan(2);
});

it('what is judged is in the inventory', async () => {
  const { left } = await audited({});

  const inventory = Object.entries(left).filter(([where]) => where.includes('accounts'));
  expect(inventory.map(([, text]) => text).join()).toContain('"image":"nginx:1"');
});
