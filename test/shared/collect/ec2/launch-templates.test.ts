import { describe, expect, it } from 'vitest';
import { REGION } from '../../../harness.ts';
import { collected, valueIn } from '../collected.ts';
import { aWorld } from './network-world.ts';

const region = REGION;

describe('launch templates', () => {
  const launchTemplate = { id: 'lt-1', version: '2' };

  it('are read once for each version that node groups name', async () => {
    const sandbox = await aWorld((account) =>
      account
        .launchTemplate('lt-1', {
          region,
          versions: [
            {},
            {
              NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: 'subnet-9', AssociatePublicIpAddress: true }],
              MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
            },
          ],
        })
        .cluster('billing', { region, nodegroups: [{ launchTemplate }, { launchTemplate: { id: 'lt-1' } }] })
        .cluster('shop', { region, nodegroups: [{ launchTemplate }, {}] }),
    );

    const templates = valueIn((await collected(sandbox, 'launchTemplates')).launchTemplates);

    expect(Object.keys(templates).sort()).toEqual(['lt-1:$Default', 'lt-1:2']);
    expect(valueIn(templates['lt-1:2'])).toMatchObject({
      id: 'lt-1',
      version: '2',
      networkInterfaces: [{ deviceIndex: 0, subnetId: 'subnet-9', associatePublicIpAddress: true }],
      metadata: { httpTokens: 'required', hopLimit: 1 },
    });
    expect(valueIn(templates['lt-1:$Default']).networkInterfaces).toEqual([]);
    expect(sandbox.calls({ operation: 'ec2:DescribeLaunchTemplateVersions' })).toHaveLength(2);
  });

  it('are found by their name where a node group names no id', async () => {
    const sandbox = await aWorld((account) =>
      account
        .launchTemplate('lt-1', { region, name: 'workers', versions: [{}] })
        .cluster('shop', { region, nodegroups: [{ launchTemplate: { name: 'workers', version: '1' } }] }),
    );

    const templates = valueIn((await collected(sandbox, 'launchTemplates')).launchTemplates);

    expect(valueIn(templates['workers:1']).id).toBe('lt-1');
  });

  it('that were deleted are gone; the others are read', async () => {
    const sandbox = await aWorld((account) =>
      account
        .launchTemplate('lt-1', { region, versions: [{}] })
        .cluster('shop', {
          region,
          nodegroups: ['lt-gone', 'lt-1'].map((id) => ({ launchTemplate: { id, version: '1' } })),
        })
        .cluster('billing', { region, nodegroups: [{ launchTemplate: { id: 'lt-1', version: '7' } }] }),
    );

    const templates = valueIn((await collected(sandbox, 'launchTemplates')).launchTemplates);

    expect(templates).toMatchObject({
      'lt-gone:1': { state: 'unreadable', kind: 'gone' },
      'lt-1:7': { state: 'unreadable', kind: 'gone' },
      'lt-1:1': { state: 'present' },
    });
  });
});
