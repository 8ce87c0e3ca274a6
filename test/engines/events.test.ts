import { beforeEach, describe, expect, test } from 'vitest';
import { findingEvent, pendingEvents } from '../../functions/runtime/finding-events.ts';
import { CHANGE_KINDS, type ChangeKind, type VerdictChange } from '../../shared/model/verdict-change.ts';
import { type AuditWorld, anAuditWorld, aRun, auditWholly, stubFunctions } from '../functions/audit-world.ts';
import { PAYMENTS, REGION, SECURITY } from '../harness.ts';
import { aConfig, synthesized } from '../infra/cdk/synthesized.ts';
import { matches, rulesOf, transformed } from './event-matcher.ts';

beforeEach(stubFunctions);

const TICKETS = { queue: 'arn:aws:sqs:eu-west-1:111122223333:tickets' };
const routes = [
  { name: 'endpoints', controls: ['endpoint-access'], accounts: [PAYMENTS], targets: [TICKETS] },
  { name: 'pager', severities: ['CRITICAL'], targets: [TICKETS] },
  { name: 'tickets', severities: ['CRITICAL', 'HIGH'], resolvedFindings: true, targets: [TICKETS] },
];
const alerts = {
  routes,
  slack: { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' },
  emails: { HIGH: ['a@example.com'] },
  mailEachFinding: ['HIGH'],
};
const rules = rulesOf(synthesized(aConfig({ deployment: { alerts } })).auditor).filter((rule) =>
  /^EKS Auditor: (Route|ToSlack|MailEach)/.test(rule.Description),
);

interface BusEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: object;
}

/** The names of the rules that match the events, once for each event. */
async function matchedRules(events: readonly BusEvent[]): Promise<string[]> {
  const pairs = events.flatMap((event) => rules.map((rule) => ({ rule, event: envelope(event) })));
  const matched = await matches(pairs.map(({ rule, event }) => [rule.EventPattern, event]));
  return pairs
    .filter((_, index) => matched[index])
    .map(({ rule }) => rule.Description.split(': ')[1] ?? '')
    .sort();
}

/** What EventBridge adds to an event that is put on a bus. */
function envelope(event: BusEvent) {
  const time = '2026-11-26T10:15:00Z';
  return { version: '0', id: 'e1', account: SECURITY, time, region: REGION, resources: [], ...event };
}

/** The events that the audit of an account put on the bus since the last call. */
function eventsOf({ sandbox }: AuditWorld): BusEvent[] {
  const events = sandbox
    .calls({ operation: 'events:PutEvents' })
    .flatMap(({ params }) => params.Entries as { Source: string; DetailType: string; Detail: string }[])
    .map(({ Source, DetailType, Detail }) => ({
      source: Source,
      'detail-type': DetailType,
      detail: JSON.parse(Detail),
    }));
  sandbox.clearLog();
  return events;
}

function aChange(part: Partial<VerdictChange> = {}): VerdictChange {
  return {
    change: 'new',
    findingId: 'arn:aws:eks:eu-west-1:1:cluster/prod/eks-auditor/endpoint-access',
    control: 'endpoint-access',
    controlId: '5.4.2',
    status: 'FAILED',
    severity: 'HIGH',
    reasonCode: 'PUBLIC',
    reason: 'The API server is reachable from 0.0.0.0/0.',
    accountId: PAYMENTS,
    region: REGION,
    clusterArn: `arn:aws:eks:${REGION}:${PAYMENTS}:cluster/prod`,
    resource: { type: 'AwsEksCluster', id: `arn:aws:eks:${REGION}:${PAYMENTS}:cluster/prod`, name: 'prod' },
    ...part,
  };
}

function anEvent(part: Partial<VerdictChange> = {}): BusEvent {
  const [pending] = pendingEvents([aChange(part)], { runId: 'run-1', leaseId: 'lease' });
  if (!pending) throw new Error('it raises no event');
  const { detailType, detail } = findingEvent(pending, REGION);
  return { source: 'eks-auditor', 'detail-type': detailType, detail };
}

const BROKEN = ['MailEachFinding', 'Route-endpoints', 'Route-tickets', 'ToSlack'];

describe('alerts', () => {
  test('are sent once by each rule when a finding fails, once when it is fixed, and not while it is unchanged', async () => {
    const world = await anAuditWorld(['prod']);
    const open = { region: REGION, resourcesVpcConfig: { endpointPublicAccess: true } };
    const closed = {
      region: REGION,
      resourcesVpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true },
    };
    const audit = async () => {
      await auditWholly({ ...world, run: await aRun(world.store) });
      const events = eventsOf(world);
      return events.filter(({ detail }) => (detail as { control: string }).control === 'endpoint-access');
    };

    const first = await audit();
    world.sandbox.account(PAYMENTS).putCluster('prod', closed);
    const fixed = await audit();
    const unchanged = await audit();
    world.sandbox.account(PAYMENTS).putCluster('prod', open);
    const broken = await audit();

    expect([first, unchanged]).toEqual([[], []]);
    expect(await matchedRules(fixed)).toEqual(['Route-tickets']);
    expect(await matchedRules(broken)).toEqual(BROKEN);
  });

  test.each([
    ['new', BROKEN],
    ['worse', BROKEN],
    ['exceptionEnded', BROKEN],
    ['fixed', ['Route-tickets']],
    ['notAvailable', []],
    ['better', []],
    ['seenAgain', []],
    ['gone', []],
  ] as const)('of the change %s are sent by those who have to know', async (change, expected) => {
    const severity = change === 'fixed' ? 'INFORMATIONAL' : 'HIGH';

    expect(await matchedRules([anEvent({ change, severity })])).toEqual(expected);
  });

  test('are decided for every change that raises an event', () => {
    // What is excepted has the exception that covers it.
    const changed = (change: ChangeKind) =>
      aChange({ change, ...(change === 'excepted' && { exception: 'legacy-endpoint' }) });
    const raising = CHANGE_KINDS.filter(
      (change) => pendingEvents([changed(change)], { runId: 'r', leaseId: 'l' }).length > 0,
    );

    expect(raising.toSorted()).toEqual(
      ['new', 'worse', 'exceptionEnded', 'fixed', 'notAvailable', 'better', 'seenAgain', 'gone'].toSorted(),
    );
  });

  test('are chosen by severity, control and account', async () => {
    expect(await matchedRules([anEvent({ severity: 'CRITICAL' })])).toEqual([
      'Route-endpoints',
      'Route-pager',
      'Route-tickets',
      'ToSlack',
    ]);
    expect(await matchedRules([anEvent({ severity: 'LOW' })])).toEqual(['Route-endpoints']);
    expect(await matchedRules([anEvent({ control: 'private-nodes' })])).not.toContain('Route-endpoints');
    expect(await matchedRules([anEvent({ accountId: SECURITY })])).not.toContain('Route-endpoints');
  });

  test.each([
    ['of another source', { source: 'aws.securityhub' }],
    ['of another type', { 'detail-type': 'EKS Auditor Run' }],
  ])('are not sent for events %s', async (_events, differing) => {
    expect(await matchedRules([{ ...anEvent(), ...differing }])).toEqual([]);
  });
});

describe('a message', () => {
  const targetOf = (name: string) =>
    rules.find(({ Description }) => Description.startsWith(`EKS Auditor: ${name}`))?.Targets[0]
      ?.InputTransformer;

  test('names the finding, where it is and how to fix it', () => {
    const text = transformed(targetOf('MailEachFinding'), envelope(anEvent()));

    expect(text).toMatch(/^"EKS Auditor: new: HIGH: /);
    expect(text).toContain('The API server is reachable from 0.0.0.0/0.');
    expect(text).toContain(`Account ${PAYMENTS}, Region ${REGION}`);
    expect(text).toContain('Cluster: prod');
    expect(text).toContain('/securityhub/home?region=eu-west-1#/findings?search=Id');
    expect(text).toMatch(/How to fix it: https:\/\/\S+"$/);
  });

  test.each(['MailEachFinding', 'ToSlack'])('of %s stays one whatever others write', (name) => {
    const hostile = '"}, {"text": "<https://example.com|click>\\"\n\u2028\u202e';
    const event = anEvent({
      reason: hostile,
      resource: { type: 'AwsIamRole', id: `arn:aws:iam::1:role/${hostile}` },
    });

    const text = transformed(targetOf(name), envelope(event));

    const lines = name === 'ToSlack' ? [text] : text.split('\n');
    const parsed = lines.map((line) => JSON.parse(line));
    expect(parsed).toHaveLength(name === 'ToSlack' ? 1 : 7);
    expect(JSON.stringify(parsed)).not.toContain('<https');
  });
});
