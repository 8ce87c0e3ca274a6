import {
  BatchGetRepositoryScanningConfigurationCommand,
  type BatchGetRepositoryScanningConfigurationResponse,
  ECRClient,
} from '@aws-sdk/client-ecr';
import { read } from '../../aws/read.ts';
import { readInBatches } from '../../aws/read-in-batches.ts';
import { malformed, present, type Reading, type Unreadable } from '../../model/evidence.ts';
import { regionCollector } from '../collector.ts';
import { byRepository, listRepositories } from './repositories.ts';

const OPERATION = 'ecr:BatchGetRepositoryScanningConfiguration';
/** AWS takes 25 names, and may refuse them all because of one: a policy about that repository, or it was deleted. */
const BATCHES = { size: 25, splitOn: ['gone', 'denied'] } as const;

export const ecrRepositoryScanning = regionCollector({
  fact: 'repositoryScanning',
  actions: ['ecr:DescribeRepositories', OPERATION],
  events: ['ecr:PutImageScanningConfiguration', 'ecr:PutRegistryScanningConfiguration'],
  async collect(context) {
    const repositories = await listRepositories(context);
    if (repositories.state === 'unreadable') return repositories;
    const ecr = context.aws.client(ECRClient, context.scope.region);
    const names = repositories.value.map(({ name }) => name);
    const answers = await readInBatches(names, BATCHES, (batch) => frequencies(ecr, batch));
    return byRepository(
      [...answers].flatMap(([name, answer]) => {
        if (answer.state === 'absent') return [];
        return [[name, answer.state === 'present' ? answer.value : answer] as const];
      }),
    );
  },
});

function frequencies(
  ecr: ECRClient,
  names: readonly string[],
): Promise<Reading<ReadonlyMap<string, Reading<string>>>> {
  return read(OPERATION, async () => {
    const command = new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: [...names] });
    const answer = await ecr.send(command);
    return new Map(names.map((name) => [name, frequencyOf(answer, name)]));
  });
}

function frequencyOf(
  { scanningConfigurations, failures }: BatchGetRepositoryScanningConfigurationResponse,
  repositoryName: string,
): Reading<string> {
  const isOfRepository = (item: { readonly repositoryName?: string | undefined }) =>
    item.repositoryName === repositoryName;
  const configuration = scanningConfigurations?.find(isOfRepository);
  if (configuration?.scanFrequency) return present(configuration.scanFrequency);
  const failure = failures?.find(isOfRepository);
  if (failure?.failureCode) return failed(failure.failureCode, failure.failureReason);
  return malformed(OPERATION, `it does not say how often ${repositoryName} is scanned`);
}

function failed(code: string, detail = ''): Unreadable {
  const kind = code === 'REPOSITORY_NOT_FOUND' ? 'gone' : 'failed';
  return { state: 'unreadable', kind, code, operation: OPERATION, detail };
}
