import { z } from 'zod';
import { AwsError } from '../errors.ts';
import { ec2Protocol } from '../protocols/ec2.ts';
import { regionsOf } from '../regions.ts';
import { operation, type Service } from '../service.ts';

const invalid = (message: string) => new AwsError('InvalidParameterValue', message);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const names = z.array(z.string());
const filters = z.array(z.object({ Name: z.string(), Value: names }));

const describeRegions = operation(
  z.object({ RegionName: names.optional(), AllRegions: flag.optional(), Filter: filters.optional() }),
  ({ RegionName, AllRegions, Filter = [] }, { account, state }) => {
    const { optIn, dnsSuffix } = regionsOf(state.world.partition);
    const { enabled, optIn: optedIn } = account.regions;
    const off = optIn.filter((region) => !enabled.includes(region) && !optedIn.includes(region));
    const all = [
      ...enabled.map((RegionName) => ({ RegionName, OptInStatus: 'opt-in-not-required' })),
      ...optedIn.map((RegionName) => ({ RegionName, OptInStatus: 'opted-in' })),
      ...off.map((RegionName) => ({ RegionName, OptInStatus: 'not-opted-in' })),
    ];
    const unknown = RegionName?.find((name) => !all.some((region) => region.RegionName === name));
    if (unknown !== undefined) {
      throw invalid(`Invalid region provided: ${unknown}`);
    }
    const wanted = new Map(Filter.map(({ Name, Value }) => [Name, Value]));
    return {
      Regions: all
        .filter(({ OptInStatus }) => AllRegions || RegionName !== undefined || OptInStatus !== 'not-opted-in')
        .filter((region) => RegionName?.includes(region.RegionName) ?? true)
        .filter((region) => wanted.get('region-name')?.includes(region.RegionName) ?? true)
        .filter((region) => wanted.get('opt-in-status')?.includes(region.OptInStatus) ?? true)
        .map((region) => ({ ...region, Endpoint: `ec2.${region.RegionName}.${dnsSuffix}` })),
    };
  },
);

export const ec2: Service = {
  name: 'ec2',
  signingName: 'ec2',
  protocol: ec2Protocol,
  version: '2016-11-15',
  xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  invalid,
  operations: { DescribeRegions: describeRegions },
};
