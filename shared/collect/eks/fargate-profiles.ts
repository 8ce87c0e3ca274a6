import { DescribeFargateProfileCommand, EKSClient, ListFargateProfilesCommand } from '@aws-sdk/client-eks';
import { fargateProfileSchema } from '../../model/node-facts.ts';
import { clusterCollector } from '../collector.ts';
import { listAndDescribe } from './list-and-describe.ts';

export const eksFargateProfiles = clusterCollector({
  fact: 'fargateProfiles',
  actions: ['eks:ListFargateProfiles', 'eks:DescribeFargateProfile'],
  events: ['eks:CreateFargateProfile', 'eks:DeleteFargateProfile'],
  collect({ aws, scope }, { name: clusterName }) {
    const eks = aws.client(EKSClient, scope.region);
    return listAndDescribe({
      list: {
        operation: 'eks:ListFargateProfiles',
        async send(nextToken) {
          const answer = await eks.send(new ListFargateProfilesCommand({ clusterName, nextToken }));
          return { items: answer.fargateProfileNames, next: answer.nextToken };
        },
      },
      describe: {
        operation: 'eks:DescribeFargateProfile',
        async send(fargateProfileName) {
          const command = new DescribeFargateProfileCommand({ clusterName, fargateProfileName });
          const answer = await eks.send(command);
          return fargateProfileSchema.parse(answer.fargateProfile);
        },
      },
    });
  },
});
