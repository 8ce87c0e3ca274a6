import ipaddr from 'ipaddr.js';

export type AddressFamily = 'ipv4' | 'ipv6';

/** Consecutive addresses of one family, both ends included. */
export interface AddressRange {
  readonly family: AddressFamily;
  readonly first: bigint;
  readonly last: bigint;
}

/** A range that is one CIDR block. */
export interface Cidr extends AddressRange {
  readonly prefixLength: number;
}

/** What a list of CIDR blocks covers in total. */
export interface CidrSummary {
  /** Entries that are not CIDR blocks; the other fields leave them out. */
  readonly malformed: readonly string[];
  readonly coversAllIpv4: boolean;
  readonly coversAllIpv6: boolean;
  /** Distinct IPv4 addresses. */
  readonly ipv4Addresses: bigint;
  /** Distinct IPv6 networks of size /64 that contain at least one of the addresses. */
  readonly ipv6Networks64: bigint;
}

/** The addresses of the internet: all of IPv4, and 2000::/3, which is all that IPv6 has allocated to it. */
export const INTERNET = {
  ipv4: { family: 'ipv4', first: 0n, last: (1n << 32n) - 1n },
  ipv6: { family: 'ipv6', first: 2n << 124n, last: (4n << 124n) - 1n },
} as const satisfies Record<AddressFamily, AddressRange>;

const BITS = { ipv4: 32, ipv6: 128 } as const satisfies Record<AddressFamily, number>;
const HOST_BITS_OF_A_64 = 64n;
/** ::ffff:0:0/96, RFC 4291 section 2.5.5.2: the prefix and the bits before the last 32. */
const MAPPED_IPV4 = { prefixLength: 96, leadingBits: 0xffffn } as const;

/**
 * IPv4 addresses that no host on the internet has: this network, private, shared, loopback, link-local, IETF protocols,
 * documentation, benchmarking, multicast and reserved.
 * https://www.iana.org/assignments/iana-ipv4-special-registry
 */
export const NOT_ON_THE_INTERNET: readonly AddressRange[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
].flatMap((cidr) => parseCidr(cidr) ?? []);

/**
 * Parses one CIDR block, or a bare address as a block of one. Host bits are cleared (`10.0.0.7/8` is `10.0.0.0/8`),
 * and a block of IPv4-mapped IPv6 addresses is converted to the IPv4 block.
 *
 * @returns undefined for anything else, including what other parsers accept: `10.1`, octal, hexadecimal,
 * prefix lengths with leading zeros, zone indexes, and the deprecated `::192.0.2.1`.
 */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  if (rest.length > 0) return undefined;
  const bytes = parseAddress(address);
  if (bytes === undefined) return undefined;
  const family = bytes.length === 4 ? 'ipv4' : 'ipv6';
  const prefixLength = prefix === undefined ? BITS[family] : parsePrefixLength(prefix, family);
  if (prefixLength === undefined) return undefined;
  return mappedToIpv4(cidrOf(family, toBigInt(bytes), prefixLength));
}

/** The same addresses as the smallest number of ranges, IPv4 before IPv6, each family in ascending order. */
export function union(ranges: readonly AddressRange[]): AddressRange[] {
  const merged: AddressRange[] = [];
  for (const range of [...ranges].sort(byFamilyThenFirst)) {
    const previous = merged.at(-1);
    if (previous?.family === range.family && range.first <= previous.last + 1n) {
      if (range.last > previous.last) merged[merged.length - 1] = { ...previous, last: range.last };
    } else {
      merged.push({ family: range.family, first: range.first, last: range.last });
    }
  }
  return merged;
}

/** Whether the ranges together contain every address of the other one. */
export function contains(ranges: readonly AddressRange[], { family, first, last }: AddressRange): boolean {
  return union(ranges).some((range) => range.family === family && range.first <= first && range.last >= last);
}

/** Distinct IPv4 addresses in the ranges. */
function countIpv4Addresses(ranges: readonly AddressRange[]): bigint {
  return sumOfSizes(union(ranges.filter(({ family }) => family === 'ipv4')));
}

/**
 * Distinct IPv6 /64 networks that the ranges overlap. A /64 is one subnet and often one customer, so it is the unit
 * that compares with an IPv4 address; anything smaller than a /64 counts as the one it is part of.
 */
function countIpv6Networks64(ranges: readonly AddressRange[]): bigint {
  const networks = ranges
    .filter(({ family }) => family === 'ipv6')
    .map(({ family, first, last }) => ({
      family,
      first: first >> HOST_BITS_OF_A_64,
      last: last >> HOST_BITS_OF_A_64,
    }));
  return sumOfSizes(union(networks));
}

/**
 * Summarizes a list such as `publicAccessCidrs`. An empty list covers nothing here: where AWS takes it to mean everyone,
 * the caller has to do so.
 */
export function summarizeCidrs(texts: readonly string[]): CidrSummary {
  const cidrs = texts.map(parseCidr);
  const ranges = union(cidrs.filter((cidr) => cidr !== undefined));
  return {
    malformed: texts.filter((_, index) => cidrs[index] === undefined),
    coversAllIpv4: contains(ranges, cidrOf('ipv4', 0n, 0)),
    coversAllIpv6: contains(ranges, cidrOf('ipv6', 0n, 0)),
    ipv4Addresses: countIpv4Addresses(ranges),
    ipv6Networks64: countIpv6Networks64(ranges),
  };
}

function parseAddress(text: string): readonly number[] | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).toByteArray();
  if (text.includes('%') || hasUnsupportedIpv4Tail(text) || !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.IPv6.parse(text).toByteArray();
}

/** The library reads octal in `::ffff:010.0.0.1` and takes `::10.0.0.1` for the mapped `::ffff:10.0.0.1`. */
function hasUnsupportedIpv4Tail(text: string): boolean {
  const tail = text.slice(text.lastIndexOf(':') + 1);
  return tail.includes('.') && (!ipaddr.IPv4.isValidFourPartDecimal(tail) || text === `::${tail}`);
}

function parsePrefixLength(text: string, family: AddressFamily): number | undefined {
  if (!/^(?:0|[1-9]\d{0,2})$/.test(text)) return undefined;
  const length = Number(text);
  return length <= BITS[family] ? length : undefined;
}

function toBigInt(bytes: readonly number[]): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function cidrOf(family: AddressFamily, address: bigint, prefixLength: number): Cidr {
  const hostBits = BigInt(BITS[family] - prefixLength);
  const first = (address >> hostBits) << hostBits;
  return { family, first, last: first + (1n << hostBits) - 1n, prefixLength };
}

/** Blocks wider than ::ffff:0:0/96 begin before it and stay IPv6: `::/0` does not mean IPv4. */
function mappedToIpv4(cidr: Cidr): Cidr {
  if (cidr.first >> 32n !== MAPPED_IPV4.leadingBits) return cidr;
  return cidrOf('ipv4', BigInt.asUintN(BITS.ipv4, cidr.first), cidr.prefixLength - MAPPED_IPV4.prefixLength);
}

function byFamilyThenFirst(a: AddressRange, b: AddressRange): number {
  if (a.family !== b.family) return a.family < b.family ? -1 : 1;
  if (a.first === b.first) return 0;
  return a.first < b.first ? -1 : 1;
}

function sizeOfRange({ first, last }: AddressRange): bigint {
  return last - first + 1n;
}

function sumOfSizes(ranges: readonly AddressRange[]): bigint {
  return ranges.reduce((sum, range) => sum + sizeOfRange(range), 0n);
}
