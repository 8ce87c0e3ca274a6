import { ECRClient, GetRegistryPolicyCommand } from '@aws-sdk/client-ecr';
import { MalformedResponseError, read } from '../../aws/read.ts';
import { regionCollector } from '../collector.ts';

export const ecrRegistryPolicy = regionCollector({
  fact: 'registryPolicy',
  actions: ['ecr:GetRegistryPolicy'],
  events: ['ecr:DeleteRegistryPolicy', 'ecr:PutRegistryPolicy'],
  collect({ aws, scope }) {
    const ecr = aws.client(ECRClient, scope.region);
    return read(
      'ecr:GetRegistryPolicy',
      async () => {
        const { policyText } = await ecr.send(new GetRegistryPolicyCommand({}));
        if (!policyText) throw new MalformedResponseError('the answer holds no policy');
        return policyText;
      },
      { absent: ['RegistryPolicyNotFoundException'] },
    );
  },
});
