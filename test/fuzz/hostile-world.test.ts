import { describe, expect, it } from 'vitest';
import { ATTACKER, type Kind, NEIGHBOUR, organizationWith } from '../../infra/bench/hostile-world.ts';
import type { Verdict } from '../../shared/model/verdict.ts';
import { coverageOf, REGION, run, signedIn } from '../harness.ts';

/* How long it takes is measured by `npm run bench -- hostile`. */

async function auditOf(kind: Kind) {
  const sandbox = await signedIn(organizationWith(kind, { clusters: 2, others: 2 }));
  const result = await run();
  const of = (accountId: string) => result.verdicts.filter(({ scope }) => scope.accountId === accountId);
  return {
    result,
    attacker: of(ATTACKER),
    neighbour: of(NEIGHBOUR).map(withoutTime),
    findings: sandbox.findings(NEIGHBOUR, REGION).map(({ Id, Compliance, Description, Severity }) => ({
      Id,
      Compliance,
      Description,
      Severity,
    })),
  };
}

function withoutTime({ observedAt, ...verdict }: Verdict): Omit<Verdict, 'observedAt'> {
  return verdict;
}

describe('a world whose every text, list and document is hostile', () => {
  it('is audited and published, and its neighbours have the verdicts that they have beside a tame one', async () => {
    const tame = await auditOf('tame');
    const hostile = await auditOf('hostile');
    const subjects = (verdicts: readonly Verdict[]) =>
      verdicts.map(({ control, resource }) => `${control} ${resource.type}`).sort();

    expect(hostile.neighbour.length).toBeGreaterThan(10);
    expect(hostile.neighbour).toEqual(tame.neighbour);
    expect(hostile.findings).toEqual(tame.findings);
    expect(subjects(hostile.attacker)).toEqual(subjects(tame.attacker));
    expect(coverageOf(hostile.result, NEIGHBOUR).state).toBe('covered');
    expect(hostile.result.changes.failed).toEqual([]);
  });
});
