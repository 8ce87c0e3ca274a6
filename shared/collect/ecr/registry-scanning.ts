import { actionsOf } from '../../aws/operation.ts';
import { getRegistryScanningConfiguration } from '../../aws/operations/ecr.ts';
import { mapReading } from '../../model/evidence.ts';
import { regionCollector } from '../collector.ts';

export const ecrRegistryScanning = regionCollector({
  fact: 'registryScanning',
  actions: actionsOf(getRegistryScanningConfiguration),
  events: ['ecr:PutRegistryScanningConfiguration'],
  async collect({ read }) {
    return mapReading(await read(getRegistryScanningConfiguration, {}), ({ scanType, rules = [] }) => ({
      scanType,
      rules: rules.map(({ scanFrequency, repositoryFilters = [] }) => ({
        scanFrequency,
        filters: repositoryFilters.map(({ filter }) => filter),
      })),
    }));
  },
});
