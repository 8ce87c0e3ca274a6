import { ECRClient, GetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import { MalformedResponseError, read } from '../../aws/read.ts';
import type { Evidence } from '../../model/evidence.ts';
import { regionCollector } from '../collector.ts';
import { byRepository, listRepositories } from './repositories.ts';

/** One request a repository, as the API takes no more; the client limits how many are under way. */
export const ecrRepositoryPolicies = regionCollector({
  fact: 'repositoryPolicies',
  actions: ['ecr:DescribeRepositories', 'ecr:GetRepositoryPolicy'],
  events: ['ecr:DeleteRepositoryPolicy', 'ecr:SetRepositoryPolicy'],
  async collect(context) {
    const repositories = await listRepositories(context);
    if (repositories.state === 'unreadable') return repositories;
    const ecr = context.aws.client(ECRClient, context.scope.region);
    const policies = repositories.value.map(async ({ name }) => [name, await policyOf(ecr, name)] as const);
    return byRepository(await Promise.all(policies));
  },
});

function policyOf(ecr: ECRClient, repositoryName: string): Promise<Evidence<string>> {
  return read(
    'ecr:GetRepositoryPolicy',
    async () => {
      const { policyText } = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName }));
      if (!policyText) throw new MalformedResponseError('the answer holds no policy');
      return policyText;
    },
    { absent: ['RepositoryPolicyNotFoundException'] },
  );
}
