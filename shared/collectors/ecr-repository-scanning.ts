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
/**
 * How many requests are spent on finding out which names of a refused batch it was refused for. Where the operation is
 * refused altogether, they are in vain.
 */
const MOST_HALVES = 100;

export const ecrRepositoryScanning = regionCollector({
  fact: 'repositoryScanning',
  actions: ['ecr:DescribeRepositories', OPERATION],
  async collect(context) {
    const repositories = await listRepositories(context);
    if (repositories.state === 'unreadable') return repositories;
    const ecr = context.aws.client(ECRClient, context.scope.region);
    const names = repositories.value.map(({ name }) => name);
    const spent = { halves: 0 };
    const batches = chunksOf(names, BATCH_SIZE).map((batch) => frequencies(ecr, batch, spent));
    return byRepository((await Promise.all(batches)).flat());
  },
});

/**
 * The frequencies of a batch. A request may be refused for one of its names, by a policy about that repository or
 * because it was deleted: it is repeated in halves, so that the others are read. Any other failure says nothing of any.
 */
async function frequencies(
  ecr: ECRClient,
  names: string[],
  spent: { halves: number },
): Promise<[string, Reading<string>][]> {
  const answer = await read(OPERATION, () =>
    ecr.send(new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: names })),
  );
  if (answer.state === 'present') return names.map((name) => [name, frequencyOf(answer.value, name)]);
  const isForOne = answer.kind === 'denied' || answer.kind === 'gone';
  if (names.length === 1 || !isForOne) return names.map((name) => [name, answer]);
  if (spent.halves >= MOST_HALVES) return names.map((name) => [name, unknownFor(answer)]);
  spent.halves += 2;
  const halves = chunksOf(names, Math.ceil(names.length / 2));
  return (await Promise.all(halves.map((half) => frequencies(ecr, half, spent)))).flat();
}

/** That one of a batch is gone does not make the others gone. */
function unknownFor(refusal: Unreadable): Unreadable {
  return refusal.kind === 'gone' ? { ...refusal, kind: 'failed' } : refusal;
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
