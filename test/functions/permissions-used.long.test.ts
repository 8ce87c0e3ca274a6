import { beforeAll, describe, expect, test, vi } from 'vitest';
import { accountKeysOf } from '../../functions/runtime/storage-keys.ts';
import type { FunctionName } from '../../infra/cdk/bundle.ts';
import { memberActions } from '../../infra/cdk/member-actions.ts';
import { type RequestLogEntry, type Sandbox, startSandbox } from '../../infra/sandbox/sandbox.ts';
import { anOrganization } from '../../infra/sandbox/world.ts';
import { s3Store } from '../../shared/aws/store.ts';
import { openAccess } from '../aws-access.ts';
import { MANAGEMENT, PAYMENTS, REGION, SECURITY, stubCredentials } from '../harness.ts';
import { type Statement, statementsOf, synthesized } from '../infra/cdk/synthesized.ts';
import { SHORT } from './audit-world.ts';
import { lambdaContext } from './lambda-support.ts';
import { loadAnew } from './load-anew.ts';

/*
 * What the functions may do in their own account against what they do there, recorded over runs that use everything: on
 * schedule, on change, in several slices, and one that was aborted. The member role is compared by the bundled audit.
 */

const BUCKET = 'eks-auditor-results';
const UNIT = 'ou-abcd-prod0000';
const OTHER_REGION = 'eu-north-1';
const OPEN = { region: REGION, resourcesVpcConfig: { endpointPublicAccess: true } };
const CLOSED = {
  region: REGION,
  resourcesVpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true },
};
const ROLES = { plan: 'Plan', audit: 'Audit', report: 'Report' } as const;
const NAMES = ['plan', 'audit', 'report'] as const;

/**
 * What no request of the code shows: Lambda logs, traces and sends what failed, S3 and SNS use keys, and without
 * s3:ListBucket an object that is not there is denied.
 */
const OF_SERVICES = /^(logs|xray|kms):|^sqs:SendMessage$|^s3:ListBucket$/;
/** Needs no permission. */
const FREE = 'sts:GetCallerIdentity';

const { auditor } = synthesized();
const sent: Record<FunctionName, RequestLogEntry[]> = { plan: [], audit: [], report: [] };

function granted(name: FunctionName): readonly Statement[] {
  return statementsOf(auditor).filter(
    ({ policy, effect }) => policy.startsWith(`${ROLES[name]}AccessPolicy`) && effect === 'Allow',
  );
}

/** As IAM calls what the sandbox saw. */
function actionOf({ operation }: RequestLogEntry): string {
  return operation
    .replace('elasticloadbalancingv2:', 'elasticloadbalancing:')
    .replace('s3:ListObjectsV2', 's3:ListBucket')
    .replace('sqs:DeleteMessageBatch', 'sqs:DeleteMessage');
}

function ownRequests(name: FunctionName): readonly RequestLogEntry[] {
  return sent[name].filter(
    (request) => request.accountId === SECURITY && request.status !== 0 && request.operation !== FREE,
  );
}

/** An account with every kind of thing that makes a function ask for more. */
async function aDeployment(): Promise<Sandbox> {
  const sandbox = await startSandbox(
    anOrganization({
      managementAccountId: MANAGEMENT,
      delegatedAdministrators: [SECURITY],
      securityHub: { administrator: SECURITY, aggregationRegion: REGION },
    })
      .ou(UNIT)
      .account(SECURITY, { ou: UNIT })
      .account(PAYMENTS, { name: 'payments', ou: UNIT }, (account) =>
        account.cluster('prod', OPEN).cluster('test', { ...OPEN, region: OTHER_REGION }),
      ),
  );
  sandbox.account(SECURITY).add.bucket(BUCKET);
  sandbox.account(SECURITY).queue(REGION, 'changes', { visibilityTimeoutSeconds: 900 });
  stubCredentials(sandbox, SECURITY);
  const variables = {
    EKS_AUDITOR_BUCKET: BUCKET,
    EKS_AUDITOR_EVENT_BUS: 'eks-auditor',
    EKS_AUDITOR_DIGEST_TOPIC: `arn:aws:sns:${REGION}:${SECURITY}:eks-auditor-digest`,
    EKS_AUDITOR_DIGEST: 'always',
    EKS_AUDITOR_CONFIG: JSON.stringify({
      targets: { organization: true, organizationalUnits: [UNIT], regions: [REGION, OTHER_REGION] },
      limits: { maxAttempts: 2 },
    }),
    EKS_AUDITOR_CONCURRENT_ACCOUNTS: '40',
    EKS_AUDITOR_CHANGE_QUEUE: `${sandbox.url}/${SECURITY}/changes`,
    POWERTOOLS_DEV: 'true',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation(() => undefined);
  return sandbox;
}

function executionOf(name: string) {
  return { id: `arn:aws:states:${REGION}:${SECURITY}:execution:eks-auditor:${name}`, name };
}

beforeAll(async () => {
  const sandbox = await aDeployment();
  const { accessOf, close } = openAccess(sandbox);
  const store = s3Store(accessOf(SECURITY), REGION, BUCKET);
  async function invoke<Name extends FunctionName>(name: Name, event: unknown, remaining?: number) {
    const handler = await loadAnew(name);
    sandbox.clearLog();
    const output = await handler(event as never, lambdaContext(remaining));
    sent[name].push(...sandbox.log);
    return Object(output);
  }
  async function run(id: string, trigger: string, remaining?: number) {
    const planned = await invoke('plan', { trigger, execution: executionOf(id) });
    if ('nothing' in planned) return undefined;
    for (const target of JSON.parse((await store.get(planned.targetsKey)) ?? '[]')) {
      let slice: number | undefined = 1;
      while (slice !== undefined) {
        const output: { readonly continue?: { readonly slice: number } } = await invoke(
          'audit',
          { run: planned.run, target, slice },
          slice === 1 ? remaining : undefined,
        );
        slice = output.continue?.slice;
      }
    }
    return planned.run;
  }
  function change(): void {
    const event = { account: PAYMENTS, region: REGION, source: 'aws.eks', name: 'UpdateClusterConfig' };
    const body = JSON.stringify({ ...event, time: '2026-11-22T10:15:00Z' });
    sandbox.account(SECURITY).queue(REGION, 'changes').send(body);
  }

  await invoke('report', { run: await run('run-1', 'schedule', SHORT) });
  change();
  await run('run-2', 'change');
  sandbox.account(SECURITY).setExecution(executionOf('run-2').id, 'ABORTED');
  await invoke('report', { ended: { execution: 'run-2', status: 'ABORTED' } });
  await invoke('report', { ended: { execution: 'run-2', status: 'ABORTED' } });
  change();
  await invoke('report', { run: await run('run-3', 'change') });
  // What was fixed is told by the report, because the bus refuses it for the audit.
  sandbox.account(PAYMENTS).putCluster('prod', CLOSED);
  sandbox.fail({ operation: 'events:PutEvents', with: 'AccessDenied' });
  sandbox.fail({ operation: 'account:ListRegions', accountId: SECURITY, with: 'AccessDenied' });
  const last = await run('run-4', 'schedule');
  sandbox.clearFaults();
  const crash = { accountId: PAYMENTS, error: 'Lambda.Unknown', cause: '{}' };
  await store.put(accountKeysOf(last, PAYMENTS).crashedKey, JSON.stringify(crash));
  await invoke('report', { run: last });
  return async () => {
    close();
    vi.unstubAllEnvs();
    await sandbox.close();
  };
}, 120_000);

describe.each(NAMES)('the role of the %s function', (name) => {
  test('allows what the function asks for', () => {
    const allowed = new Set(granted(name).flatMap(({ actions }) => actions));
    const used = new Set(ownRequests(name).map(actionOf));

    expect([...used].filter((action) => !allowed.has(action))).toEqual([]);
  });

  test('allows nothing else', () => {
    const used = new Set(ownRequests(name).map(actionOf));
    // What the audit may read in its own account is the same as in every other.
    const elsewhere = new Set(name === 'audit' ? memberActions() : []);
    const unused = granted(name)
      .flatMap(({ actions }) => actions)
      .filter((action) => !used.has(action) && !elsewhere.has(action) && !OF_SERVICES.test(action));

    expect(unused).toEqual([]);
  });

  test('allows the objects that the function reads and writes, and no others', () => {
    const patterns = granted(name).flatMap(({ actions, resources }) =>
      actions
        .filter((action) => /^s3:(Get|Put)Object$/.test(action))
        .flatMap((action) => resources.map((resource) => ({ action, key: keyIn(resource) }))),
    );
    const objects = ownRequests(name)
      .filter(({ service, params }) => service === 's3' && typeof params.Key === 'string')
      .map((request) => ({ action: actionOf(request), key: String(request.params.Key) }));
    const matches = (pattern: (typeof patterns)[number], object: (typeof objects)[number]) =>
      pattern.action === object.action && globOf(pattern.key).test(object.key);

    expect(objects.filter((object) => !patterns.some((pattern) => matches(pattern, object)))).toEqual([]);
    expect(patterns.filter((pattern) => !objects.some((object) => matches(pattern, object)))).toEqual([]);
  });
});

/** The key in `{"Fn::Join":["",[{"Fn::GetAtt":[bucket,"Arn"]},"/key"]]}`. */
function keyIn(resource: string): string {
  return /"\/([^"]+)"\]\]\}$/.exec(resource)?.[1] ?? resource;
}

function globOf(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
}
