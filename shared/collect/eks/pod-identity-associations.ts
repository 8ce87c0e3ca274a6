import { actionsOf } from '../../aws/operation.ts';
import { listPodIdentityAssociations } from '../../aws/operations/eks.ts';
import { clusterCollector } from '../collector.ts';

export const eksPodIdentityAssociations = clusterCollector({
  fact: 'podIdentityAssociations',
  actions: actionsOf(listPodIdentityAssociations),
  events: [
    'eks:CreateAddon',
    'eks:CreatePodIdentityAssociation',
    'eks:DeleteAddon',
    'eks:DeletePodIdentityAssociation',
    'eks:UpdateAddon',
    'eks:UpdatePodIdentityAssociation',
  ],
  collect: ({ list }, { name: clusterName }) => list(listPodIdentityAssociations, { clusterName }),
});
