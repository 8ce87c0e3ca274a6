import { DescribeFargateProfileCommand, EKSClient, ListFargateProfilesCommand } from '@aws-sdk/client-eks';
import { allPages } from '../../aws/paginate.ts';
import { read } from '../../aws/read.ts';
import { type Named, present, type Reading } from '../../model/evidence.ts';
import { type FargateProfile, fargateProfileSchema } from '../../model/node-facts.ts';
import { clusterCollector } from '../collector.ts';

export const eksFargateProfiles = clusterCollector({
  fact: 'fargateProfiles',
  actions: ['eks:ListFargateProfiles', 'eks:DescribeFargateProfile'],
  async collect({ aws, scope }, { name: clusterName }): Promise<Reading<readonly Named<FargateProfile>[]>> {
    const eks = aws.client(EKSClient, scope.region);
    const names = await read('eks:ListFargateProfiles', () =>
      allPages(async (nextToken) => {
        const answer = await eks.send(new ListFargateProfilesCommand({ clusterName, nextToken }));
        return { items: answer.fargateProfileNames, next: answer.nextToken };
      }),
    );
    if (names.state === 'unreadable') return names;
    const profiles = names.value.map(async (name) => ({
      name,
      detail: await describe(eks, clusterName, name),
    }));
    return present(await Promise.all(profiles));
  },
});

function describe(
  eks: EKSClient,
  clusterName: string,
  fargateProfileName: string,
): Promise<Reading<FargateProfile>> {
  return read('eks:DescribeFargateProfile', async () => {
    const answer = await eks.send(new DescribeFargateProfileCommand({ clusterName, fargateProfileName }));
    return fargateProfileSchema.parse(answer.fargateProfile);
  });
}
