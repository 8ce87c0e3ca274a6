import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../shared/config/config.ts';
import { ConfigError } from '../../../shared/config/config-error.ts';
import { loadConfig, readConfigSources } from '../../../shared/config/load-config.ts';

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'eks-auditor-')), 'config.yaml');
  writeFileSync(path, text);
  return path;
}

describe('a configuration', () => {
  test('takes organizations and parts of them as trusted', () => {
    const settings = {
      trustedOrganizations: ['o-a1b2c3d4e5'],
      trustedOrganizationalUnits: [
        'o-a1b2c3d4e5/r-ab12/*',
        'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-2222222a/*',
      ],
    };

    expect(parseConfig({ settings }).settings).toMatchObject(settings);
  });

  test('has the access of the role managed by another role', () => {
    expect(parseConfig({}).role.accessName).toBe('EksAuditorAccess');
    expect(parseConfig({}).kubernetes.access).toBe('existing');
    expect(parseConfig({ kubernetes: { access: 'managed' } }).kubernetes.access).toBe('managed');
    expect(problemsOf(() => parseConfig({ kubernetes: { access: 'granted' } }))).toEqual([
      'kubernetes.access: must be existing or managed (is "granted")',
    ]);
    expect(problemsOf(() => parseConfig({ role: { accessName: 'arn:aws:iam::1:role/x' } }))).toEqual([
      expect.stringMatching(/^role\.accessName: must be a role's name, not its ARN/),
    ]);
    for (const accessName of ['EksAuditorMember', 'other/EKSAUDITORMEMBER'])
      expect(problemsOf(() => parseConfig({ role: { accessName } }))).toEqual([
        'role.accessName: must be another role than role.name, which reads accounts',
      ]);
  });

  test('may be empty: everything has a default', () => {
    expect(parseConfig(undefined)).toMatchObject({
      benchmark: '1.5.0',
      targets: { organization: false, regions: [] },
      role: { name: 'EksAuditorMember' },
      settings: { maxPublicAddresses: 65_536 },
      securityHub: { productName: 'EKS Auditor', refreshAfterDays: 30 },
    });
  });

  test.each([
    [
      { benchmrk: '1.5.0' },
      /^benchmrk: unknown key; available: benchmark, homeRegion, targets, .*deployment$/,
    ],
    [
      { targets: { region: ['eu-west-1'] } },
      /^targets\.region: unknown key; available: organization, accounts, .*$/,
    ],
    [
      { settings: { thirdPartyScanners: [{ scanner: 'x', repositories: ['*'], repo: 1 }] } },
      'settings.thirdPartyScanners[0].repo: unknown key; available: scanner, repositories',
    ],
    [{ benchmark: '1.0.0' }, 'benchmark: must be 1.3.0, 1.5.0, 1.6.0, 1.7.0, 1.8.0 or 2.0.0 (is "1.0.0")'],
    [
      { targets: { accounts: [111111111111] } },
      'targets.accounts[0]: must be an account id of 12 digits, in quotes (is 111111111111)',
    ],
    [
      { settings: { trustedOrganizations: ['partner'] } },
      /^settings\.trustedOrganizations\[0\]: must be an organization's id such as o-a1b2c3d4e5 \(is "partner"\)$/,
    ],
    ...[
      'ou-ab12-11111111',
      'o-a1b2c3d4e5/*',
      'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111',
      'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/',
      'o-a1b2c3d4e5/r-ab12/ou-ab12-1*/*',
      'o-a1b2c3d4e5/ou-ab12-11111111/*',
      '*/r-ab12/*',
    ].map((path): [unknown, RegExp] => [
      { settings: { trustedOrganizationalUnits: [path] } },
      /^settings\.trustedOrganizationalUnits\[0\]: must be a path as in aws:PrincipalOrgPaths, .* such as o-a1b2c3d4e5\/r-ab12\/ou-ab12-11111111\/\* \(is ".*"\)$/,
    ]),
    [
      { targets: { accounts: ['123'] } },
      'targets.accounts[0]: must be an account id of 12 digits (is "123")',
    ],
    [
      { targets: { regions: ['Ireland'] } },
      'targets.regions[0]: must be a Region code such as eu-west-1 (is "Ireland")',
    ],
    [
      { targets: { organization: true, organizationalUnits: ['prod'] } },
      'targets.organizationalUnits[0]: must be like ou-ab12-cd34ef56, or a root like r-ab12 (is "prod")',
    ],
    [{ settings: { maxPublicAddresses: -1 } }, 'settings.maxPublicAddresses: must be at least 0 (is -1)'],
    [{ role: { externalId: 'x y' } }, /^role\.externalId: must be 2 to 1,224 of the characters [^(]*$/],
    [
      { role: { name: 'arn:aws:iam::111111111111:role/x' } },
      /^role\.name: must be a role's name, not its ARN/,
    ],
    [['text'], 'the whole document: must be a mapping'],
    [{ limits: { maxAttempts: 'many' } }, 'limits.maxAttempts: must be a number (is "many")'],
    [{ limits: { maxAttempts: 1.5 } }, 'limits.maxAttempts: must be a whole number (is 1.5)'],
    [{ limits: { maxAttempts: 21 } }, 'limits.maxAttempts: must be at most 20 (is 21)'],
    [{ targets: { regions: 'eu-west-1' } }, 'targets.regions: must be a list (is "eu-west-1")'],
    [{ targets: { organization: 'yes' } }, 'targets.organization: must be true or false (is "yes")'],
    [{ targets: { clusters: [''] } }, 'targets.clusters[0]: must not be empty (is "")'],
  ])('%j is refused with the path, the value and what is allowed', (input, problem) => {
    expect(problemsOf(() => parseConfig(input))).toEqual([
      typeof problem === 'string' ? problem : expect.stringMatching(problem),
    ]);
  });

  test.each([
    [
      { targets: { organizationalUnits: ['ou-ab12-cd34ef56'] } },
      'targets.organizationalUnits: is only possible with targets.organization: true',
    ],
    [
      { targets: { regions: ['eu-west-1', 'cn-north-1'] } },
      'targets.regions[1]: cn-north-1 is in the partition aws-cn, but eu-west-1 in aws; a run is in one partition',
    ],
    [
      { targets: { regions: ['eusc-de-east-1'], excludeRegions: ['eu-central-1'] } },
      'targets.excludeRegions[0]: eu-central-1 is in the partition aws, but eusc-de-east-1 in aws-eusc; a run is in one partition',
    ],
    [
      { homeRegion: 'us-isob-east-1', targets: { regions: ['us-iso-east-1'] } },
      'homeRegion: us-isob-east-1 is in the partition aws-iso-b, but us-iso-east-1 in aws-iso; a run is in one partition',
    ],
    [
      { targets: { regions: ['us-isox-east-1'] } },
      'targets.regions[0]: us-isox-east-1 is in an isolated partition that is not known',
    ],
    [
      { homeRegion: 'eu-isoz-north-2' },
      'homeRegion: eu-isoz-north-2 is in an isolated partition that is not known',
    ],
    [
      { targets: { regions: ['eu-west-1'], excludeRegions: ['eu-west-1'] } },
      'targets.excludeRegions: also names eu-west-1 of regions',
    ],
    [
      { controls: { include: ['fargate'] } },
      expect.stringMatching(
        /^controls\.include\[0\]: Unknown control fargate in benchmark 1\.5\.0\. It is fargate in 1\.3\.0\. Available: control-plane-logs \(2\.1\.1\), .*iam-access \(5\.5\.1\)$/,
      ),
    ],
    [
      { controls: { exclude: ['5.4.4'] } },
      'controls.exclude[0]: must be a key, because versions of the benchmark number controls differently: use network-policies or load-balancer-tls (is "5.4.4")',
    ],
    [
      { benchmark: '2.0.0', controls: { include: ['nodes'] } },
      expect.stringMatching(
        /^controls\.include\[0\]: must be a control: control-plane-logs, .* \(is "nodes"\)$/,
      ),
    ],
    [
      { limits: { requestTimeout: 30_000, regions: 5 } },
      'limits.requestTimeout: was renamed to limits.requestTimeoutMs; limits.regions: was renamed to limits.concurrentRegions',
    ],
    [
      { controls: { include: ['endpoint-access'], exclude: ['endpoint-access'] } },
      'controls.exclude: leaves no control',
    ],
  ])('%j is an impossible combination', (input, problem) => {
    expect(problemsOf(() => parseConfig(input))).toEqual([problem]);
  });

  test('with several mistakes names them all', () => {
    expect(
      problemsOf(() => parseConfig({ a: 1, limits: { concurrentRegions: 0, concurrentClusters: 'x' } })),
    ).toHaveLength(3);
  });
});

test('the namespaces of the system are those of Kubernetes and of EKS’s add-ons, as documented', () => {
  const { systemNamespaces } = parseConfig({}).kubernetes;
  const documentation = readFileSync('docs/configuration.md', 'utf8');
  const [row = ''] = /^\| `kubernetes\.systemNamespaces` .*$/m.exec(documentation) ?? [];

  expect(systemNamespaces).toEqual(
    expect.arrayContaining(['kube-system', 'amazon-guardduty', 'fluent-bit', 'kube-state-metrics']),
  );
  for (const name of systemNamespaces) expect(row).toContain(`\`${name}\``);
});

describe('loading', () => {
  test.each([
    ['YAML', 'benchmark: 1.7.0\ntargets:\n  organization: true\n'],
    ['JSON', '{"benchmark": "1.7.0", "targets": {"organization": true}}'],
  ])('reads %s', (_, text) => {
    expect(loadConfig({}, { file: file(text) })).toMatchObject({
      benchmark: '1.7.0',
      targets: { organization: true },
    });
  });

  test('prefers the command line to the environment to the file', () => {
    const path = file(
      'benchmark: 1.7.0\nhomeRegion: eu-west-1\nrole: { name: FromFile, externalId: from-file }\n',
    );
    const environment = {
      EKS_AUDITOR_CONFIG_FILE: path,
      EKS_AUDITOR_BENCHMARK: '1.8.0',
      EKS_AUDITOR_ROLE_NAME: 'FromEnv',
    };

    const config = loadConfig(environment, { overrides: [{ path: ['role', 'name'], value: 'FromLine' }] });

    expect(config).toMatchObject({
      benchmark: '1.8.0',
      homeRegion: 'eu-west-1',
      role: { name: 'FromLine', externalId: 'from-file' },
    });
  });

  test('takes the whole text from the environment', () => {
    expect(loadConfig({ EKS_AUDITOR_CONFIG: 'benchmark: 1.6.0' }).benchmark).toBe('1.6.0');
  });

  test('takes a default file where it exists and nothing else is named', () => {
    const defaultFile = file('benchmark: 1.6.0');

    expect(readConfigSources({}, { defaultFile })).toMatchObject({ file: defaultFile });
    expect(loadConfig({}, { defaultFile }).benchmark).toBe('1.6.0');
    expect(loadConfig({ EKS_AUDITOR_CONFIG: '{}' }, { defaultFile }).benchmark).toBe('1.5.0');
    expect(loadConfig({}, { defaultFile, file: file('{}') }).benchmark).toBe('1.5.0');
    expect(readConfigSources({}, { defaultFile: '/no/such.yaml' })).not.toHaveProperty('file');
    const link = `${defaultFile}.link`;
    symlinkSync('/no/such.yaml', link);
    expect(() => readConfigSources({}, { defaultFile: link })).toThrow('cannot be read (ENOENT)');
  });

  test('splits lists of the environment', () => {
    expect(loadConfig({ EKS_AUDITOR_REGIONS: 'eu-west-1, us-east-1' }).targets.regions).toEqual([
      'eu-west-1',
      'us-east-1',
    ]);
  });

  test.each([
    [
      'a file that is not there',
      () => loadConfig({}, { file: '/nowhere/config.yaml' }),
      'cannot be read (ENOENT)',
    ],
    [
      'a file that is not YAML',
      () => loadConfig({}, { file: file('a: [1') }),
      expect.stringContaining('not YAML or JSON'),
    ],
    ['an empty file', () => loadConfig({}, { file: file('') }), 'is empty; write {} to use the defaults'],
    [
      'a file of comments only',
      () => loadConfig({}, { file: file('# benchmark: 2.0.0\n') }),
      'is empty; write {} to use the defaults',
    ],
    [
      'a variable with a wrong value',
      () => loadConfig({ EKS_AUDITOR_ROLE_NAME: 'two words', EKS_AUDITOR_REGIONS: 'eu-west-1' }),
      'role.name: must be a role\'s name, not its ARN (is "two words"), from EKS_AUDITOR_ROLE_NAME',
    ],
    [
      'a configuration from two places',
      () => loadConfig({ EKS_AUDITOR_CONFIG: '{}', EKS_AUDITOR_CONFIG_FILE: 'x' }),
      expect.stringContaining('EKS_AUDITOR_CONFIG: is only possible without'),
    ],
    [
      'an unknown variable',
      () => loadConfig({ EKS_AUDITOR_BENCHMRK: '1' }),
      expect.stringContaining('EKS_AUDITOR_BENCHMRK: unknown variable'),
    ],
  ])('refuses %s', (_, work, problem) => {
    expect(problemsOf(work)).toEqual([problem]);
  });
});
