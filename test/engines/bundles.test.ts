import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Bundles, bundleFunctions, FUNCTION_NAMES, type FunctionName } from '../../infra/cdk/bundle.ts';
import { parseDeploymentConfig } from '../../infra/cdk/deployment-config.ts';
import { type Sandbox, startSandbox } from '../../infra/sandbox/sandbox.ts';
import { s3Store } from '../../shared/aws/store.ts';
import { accessTo } from '../aws-access.ts';
import { aTestOrganization, PAYMENTS, REGION, SECURITY, SHOP } from '../harness.ts';
import { aConfig } from '../infra/cdk/synthesized.ts';
import { LambdaFunction } from './lambda-runtime.ts';

const BUCKET = 'eks-auditor-results';
const { config } = parseDeploymentConfig(
  aConfig({ controls: { include: ['private-endpoint'] } }),
  'the test',
);
const { externalId, ...role } = config.role;
/** Only the audit function assumes roles. */
const withoutExternalId = { ...config, role };
let bundles: Bundles;
beforeAll(async () => {
  bundles = await bundleFunctions(config);
}, 60_000);

describe('a bundle', () => {
  const MEGABYTE = 1_000_000;
  test.each([
    ['plan', 0.7],
    ['audit', 1.3],
    ['report', 0.7],
  ] as const)('of %s has at most %d MB', async (name, megabytes) => {
    const { size } = await stat(join(bundles[name], 'index.mjs'));

    expect(size / MEGABYTE).toBeLessThanOrEqual(megabytes);
  });

  test('but that of the audit knows no external id', async () => {
    expect(externalId).toBe('a-secret');
    for (const name of ['plan', 'report'] as const)
      for (const file of ['index.mjs', 'config.json'])
        expect(await readFile(join(bundles[name], file), 'utf8')).not.toContain(externalId);
  });

  test.each(FUNCTION_NAMES)(
    'of %s contains the code and the configuration, and no source map',
    async (name) => {
      const code = await readFile(join(bundles[name], 'index.mjs'), 'utf8');

      expect((await readdir(bundles[name])).sort()).toEqual(['config.json', 'index.mjs']);
      expect(code).not.toContain('sourceMappingURL');
      expect(JSON.parse(await readFile(join(bundles[name], 'config.json'), 'utf8'))).toEqual(
        name === 'audit' ? config : withoutExternalId,
      );
    },
  );
});

describe('under the Lambda runtime, the bundles', () => {
  async function deployed(): Promise<Sandbox> {
    const resourcesVpcConfig = { endpointPublicAccess: true, endpointPrivateAccess: true };
    const world = aTestOrganization()
      .account(PAYMENTS, { name: 'payments' }, (account) =>
        account.cluster('prod', { region: REGION, resourcesVpcConfig }),
      )
      .account(SHOP, { name: 'shop', roles: [] });
    const sandbox = await startSandbox(world);
    onTestFinished(() => sandbox.close());
    sandbox.account(SECURITY).add.bucket(BUCKET);
    return sandbox;
  }

  async function start(name: FunctionName, sandbox: Sandbox, environment = {}): Promise<LambdaFunction> {
    const { accessKeyId, secretAccessKey } = sandbox.credentials(SECURITY);
    const started = await LambdaFunction.start(bundles[name], {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_ENDPOINT_URL: sandbox.url,
      EKS_AUDITOR_CONFIG_FILE: join(bundles[name], 'config.json'),
      EKS_AUDITOR_BUCKET: BUCKET,
      POWERTOOLS_SERVICE_NAME: 'eks-auditor',
      POWERTOOLS_METRICS_NAMESPACE: 'EKSAuditor',
      ...environment,
    });
    onTestFinished(() => started.stop());
    return started;
  }

  test('plan, audit and report a run', async () => {
    const sandbox = await deployed();
    const [plan, audit, report] = await Promise.all(FUNCTION_NAMES.map((name) => start(name, sandbox)));
    const store = s3Store(accessTo(sandbox, SECURITY), REGION, BUCKET);
    const stored = async (key = '') => JSON.parse((await store.get(key)) ?? 'null');

    const planned = (await plan?.invoke({ trigger: 'schedule' })) as Record<string, string>;
    const targets: unknown[] = await stored(planned.targetsKey);
    for (const target of targets) {
      await audit?.invoke({ run: planned.run, target });
    }
    const reported = (await report?.invoke({ run: planned.run })) as Record<string, string>;

    expect(targets).toHaveLength(4);
    expect(await stored(reported.resultKey)).toMatchObject({
      coverage: { complete: false },
      verdicts: [{ controlId: '5.4.2', status: 'FAILED', scope: { accountId: PAYMENTS } }],
    });
    expect(sandbox.findings(PAYMENTS, REGION)).toHaveLength(1);
    // Metrics are written to the log.
    expect(report?.log).toContain('"CoveragePercent"');
  }, 600_000);

  test('reject an invalid event with the name of the field', async () => {
    const audit = await start('audit', await deployed());

    await expect(audit.invoke({ run: 'today' })).rejects.toMatchObject({
      name: 'EventError',
      message: expect.stringContaining('target'),
    });
  }, 600_000);

  test('reject an unknown variable in their environment', async () => {
    const plan = await start('plan', await deployed(), { EKS_AUDITOR_REGONS: REGION });

    await expect(plan.invoke({})).rejects.toThrow(/EKS_AUDITOR_REGONS: unknown variable/);
  }, 600_000);
});
