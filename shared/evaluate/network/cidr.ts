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

/** What a list of CIDR blocks adds up to. */
export interface CidrSummary {
  /** Entries that are no CIDR block; they count nowhere else. */
  readonly malformed: readonly string[];
  readonly coversAllIpv4: boolean;
  readonly coversAllIpv6: boolean;
  /** Distinct IPv4 addresses. */
  readonly ipv4Addresses: bigint;
  /** Distinct IPv6 networks of size /64 that hold at least one of the addresses. */
  readonly ipv6Networks64: bigint;
}

const BITS = { ipv4: 32, ipv6: 128 } as const satisfies Record<AddressFamily, number>;
const HOST_BITS_OF_A_64 = 64n;
/** ::ffff:0:0/96, RFC 4291 section 2.5.5.2. */
const MAPPED_IPV4 = { prefixLength: 96, high: 0xffffn } as const;

/**
 * Reads one CIDR block, or a bare address as a block of one. Host bits are cleared (`10.0.0.7/8` is `10.0.0.0/8`),
 * and a block of IPv4-mapped IPv6 addresses is the IPv4 block it stands for.
 *
 * @returns undefined for anything else, including what lenient parsers accept: `10.1`, octal, hexadecimal,
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
  return unmapped(block(family, toBigInt(bytes), prefixLength));
}

/** The same addresses as the fewest possible ranges, IPv4 before IPv6, each family in ascending order. */
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

/** Whether the ranges together hold every address of the other one. */
export function contains(ranges: readonly AddressRange[], { family, first, last }: AddressRange): boolean {
  return union(ranges).some((range) => range.family === family && range.first <= first && range.last >= last);
}

/** Whether the ranges together hold every address of the family. */
export function coversAll(family: AddressFamily, ranges: readonly AddressRange[]): boolean {
  return contains(ranges, block(family, 0n, 0));
}

/** Distinct IPv4 addresses in the ranges. */
function countIpv4Addresses(ranges: readonly AddressRange[]): bigint {
  return sumOfSizes(union(ranges.filter(({ family }) => family === 'ipv4')));
}

/**
 * Distinct IPv6 /64 networks the ranges touch. A /64 is one subnet and often one customer, so it is the unit that
 * compares with an IPv4 address; anything smaller than a /64 counts as the one it lies in.
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
 * Sums up a list such as `publicAccessCidrs`. An empty list covers nothing here: that AWS reads a missing list as
 * everyone is for the caller to know.
 */
export function summarizeCidrs(texts: readonly string[]): CidrSummary {
  const cidrs = texts.map(parseCidr);
  const ranges = union(cidrs.filter((cidr) => cidr !== undefined));
  return {
    malformed: texts.filter((_, index) => cidrs[index] === undefined),
    coversAllIpv4: coversAll('ipv4', ranges),
    coversAllIpv6: coversAll('ipv6', ranges),
    ipv4Addresses: countIpv4Addresses(ranges),
    ipv6Networks64: countIpv6Networks64(ranges),
  };
}

function parseAddress(text: string): readonly number[] | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).toByteArray();
  if (text.includes('%') || hasLenientIpv4Tail(text) || !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.IPv6.parse(text).toByteArray();
}

/** The library reads octal in `::ffff:010.0.0.1` and takes `::10.0.0.1` for the mapped `::ffff:10.0.0.1`. */
function hasLenientIpv4Tail(text: string): boolean {
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

function block(family: AddressFamily, address: bigint, prefixLength: number): Cidr {
  const hostBits = BigInt(BITS[family] - prefixLength);
  const first = (address >> hostBits) << hostBits;
  return { family, first, last: first + (1n << hostBits) - 1n, prefixLength };
}

/** Blocks wider than ::ffff:0:0/96 begin before it and stay IPv6: nobody writes `::/0` to mean IPv4. */
function unmapped(cidr: Cidr): Cidr {
  if (cidr.first >> 32n !== MAPPED_IPV4.high) return cidr;
  return block('ipv4', BigInt.asUintN(BITS.ipv4, cidr.first), cidr.prefixLength - MAPPED_IPV4.prefixLength);
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
