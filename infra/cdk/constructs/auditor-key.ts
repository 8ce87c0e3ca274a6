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

/** Encrypts results, logs and alerts. The services that write and send them may use it. */
export function auditorKey(scope: Construct, id: string): Key {
  const { region } = Stack.of(scope);
  const allowUse = (principal: string, conditions: Record<string, Record<string, string>>) =>
    new PolicyStatement({
      principals: [new ServicePrincipal(principal)],
      actions: USE,
      resources: ['*'],
      conditions,
    });
  const ofThisAccount = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
  return new Key(scope, id, {
    alias: 'eks-auditor',
    description: 'EKS Auditor: results, logs and alerts',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
    policy: new PolicyDocument({
      statements: [
        new PolicyStatement({
          principals: [new AccountRootPrincipal()],
          actions: [...ADMINISTRATION, ...USE],
          // In a key policy `*` is the key itself.
          resources: ['*'],
        }),
        // The only one of these principals whose name depends on the partition: `logs.cn-north-1.amazonaws.com.cn`.
        allowUse(`logs.${region}.${dnsSuffixOf(partitionOf(region))}`, {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': Stack.of(scope).formatArn({
              service: 'logs',
              resource: 'log-group:/aws/*',
            }),
          },
        }),
        allowUse('cloudwatch.amazonaws.com', ofThisAccount),
      ],
    }),
  });
}
