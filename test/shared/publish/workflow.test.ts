import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { describe, expect, test } from 'vitest';
import { isStillWanted, type WorkflowGoal, workflowGoal } from '../../../shared/publish/workflow.ts';
import { aVerdict, stored } from './builders.ts';

const NOTE =
  'Accepted by exception legacy-endpoint of platform@example.com until 2027-03-31: Vendor appliance';

/** Whose a workflow is: set by nobody, by a person, or by an exception with this or an earlier note. */
const WORKFLOWS = {
  NEW: { Workflow: { Status: 'NEW' } },
  NOTIFIED: { Workflow: { Status: 'NOTIFIED' } },
  RESOLVED: { Workflow: { Status: 'RESOLVED' } },
  'SUPPRESSED by a person': { Workflow: { Status: 'SUPPRESSED' } },
  'SUPPRESSED by the exception': suppressedBy(NOTE),
  'SUPPRESSED by the exception as it was': suppressedBy(NOTE.replace('2027', '2026')),
} satisfies Record<string, Partial<AwsSecurityFinding>>;

function suppressedBy(text: string) {
  return {
    Workflow: { Status: 'SUPPRESSED' },
    Note: { Text: text, UpdatedBy: 'eks-auditor', UpdatedAt: '2026-11-22T10:15:00.000Z' },
  } satisfies Partial<AwsSecurityFinding>;
}

const STATUSES = ['FAILED', 'WARNING', 'NOT_AVAILABLE', 'PASSED'] as const;

/** The findings, by status and workflow, of which a goal is still wanted when they are read again. */
function wantedOf(goal: WorkflowGoal): string[] {
  return STATUSES.flatMap((Status) =>
    Object.entries(WORKFLOWS)
      .filter(([, fields]) =>
        isStillWanted(goal, { ...stored(aVerdict()), Compliance: { Status }, ...fields }),
      )
      .map(([name]) => `${Status} ${name}`),
  );
}

describe('a workflow that was to be set, when the finding is read again', () => {
  test('is SUPPRESSED where there is a failure or a warning that no person and not this exception suppressed', () => {
    const wanted = (status: string) =>
      ['NEW', 'NOTIFIED', 'RESOLVED', 'SUPPRESSED by the exception as it was'].map(
        (name) => `${status} ${name}`,
      );
    expect(wantedOf({ status: 'SUPPRESSED', note: NOTE })).toEqual([
      ...wanted('FAILED'),
      ...wanted('WARNING'),
    ]);
  });

  test('is NEW where an exception suppressed what does not pass', () => {
    expect(wantedOf({ status: 'NEW' })).toEqual(
      ['FAILED', 'WARNING', 'NOT_AVAILABLE'].flatMap((status) => [
        `${status} SUPPRESSED by the exception`,
        `${status} SUPPRESSED by the exception as it was`,
      ]),
    );
  });

  test('is RESOLVED where what passes is in the queue of people, or an exception suppressed it', () => {
    expect(wantedOf({ status: 'RESOLVED' })).toEqual([
      'PASSED NEW',
      'PASSED NOTIFIED',
      'PASSED SUPPRESSED by the exception',
      'PASSED SUPPRESSED by the exception as it was',
    ]);
  });
});

describe('a failure that carries the note of an exception', () => {
  const failure = { status: 'FAILED' } as const;

  test.each(['NEW', 'NOTIFIED', 'RESOLVED'] as const)(
    'is left as it is once a person has set it to %s',
    (Status) => {
      expect(workflowGoal(failure, { ...suppressedBy(NOTE), Workflow: { Status } })).toBeUndefined();
    },
  );

  test.each([
    ['legacy-endpoint', 'Exception legacy-endpoint'],
    ['legacy-endpoint\nhttps://example.com', 'The exception'],
    ['<https://example.com> legacy-endpoint', 'The exception'],
    ['', 'The exception'],
  ])('that is over is named where %j can be its id', (id, name) => {
    const finding = { ...suppressedBy(NOTE), ProductFields: { 'eks-auditor/exception': id } };

    expect(workflowGoal(failure, finding)).toEqual({
      status: 'NEW',
      note: `${name} does not cover it any more. It still fails.`,
    });
    expect(workflowGoal({ status: 'NOT_AVAILABLE' }, finding)?.note).toBe(
      `${name} does not cover it any more. It could not be judged, which no exception covers.`,
    );
  });
});
