import {
  DescribeLaunchTemplateVersionsCommand,
  paginateDescribeLaunchTemplateVersions,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ec2Account } from './ec2-support.ts';
import { region } from './support.ts';

describe('launch templates', () => {
  const versions = [
    { MetadataOptions: { HttpPutResponseHopLimit: 1 } },
    {
      NetworkInterfaces: [
        { DeviceIndex: 0, AssociatePublicIpAddress: true, SubnetId: 'subnet-1', Groups: ['sg-1', 'sg-2'] },
      ],
      SecurityGroupIds: ['sg-3'],
      IamInstanceProfile: { Name: 'node' },
      TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [{ Key: 'a', Value: 'b' }] }],
    },
    { MetadataOptions: { HttpPutResponseHopLimit: 3 } },
  ];

  async function template() {
    return ec2Account((builder) =>
      builder
        .launchTemplate('lt-1', { region, name: 'nodes', versions, defaultVersion: 2 })
        .launchTemplate('lt-2', { region, versions: [{}] }),
    );
  }

  it('have every member of an interface, prefixes too', async () => {
    const NetworkInterfaces = [
      {
        DeviceIndex: 0,
        Ipv6AddressCount: 1,
        Ipv6PrefixCount: 2,
        Ipv6Prefixes: [{ Ipv6Prefix: '2001:db8:1::/80' }],
        Ipv4PrefixCount: 3,
        Ipv4Prefixes: [{ Ipv4Prefix: '10.0.1.0/28' }],
        PrimaryIpv6: true,
        EnaSrdSpecification: { EnaSrdEnabled: true },
      },
    ];
    const CpuOptions = { CoreCount: 2, ThreadsPerCore: 1 };
    const { client } = await ec2Account((builder) =>
      builder.launchTemplate('lt-1', { region, versions: [{ NetworkInterfaces, CpuOptions }] }),
    );
    const { LaunchTemplateVersions } = await client.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: 'lt-1' }),
    );
    expect(LaunchTemplateVersions?.[0]?.LaunchTemplateData).toEqual({ NetworkInterfaces, CpuOptions });
  });

  it.each([
    [{ LaunchTemplateId: 'lt-1' }, [3, 2, 1]],
    [{ LaunchTemplateName: 'nodes', Versions: ['$Default'] }, [2]],
    [{ LaunchTemplateId: 'lt-1', Versions: ['$Latest', '1'] }, [3, 1]],
    [{ Versions: ['$Latest'] }, [3, 1]],
  ])('have the versions of %o', async (input, expected) => {
    const { client } = await template();
    const { LaunchTemplateVersions } = await client.send(new DescribeLaunchTemplateVersionsCommand(input));
    expect(LaunchTemplateVersions?.map(({ VersionNumber }) => VersionNumber)).toEqual(expected);
  });

  it('have their data', async () => {
    const { client } = await template();
    const command = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: 'lt-1', Versions: ['2'] });
    const { LaunchTemplateVersions } = await client.send(command);
    expect(LaunchTemplateVersions).toMatchObject([
      { LaunchTemplateName: 'nodes', DefaultVersion: true, LaunchTemplateData: versions[1] },
    ]);
  });

  it.each([
    ['InvalidLaunchTemplateId.NotFound', { LaunchTemplateId: 'lt-x' }],
    ['InvalidLaunchTemplateName.NotFoundException', { LaunchTemplateName: 'missing' }],
    ['InvalidLaunchTemplateId.VersionNotFound', { LaunchTemplateId: 'lt-1', Versions: ['9'] }],
    ['MissingParameter', { Versions: ['1'] }],
    ['InvalidParameterValue', { LaunchTemplateId: 'lt-1', MaxResults: 201 }],
    ['InvalidParameterValue', { LaunchTemplateId: 'lt-1', Versions: ['latest'] }],
  ])('are answered with %s for %o', async (name, input) => {
    const { client } = await template();
    await expect(client.send(new DescribeLaunchTemplateVersionsCommand(input))).rejects.toMatchObject({
      name,
    });
  });

  it('are listed in pages of 200', async () => {
    const { client } = await ec2Account((builder) =>
      builder.launchTemplate('lt-1', { region, versions: Array.from({ length: 201 }, () => ({})) }),
    );
    const sizes: number[] = [];
    for await (const page of paginateDescribeLaunchTemplateVersions(
      { client },
      { LaunchTemplateId: 'lt-1' },
    )) {
      sizes.push(page.LaunchTemplateVersions?.length ?? 0);
    }
    expect(sizes).toEqual([200, 1]);
  });
});
