import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { CreateClusterCommandInput } from '@aws-sdk/client-eks';
import {
  type AwsSecurityFinding,
  BatchImportFindingsCommand,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import { REGION } from '../../harness.ts';
import type { Account } from '../account.ts';
import { policy } from '../iam.ts';

/** The same resources in moto and in the sandbox: access to one of the two, and the resources' ids there. */
export interface Fixture {
  readonly management: Account;
  /** The account that everything but the organization is in. */
  readonly member: Account;
  readonly ids: {
    readonly root: string;
    /** An OU with the member in it. */
    readonly unit: string;
    readonly keys: { readonly enabled: string; readonly disabled: string; readonly beingDeleted: string };
    readonly vpc: string;
    readonly subnet: string;
    readonly launchTemplate: string;
    readonly boundary: string;
    readonly oidcProvider: string;
    readonly loadBalancer: string;
    readonly listener: string;
  };
}

/** Where Security Hub is off. */
export const WITHOUT_HUB = 'eu-central-1';
export const ISSUER = 'oidc.example.com/id/EXAMPLE';
export const TLS_POLICY = 'ELBSecurityPolicy-TLS13-1-2-2021-06';
export const TLS_ATTRIBUTES = { 'Protocol-TLSv1': 'false', 'Protocol-TLSv1.2': 'true' };
export const METADATA = {
  HttpTokens: 'required',
  HttpPutResponseHopLimit: 1,
  HttpEndpoint: 'enabled',
} as const;
export const LAUNCH_TEMPLATE = {
  NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: false }],
  MetadataOptions: METADATA,
} satisfies RequestLaunchTemplateData;

export const REGISTRY_POLICY = policy({
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::999999999999:root' },
  Action: 'ecr:ReplicateImage',
  Resource: '*',
});

/** Settings of the cluster `prod`. */
export const PROD = {
  version: '1.33',
  logging: { clusterLogging: [{ types: ['audit'], enabled: true }] },
  tags: { team: 'payments' },
} satisfies Partial<CreateClusterCommandInput>;

export function endpointIn(subnet: string) {
  return {
    subnetIds: [subnet],
    endpointPublicAccess: true,
    endpointPrivateAccess: true,
    publicAccessCidrs: ['198.51.100.0/24'],
  };
}

export async function importFindings(account: Account): Promise<void> {
  const Findings = ['parity/1', 'parity/2'].map((Id) => aFinding(account, { Id }));
  await account.client(SecurityHubClient).send(new BatchImportFindingsCommand({ Findings }));
}

/** A finding as small as Security Hub takes one. */
export function aFinding({ id }: Account, differing: Partial<AwsSecurityFinding> = {}): AwsSecurityFinding {
  const time = new Date().toISOString();
  const Types = ['Software and Configuration Checks'];
  return {
    SchemaVersion: '2018-10-08',
    Id: 'parity/1',
    ProductArn: `arn:aws:securityhub:${REGION}:${id}:product/${id}/default`,
    GeneratorId: 'parity',
    AwsAccountId: id,
    CreatedAt: time,
    UpdatedAt: time,
    Types,
    FindingProviderFields: { Severity: { Label: 'LOW' }, Types },
    Title: 'A title',
    Description: 'A description',
    Compliance: { Status: 'FAILED' },
    Resources: [{ Type: 'AwsAccount', Id: `AWS::::Account:${id}`, Partition: 'aws', Region: REGION }],
    RecordState: 'ACTIVE',
    ...differing,
  };
}
