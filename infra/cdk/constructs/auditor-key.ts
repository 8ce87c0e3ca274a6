import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { dnsSuffixOf, partitionOf } from '../../../shared/model/partition.ts';

/** What principals of the account may do with the key if their own policies allow it. */
const ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:CreateGrant',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:ListRetirableGrants',
  'kms:PutKeyPolicy',
  'kms:RetireGrant',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];
const USE = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/** Encrypts results and logs. CloudWatch Logs may use it for the log groups of the auditor. */
export function resultsKey(scope: Construct, id: string): Key {
  const { region } = Stack.of(scope);
  const logGroups = Stack.of(scope).formatArn({ service: 'logs', resource: 'log-group:/aws/*' });
  return auditorKey(scope, id, {
    alias: 'eks-auditor',
    description: 'EKS Auditor: results and logs',
    // What it encrypts is kept when the stack is deleted.
    removalPolicy: RemovalPolicy.RETAIN,
    // The only one of these principals whose name depends on the partition: `logs.cn-north-1.amazonaws.com.cn`.
    usedBy: allowUse(`logs.${region}.${dnsSuffixOf(partitionOf(region))}`, USE, {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups },
    }),
  });
}

/**
 * Encrypts messages of topics, so that who may send alerts cannot read results. Alarms of this account may publish with it:
 * https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
 */
export function alertsKey(scope: Construct, id: string): Key {
  return auditorKey(scope, id, {
    alias: 'eks-auditor-alerts',
    description: 'EKS Auditor: alerts',
    removalPolicy: RemovalPolicy.DESTROY,
    usedBy: allowUse('cloudwatch.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey'], {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
    }),
  });
}

function allowUse(
  principal: string,
  actions: string[],
  conditions: Record<string, Record<string, string>>,
): PolicyStatement {
  return new PolicyStatement({
    principals: [new ServicePrincipal(principal)],
    actions,
    resources: ['*'],
    conditions,
  });
}

interface AuditorKeyProps {
  readonly alias: string;
  readonly description: string;
  readonly removalPolicy: RemovalPolicy;
  readonly usedBy: PolicyStatement;
}

function auditorKey(scope: Construct, id: string, { usedBy, ...props }: AuditorKeyProps): Key {
  return new Key(scope, id, {
    ...props,
    enableKeyRotation: true,
    policy: new PolicyDocument({
      statements: [
        new PolicyStatement({
          principals: [new AccountRootPrincipal()],
          actions: [...ADMINISTRATION, ...USE],
          // In a key policy `*` is the key itself.
          resources: ['*'],
        }),
        usedBy,
      ],
    }),
  });
}
