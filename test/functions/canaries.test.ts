import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import { s3Store } from '../../shared/aws/store.ts';
import { accessTo } from '../aws-access.ts';
import { aTestOrganization, PAYMENTS, REGION, SECURITY, SHOP, signedIn } from '../harness.ts';
import { functions, lambdaContext } from './lambda-support.ts';

const BUCKET = 'eks-auditor-results';
const EXTERNAL_ID = 'canary-external-id-7f3a';
const ENVIRONMENT_VALUE = 'canary-of-an-environment-value';
/** Enough to read a part of an account: the rest is for the next invocation, which finds a checkpoint. */
const SHORT = 91_500;

let logged: string[] = [];

beforeEach(() => {
  logged = [];
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    vi.spyOn(console, method).mockImplementation((text: unknown) => {
      logged.push(String(text));
    });
  }
  const config = { role: { externalId: EXTERNAL_ID }, limits: { maxAttempts: 1 } };
  const variables = {
    EKS_AUDITOR_BUCKET: BUCKET,
    EKS_AUDITOR_EVENT_BUS: 'eks-auditor',
    EKS_AUDITOR_DIGEST_TOPIC: `arn:aws:sns:${REGION}:${SECURITY}:eks-auditor-digest`,
    EKS_AUDITOR_DIGEST: 'always',
    EKS_AUDITOR_CONFIG: JSON.stringify({ ...config, targets: { organization: true, regions: [REGION] } }),
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_LOG_LEVEL: 'DEBUG',
    // Logs every event as it came.
    POWERTOOLS_LOGGER_LOG_EVENT: 'true',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});

/** A sandbox whose role wants an external id, and every secret that it gives out. */
async function aWorld(externalId = EXTERNAL_ID) {
  const configurationValues = `{"env":{"TOKEN":"${ENVIRONMENT_VALUE}"}}`;
  const world = aTestOrganization()
    .account(PAYMENTS, { name: 'payments', roles: [{ name: 'EksAuditorMember', externalId }] }, (account) =>
      account.cluster('ledger', { region: REGION, addons: [{ addonName: 'vpc-cni', configurationValues }] }),
    )
    .account(SHOP, { name: 'shop', roles: [] });
  const sandbox = await signedIn(world);
  sandbox.account(SECURITY).add.bucket(BUCKET);
  const secrets = [EXTERNAL_ID, ENVIRONMENT_VALUE, sandbox.credentials(SECURITY).secretAccessKey];
  /** Lets AssumeRole answer, with something else in it, and keeps what it gave out. */
  const whenAssumed = (change: (credentials: Record<string, unknown>) => void = () => undefined) =>
    sandbox.fail({
      operation: 'sts:AssumeRole',
      alter: ({ Credentials }) => {
        const credentials = Credentials as Record<string, string>;
        secrets.push(credentials.SecretAccessKey ?? '', credentials.SessionToken ?? '');
        change(credentials);
      },
    });
  return { sandbox, secrets, whenAssumed };
}

type World = Awaited<ReturnType<typeof aWorld>>;

/** A whole run of the functions; the errors of those that fail are told as the state machine would record them. */
async function aRun(): Promise<string[]> {
  const { plan, audit, report } = await functions();
  const planned = await plan({ trigger: 'schedule' }, lambdaContext());
  const errors: string[] = [];
  for (const accountId of [PAYMENTS, SHOP]) {
    const target = { partition: 'aws', accountId };
    for (const [index, remaining] of [SHORT, 900_000, 900_000].entries()) {
      await audit({ ...planned, target, slice: index + 1 }, lambdaContext(remaining)).catch((error: Error) =>
        errors.push(`${error.name} ${error.message} ${error.stack} ${JSON.stringify(error)}`),
      );
    }
  }
  await report(planned, lambdaContext());
  return errors;
}

/** Everything that leaves the functions, by where it goes. */
async function whatLeaves({ sandbox }: World, errors: readonly string[]) {
  const store = s3Store(accessTo(sandbox, SECURITY), REGION, BUCKET);
  const keys = await store.list('');
  const objects = await Promise.all(keys.map(async (key) => [key, (await store.get(key)) ?? ''] as const));
  return {
    ...Object.fromEntries(objects),
    logs: logged.join('\n'),
    errors: errors.join('\n'),
    events: requestsOf(sandbox, 'events:PutEvents'),
    mails: requestsOf(sandbox, 'sns:Publish'),
    findings: JSON.stringify(sandbox.findings(PAYMENTS, REGION)),
  };
}

function requestsOf(sandbox: Sandbox, operation: string): string {
  return JSON.stringify(sandbox.calls({ operation }).map(({ params }) => params));
}

function leaksIn(texts: Readonly<Record<string, string>>, { secrets }: World): string[] {
  return Object.entries(texts).flatMap(([where, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${where}`),
  );
}

describe('secrets are in no log at DEBUG, no object, event, mail, finding and error', () => {
  test('of a run that reads an account in several invocations', async () => {
    const world = await aWorld();
    world.whenAssumed();

    const texts = await whatLeaves(world, await aRun());

    expect(world.secrets.length).toBeGreaterThan(5);
    expect(texts.logs).toContain('Lambda invocation event');
    expect(texts.findings).toContain('ledger');
    expect(Object.keys(texts).filter((key) => key.includes('/checkpoints/'))).toHaveLength(1);
    expect(leaksIn(texts, world)).toEqual([]);
  });

  test('of a run whose role expects another external id', async () => {
    const world = await aWorld('another');

    const texts = await whatLeaves(world, await aRun());

    expect(Object.values(texts).join()).toContain('AccessDenied');
    expect(leaksIn(texts, world)).toEqual([]);
  });

  test.each<[string, (credentials: Record<string, unknown>) => void]>([
    ['without an end', (credentials) => Reflect.deleteProperty(credentials, 'Expiration')],
    ['without a key', (credentials) => Reflect.deleteProperty(credentials, 'SecretAccessKey')],
    ['with an end that is none', (credentials) => Object.assign(credentials, { Expiration: 'never' })],
  ])('of a session that is answered %s', async (_, change) => {
    const world = await aWorld();
    world.whenAssumed(change);

    const texts = await whatLeaves(world, await aRun());

    expect(Object.values(texts).join()).toContain('MalformedResponse');
    expect(leaksIn(texts, world)).toEqual([]);
  });

  test('of a configuration that a function refuses', async () => {
    const world = await aWorld();
    const webhook = 'https://hooks.example.com/canary';
    world.secrets.push(webhook);
    const { plan } = await functions();
    const errors: string[] = [];
    for (const config of [
      { role: { externalId: `${EXTERNAL_ID} with spaces` } },
      { role: [{ externalId: EXTERNAL_ID }] },
      { role: { externalID: EXTERNAL_ID } },
      { securityHub: { webhookUrl: webhook } },
      { controls: { include: [{ webhook }] } },
      [{ externalId: EXTERNAL_ID }],
    ]) {
      vi.stubEnv('EKS_AUDITOR_CONFIG', JSON.stringify(config));
      await plan({}, lambdaContext()).catch((error: Error) => errors.push(`${error.message} ${error.stack}`));
    }

    expect(errors).toHaveLength(6);
    expect(leaksIn(await whatLeaves(world, errors), world)).toEqual([]);
  });

  test('of an event that a function refuses', async () => {
    const world = await aWorld();
    const { plan, audit } = await functions();
    const errors: string[] = [];
    for (const [step, event] of [
      [plan, { trigger: { externalId: EXTERNAL_ID } }],
      [audit, { run: { token: ENVIRONMENT_VALUE }, target: [{ password: ENVIRONMENT_VALUE }] }],
    ] as const) {
      await step(event, lambdaContext()).catch((error: Error) =>
        errors.push(`${error.message} ${error.stack}`),
      );
    }

    expect(errors).toHaveLength(2);
    expect(leaksIn(await whatLeaves(world, errors), world)).toEqual([]);
  });
});
