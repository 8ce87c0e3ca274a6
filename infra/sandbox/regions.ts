/** The Regions of a partition. */
export interface PartitionRegions {
  /** Enabled in every account. */
  readonly byDefault: readonly string[];
  /** Enabled in an account that opts in. */
  readonly optIn: readonly string[];
  /** Where the partition's global services (IAM, Organizations, Account) are signed for. */
  readonly global: string;
  readonly dnsSuffix: string;
}

/** https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html */
const partitions = {
  aws: {
    byDefault: [
      'ap-northeast-1',
      'ap-northeast-2',
      'ap-northeast-3',
      'ap-south-1',
      'ap-southeast-1',
      'ap-southeast-2',
      'ca-central-1',
      'eu-central-1',
      'eu-north-1',
      'eu-west-1',
      'eu-west-2',
      'eu-west-3',
      'sa-east-1',
      'us-east-1',
      'us-east-2',
      'us-west-1',
      'us-west-2',
    ],
    optIn: [
      'af-south-1',
      'ap-east-1',
      'ap-east-2',
      'ap-south-2',
      'ap-southeast-3',
      'ap-southeast-4',
      'ap-southeast-5',
      'ap-southeast-6',
      'ap-southeast-7',
      'ca-west-1',
      'eu-central-2',
      'eu-south-1',
      'eu-south-2',
      'il-central-1',
      'me-central-1',
      'me-south-1',
      'mx-central-1',
    ],
    global: 'us-east-1',
    dnsSuffix: 'amazonaws.com',
  },
  'aws-us-gov': {
    byDefault: ['us-gov-east-1', 'us-gov-west-1'],
    optIn: [],
    global: 'us-gov-west-1',
    dnsSuffix: 'amazonaws.com',
  },
  'aws-cn': {
    byDefault: ['cn-north-1', 'cn-northwest-1'],
    optIn: [],
    global: 'cn-north-1',
    dnsSuffix: 'amazonaws.com.cn',
  },
  'aws-eusc': {
    byDefault: ['eusc-de-east-1'],
    optIn: [],
    global: 'eusc-de-east-1',
    dnsSuffix: 'amazonaws.eu',
  },
} as const satisfies Readonly<Record<string, PartitionRegions>>;

export type WorldPartition = keyof typeof partitions;

/** The partitions that a world can be in. */
export const knownPartitions = [
  'aws',
  'aws-us-gov',
  'aws-cn',
  'aws-eusc',
] as const satisfies WorldPartition[];

export function regionsOf(partition: string): PartitionRegions {
  const regions = isKnown(partition) ? partitions[partition] : undefined;
  if (regions === undefined) {
    throw new RangeError(`Unknown partition ${partition}. Available: ${Object.keys(partitions).join(', ')}.`);
  }
  return regions;
}

function isKnown(partition: string): partition is WorldPartition {
  return partition in partitions;
}
