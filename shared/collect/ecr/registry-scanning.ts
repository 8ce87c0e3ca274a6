import { ECRClient, GetRegistryScanningConfigurationCommand } from '@aws-sdk/client-ecr';
import { read } from '../../aws/read.ts';
import { registryScanningSchema } from '../../model/registry-facts.ts';
import { regionCollector } from '../collector.ts';

export const ecrRegistryScanning = regionCollector({
  fact: 'registryScanning',
  actions: ['ecr:GetRegistryScanningConfiguration'],
  events: ['ecr:PutRegistryScanningConfiguration'],
  collect({ aws, scope }) {
    const ecr = aws.client(ECRClient, scope.region);
    return read('ecr:GetRegistryScanningConfiguration', async () => {
      const { scanningConfiguration } = await ecr.send(new GetRegistryScanningConfigurationCommand({}));
      return registryScanningSchema.parse({
        scanType: scanningConfiguration?.scanType,
        rules: (scanningConfiguration?.rules ?? []).map(({ scanFrequency, repositoryFilters }) => ({
          scanFrequency,
          filters: (repositoryFilters ?? []).map(({ filter }) => filter),
        })),
      });
    });
  },
});
