import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointAccess } from '../../../../shared/evaluate/controls/endpoint-access.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type { Cluster } from '../../../../shared/model/facts.ts';
import { aCluster, judge } from '../../../builders.ts';

type VpcConfig = NonNullable<Cluster['resourcesVpcConfig']>;

function judgeVpcConfig(resourcesVpcConfig: VpcConfig, settings: { maxPublicAddresses?: number } = {}) {
  return judge(endpointAccess, { cluster: present(aCluster({ resourcesVpcConfig })) }, settings);
}

/** Public and private access on, public for these ranges. */
function judgeRanges(publicAccessCidrs: string[] | null, settings: { maxPublicAddresses?: number } = {}) {
  return judgeVpcConfig(
    { endpointPublicAccess: true, endpointPrivateAccess: true, publicAccessCidrs },
    settings,
  );
}

describe('5.4.1 endpoint access', () => {
  it('passes when public access is off, whatever ranges are left over', () => {
    const verdict = judgeVpcConfig({
      endpointPublicAccess: false,
      endpointPrivateAccess: true,
      publicAccessCidrs: ['0.0.0.0/0'],
    });

    expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'PRIVATE_ONLY' });
  });

  it('fails mildly when nobody gets in at all', () => {
    const verdict = judgeVpcConfig({ endpointPublicAccess: false, endpointPrivateAccess: false });

    expect(verdict).toMatchObject({ status: 'FAILED', severity: 'LOW', reasonCode: 'NO_ENDPOINT_ACCESS' });
    expect(verdict.evidence).toEqual({ endpointPublicAccess: 'false', endpointPrivateAccess: 'false' });
  });

  it.each([
    [['0.0.0.0/0']],
    [['::/0']],
    [['0.0.0.0/1', '128.0.0.0/1']],
    [['8000::/1', '10.0.0.0/8', '::/1']],
    [['10.0.0.7/0']],
    [['0.0.0.0/0', 'nonsense']],
  ])('fails when %s lets everyone in', (cidrs) => {
    const verdict = judgeRanges(cidrs);

    expect(verdict).toMatchObject({ status: 'FAILED', severity: 'HIGH', reasonCode: 'OPEN_TO_INTERNET' });
    expect(verdict.reason).toContain(cidrs[0]);
  });

  it('says of which family the endpoint is open to all', () => {
    expect(judgeRanges(['0.0.0.0/0']).reason).toContain('open to all of IPv4 through');
    expect(judgeRanges(['::/0']).reason).toContain('open to all of IPv6 through');
  });

  it('reads missing ranges as everyone where nothing is said of the network', () => {
    const resourcesVpcConfig = { endpointPublicAccess: true, endpointPrivateAccess: true };
    const { kubernetesNetworkConfig: _, ...cluster } = aCluster({ resourcesVpcConfig });

    expect(judge(endpointAccess, { cluster: present(cluster) }).evidence.publicAccessCidrs).toBe('0.0.0.0/0');
  });

  it('needs no word on private access to fail an open endpoint', () => {
    const verdict = judgeVpcConfig({ endpointPublicAccess: true, publicAccessCidrs: ['0.0.0.0/0'] });

    expect(verdict.reasonCode).toBe('OPEN_TO_INTERNET');
  });

  it.each([null, []])('reads %j as everyone, like EKS', (cidrs) => {
    const verdict = judgeRanges(cidrs);

    expect(verdict.reasonCode).toBe('OPEN_TO_INTERNET');
    expect(verdict.evidence.publicAccessCidrs).toBe('0.0.0.0/0');
  });

  it('reads missing ranges as everyone on both families of a dual-stack cluster', () => {
    const resourcesVpcConfig = { endpointPublicAccess: true, endpointPrivateAccess: true };
    const cluster = aCluster({ resourcesVpcConfig, kubernetesNetworkConfig: { ipFamily: 'ipv6' } });

    const verdict = judge(endpointAccess, { cluster: present(cluster) });

    expect(verdict.reasonCode).toBe('OPEN_TO_INTERNET');
    expect(verdict.reason).toContain('IPv4 and IPv6');
    expect(verdict.evidence.publicAccessCidrs).toBe('0.0.0.0/0, ::/0');
  });

  it.each([
    ['exactly as many addresses as allowed', ['10.0.0.0/16'], 'RESTRICTED'],
    ['one more', ['10.0.0.0/16', '192.0.2.1/32'], 'OVERLY_BROAD'],
    ['the same addresses twice', ['10.0.0.0/16', '10.0.128.0/17', '10.0.0.0/16'], 'RESTRICTED'],
    ['as many /64 networks as allowed', ['2001:db8::/48'], 'RESTRICTED'],
    ['IPv4 and IPv6 together above', ['2001:db8::/48', '192.0.2.1/32'], 'OVERLY_BROAD'],
    ['half of IPv4', ['0.0.0.0/1'], 'OVERLY_BROAD'],
    ['too many, and nonsense', ['10.0.0.0/8', 'nonsense'], 'OVERLY_BROAD'],
  ])('counts %s', (_, cidrs, code) => {
    expect(judgeRanges(cidrs).reasonCode).toBe(code);
  });

  it('says how many addresses are too many', () => {
    const verdict = judgeRanges(['10.0.0.0/8']);

    expect(verdict).toMatchObject({ status: 'FAILED', severity: 'MEDIUM' });
    expect(verdict.reason).toContain('16,777,216 IPv4 addresses');
  });

  it('takes the limit from the settings', () => {
    expect(judgeRanges(['192.0.2.0/24'], { maxPublicAddresses: 255 }).reasonCode).toBe('OVERLY_BROAD');
    expect(judgeRanges(['192.0.2.0/24'], { maxPublicAddresses: 256 }).reasonCode).toBe('RESTRICTED');
    expect(judgeRanges(['192.0.2.7/32'], { maxPublicAddresses: 0 }).reasonCode).toBe('OVERLY_BROAD');
  });

  it('fails when the ranges are few but private access is off', () => {
    const verdict = judgeVpcConfig({
      endpointPublicAccess: true,
      endpointPrivateAccess: false,
      publicAccessCidrs: ['192.0.2.0/24'],
    });

    expect(verdict).toMatchObject({
      status: 'FAILED',
      severity: 'MEDIUM',
      reasonCode: 'PRIVATE_ACCESS_DISABLED',
    });
  });

  it('passes and names the ranges when they are few and private access is on', () => {
    const verdict = judgeRanges(['203.0.113.0/24', '192.0.2.0/24']);

    expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'RESTRICTED' });
    expect(verdict.reason).toContain('192.0.2.0/24, 203.0.113.0/24');
  });

  it('counts the ranges it has no room to name', () => {
    const cidrs = Array.from({ length: 40 }, (_, index) => `192.0.2.${index + 100}/32`);

    expect(judgeRanges(cidrs).reason).toContain('192.0.2.109/32 and 30 more');
  });

  it.each<[string, VpcConfig | undefined]>([
    ['no network configuration', undefined],
    ['no word on public access', { endpointPrivateAccess: true }],
    ['no word on private access of a private endpoint', { endpointPublicAccess: false }],
    [
      'no word on private access of a restricted endpoint',
      { endpointPublicAccess: true, publicAccessCidrs: ['192.0.2.0/24'] },
    ],
    [
      'a range that is none',
      { endpointPublicAccess: true, endpointPrivateAccess: true, publicAccessCidrs: ['10.0.0.0/33'] },
    ],
  ])('is not available with %s', (_, resourcesVpcConfig) => {
    const { resourcesVpcConfig: __, ...cluster } = aCluster();

    const verdict = judge(endpointAccess, {
      cluster: present(resourcesVpcConfig ? { ...cluster, resourcesVpcConfig } : cluster),
    });

    expect(verdict).toMatchObject({ status: 'NOT_AVAILABLE', reasonCode: 'EVIDENCE_UNREADABLE' });
    expect(verdict.reason).toContain('the answer to eks:DescribeCluster does not suffice: ');
  });

  it('names the range that is none', () => {
    expect(judgeRanges(['192.0.2.0/24', '10.0.0.0/33']).reason).toContain('10.0.0.0/33');
  });

  describe('for any ranges', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const range = fc
      .tuple(octet, octet, octet, octet, fc.integer({ min: 0, max: 32 }))
      .map(([a, b, c, d, length]) => `${a}.${b}.${c}.${d}/${length}`);
    const ranges = fc.array(range, { minLength: 1, maxLength: 8 });

    it('neither their order nor their repetition is a change', () => {
      fc.assert(
        fc.property(ranges, (cidrs) => {
          expect(judgeRanges([...cidrs, ...cidrs].reverse())).toEqual(judgeRanges(cidrs));
        }),
      );
    });

    it('splitting one in halves changes no verdict', () => {
      const network = fc.tuple(fc.bigInt(0n, 0xffffffffn), fc.integer({ min: 0, max: 31 }));
      fc.assert(
        fc.property(network, ranges, ([address, length], others) => {
          const size = 1n << BigInt(32 - length);
          const first = (address / size) * size;
          const halves = [first, first + size / 2n].map((one) => `${dotted(one)}/${length + 1}`);

          const whole = judgeRanges([`${dotted(first)}/${length}`, ...others]);

          expect(judgeRanges([...halves, ...others]).reasonCode).toBe(whole.reasonCode);
        }),
      );
    });

    it('one more range never makes it better', () => {
      const worse = ['RESTRICTED', 'OVERLY_BROAD', 'OPEN_TO_INTERNET'];
      fc.assert(
        fc.property(ranges, range, (cidrs, another) => {
          const before = worse.indexOf(judgeRanges(cidrs).reasonCode);
          const after = worse.indexOf(judgeRanges([...cidrs, another]).reasonCode);
          expect(before).toBeGreaterThanOrEqual(0);
          expect(after).toBeGreaterThanOrEqual(before);
        }),
      );
    });
  });
});

function dotted(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.');
}
