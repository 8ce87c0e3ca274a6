import type { Service } from '../service.ts';
import { account } from './account.ts';
import { ec2 } from './ec2.ts';
import { ecr } from './ecr.ts';
import { eks } from './eks.ts';
import { elb } from './elb.ts';
import { elbV2 } from './elb-v2.ts';
import { iam } from './iam.ts';
import { kms } from './kms.ts';
import { organizations } from './organizations.ts';
import { s3 } from './s3.ts';
import { securityHub } from './security-hub.ts';
import { sts } from './sts.ts';

/** Every service that the sandbox speaks. */
export const allServices: readonly Service[] = [
  account,
  ec2,
  ecr,
  eks,
  elb,
  elbV2,
  iam,
  kms,
  organizations,
  s3,
  securityHub,
  sts,
];
