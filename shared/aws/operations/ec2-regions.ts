import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { operation } from '../operation.ts';

const text = z.string().min(1);

/**
 * Apart from EC2's other operations, which the planner would have to load.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
 */
export const describeRegions = operation({
  action: 'ec2:DescribeRegions',
  client: EC2Client,
  command: DescribeRegionsCommand,
  answer: z
    .object({ Regions: z.array(z.object({ RegionName: text, OptInStatus: text })) })
    .transform(({ Regions }) => Regions),
});
