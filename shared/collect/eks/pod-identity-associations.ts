import { EKSClient, ListPodIdentityAssociationsCommand } from '@aws-sdk/client-eks';
import { allPages } from '../../aws/paginate.ts';
import { read } from '../../aws/read.ts';
import { podIdentityAssociationSchema } from '../../model/node-facts.ts';
import { clusterCollector } from '../collector.ts';

export const eksPodIdentityAssociations = clusterCollector({
  fact: 'podIdentityAssociations',
  actions: ['eks:ListPodIdentityAssociations'],
  // Add-ons bring associations of their own.
  events: [
    'eks:CreateAddon',
    'eks:CreatePodIdentityAssociation',
    'eks:DeleteAddon',
    'eks:DeletePodIdentityAssociation',
    'eks:UpdateAddon',
    'eks:UpdatePodIdentityAssociation',
  ],
  collect({ aws, scope }, { name: clusterName }) {
    const eks = aws.client(EKSClient, scope.region);
    return read('eks:ListPodIdentityAssociations', () =>
      allPages(async (nextToken) => {
        const answer = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName, nextToken }));
        const items = answer.associations?.map((association) =>
          podIdentityAssociationSchema.parse(association),
        );
        return { items, next: answer.nextToken };
      }),
    );
  },
});
