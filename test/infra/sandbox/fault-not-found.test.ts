import { DescribeInstancesCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeRepositoriesCommand, ECRClient, GetRegistryPolicyCommand } from '@aws-sdk/client-ecr';
import { DescribeClusterCommand, EKSClient, ListNodegroupsCommand } from '@aws-sdk/client-eks';
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DescribeListenersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  DescribeAccountCommand,
  ListParentsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeHubCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { expect, it } from 'vitest';
import { anOrganizationToAsk, as, management, running } from './support.ts';

it('NotFound is the error of the operation for what does not exist', async () => {
  const sandbox = await running(anOrganizationToAsk());
  sandbox.fail({ operation: '*', with: 'NotFound' });
  const config = as(sandbox, management);
  const [ec2, ecr, eks] = [new EC2Client(config), new ECRClient(config), new EKSClient(config)];
  const [elb, elbV2] = [new ElasticLoadBalancingClient(config), new ElasticLoadBalancingV2Client(config)];
  const [organizations, s3] = [new OrganizationsClient(config), new S3Client(config)];
  const object = { Bucket: 'results', Key: 'key' };
  const settled = await Promise.allSettled([
    eks.send(new DescribeClusterCommand({ name: 'prod' })),
    eks.send(new ListNodegroupsCommand({ clusterName: 'prod' })),
    ecr.send(new DescribeRepositoriesCommand({})),
    ecr.send(new GetRegistryPolicyCommand({})),
    ec2.send(new DescribeInstancesCommand({})),
    ec2.send(new DescribeSubnetsCommand({})),
    elb.send(new DescribeLoadBalancersCommand({})),
    elbV2.send(new DescribeListenersCommand({})),
    elbV2.send(new DescribeRulesCommand({})),
    new IAMClient(config).send(new GetRoleCommand({ RoleName: 'node' })),
    organizations.send(new DescribeAccountCommand({ AccountId: management })),
    organizations.send(new ListParentsCommand({ ChildId: management })),
    s3.send(new GetObjectCommand(object)),
    s3.send(new HeadObjectCommand(object)),
    new SecurityHubClient(config).send(new DescribeHubCommand({})),
  ]);
  expect(settled.map((answer) => answer.status === 'rejected' && answer.reason.name)).toEqual([
    'ResourceNotFoundException',
    'ResourceNotFoundException',
    'RepositoryNotFoundException',
    'RegistryPolicyNotFoundException',
    'InvalidInstanceID.NotFound',
    'InvalidSubnetID.NotFound',
    'AccessPointNotFoundException',
    'ListenerNotFoundException',
    'RuleNotFoundException',
    'NoSuchEntityException',
    'AccountNotFoundException',
    'ChildNotFoundException',
    'NoSuchKey',
    'NotFound',
    'ResourceNotFoundException',
  ]);
});
