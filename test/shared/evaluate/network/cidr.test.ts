import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AddressRange } from '../../../../shared/evaluate/network/cidr.ts';
import { contains, parseCidr, summarizeCidrs, union } from '../../../../shared/evaluate/network/cidr.ts';

function cidr(text: string) {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new Error(`not a CIDR block: ${text}`);
  return parsed;
}

function formatIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
}

function formatIpv6(value: bigint): string {
  const hex = value.toString(16).padStart(32, '0');
  return (hex.match(/.{4}/g) ?? []).join(':');
}

/** 2001:db8::/32 keeps generated blocks out of the IPv4-mapped range. */
const ipv6Block = fc
  .tuple(fc.bigInt({ min: 0n, max: (1n << 96n) - 1n }), fc.integer({ min: 32, max: 128 }))
  .map(([host, length]) => ({ address: (0x20010db8n << 96n) | host, length, family: 'ipv6' as const }));
const ipv4Block = fc
  .tuple(fc.bigInt({ min: 0n, max: 0xffffffffn }), fc.integer({ min: 0, max: 32 }))
  .map(([address, length]) => ({ address, length, family: 'ipv4' as const }));
const anyBlock = fc.oneof(ipv4Block, ipv6Block);
type Block = { address: bigint; length: number; family: 'ipv4' | 'ipv6' };

function format({ address, length, family }: Block): string {
  return `${family === 'ipv4' ? formatIpv4(address) : formatIpv6(address)}/${length}`;
}

/** Blocks inside 10.0.0.0/24, few enough to enumerate. */
const smallBlock = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 }))
  .map(([host, length]) => `10.0.0.${host}/${length}`);

function enumerate(ranges: readonly AddressRange[]): Set<bigint> {
  const addresses = new Set<bigint>();
  for (const { first, last } of ranges) for (let a = first; a <= last; a++) addresses.add(a);
  return addresses;
}

describe('parseCidr', () => {
  it.each([
    ['10.0.0.0/8', 'ipv4', 0x0a000000n, 0x0affffffn, 8],
    ['10.1.2.3/8', 'ipv4', 0x0a000000n, 0x0affffffn, 8],
    ['192.0.2.1', 'ipv4', 0xc0000201n, 0xc0000201n, 32],
    ['0.0.0.0/0', 'ipv4', 0n, 0xffffffffn, 0],
    ['::/0', 'ipv6', 0n, (1n << 128n) - 1n, 0],
    ['::1', 'ipv6', 1n, 1n, 128],
    ['2001:DB8::/32', 'ipv6', 0x20010db8n << 96n, (0x20010db9n << 96n) - 1n, 32],
    ['64:ff9b::192.0.2.1', 'ipv6', (0x64ff9bn << 96n) | 0xc0000201n, (0x64ff9bn << 96n) | 0xc0000201n, 128],
  ])('reads %s', (text, family, first, last, prefixLength) => {
    expect(parseCidr(text)).toEqual({ family, first, last, prefixLength });
  });

  it.each([
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
    ['::ffff:c000:201', '192.0.2.1/32'],
  ])('takes the IPv4-mapped %s for %s', (mapped, plain) => {
    expect(parseCidr(mapped)).toEqual(parseCidr(plain));
  });

  it('leaves a block wider than the mapped range in IPv6', () => {
    expect(parseCidr('::ffff:0:0/95')?.family).toBe('ipv6');
  });

  it.each([
    '',
    '/',
    '10.1',
    '10.1/8',
    '10',
    '010.0.0.1/8',
    '0x0a.0.0.1',
    '0xa000001/8',
    '10.0.0.256',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/+8',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    ' 10.0.0.0/8',
    '10.0.0.0/8 ',
    'example.com',
    '::/129',
    '::/00',
    '1::2::3',
    'fe80::1%eth0',
    'fe80::1%eth0/64',
    '::ffff:010.0.0.1',
    '::ffff:10.1',
    '::10.0.0.1',
    '[::1]',
  ])('rejects %j', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it('reads back every block it is given, host bits cleared', () => {
    fc.assert(
      fc.property(anyBlock, (block) => {
        const hostBits = BigInt((block.family === 'ipv4' ? 32 : 128) - block.length);
        const parsed = cidr(format(block));
        expect(parsed.family).toBe(block.family);
        expect(parsed.first).toBe(block.address - (block.address % (1n << hostBits)));
        expect(parsed.last - parsed.first + 1n).toBe(1n << hostBits);
      }),
    );
  });
});

describe('union', () => {
  it('does not depend on the order', () => {
    const shuffled = fc
      .array(anyBlock.map(format))
      .chain((texts) =>
        fc.tuple(fc.constant(texts), fc.shuffledSubarray(texts, { minLength: texts.length })),
      );
    fc.assert(
      fc.property(shuffled, ([texts, others]) => {
        expect(union(others.map(cidr))).toEqual(union(texts.map(cidr)));
      }),
    );
  });

  it('does not change when a block is written as its two halves', () => {
    const splittable = anyBlock.filter(({ family, length }) => length < (family === 'ipv4' ? 32 : 128));
    fc.assert(
      fc.property(splittable, fc.array(anyBlock.map(format)), (block, others) => {
        const bit = 1n << BigInt((block.family === 'ipv4' ? 32 : 128) - block.length - 1);
        const lower = { ...block, length: block.length + 1, address: block.address & ~bit };
        const upper = { ...lower, address: block.address | bit };
        const whole = union([...others, format(block)].map(cidr));
        expect(union([format(upper), ...others, format(lower)].map(cidr))).toEqual(whole);
      }),
    );
  });

  it('contains exactly the addresses of its blocks, in ranges that are neither overlapping nor adjacent', () => {
    fc.assert(
      fc.property(fc.array(smallBlock, { maxLength: 12 }), (texts) => {
        const ranges = texts.map(cidr);
        const merged = union(ranges);
        expect(enumerate(merged)).toEqual(enumerate(ranges));
        merged.slice(1).forEach((range, index) => {
          expect(range.first).toBeGreaterThan((merged[index]?.last ?? 0n) + 1n);
        });
      }),
    );
  });

  it('keeps the families apart', () => {
    expect(union(['0.0.0.1', '::1', '::2'].map(cidr))).toEqual([
      { family: 'ipv4', first: 1n, last: 1n },
      { family: 'ipv6', first: 1n, last: 2n },
    ]);
  });
});

describe('a list of blocks covers all of', () => {
  it.each([
    [['0.0.0.0/0'], true, false],
    [['0.0.0.0/1', '128.0.0.0/1'], true, false],
    [['128.0.0.0/2', '0.0.0.0/1', '192.0.0.0/2', '10.0.0.0/8'], true, false],
    [['0.0.0.0/1', '128.0.0.0/2'], false, false],
    [['::/0'], false, true],
    [['8000::/1', '::/1'], false, true],
    [['::ffff:0:0/96'], true, false],
    [['0.0.0.0/0', '::/0'], true, true],
    [[], false, false],
  ])('%j: IPv4 %s, IPv6 %s', (texts, ipv4, ipv6) => {
    const { coversAllIpv4, coversAllIpv6 } = summarizeCidrs(texts);
    expect([coversAllIpv4, coversAllIpv6]).toEqual([ipv4, ipv6]);
  });

  it('a family only if no single address is missing', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 0xffffffffn }), (missing) => {
        const below: AddressRange[] = missing > 0n ? [{ family: 'ipv4', first: 0n, last: missing - 1n }] : [];
        const above: AddressRange[] =
          missing < 0xffffffffn ? [{ family: 'ipv4', first: missing + 1n, last: 0xffffffffn }] : [];
        expect(contains([...above, ...below], cidr('0.0.0.0/0'))).toBe(false);
        const all = [...above, ...below, cidr(formatIpv4(missing))];
        expect(contains(all, cidr('0.0.0.0/0'))).toBe(true);
      }),
    );
  });
});

describe('summarizeCidrs', () => {
  it('lists malformed entries and counts the others', () => {
    expect(summarizeCidrs(['10.0.0.0/16', '10.1', '2001:db8::/63', 'office'])).toEqual({
      malformed: ['10.1', 'office'],
      coversAllIpv4: false,
      coversAllIpv6: false,
      ipv4Addresses: 65_536n,
      ipv6Networks64: 2n,
    });
  });

  it('counts overlapping blocks once', () => {
    expect(summarizeCidrs(['10.0.0.0/24', '10.0.0.128/25', '10.0.0.7']).ipv4Addresses).toBe(256n);
  });

  it.each([
    [['2001:db8::1'], 1n],
    [['2001:db8::1', '2001:db8::ff'], 1n],
    [['2001:db8::1', '2001:db8:0:1::1'], 2n],
    [['2001:db8::/64'], 1n],
    [['2001:db8::/48'], 65_536n],
    [['::/0'], 1n << 64n],
    [[], 0n],
  ])('counts the /64s of %j', (texts, expected) => {
    expect(summarizeCidrs(texts).ipv6Networks64).toBe(expected);
  });

  it('adds the counts of disjoint blocks', () => {
    const lengths = fc.integer({ min: 1, max: 32 });
    fc.assert(
      fc.property(lengths, lengths, (a, b) => {
        const lower = summarizeCidrs([`0.0.0.0/${a}`]).ipv4Addresses;
        const upper = summarizeCidrs([`128.0.0.0/${b}`]).ipv4Addresses;
        expect(summarizeCidrs([`0.0.0.0/${a}`, `128.0.0.0/${b}`]).ipv4Addresses).toBe(lower + upper);
      }),
    );
  });

  it('agrees with counting address by address', () => {
    fc.assert(
      fc.property(fc.array(smallBlock, { maxLength: 12 }), (texts) => {
        expect(summarizeCidrs(texts).ipv4Addresses).toBe(BigInt(enumerate(texts.map(cidr)).size));
      }),
    );
  });
});
