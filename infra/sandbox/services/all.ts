import type { Service } from '../service.ts';
import { accountService } from './account.ts';
import { ec2Service } from './ec2.ts';
import { ecrService } from './ecr.ts';
import { eksService } from './eks.ts';
import { elbService } from './elb.ts';
import { elbV2Service } from './elb-v2.ts';
import { eventBridgeService } from './eventbridge.ts';
import { iamService } from './iam.ts';
import { kmsService } from './kms.ts';
import { lambdaService } from './lambda.ts';
import { organizationsService } from './organizations.ts';
import { s3Service } from './s3.ts';
import { securityHubService } from './security-hub.ts';
import { sfnService } from './sfn.ts';
import { snsService } from './sns.ts';
import { sqsService } from './sqs.ts';
import { stsService } from './sts.ts';

/** Every service of the sandbox. */
export const allServices: readonly Service[] = [
  accountService,
  ec2Service,
  ecrService,
  eksService,
  elbService,
  elbV2Service,
  eventBridgeService,
  iamService,
  kmsService,
  lambdaService,
  organizationsService,
  s3Service,
  securityHubService,
  sfnService,
  snsService,
  sqsService,
  stsService,
];
