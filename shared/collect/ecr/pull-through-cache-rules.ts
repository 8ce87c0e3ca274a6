import { DescribePullThroughCacheRulesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { allPages } from '../../aws/paginate.ts';
import { read } from '../../aws/read.ts';
import { pullThroughCacheRuleSchema } from '../../model/registry-facts.ts';
import { regionCollector } from '../collector.ts';

export const ecrPullThroughCacheRules = regionCollector({
  fact: 'pullThroughCacheRules',
  actions: ['ecr:DescribePullThroughCacheRules'],
  events: [
    'ecr:CreatePullThroughCacheRule',
    'ecr:DeletePullThroughCacheRule',
    'ecr:UpdatePullThroughCacheRule',
  ],
  collect({ aws, scope }) {
    const ecr = aws.client(ECRClient, scope.region);
    return read('ecr:DescribePullThroughCacheRules', () =>
      allPages(async (nextToken) => {
        const answer = await ecr.send(new DescribePullThroughCacheRulesCommand({ nextToken }));
        const items = answer.pullThroughCacheRules?.map((rule) =>
          pullThroughCacheRuleSchema.parse({
            repositoryPrefix: rule.ecrRepositoryPrefix,
            upstreamUrl: rule.upstreamRegistryUrl,
            upstreamPrefix: rule.upstreamRepositoryPrefix,
          }),
        );
        return { items, next: answer.nextToken };
      }),
    );
  },
});
