import fc from 'fast-check';
import { PAYMENTS, REGION, SECURITY } from '../harness.ts';
import { HOME_REGION, type SetFault } from './expected-verdicts.ts';

export const REGIONS = [REGION, HOME_REGION];
const CONTROLS = ['control-plane-logs', 'ecr-image-scanning', 'ecr-access', 'private-endpoint'];

const at = {
  // Mostly the same account, Region and name, so that the same findings change often.
  accountId: fc.constantFrom(PAYMENTS, PAYMENTS, PAYMENTS, SECURITY),
  region: fc.constantFrom(REGION, REGION, HOME_REGION),
  name: fc.constantFrom('orders', 'orders', 'web'),
};

const aFault: fc.Arbitrary<SetFault> = fc.record({
  ...at,
  with: fc.constantFrom('AccessDenied', 'ServerError', 'Malformed'),
  operation: fc.constantFrom(
    'sts:AssumeRole',
    'eks:ListClusters',
    'eks:DescribeCluster',
    'ecr:DescribeRepositories',
    'ecr:DescribeRepositories',
    'ecr:GetRepositoryPolicy',
    'iam:GetAccountAuthorizationDetails',
    'securityhub:GetFindings',
    'securityhub:BatchImportFindings',
    'securityhub:BatchUpdateFindings',
  ),
});

const anAudit = fc.record({
  kind: fc.constant('audit' as const),
  fault: fc.option(aFault, { nil: undefined, freq: 2 }),
  onlyClusters: fc.constantFrom([], [], ['orders'], ['web']),
  controls: fc.constantFrom(CONTROLS, CONTROLS, CONTROLS, ['private-endpoint'], ['ecr-access']),
  regions: fc.constantFrom(REGIONS, REGIONS, [REGION], [HOME_REGION]),
});
export type AuditStep = typeof anAudit extends fc.Arbitrary<infer T> ? T : never;

export const aStep = fc.oneof(
  { weight: 10, arbitrary: anAudit },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('cluster' as const),
      ...at,
      status: fc.constantFrom('ACTIVE', 'ACTIVE', 'ACTIVE', 'CREATING', 'DELETING'),
      isOpen: fc.constantFrom(true, false, false),
      isLogged: fc.constantFrom(true, true, false),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('cluster is deleted' as const), ...at }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('repository' as const),
      ...at,
      isScanned: fc.boolean(),
      isPublic: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('repository is deleted' as const), ...at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('user' as const), ...at, exists: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('hub' as const),
      ...at,
      isOff: fc.constantFrom(true, false, false, false),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('workflow' as const),
      ...at,
      pick: fc.nat(),
      status: fc.constantFrom('SUPPRESSED', 'SUPPRESSED', 'SUPPRESSED', 'NOTIFIED', 'RESOLVED', 'NEW'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      days: fc.constantFrom(1, 1, 1, 10, 31, 31, 95),
    }),
  },
);
export type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never;
