import { actionsOf } from '../../aws/operation.ts';
import { describePullThroughCacheRules } from '../../aws/operations/ecr.ts';
import { mapReading } from '../../model/evidence.ts';
import { regionCollector } from '../collector.ts';

export const ecrPullThroughCacheRules = regionCollector({
  fact: 'pullThroughCacheRules',
  actions: actionsOf(describePullThroughCacheRules),
  events: [
    'ecr:CreatePullThroughCacheRule',
    'ecr:DeletePullThroughCacheRule',
    'ecr:UpdatePullThroughCacheRule',
  ],
  async collect({ list }) {
    return mapReading(await list(describePullThroughCacheRules, {}), (rules) =>
      rules.map(({ ecrRepositoryPrefix, upstreamRegistryUrl, upstreamRepositoryPrefix: upstreamPrefix }) => ({
        repositoryPrefix: ecrRepositoryPrefix,
        upstreamUrl: upstreamRegistryUrl,
        ...(upstreamPrefix && { upstreamPrefix }),
      })),
    );
  },
});
