import { describe, expect, it } from 'vitest';
import { ecrImageScanning } from '../../../../shared/evaluate/controls/ecr-image-scanning.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type { RegionFacts } from '../../../../shared/model/facts.ts';
import type { RegistryScanning } from '../../../../shared/model/registry-facts.ts';
import { denied, SCOPE } from '../../../builders.ts';
import { ACCOUNT, aRepository, verdictOf, verdictsOf } from '../../../builders-iam.ts';

/** A registry with one repository that is scanned this often. */
function aRegistry(
  frequency: string,
  scanning: Partial<RegistryScanning> = {},
  scanOnPush = false,
): Partial<RegionFacts> {
  const repository = aRepository({ scanOnPush });
  return {
    registryScanning: present({ scanType: 'BASIC', rules: [], ...scanning }),
    repositories: present([repository]),
    repositoryScanning: present({ [repository.name]: present(frequency) }),
  };
}

function judge(region: Partial<RegionFacts>, settings = {}) {
  return verdictOf(ecrImageScanning, { region }, { settings });
}

describe('5.1.1 image scanning', () => {
  it('passes a repository that is scanned continuously', () => {
    const verdict = judge(aRegistry('CONTINUOUS_SCAN', { scanType: 'ENHANCED' }));

    expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'CONTINUOUS_SCAN' });
    expect(verdict.resource).toMatchObject({ type: 'AwsEcrRepository', id: aRepository().arn });
    expect(verdict.clusterArn).toBeUndefined();
  });

  it.each(['BASIC', 'ENHANCED'])(
    'passes one that is scanned on push in a registry of type %s',
    (scanType) => {
      const verdict = judge(aRegistry('SCAN_ON_PUSH', { scanType }));

      expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'SCAN_ON_PUSH' });
    },
  );

  it('passes one that scans on push itself while the registry is BASIC', () => {
    const verdict = judge(aRegistry('MANUAL', { scanType: 'BASIC' }, true));

    expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'SCAN_ON_PUSH' });
  });

  it('does not heed the repository’s own setting while the registry is ENHANCED', () => {
    const verdict = judge(aRegistry('MANUAL', { scanType: 'ENHANCED' }, true));

    expect(verdict).toMatchObject({ status: 'FAILED', reasonCode: 'NOT_SCANNED', severity: 'MEDIUM' });
  });

  it('fails one that no rule covers, naming the scan type and the filters', () => {
    const rules = [{ scanFrequency: 'SCAN_ON_PUSH', filters: ['prod-*', 'base'] }];
    const verdict = judge(aRegistry('MANUAL', { scanType: 'ENHANCED', rules }));

    expect(verdict).toMatchObject({ status: 'FAILED', reasonCode: 'NOT_SCANNED' });
    expect(verdict.reason).toContain('ENHANCED');
    expect(verdict.reason).toContain('SCAN_ON_PUSH for base, prod-*');
    expect(verdict.evidence).toEqual({
      scanType: 'ENHANCED',
      scanFrequency: 'MANUAL',
      rules: 'SCAN_ON_PUSH for base, prod-*',
    });
  });

  it('says that there are no rules, and which rule is for nothing', () => {
    const rules = [{ scanFrequency: 'CONTINUOUS_SCAN', filters: [] }];

    expect(judge(aRegistry('MANUAL')).evidence).toMatchObject({ rules: 'none' });
    expect(judge(aRegistry('MANUAL', { rules })).evidence).toMatchObject({
      rules: 'CONTINUOUS_SCAN for nothing',
    });
  });

  it('keeps the scan type and the frequency in force as evidence', () => {
    const evidence = { scanType: 'ENHANCED', scanFrequency: 'CONTINUOUS_SCAN' };

    expect(judge(aRegistry('CONTINUOUS_SCAN', { scanType: 'ENHANCED' })).evidence).toEqual(evidence);
  });

  describe('a scanner of someone else', () => {
    const settings = { thirdPartyScanners: [{ scanner: 'Trivy', repositories: ['shop/*'] }] };

    it('passes the repositories it is said to look at, and is named', () => {
      const verdict = judge(aRegistry('MANUAL'), settings);

      expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'THIRD_PARTY_ATTESTED' });
      expect(verdict.reason).toContain('Trivy');
      expect(verdict.evidence).toEqual({ scanType: 'BASIC', scanFrequency: 'MANUAL', scanner: 'Trivy' });
    });

    it('passes no other', () => {
      const elsewhere = [{ scanner: 'Trivy', repositories: ['shop', 'api', 'shop/'] }];

      expect(judge(aRegistry('MANUAL'), { thirdPartyScanners: elsewhere }).reasonCode).toBe('NOT_SCANNED');
    });

    it('does not hide that ECR scans as well', () => {
      expect(judge(aRegistry('SCAN_ON_PUSH'), settings).reasonCode).toBe('SCAN_ON_PUSH');
    });
  });

  it('passes a registry without repositories once', () => {
    const verdict = judge({
      registryScanning: present({ scanType: 'BASIC', rules: [] }),
      repositories: present([]),
      repositoryScanning: present({}),
    });

    expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'NO_REPOSITORIES', scope: SCOPE });
    expect(verdict.resource).toEqual({ type: 'AwsAccount', id: `AWS::::Account:${ACCOUNT}` });
  });

  it('says nothing of a repository that was deleted meanwhile', () => {
    const [gone, there] = [aRepository({ name: 'gone' }), aRepository({ name: 'there' })];
    const verdict = judge({
      registryScanning: present({ scanType: 'BASIC', rules: [] }),
      repositories: present([gone, there]),
      repositoryScanning: present({ there: present('MANUAL') }),
    });

    expect(verdict.resource.id).toBe(there.arn);
  });

  it('judges every other repository when one cannot be read', () => {
    const [unread, read] = [aRepository({ name: 'a', scanOnPush: true }), aRepository({ name: 'b' })];
    const verdicts = verdictsOf(ecrImageScanning, {
      region: {
        registryScanning: present({ scanType: 'BASIC', rules: [] }),
        repositories: present([unread, read]),
        repositoryScanning: present({
          a: denied('ecr:BatchGetRepositoryScanningConfiguration'),
          b: present('CONTINUOUS_SCAN'),
        }),
      },
    });

    expect(verdicts.map(({ resource, status }) => [resource.name, status])).toEqual([
      ['a', 'NOT_AVAILABLE'],
      ['b', 'PASSED'],
    ]);
  });

  it.each([
    ['the registry’s configuration', { registryScanning: denied('ecr:GetRegistryScanningConfiguration') }],
    ['the list of repositories', { repositories: denied('ecr:DescribeRepositories') }],
  ])('is not available when %s cannot be read', (_, unread: Partial<RegionFacts>) => {
    const verdict = judge({ ...aRegistry('CONTINUOUS_SCAN'), ...unread });

    expect(verdict).toMatchObject({ status: 'NOT_AVAILABLE', reasonCode: 'EVIDENCE_UNREADABLE' });
  });
});
