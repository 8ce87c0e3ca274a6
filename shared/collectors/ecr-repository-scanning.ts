import {
  BatchGetRepositoryScanningConfigurationCommand,
  type BatchGetRepositoryScanningConfigurationResponse,
  ECRClient,
} from '@aws-sdk/client-ecr';
import { chunksOf } from '../aws/paginate.ts';
import { read } from '../aws/read.ts';
import { present, type Reading, type Unreadable } from '../model/evidence.ts';
import { regionCollector } from './collector.ts';
import { byRepository, listRepositories } from './ecr-repositories.ts';

const OPERATION = 'ecr:BatchGetRepositoryScanningConfiguration';
/** The most names that AWS takes a request. */
const BATCH_SIZE = 25;

export const ecrRepositoryScanning = regionCollector({
  fact: 'repositoryScanning',
  actions: ['ecr:DescribeRepositories', OPERATION],
  async collect(context) {
    const repositories = await listRepositories(context);
    if (repositories.state === 'unreadable') return repositories;
    const ecr = context.aws.client(ECRClient, context.scope.region);
    const names = repositories.value.map(({ name }) => name);
    const batches = chunksOf(names, BATCH_SIZE).map((batch) => frequencies(ecr, batch));
    return byRepository((await Promise.all(batches)).flat());
  },
});

/** A request that fails says nothing of any repository of its batch. */
async function frequencies(ecr: ECRClient, names: string[]): Promise<[string, Reading<string>][]> {
  const answer = await read(OPERATION, () =>
    ecr.send(new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: names })),
  );
  if (answer.state === 'unreadable') return names.map((name) => [name, answer]);
  return names.map((name) => [name, frequencyOf(answer.value, name)]);
}

function frequencyOf(
  { scanningConfigurations, failures }: BatchGetRepositoryScanningConfigurationResponse,
  repositoryName: string,
): Reading<string> {
  const found = scanningConfigurations?.find((one) => one.repositoryName === repositoryName);
  if (found?.scanFrequency) return present(found.scanFrequency);
  const failure = failures?.find((one) => one.repositoryName === repositoryName);
  if (failure) return failed(failure.failureCode, failure.failureReason);
  return failed(undefined, `it does not say how often ${repositoryName} is scanned`);
}

function failed(code = 'MalformedResponse', detail = ''): Unreadable {
  const kind = code === 'REPOSITORY_NOT_FOUND' ? 'gone' : 'failed';
  return { state: 'unreadable', kind, code, operation: OPERATION, detail };
}
