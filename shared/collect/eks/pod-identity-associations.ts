import { listPodIdentityAssociations } from '../../aws/operations/eks.ts';
import { clusterCollector } from '../collector.ts';

export const eksPodIdentityAssociations = clusterCollector({
  fact: 'podIdentityAssociations',
  actions: [listPodIdentityAssociations.action],
  collect: ({ list }, { name: clusterName }) => list(listPodIdentityAssociations, { clusterName }),
});
