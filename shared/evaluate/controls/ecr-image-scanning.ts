import { control, type DecisionTable, type Judgement, notAvailable } from '../../model/control.ts';
import type { ControlSettings } from '../../model/control-settings.ts';
import { lookup } from '../../model/record.ts';
import type { RegistryScanning, Repository } from '../../model/registry-facts.ts';
import type { ResourceRef } from '../../model/resource.ts';
import { formatList, uniqueSorted } from '../formatting.ts';
import { matchesAny } from '../patterns/pattern.ts';

const rows = {
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
} as const satisfies DecisionTable;
type Row = Judgement<keyof typeof rows>;

export const ecrImageScanning = control({
  key: 'ecr-image-scanning',
  title: 'Images in ECR are scanned for vulnerabilities',
  description:
    'An image is only as safe as what was known of its packages when it was last scanned. A repository that nobody ' +
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
  withoutClusters: 'registries',
  severity: 'MEDIUM',
  nist: ['RA-5', 'SI-2', 'SI-3'],
  needs: ['registryScanning', 'repositories', 'repositoryScanning'],
  rows,
  judge({ registryScanning, repositories, repositoryScanning }, { settings }) {
    const judged = repositories.flatMap((repository): Row[] => {
      const frequency = lookup(repositoryScanning, repository.name);
      if (frequency === undefined) return [];
      const resource: ResourceRef = { type: 'AwsEcrRepository', id: repository.arn, name: repository.name };
      if (frequency.state === 'unreadable') return [notAvailable(frequency, { resource })];
      return [{ ...judgeRepository(repository, frequency.value, registryScanning, settings), resource }];
    });
    if (judged.length > 0) return judged;
    return { code: 'NO_REPOSITORIES', reason: 'The registry holds no repositories.' };
  },
});

function judgeRepository(
  { name, scanOnPush }: Repository,
  scanFrequency: string,
  registry: RegistryScanning,
  settings: ControlSettings,
): Row {
  const { scanType } = registry;
  const evidence = { scanType, scanFrequency };
  if (scanFrequency === 'CONTINUOUS_SCAN') {
    return { code: 'CONTINUOUS_SCAN', reason: `Images in ${name} are scanned continuously.`, evidence };
  }
  if (scanFrequency === 'SCAN_ON_PUSH' || (scanOnPush && scanType === 'BASIC')) {
    return { code: 'SCAN_ON_PUSH', reason: `Images in ${name} are scanned when they are pushed.`, evidence };
  }
  const attested = settings.thirdPartyScanners.find(({ repositories }) => matchesAny(repositories, name));
  if (attested !== undefined) {
    const { scanner } = attested;
    const reason = `Images in ${name} are scanned by ${scanner}, as the configuration says; ECR does not scan them.`;
    return { code: 'THIRD_PARTY_ATTESTED', reason, evidence: { ...evidence, scanner } };
  }
  const rules = rulesOf(registry);
  const reason =
    `Images in ${name} are not scanned by themselves: the scan frequency in force is ${scanFrequency}. ` +
    `The registry’s scan type is ${scanType}, its rules are: ${formatList(rules) || 'none'}.`;
  return { code: 'NOT_SCANNED', reason, evidence: { ...evidence, rules: rules.join('; ') || 'none' } };
}

function rulesOf({ rules }: RegistryScanning): string[] {
  return uniqueSorted(
    rules.map((rule) => `${rule.scanFrequency} for ${uniqueSorted(rule.filters).join(', ') || 'nothing'}`),
  );
}
