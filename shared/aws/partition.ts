/** What differs between AWS's partitions. https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
const PARTITIONS = [
  { partition: 'aws-cn', prefix: 'cn-', globalRegion: 'cn-north-1' },
  { partition: 'aws-us-gov', prefix: 'us-gov-', globalRegion: 'us-gov-west-1' },
  { partition: 'aws', prefix: '', globalRegion: 'us-east-1' },
] as const;

export type Partition = (typeof PARTITIONS)[number]['partition'];

/** The partition of a Region. */
export function partitionOf(region: string): Partition {
  return PARTITIONS.find(({ prefix }) => region.startsWith(prefix))?.partition ?? 'aws';
}

/** The Region where the partition's global services (IAM, Organizations) answer. */
export function globalRegionOf(partition: string): string {
  return PARTITIONS.find((candidate) => candidate.partition === partition)?.globalRegion ?? 'us-east-1';
}
