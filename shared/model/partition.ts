/**
 * What differs between AWS's partitions. Source: `partitions.json` of the SDK's endpoint rules
 * (https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json). The second domain is that of ECR's
 * dual-stack hosts (https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html).
 */
const PARTITIONS = [
  {
    partition: 'aws-cn',
    prefix: 'cn-',
    globalRegion: 'cn-north-1',
    suffixes: ['amazonaws.com.cn', 'on.amazonwebservices.com.cn'],
    api: 'api.amazonwebservices.com.cn',
    console: 'console.amazonaws.cn',
  },
  {
    partition: 'aws-eusc',
    prefix: 'eusc-',
    globalRegion: 'eusc-de-east-1',
    suffixes: ['amazonaws.eu', 'on.amazonwebservices.eu'],
    api: 'api.amazonwebservices.eu',
    console: 'console.amazonaws-eusc.eu',
  },
  {
    partition: 'aws-iso',
    prefix: 'us-iso-',
    globalRegion: 'us-iso-east-1',
    suffixes: ['c2s.ic.gov'],
    api: 'api.aws.ic.gov',
  },
  {
    partition: 'aws-iso-b',
    prefix: 'us-isob-',
    globalRegion: 'us-isob-east-1',
    suffixes: ['sc2s.sgov.gov'],
    api: 'api.aws.scloud',
  },
  {
    partition: 'aws-iso-e',
    prefix: 'eu-isoe-',
    globalRegion: 'eu-isoe-west-1',
    suffixes: ['cloud.adc-e.uk'],
    api: 'api.cloud-aws.adc-e.uk',
  },
  {
    partition: 'aws-iso-f',
    prefix: 'us-isof-',
    globalRegion: 'us-isof-south-1',
    suffixes: ['csp.hci.ic.gov'],
    api: 'api.aws.hci.ic.gov',
  },
  {
    partition: 'aws-us-gov',
    prefix: 'us-gov-',
    globalRegion: 'us-gov-west-1',
    suffixes: ['amazonaws.com', 'on.aws'],
    api: 'api.aws',
    console: 'console.amazonaws-us-gov.com',
  },
  {
    partition: 'aws',
    prefix: '',
    globalRegion: 'us-east-1',
    suffixes: ['amazonaws.com', 'on.aws'],
    api: 'api.aws',
    console: 'console.aws.amazon.com',
  },
] as const satisfies readonly PartitionFacts[];

interface PartitionFacts {
  readonly partition: string;
  /** What the codes of its Regions begin with. */
  readonly prefix: string;
  /** Where its global services (IAM, Organizations) answer. */
  readonly globalRegion: string;
  /** The domains that the hosts of its Regions end with: that of most, and that of dual-stack hosts. */
  readonly suffixes: readonly [string, ...string[]];
  /** The domain that the dual-stack hosts of most services end with. */
  readonly api: string;
  /** The domain of the console, where it is known. */
  readonly console?: string;
}

export type Partition = (typeof PARTITIONS)[number]['partition'];

export const PARTITION_NAMES: readonly Partition[] = PARTITIONS.map(({ partition }) => partition).toSorted();

/** The partition of a Region; that of a Region of no other is `aws`. */
export function partitionOf(region: string): Partition {
  return PARTITIONS.find(({ prefix }) => region.startsWith(prefix))?.partition ?? 'aws';
}

/** Whether a Region is of an isolated partition that is none of those above: its hosts are not known, and nobody else's. */
export function isOfUnknownPartition(region: string): boolean {
  return partitionOf(region) === 'aws' && /^[a-z]+-iso[a-z]*-/.test(region);
}

/** The Region where the partition's global services answer. Throws RangeError for an unknown partition. */
export function globalRegionOf(partition: string): string {
  return factsOf(partition).globalRegion;
}

/** The domain that the hosts and the regional service principals of a partition's Regions end with. */
export function dnsSuffixOf(partition: Partition): string {
  return factsOf(partition).suffixes[0];
}

/** The domain that the dual-stack hosts of most services of a partition's Regions end with. */
export function dualStackSuffixOf(partition: Partition): string {
  return factsOf(partition).api;
}

/** The domain of the partition's console; `undefined` for the isolated partitions, where it is not public. */
export function consoleDomainOf(partition: Partition): string | undefined {
  return factsOf(partition).console;
}

/** Whether `domain` and a Region before it are those of the hosts of a partition: `eu-west-1`, `amazonaws.com`. */
export function isDomainOf(partition: string, region: string, domain: string): boolean {
  return partitionOf(region) === partition && factsOf(partition).suffixes.includes(domain);
}

function factsOf(partition: string): PartitionFacts {
  const facts = PARTITIONS.find((candidate) => candidate.partition === partition);
  if (facts === undefined) {
    throw new RangeError(`unknown partition ${partition}; known: ${PARTITION_NAMES.join(', ')}`);
  }
  return facts;
}
