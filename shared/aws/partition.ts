/** The Region where the partition's global services (IAM, Organizations) answer. */
export { globalRegionOf } from '../model/partition.ts';
