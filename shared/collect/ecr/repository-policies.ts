import { actionsOf } from '../../aws/operation.ts';
import { describeRepositories, getRepositoryPolicy } from '../../aws/operations/ecr.ts';
import { regionCollector } from '../collector.ts';
import { byRepository, repositoriesOf } from './repositories.ts';

/** One request a repository, as the API takes no more; the client limits how many are under way. */
export const ecrRepositoryPolicies = regionCollector({
  fact: 'repositoryPolicies',
  actions: actionsOf(describeRepositories, getRepositoryPolicy),
  events: ['ecr:DeleteRepositoryPolicy', 'ecr:SetRepositoryPolicy'],
  async collect(context) {
    const repositories = await repositoriesOf(context);
    if (repositories.state === 'unreadable') return repositories;
    const policies = repositories.value.map(
      async ({ name }) => [name, await context.read(getRepositoryPolicy, { repositoryName: name })] as const,
    );
    return byRepository(context, await Promise.all(policies));
  },
});
