import { actionsOf } from '../../aws/operation.ts';
import { describeFargateProfile, listFargateProfiles } from '../../aws/operations/eks.ts';
import { clusterCollector } from '../collector.ts';
import { listAndDescribe } from './list-and-describe.ts';

export const eksFargateProfiles = clusterCollector({
  fact: 'fargateProfiles',
  actions: actionsOf(listFargateProfiles, describeFargateProfile),
  events: ['eks:CreateFargateProfile', 'eks:DeleteFargateProfile'],
  collect: ({ list, read }, { name: clusterName }) =>
    listAndDescribe({
      list: () => list(listFargateProfiles, { clusterName }),
      describe: (fargateProfileName) => read(describeFargateProfile, { clusterName, fargateProfileName }),
    }),
});
