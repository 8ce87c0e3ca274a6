import { batchGetRepositoryScanningConfiguration, describeRepositories } from '../../aws/operations/ecr.ts';
import { readInBatches } from '../../aws/read-in-batches.ts';
import { malformed, mapReading, present, type Reading, type Unreadable } from '../../model/evidence.ts';
import { type CollectContext, regionCollector } from '../collector.ts';
import { byRepository, repositoriesOf } from './repositories.ts';

const OPERATION = batchGetRepositoryScanningConfiguration.action;
/** AWS takes 25 names, and may refuse them all because of one: a policy about that repository, or it was deleted. */
const BATCHES = { size: 25, splitOn: ['gone', 'denied'] } as const;

export const ecrRepositoryScanning = regionCollector({
  fact: 'repositoryScanning',
  actions: [describeRepositories.action, OPERATION],
  events: ['ecr:PutImageScanningConfiguration', 'ecr:PutRegistryScanningConfiguration'],
  async collect(context) {
    const repositories = await repositoriesOf(context);
    if (repositories.state === 'unreadable') return repositories;
    const names = repositories.value.map(({ name }) => name);
    const answers = await readInBatches(names, BATCHES, (batch) => frequencies(context, batch));
    const frequencyByName = [...answers].map(([name, answer]) => {
      if (answer.state === 'absent') return [name, notAnswered(name)] as const;
      return [name, answer.state === 'present' ? answer.value : answer] as const;
    });
    return byRepository(context, frequencyByName);
  },
});

async function frequencies(
  { read }: CollectContext,
  names: readonly string[],
): Promise<Reading<ReadonlyMap<string, Reading<string>>>> {
  const answer = await read(batchGetRepositoryScanningConfiguration, { repositoryNames: [...names] });
  return mapReading(answer, ({ scanningConfigurations = [], failures = [] }) => {
    const answered: [string, Reading<string>][] = [
      ...failures.map(({ repositoryName, failureCode, failureReason }): [string, Reading<string>] => [
        repositoryName,
        failureCode ? failed(failureCode, failureReason) : notAnswered(repositoryName),
      ]),
      ...scanningConfigurations.map(({ repositoryName, scanFrequency }): [string, Reading<string>] => [
        repositoryName,
        scanFrequency ? present(scanFrequency) : notAnswered(repositoryName),
      ]),
    ];
    return new Map(answered);
  });
}

function notAnswered(name: string): Unreadable {
  return malformed(OPERATION, `it does not say how often ${name} is scanned`);
}

function failed(code: string, detail = ''): Unreadable {
  const kind = code === 'REPOSITORY_NOT_FOUND' ? 'gone' : 'failed';
  return { state: 'unreadable', kind, code, operation: OPERATION, detail };
}
