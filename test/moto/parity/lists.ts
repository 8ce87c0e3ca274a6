import { DescribeLaunchTemplateVersionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  EKSClient,
  ListClustersCommand,
  ListFargateProfilesCommand,
  ListNodegroupsCommand,
} from '@aws-sdk/client-eks';
import {
  DescribeLoadBalancersCommand as DescribeClassicCommand,
  ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetAccountAuthorizationDetailsCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { required } from '../account.ts';
import type { Fixture } from './fixture.ts';

interface Page {
  readonly items: readonly unknown[];
  readonly next: string | undefined;
}

/** A list that both are asked for, page by page. */
export interface List {
  readonly list: string;
  readonly page: (fixture: Fixture, token: string | undefined) => Promise<Page>;
  /** How many items there are on each page. */
  readonly pages: readonly number[];
  /** Where moto pages otherwise than AWS does. */
  readonly moto?: { readonly pages: readonly number[]; readonly why: string };
}

const IGNORES_SIZE = 'moto takes no notice of the size that is asked for';

export const LISTS: readonly List[] = [
  {
    list: 'organizations:ListAccounts',
    async page({ management }, NextToken) {
      const command = new ListAccountsCommand({ MaxResults: 2, NextToken });
      const answer = await management.client(OrganizationsClient).send(command);
      return { items: required(answer.Accounts), next: answer.NextToken };
    },
    pages: [2, 1],
  },
  {
    list: 'organizations:ListAccountsForParent',
    async page({ management, ids }, NextToken) {
      const command = new ListAccountsForParentCommand({ ParentId: ids.root, MaxResults: 1, NextToken });
      const answer = await management.client(OrganizationsClient).send(command);
      return { items: required(answer.Accounts), next: answer.NextToken };
    },
    pages: [1, 1],
  },
  {
    list: 'organizations:ListOrganizationalUnitsForParent',
    async page({ management, ids }, NextToken) {
      const request = { ParentId: ids.root, MaxResults: 1, NextToken };
      const command = new ListOrganizationalUnitsForParentCommand(request);
      const answer = await management.client(OrganizationsClient).send(command);
      return { items: required(answer.OrganizationalUnits), next: answer.NextToken };
    },
    pages: [1],
  },
  {
    list: 'eks:ListClusters',
    async page({ member }, nextToken) {
      const answer = await member
        .client(EKSClient)
        .send(new ListClustersCommand({ maxResults: 2, nextToken }));
      return { items: required(answer.clusters), next: answer.nextToken };
    },
    pages: [2, 1],
  },
  {
    list: 'eks:ListNodegroups',
    async page({ member }, nextToken) {
      const command = new ListNodegroupsCommand({ clusterName: 'prod', maxResults: 1, nextToken });
      const answer = await member.client(EKSClient).send(command);
      return { items: required(answer.nodegroups), next: answer.nextToken };
    },
    pages: [1, 1],
  },
  {
    list: 'eks:ListFargateProfiles',
    async page({ member }, nextToken) {
      const command = new ListFargateProfilesCommand({ clusterName: 'prod', maxResults: 1, nextToken });
      const answer = await member.client(EKSClient).send(command);
      return { items: required(answer.fargateProfileNames), next: answer.nextToken };
    },
    pages: [1],
  },
  {
    list: 'securityhub:GetFindings',
    async page({ member }, NextToken) {
      const command = new GetFindingsCommand({ MaxResults: 1, NextToken });
      const answer = await member.client(SecurityHubClient).send(command);
      return { items: required(answer.Findings), next: answer.NextToken };
    },
    pages: [1, 1],
  },
  {
    list: 'ecr:DescribeRepositories',
    async page({ member }, nextToken) {
      const command = new DescribeRepositoriesCommand({ maxResults: 2, nextToken });
      const answer = await member.client(ECRClient).send(command);
      return { items: required(answer.repositories), next: answer.nextToken };
    },
    pages: [2, 1],
    moto: { pages: [3], why: IGNORES_SIZE },
  },
  {
    list: 'iam:GetAccountAuthorizationDetails',
    async page({ member }, Marker) {
      const request = { Filter: ['User' as const, 'Group' as const], MaxItems: 1, Marker };
      const answer = await member.client(IAMClient).send(new GetAccountAuthorizationDetailsCommand(request));
      const items = [...required(answer.UserDetailList), ...required(answer.GroupDetailList)];
      return { items, next: answer.Marker };
    },
    pages: [1, 1],
    moto: { pages: [2], why: IGNORES_SIZE },
  },
  {
    list: 'ec2:DescribeLaunchTemplateVersions',
    async page({ member, ids }, NextToken) {
      const request = { LaunchTemplateId: ids.launchTemplate, MaxResults: 1, NextToken };
      const answer = await member.client(EC2Client).send(new DescribeLaunchTemplateVersionsCommand(request));
      return { items: required(answer.LaunchTemplateVersions), next: answer.NextToken };
    },
    pages: [1],
  },
  {
    list: 'elasticloadbalancing:DescribeLoadBalancers',
    async page({ member }, Marker) {
      const command = new DescribeLoadBalancersCommand({ PageSize: 1, Marker });
      const answer = await member.client(ElasticLoadBalancingV2Client).send(command);
      return { items: required(answer.LoadBalancers), next: answer.NextMarker };
    },
    pages: [1, 1],
  },
  {
    list: 'elasticloadbalancing:DescribeListeners',
    async page({ member, ids }, Marker) {
      const request = { LoadBalancerArn: ids.loadBalancer, PageSize: 1, Marker };
      const answer = await member
        .client(ElasticLoadBalancingV2Client)
        .send(new DescribeListenersCommand(request));
      return { items: required(answer.Listeners), next: answer.NextMarker };
    },
    pages: [1, 1],
    moto: { pages: [2], why: IGNORES_SIZE },
  },
  {
    list: 'elasticloadbalancing:DescribeRules',
    async page({ member, ids }, Marker) {
      const request = { ListenerArn: ids.listener, PageSize: 1, Marker };
      const answer = await member
        .client(ElasticLoadBalancingV2Client)
        .send(new DescribeRulesCommand(request));
      return { items: required(answer.Rules), next: answer.NextMarker };
    },
    pages: [1, 1],
  },
  {
    list: 'elasticloadbalancing:DescribeLoadBalancers (classic)',
    async page({ member }, Marker) {
      const command = new DescribeClassicCommand({ PageSize: 1, Marker });
      const answer = await member.client(ElasticLoadBalancingClient).send(command);
      return { items: required(answer.LoadBalancerDescriptions), next: answer.NextMarker };
    },
    pages: [1, 1],
  },
];

/** Follows a list to its end. */
export async function sizesOfPages(page: (token: string | undefined) => Promise<Page>): Promise<number[]> {
  const sizes: number[] = [];
  let token: string | undefined;
  do {
    const { items, next } = await page(token);
    sizes.push(items.length);
    token = next;
  } while (token !== undefined && sizes.length < 10);
  return sizes;
}
