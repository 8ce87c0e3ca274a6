import type { DescribedMetadataOptions } from '../../aws/operations/ec2.ts';
import type { Instance } from '../../model/network-facts.ts';

/** Of an instance or a launch template. */
export function toMetadata({
  HttpEndpoint: httpEndpoint,
  HttpTokens: httpTokens,
  HttpPutResponseHopLimit: hopLimit,
}: DescribedMetadataOptions): NonNullable<Instance['metadata']> {
  return {
    ...(httpEndpoint !== undefined && { httpEndpoint }),
    ...(httpTokens !== undefined && { httpTokens }),
    ...(hopLimit !== undefined && { hopLimit }),
  };
}
