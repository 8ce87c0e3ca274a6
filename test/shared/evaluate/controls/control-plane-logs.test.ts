import { describe, expect, it } from 'vitest';
import { controlPlaneLogs } from '../../../../shared/evaluate/controls/control-plane-logs.ts';
import type { Benchmark } from '../../../../shared/model/benchmarks.ts';
import type { LogType } from '../../../../shared/model/control-settings.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type { Cluster } from '../../../../shared/model/facts.ts';
import { aCluster, judge } from '../../../builders.ts';

function judgeLogging(logging: Cluster['logging']) {
  return judge(controlPlaneLogs, { cluster: present(aCluster({ logging })) });
}

/** A cluster that writes logs of these types, judged by this version of the benchmark. */
function judgeTypes(types: string[], benchmark: Benchmark, requiredLogTypes?: readonly LogType[]) {
  const cluster = present(aCluster({ logging: { clusterLogging: [{ types, enabled: true }] } }));
  return judge(controlPlaneLogs, { cluster }, requiredLogTypes ? { requiredLogTypes } : {}, benchmark);
}

describe('2.1.1 audit logs', () => {
  it('passes when audit is among the types that are on', () => {
    const verdict = judgeLogging({ clusterLogging: [{ types: ['api', 'audit'], enabled: true }] });

    expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'AUDIT_LOG_ENABLED' });
  });

  it('looks at every entry that is on', () => {
    const clusterLogging = [
      { types: ['api'], enabled: true },
      { types: ['scheduler'], enabled: false },
      { types: ['audit'], enabled: true },
    ];

    expect(judgeLogging({ clusterLogging }).reasonCode).toBe('AUDIT_LOG_ENABLED');
  });

  it('fails and names the types that are on when audit is not', () => {
    const clusterLogging = [
      { types: ['scheduler', 'api'], enabled: true },
      { types: ['audit', 'authenticator'], enabled: false },
    ];

    const verdict = judgeLogging({ clusterLogging });

    expect(verdict).toMatchObject({
      status: 'FAILED',
      severity: 'MEDIUM',
      reasonCode: 'AUDIT_LOG_DISABLED',
      evidence: { enabledLogTypes: 'api, scheduler' },
    });
    expect(verdict.reason).toContain('api, scheduler');
    expect(verdict.reason).not.toContain('authenticator');
  });

  it('names no types where none is on', () => {
    expect(judgeLogging({ clusterLogging: [] }).evidence).toEqual({ enabledLogTypes: 'none' });
  });

  describe('the required types', () => {
    const ALL = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

    it('are all five in 2.0.0, which names those that are off', () => {
      expect(judgeTypes(ALL, '2.0.0').reasonCode).toBe('AUDIT_LOG_ENABLED');
      expect(judgeTypes(['audit', 'api', 'authenticator'], '2.0.0')).toMatchObject({
        status: 'FAILED',
        reasonCode: 'LOG_TYPES_DISABLED',
        evidence: { enabledLogTypes: 'api, audit, authenticator', missing: 'controllerManager, scheduler' },
      });
    });

    it('are the audit log only in 1.8.0', () => {
      expect(judgeTypes(['audit'], '1.8.0').reasonCode).toBe('AUDIT_LOG_ENABLED');
    });

    it.each(['1.8.0', '2.0.0'] as const)('are those of the settings in %s', (benchmark) => {
      const required = ['audit', 'scheduler'] as const;

      expect(judgeTypes(['audit', 'scheduler'], benchmark, required).status).toBe('PASSED');
      expect(judgeTypes(['audit', 'api'], benchmark, required)).toMatchObject({
        reasonCode: 'LOG_TYPES_DISABLED',
        evidence: { missing: 'scheduler' },
      });
    });

    it('include the audit log whatever else is off', () => {
      expect(judgeTypes(['api'], '2.0.0').reasonCodes).toEqual(['AUDIT_LOG_DISABLED']);
    });
  });

  it.each<[string, Cluster['logging']]>([
    ['no entries', { clusterLogging: [] }],
    ['a type that only sounds like it', { clusterLogging: [{ types: ['auditing'], enabled: true }] }],
  ])('fails with %s', (_, logging) => {
    expect(judgeLogging(logging).reasonCode).toBe('AUDIT_LOG_DISABLED');
  });

  it.each<[string, Cluster['logging']]>([
    ['no logging at all', undefined],
    ['no list', {}],
    ['an entry that does not say whether it is on', { clusterLogging: [{ types: ['audit'] }] }],
    ['an entry without types', { clusterLogging: [{ enabled: true }] }],
  ])('is not available with %s', (_, logging) => {
    expect(judgeLogging(logging)).toMatchObject({
      reasonCode: 'EVIDENCE_UNREADABLE',
      reason: expect.stringContaining('eks:DescribeCluster'),
    });
  });

  it('passes by an entry that is complete, whatever another one lacks', () => {
    const entries = [{ types: ['audit'], enabled: true }, { types: ['api'] }];
    expect(judgeLogging({ clusterLogging: entries }).reasonCode).toBe('AUDIT_LOG_ENABLED');
  });
});
