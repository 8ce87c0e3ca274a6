import { compilePattern, matches } from '../iam/wildcard.ts';
import { blind, control } from '../model/control.ts';
import type { RegistryScanning } from '../model/registry-facts.ts';
import type { ResourceRef } from '../model/resource.ts';
import { listed, sorted } from './wording.ts';

export const imageScanning = control({
  id: '5.1.1',
  title: 'Images in ECR are scanned for vulnerabilities',
  description:
    'An image is only as safe as what was known of its packages when it was last looked at. A repository that nobody ' +
    'scans ships known vulnerabilities into every cluster that pulls from it.',
  remediation: {
    text:
      'Let the registry scan every repository: aws ecr put-registry-scanning-configuration --scan-type ENHANCED --rules ' +
      '\'[{"scanFrequency":"CONTINUOUS_SCAN","repositoryFilters":[{"filter":"*","filterType":"WILDCARD"}]}]\' (or BASIC ' +
      'with SCAN_ON_PUSH, which costs nothing). The rules given replace the former ones. If another scanner sees the ' +
      'images, name it and its repositories in thirdPartyScanners.',
    url: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html',
  },
  level: 'region',
  severity: 'MEDIUM',
  nist: ['RA-5', 'SI-2', 'SI-3'],
  needs: ['registryScanning', 'repositories', 'repositoryScanning'],
  rows: {
    CONTINUOUS_SCAN: { status: 'PASSED', when: 'The scan frequency in force is CONTINUOUS_SCAN' },
    SCAN_ON_PUSH: {
      status: 'PASSED',
      when: 'The scan frequency in force is SCAN_ON_PUSH, or the repository scans on push in a registry of type BASIC',
    },
    THIRD_PARTY_ATTESTED: {
      status: 'PASSED',
      when: 'thirdPartyScanners says that another scanner looks at the repository',
    },
    NOT_SCANNED: { status: 'FAILED', when: 'None of these: no rule of the registry covers the repository' },
    NO_REPOSITORIES: { status: 'PASSED', when: 'The registry holds no repositories' },
  },
  judge({ registryScanning, repositories, repositoryScanning }, { settings }) {
    const judged = repositories.flatMap(({ name, arn, scanOnPush }) => {
      const resource: ResourceRef = { type: 'AwsEcrRepository', id: arn, name };
      const frequency = repositoryScanning[name];
      if (frequency === undefined) return [];
      if (frequency.state === 'unreadable') return [blind(frequency, { resource })];
      const evidence = { scanType: registryScanning.scanType, scanFrequency: frequency.value };
      const seen = { resource, evidence };
      if (frequency.value === 'CONTINUOUS_SCAN') {
        const reason = `Images in ${name} are scanned continuously.`;
        return [{ code: 'CONTINUOUS_SCAN' as const, reason, ...seen }];
      }
      if (frequency.value === 'SCAN_ON_PUSH' || (scanOnPush && registryScanning.scanType === 'BASIC')) {
        return [
          { code: 'SCAN_ON_PUSH' as const, reason: `Images in ${name} are scanned when pushed.`, ...seen },
        ];
      }
      const scanner = settings.thirdPartyScanners.find((one) => one.repositories.some(isNameLike(name)));
      if (scanner !== undefined) {
        const reason = `Images in ${name} are scanned by ${scanner.scanner}, says the configuration; ECR does not.`;
        return [
          {
            code: 'THIRD_PARTY_ATTESTED' as const,
            reason,
            resource,
            evidence: { ...evidence, scanner: scanner.scanner },
          },
        ];
      }
      const rules = rulesOf(registryScanning);
      const reason =
        `Images in ${name} are not scanned: the scan frequency in force is ${frequency.value}. ` +
        `The registry’s scan type is ${registryScanning.scanType}, its rules: ${listed(rules) || 'none'}.`;
      return [
        {
          code: 'NOT_SCANNED' as const,
          reason,
          resource,
          evidence: { ...evidence, rules: rules.join('; ') || 'none' },
        },
      ];
    });
    if (judged.length > 0) return judged;
    return { code: 'NO_REPOSITORIES', reason: 'The registry holds no repositories.' };
  },
});

function isNameLike(name: string): (pattern: string) => boolean {
  return (pattern) => matches(compilePattern(pattern, { wildcards: true, variables: false }), name);
}

function rulesOf({ rules }: RegistryScanning): string[] {
  return sorted(
    rules.map(({ scanFrequency, filters }) => `${scanFrequency} for ${sorted(filters).join(', ') || 'nothing'}`),
  );
}
