import {
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeRegionsCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  BatchGetRepositoryScanningConfigurationCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetRegistryPolicyCommand,
  GetRegistryScanningConfigurationCommand,
  GetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import {
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
  DescribeNodegroupCommand,
  EKSClient,
  ListClustersCommand,
  ListFargateProfilesCommand,
  ListNodegroupsCommand,
} from '@aws-sdk/client-eks';
import {
  DescribeLoadBalancersCommand as DescribeClassicCommand,
  DescribeTagsCommand as DescribeClassicTagsCommand,
  DescribeLoadBalancerPoliciesCommand,
  ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeSSLPoliciesCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  type EntityType,
  GetAccountAuthorizationDetailsCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
} from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import {
  BatchImportFindingsCommand,
  DescribeHubCommand,
  GetFindingsCommand,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Account } from './account.ts';
import { aFinding, TLS_POLICY, type Twin, WITHOUT_HUB } from './twin.ts';

/** What the auditor assumes in member accounts. */
const ROLE = 'EksAuditorMember';

const ONLY_AWS = 'AWS answers with it, moto does not';
const INTERNAL = 'moto fails with an internal error';
const FILLED_IN = 'Security Hub fills it in; moto answers with what was imported';

const KEY_STATE = under('KeyMetadata', 'KeyState KeyManager Enabled Origin');
const KEY = {
  'KeyMetadata.KeyUsage': ONLY_AWS,
  'KeyMetadata.MultiRegion': ONLY_AWS,
  'KeyMetadata.SigningAlgorithms': 'AWS answers with it for keys that sign, and these encrypt',
};

const MANAGED_POLICY = {
  'Policies[].PermissionsBoundaryUsageCount': ONLY_AWS,
  'Policies[].PolicyId': ONLY_AWS,
  'Policies[].PolicyName': ONLY_AWS,
};

/** A request that both are sent. */
export interface Request {
  readonly request: string;
  readonly ask: (twin: Twin) => Promise<object>;
  /** Fields whose values are the same in both. */
  readonly exact?: readonly string[];
  /** Fields that the sandbox leaves out, as the auditor does not read them. */
  readonly leftOut?: readonly string[];
  /** By the path of a field: why else the two are not alike there. */
  readonly differences?: Readonly<Record<string, string>>;
}

export const REQUESTS: readonly Request[] = [
  {
    request: 'sts:AssumeRole',
    ask: ({ management, member }) => {
      const RoleArn = `arn:aws:iam::${member.id}:role/${ROLE}`;
      return management
        .client(STSClient)
        .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }));
    },
    leftOut: ['PackedPolicySize'],
  },
  {
    request: 'sts:GetCallerIdentity',
    ask: async ({ management, member }) => {
      const auditor = await management.assume(member.id, ROLE);
      return auditor.client(STSClient).send(new GetCallerIdentityCommand({}));
    },
  },
  {
    request: 'organizations:DescribeOrganization',
    ask: ({ management }) => organizations(management).send(new DescribeOrganizationCommand({})),
  },
  {
    request: 'organizations:DescribeOrganization of a member',
    ask: ({ member }) => organizations(member).send(new DescribeOrganizationCommand({})),
  },
  {
    request: 'organizations:ListAccounts',
    ask: ({ management }) => organizations(management).send(new ListAccountsCommand({})),
    exact: ['Accounts[].Status', 'Accounts[].State'],
  },
  {
    request: 'organizations:ListAccounts by a member',
    ask: ({ member }) => organizations(member).send(new ListAccountsCommand({})),
    differences: { error: 'AWS lets the management account and delegated administrators ask; moto everyone' },
  },
  {
    request: 'organizations:ListRoots',
    ask: ({ management }) => organizations(management).send(new ListRootsCommand({})),
  },
  {
    request: 'organizations:ListAccountsForParent',
    ask: ({ management, ids }) =>
      organizations(management).send(new ListAccountsForParentCommand({ ParentId: ids.unit })),
    exact: under('Accounts[]', 'Name Status State'),
  },
  {
    request: 'organizations:ListAccountsForParent of none',
    ask: ({ management }) =>
      organizations(management).send(new ListAccountsForParentCommand({ ParentId: 'ou-none-00000000' })),
  },
  {
    request: 'organizations:ListOrganizationalUnitsForParent',
    ask: ({ management, ids }) =>
      organizations(management).send(new ListOrganizationalUnitsForParentCommand({ ParentId: ids.root })),
    exact: ['OrganizationalUnits[].Name'],
  },
  {
    request: 'organizations:ListOrganizationalUnitsForParent of an OU without',
    ask: ({ management, ids }) =>
      organizations(management).send(new ListOrganizationalUnitsForParentCommand({ ParentId: ids.unit })),
  },
  {
    request: 'organizations:ListOrganizationalUnitsForParent of none',
    ask: ({ management }) =>
      organizations(management).send(
        new ListOrganizationalUnitsForParentCommand({ ParentId: 'ou-none-00000000' }),
      ),
  },
  {
    request: 'organizations:ListAccounts from a page that was not offered',
    ask: ({ management }) => organizations(management).send(new ListAccountsCommand({ NextToken: 'none' })),
    differences: { error: 'AWS documents InvalidInputException, and no InvalidToken' },
  },
  {
    request: 'eks:ListClusters from a page that was not offered',
    ask: ({ member }) => eks(member).send(new ListClustersCommand({ nextToken: 'none' })),
    differences: { error: INTERNAL },
  },
  {
    request: 'securityhub:GetFindings from a page that was not offered',
    ask: ({ member }) => securityHub(member).send(new GetFindingsCommand({ NextToken: 'none' })),
    differences: { error: 'AWS documents InvalidInputException, and no InvalidToken' },
  },
  {
    request: 'ecr:DescribeRepositories from a page that was not offered',
    ask: ({ member }) => ecr(member).send(new DescribeRepositoriesCommand({ nextToken: 'none' })),
    differences: { error: 'moto takes no notice of the token' },
  },
  {
    request: 'elasticloadbalancing:DescribeLoadBalancers from a page that was not offered',
    ask: ({ member }) => elb(member).send(new DescribeLoadBalancersCommand({ Marker: 'none' })),
    differences: { error: INTERNAL },
  },
  {
    request: 'eks:ListClusters',
    ask: ({ member }) => eks(member).send(new ListClustersCommand({})),
    exact: ['clusters[]'],
  },
  {
    request: 'eks:DescribeCluster',
    ask: ({ member }) => eks(member).send(new DescribeClusterCommand({ name: 'prod' })),
    exact: [
      ...under('cluster', 'name status version encryptionConfig[].resources[] tags.team'),
      ...under(
        'cluster.resourcesVpcConfig',
        'endpointPublicAccess endpointPrivateAccess publicAccessCidrs[]',
      ),
      ...under('cluster.logging.clusterLogging[]', 'enabled types[]'),
    ],
    leftOut: ['cluster.clientRequestToken'],
    differences: {
      'cluster.accessConfig': ONLY_AWS,
      'cluster.deletionProtection': ONLY_AWS,
      'cluster.health': ONLY_AWS,
      'cluster.kubernetesNetworkConfig.ipFamily': ONLY_AWS,
      'cluster.resourcesVpcConfig.clusterSecurityGroupId': ONLY_AWS,
      'cluster.resourcesVpcConfig.securityGroupIds': ONLY_AWS,
      'cluster.resourcesVpcConfig.vpcId': ONLY_AWS,
      'cluster.upgradePolicy': ONLY_AWS,
    },
  },
  {
    request: 'eks:DescribeCluster of none',
    ask: ({ member }) => eks(member).send(new DescribeClusterCommand({ name: 'none' })),
  },
  {
    request: 'eks:ListNodegroups',
    ask: ({ member }) => eks(member).send(new ListNodegroupsCommand({ clusterName: 'prod' })),
    exact: ['nodegroups[]'],
  },
  {
    request: 'eks:ListNodegroups of no cluster',
    ask: ({ member }) => eks(member).send(new ListNodegroupsCommand({ clusterName: 'none' })),
    differences: { error: INTERNAL },
  },
  {
    request: 'eks:DescribeNodegroup',
    ask: ({ member }) =>
      eks(member).send(new DescribeNodegroupCommand({ clusterName: 'prod', nodegroupName: 'default' })),
    exact: under('nodegroup', 'clusterName nodegroupName status launchTemplate.name launchTemplate.version'),
    leftOut: under('nodegroup', 'labels remoteAccess resources taints'),
  },
  {
    request: 'eks:DescribeNodegroup of none',
    ask: ({ member }) =>
      eks(member).send(new DescribeNodegroupCommand({ clusterName: 'prod', nodegroupName: 'none' })),
  },
  {
    request: 'eks:ListFargateProfiles',
    ask: ({ member }) => eks(member).send(new ListFargateProfilesCommand({ clusterName: 'prod' })),
    exact: ['fargateProfileNames[]'],
  },
  {
    request: 'eks:DescribeFargateProfile',
    ask: ({ member }) =>
      eks(member).send(
        new DescribeFargateProfileCommand({ clusterName: 'prod', fargateProfileName: 'default' }),
      ),
    exact: under('fargateProfile', 'clusterName fargateProfileName status selectors[].namespace'),
    differences: {
      'fargateProfile.subnets[]': 'AWS takes the subnets of the cluster when none are given; moto none',
    },
  },
  {
    request: 'eks:DescribeFargateProfile of none',
    ask: ({ member }) =>
      eks(member).send(
        new DescribeFargateProfileCommand({ clusterName: 'prod', fargateProfileName: 'none' }),
      ),
  },
  {
    request: 'kms:DescribeKey',
    ask: ({ member, ids }) => kms(member).send(new DescribeKeyCommand({ KeyId: ids.keys.enabled })),
    exact: KEY_STATE,
    differences: KEY,
  },
  {
    request: 'kms:DescribeKey of a disabled one',
    ask: ({ member, ids }) => kms(member).send(new DescribeKeyCommand({ KeyId: ids.keys.disabled })),
    exact: KEY_STATE,
    differences: KEY,
  },
  {
    request: 'kms:DescribeKey of one about to be deleted',
    ask: ({ member, ids }) => kms(member).send(new DescribeKeyCommand({ KeyId: ids.keys.dying })),
    exact: KEY_STATE,
    differences: KEY,
  },
  {
    request: 'kms:DescribeKey of none',
    ask: ({ member, ids }) =>
      kms(member).send(new DescribeKeyCommand({ KeyId: ids.keys.enabled.replace(/.{12}$/, 'ffffffffffff') })),
  },
  {
    request: 'kms:DescribeKey by an alias of none',
    ask: ({ member }) => kms(member).send(new DescribeKeyCommand({ KeyId: 'alias/none' })),
  },
  {
    request: 'kms:DescribeKey by an ARN of another Region',
    ask: ({ member, ids }) =>
      kms(member).send(new DescribeKeyCommand({ KeyId: ids.keys.enabled.replace('eu-west-1', 'eu-west-2') })),
    differences: { error: 'a key is in one Region; moto looks for its id in whichever it is asked in' },
  },
  {
    request: 'kms:DescribeKey of another account’s',
    ask: ({ management, ids }) => kms(management).send(new DescribeKeyCommand({ KeyId: ids.keys.enabled })),
    differences: {
      error:
        'AWS does not tell a key that does not exist from one it may not show; moto looks among the own ones',
    },
  },
  {
    request: 'securityhub:DescribeHub',
    ask: ({ member }) => securityHub(member).send(new DescribeHubCommand({})),
  },
  {
    request: 'securityhub:DescribeHub where it is off',
    ask: ({ member }) => member.client(SecurityHubClient, WITHOUT_HUB).send(new DescribeHubCommand({})),
  },
  {
    request: 'securityhub:GetFindings where there are none',
    ask: ({ management }) => securityHub(management).send(new GetFindingsCommand({})),
  },
  {
    request: 'securityhub:BatchImportFindings',
    ask: ({ member }) =>
      securityHub(member).send(new BatchImportFindingsCommand({ Findings: [aFinding(member)] })),
    exact: ['SuccessCount', 'FailedCount'],
  },
  {
    request: 'securityhub:BatchImportFindings with one that is about nothing',
    ask: ({ member }) =>
      securityHub(member).send(
        new BatchImportFindingsCommand({ Findings: [aFinding(member, { Resources: [] })] }),
      ),
    exact: ['SuccessCount', 'FailedCount', 'FailedFindings[].Id', 'FailedFindings[].ErrorCode'],
  },
  {
    request: 'securityhub:GetFindings',
    ask: ({ member }) => securityHub(member).send(new GetFindingsCommand({})),
    exact: under('Findings[]', 'Id Title Compliance.Status RecordState FindingProviderFields.Severity.Label'),
    differences: {
      'Findings[].AwsAccountName': FILLED_IN,
      'Findings[].CompanyName': FILLED_IN,
      'Findings[].ProcessedAt': FILLED_IN,
      'Findings[].ProductFields': FILLED_IN,
      'Findings[].ProductName': FILLED_IN,
      'Findings[].Region': FILLED_IN,
      'Findings[].Severity': FILLED_IN,
      'Findings[].Workflow': FILLED_IN,
    },
  },
  {
    request: 'securityhub:GetFindings of more than a page holds',
    ask: ({ member }) => securityHub(member).send(new GetFindingsCommand({ MaxResults: 101 })),
  },
  {
    request: 'ecr:DescribeRepositories',
    ask: ({ member }) => ecr(member).send(new DescribeRepositoriesCommand({})),
    exact: under('repositories[]', 'repositoryName imageScanningConfiguration.scanOnPush'),
  },
  {
    request: 'ecr:DescribeRepositories of none',
    ask: ({ member }) => ecr(member).send(new DescribeRepositoriesCommand({ repositoryNames: ['none'] })),
  },
  {
    request: 'ecr:GetRegistryScanningConfiguration',
    ask: ({ member }) => ecr(member).send(new GetRegistryScanningConfigurationCommand({})),
    exact: [
      ...under('scanningConfiguration', 'scanType rules[].scanFrequency'),
      ...under('scanningConfiguration.rules[].repositoryFilters[]', 'filter filterType'),
    ],
  },
  {
    request: 'ecr:GetRegistryScanningConfiguration of an untouched registry',
    ask: ({ management }) => ecr(management).send(new GetRegistryScanningConfigurationCommand({})),
    exact: ['scanningConfiguration.scanType'],
  },
  {
    request: 'ecr:BatchGetRepositoryScanningConfiguration',
    ask: ({ member }) =>
      ecr(member).send(
        new BatchGetRepositoryScanningConfigurationCommand({
          repositoryNames: ['app/api', 'scratch', 'none'],
        }),
      ),
    exact: [
      ...under(
        'scanningConfigurations[]',
        'repositoryName scanFrequency scanOnPush appliedScanFilters[].filter',
      ),
      ...under('failures[]', 'repositoryName failureCode'),
    ],
    differences: {
      'scanningConfigurations[].scanOnPush': 'moto never sets it; the auditor does not read it',
    },
  },
  {
    request: 'ecr:GetRepositoryPolicy',
    ask: ({ member }) => ecr(member).send(new GetRepositoryPolicyCommand({ repositoryName: 'app/api' })),
    exact: ['policyText'],
  },
  {
    request: 'ecr:GetRepositoryPolicy where there is none',
    ask: ({ member }) => ecr(member).send(new GetRepositoryPolicyCommand({ repositoryName: 'scratch' })),
  },
  {
    request: 'ecr:GetRepositoryPolicy of no repository',
    ask: ({ member }) => ecr(member).send(new GetRepositoryPolicyCommand({ repositoryName: 'none' })),
  },
  {
    request: 'ecr:GetRegistryPolicy',
    ask: ({ member }) => ecr(member).send(new GetRegistryPolicyCommand({})),
    exact: ['policyText'],
  },
  {
    request: 'ecr:GetRegistryPolicy where there is none',
    ask: ({ management }) => ecr(management).send(new GetRegistryPolicyCommand({})),
  },
  {
    request: 'iam:GetAccountAuthorizationDetails of users',
    ask: ({ member }) => authorizationDetails(member, 'User'),
    exact: under(
      'UserDetailList[]',
      'UserName GroupList[] UserPolicyList[].PolicyName UserPolicyList[].PolicyDocument',
    ),
    differences: { 'UserDetailList[].Tags': ONLY_AWS },
  },
  {
    request: 'iam:GetAccountAuthorizationDetails of groups',
    ask: ({ member }) => authorizationDetails(member, 'Group'),
    exact: under(
      'GroupDetailList[]',
      'GroupName GroupPolicyList[].PolicyName GroupPolicyList[].PolicyDocument',
    ),
  },
  {
    request: 'iam:GetAccountAuthorizationDetails of roles',
    ask: ({ member }) => authorizationDetails(member, 'Role'),
    exact: [
      'RoleDetailList[].RolePolicyList[].PolicyName',
      'RoleDetailList[].RolePolicyList[].PolicyDocument',
    ],
    leftOut: [
      'RoleDetailList[].RoleLastUsed.LastUsedDate',
      ...under(
        'RoleDetailList[].InstanceProfileList[]',
        'Roles[].MaxSessionDuration Roles[].RoleLastUsed Tags',
      ),
    ],
  },
  {
    request: 'iam:GetAccountAuthorizationDetails of own policies',
    ask: ({ member }) => authorizationDetails(member, 'LocalManagedPolicy'),
    exact: under(
      'Policies[]',
      'DefaultVersionId AttachmentCount PolicyVersionList[].VersionId PolicyVersionList[].Document',
    ),
    leftOut: ['Policies[].Description'],
    differences: MANAGED_POLICY,
  },
  {
    request: 'iam:GetAccountAuthorizationDetails of AWS’s policies',
    ask: ({ member }) => authorizationDetails(member, 'AWSManagedPolicy'),
    leftOut: ['Policies[].Description'],
    differences: {
      ...MANAGED_POLICY,
      'Policies[].Arn': 'AWS answers with those in use; moto with all it has, which have other paths as well',
    },
  },
  {
    request: 'iam:GetRole of none',
    ask: ({ member }) => iam(member).send(new GetRoleCommand({ RoleName: 'none' })),
  },
  {
    request: 'iam:ListOpenIDConnectProviders',
    ask: ({ member }) => iam(member).send(new ListOpenIDConnectProvidersCommand({})),
  },
  {
    request: 'iam:GetOpenIDConnectProvider',
    ask: ({ member, ids }) =>
      iam(member).send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: ids.oidcProvider })),
    exact: ['Url', 'ClientIDList[]'],
  },
  {
    request: 'iam:GetOpenIDConnectProvider of none',
    ask: ({ member, ids }) =>
      iam(member).send(
        new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: `${ids.oidcProvider}-NONE` }),
      ),
  },
  {
    request: 'ec2:DescribeRegions',
    ask: ({ member }) => ec2(member).send(new DescribeRegionsCommand({ AllRegions: true })),
    exact: ['Regions[].OptInStatus'],
  },
  {
    request: 'ec2:DescribeInstances',
    ask: ({ member }) =>
      ec2(member).send(
        new DescribeInstancesCommand({ Filters: [{ Name: 'tag-key', Values: ['kubernetes.io/cluster/*'] }] }),
      ),
    exact: under(
      'Reservations[].Instances[]',
      'State.Name MetadataOptions.HttpTokens MetadataOptions.HttpPutResponseHopLimit MetadataOptions.HttpEndpoint',
    ),
    leftOut: [
      ...under(
        'Reservations[].Instances[]',
        `AmiLaunchIndex Architecture BlockDeviceMappings ClientToken EbsOptimized HibernationOptions Hypervisor KernelId
        MetadataOptions.HttpProtocolIpv6 MetadataOptions.InstanceMetadataTags Monitoring Placement PrivateDnsName
        ProductCodes PublicDnsName RootDeviceName RootDeviceType SourceDestCheck SriovNetSupport StateReason
        StateTransitionReason VirtualizationType`,
      ),
      ...under(
        'Reservations[].Instances[].NetworkInterfaces[]',
        `Association.PublicDnsName Attachment Description Groups InterfaceType Ipv6Addresses MacAddress OwnerId
        PrivateIpAddress PrivateIpAddresses[].Association.PublicDnsName SourceDestCheck Status`,
      ),
    ],
  },
  {
    request: 'ec2:DescribeInstances of none',
    ask: ({ member }) =>
      ec2(member).send(new DescribeInstancesCommand({ InstanceIds: ['i-00000000000000000'] })),
  },
  {
    request: 'ec2:DescribeSubnets',
    ask: ({ member, ids }) =>
      ec2(member).send(
        new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: [ids.subnet] }] }),
      ),
    exact: under('Subnets[]', 'CidrBlock MapPublicIpOnLaunch AssignIpv6AddressOnCreation'),
    leftOut: under(
      'Subnets[]',
      'AvailabilityZoneId DefaultForAz Ipv6CidrBlockAssociationSet Ipv6Native PrivateDnsNameOptionsOnLaunch',
    ),
  },
  {
    request: 'ec2:DescribeSubnets of none',
    ask: ({ member }) =>
      ec2(member).send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-00000000000000000'] })),
  },
  {
    request: 'ec2:DescribeRouteTables',
    ask: ({ member, ids }) =>
      ec2(member).send(new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [ids.vpc] }] })),
    exact: under(
      'RouteTables[]',
      'Routes[].DestinationCidrBlock Routes[].State Routes[].Origin Associations[].Main',
    ),
    leftOut: ['RouteTables[].Associations[].AssociationState'],
    differences: { 'RouteTables[].PropagatingVgws': ONLY_AWS },
  },
  {
    request: 'ec2:DescribeLaunchTemplateVersions',
    ask: ({ member, ids }) =>
      ec2(member).send(
        new DescribeLaunchTemplateVersionsCommand({
          LaunchTemplateId: ids.launchTemplate,
          Versions: ['$Default'],
        }),
      ),
    exact: [
      ...under('LaunchTemplateVersions[]', 'LaunchTemplateName VersionNumber DefaultVersion'),
      ...under(
        'LaunchTemplateVersions[].LaunchTemplateData',
        'NetworkInterfaces[].AssociatePublicIpAddress MetadataOptions.HttpTokens MetadataOptions.HttpPutResponseHopLimit',
      ),
    ],
    leftOut: ['LaunchTemplateVersions[].CreatedBy'],
  },
  {
    request: 'ec2:DescribeLaunchTemplateVersions by a name of none',
    ask: ({ member }) =>
      ec2(member).send(
        new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: 'none', Versions: ['$Default'] }),
      ),
  },
  {
    request: 'ec2:DescribeLaunchTemplateVersions by an id of none',
    ask: ({ member }) =>
      ec2(member).send(
        new DescribeLaunchTemplateVersionsCommand({
          LaunchTemplateId: 'lt-00000000000000000',
          Versions: ['1'],
        }),
      ),
  },
  {
    request: 'ec2:DescribeLaunchTemplateVersions of no version',
    ask: ({ member, ids }) =>
      ec2(member).send(
        new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: ids.launchTemplate, Versions: ['9'] }),
      ),
  },
  {
    request: 'elasticloadbalancing:DescribeLoadBalancers',
    ask: ({ member }) => elb(member).send(new DescribeLoadBalancersCommand({ Names: ['web'] })),
    exact: under('LoadBalancers[]', 'LoadBalancerName Type State.Code'),
    leftOut: ['LoadBalancers[].AvailabilityZones[]'],
    differences: {
      'LoadBalancers[].Scheme':
        'AWS always answers with the scheme, internet-facing by default; moto when it was given',
    },
  },
  {
    request: 'elasticloadbalancing:DescribeLoadBalancers of none',
    ask: ({ member }) => elb(member).send(new DescribeLoadBalancersCommand({ Names: ['none'] })),
  },
  {
    request: 'elasticloadbalancing:DescribeListeners',
    ask: ({ member, ids }) =>
      elb(member).send(new DescribeListenersCommand({ LoadBalancerArn: ids.loadBalancer })),
    exact: under(
      'Listeners[]',
      'Protocol Port SslPolicy DefaultActions[].Type DefaultActions[].RedirectConfig.Protocol',
    ),
    leftOut: ['Listeners[].AlpnPolicy'],
    differences: { 'Listeners[].SslPolicy': 'moto has one for HTTP as well' },
  },
  {
    request: 'elasticloadbalancing:DescribeListeners of no load balancer',
    ask: ({ member, ids }) =>
      elb(member).send(new DescribeListenersCommand({ LoadBalancerArn: missing(ids.loadBalancer) })),
  },
  {
    request: 'elasticloadbalancing:DescribeRules',
    ask: ({ member, ids }) => elb(member).send(new DescribeRulesCommand({ ListenerArn: ids.listener })),
    exact: under(
      'Rules[]',
      'Priority IsDefault Actions[].Type Actions[].RedirectConfig.Protocol Conditions[].Field',
    ),
    differences: {
      'Rules[].Conditions[].Values': 'AWS answers with the values of a path pattern in the old way as well',
    },
  },
  {
    request: 'elasticloadbalancing:DescribeRules of no listener',
    ask: ({ member, ids }) =>
      elb(member).send(new DescribeRulesCommand({ ListenerArn: missing(ids.listener) })),
  },
  {
    request: 'elasticloadbalancing:DescribeTags',
    ask: ({ member, ids }) => elb(member).send(new DescribeTagsCommand({ ResourceArns: [ids.loadBalancer] })),
    exact: under('TagDescriptions[].Tags[]', 'Key Value'),
  },
  {
    request: 'elasticloadbalancing:DescribeTags of none',
    ask: ({ member, ids }) =>
      elb(member).send(new DescribeTagsCommand({ ResourceArns: [missing(ids.loadBalancer)] })),
    differences: { error: 'AWS documents LoadBalancerNotFound; moto answers without it' },
  },
  {
    request: 'elasticloadbalancing:DescribeSSLPolicies',
    ask: ({ member }) => elb(member).send(new DescribeSSLPoliciesCommand({ Names: [TLS_POLICY] })),
    exact: under('SslPolicies[]', 'Name SslProtocols[]'),
    leftOut: ['SslPolicies[].Ciphers'],
    differences: { 'SslPolicies[].SupportedLoadBalancerTypes': ONLY_AWS },
  },
  {
    request: 'elasticloadbalancing:DescribeSSLPolicies of none',
    ask: ({ member }) => elb(member).send(new DescribeSSLPoliciesCommand({ Names: ['none'] })),
    differences: { error: 'AWS documents SSLPolicyNotFound; moto answers without it' },
  },
  {
    request: 'elasticloadbalancing:DescribeLoadBalancers (classic)',
    ask: ({ member }) => classic(member).send(new DescribeClassicCommand({})),
    exact: under(
      'LoadBalancerDescriptions[]',
      'LoadBalancerName Scheme ListenerDescriptions[].Listener.Protocol ListenerDescriptions[].Listener.LoadBalancerPort ListenerDescriptions[].PolicyNames[]',
    ),
    leftOut: under(
      'LoadBalancerDescriptions[]',
      'AvailabilityZones[] BackendServerDescriptions CanonicalHostedZoneName Policies.OtherPolicies[] SecurityGroups[] SourceSecurityGroup Subnets[]',
    ),
  },
  {
    request: 'elasticloadbalancing:DescribeLoadBalancers (classic) of none',
    ask: ({ member }) => classic(member).send(new DescribeClassicCommand({ LoadBalancerNames: ['none'] })),
  },
  {
    request: 'elasticloadbalancing:DescribeTags (classic)',
    ask: ({ member }) =>
      classic(member).send(new DescribeClassicTagsCommand({ LoadBalancerNames: ['plain'] })),
    exact: under('TagDescriptions[].Tags[]', 'Key Value'),
  },
  {
    request: 'elasticloadbalancing:DescribeTags (classic) of none',
    ask: ({ member }) =>
      classic(member).send(new DescribeClassicTagsCommand({ LoadBalancerNames: ['none'] })),
  },
  {
    request: 'elasticloadbalancing:DescribeLoadBalancerPolicies (classic)',
    ask: ({ member }) =>
      classic(member).send(new DescribeLoadBalancerPoliciesCommand({ LoadBalancerName: 'secure' })),
    exact: [
      ...under('PolicyDescriptions[]', 'PolicyName PolicyTypeName'),
      ...under('PolicyDescriptions[].PolicyAttributeDescriptions[]', 'AttributeName AttributeValue'),
    ],
  },
  {
    request: 'elasticloadbalancing:DescribeLoadBalancerPolicies (classic) of none',
    ask: ({ member }) =>
      classic(member).send(new DescribeLoadBalancerPoliciesCommand({ LoadBalancerName: 'none' })),
  },
];

const organizations = (account: Account) => account.client(OrganizationsClient);
const eks = (account: Account) => account.client(EKSClient);
const kms = (account: Account) => account.client(KMSClient);
const securityHub = (account: Account) => account.client(SecurityHubClient);
const ecr = (account: Account) => account.client(ECRClient);
const iam = (account: Account) => account.client(IAMClient);
const ec2 = (account: Account) => account.client(EC2Client);
const elb = (account: Account) => account.client(ElasticLoadBalancingV2Client);
const classic = (account: Account) => account.client(ElasticLoadBalancingClient);

/** An ARN like that of something there is, of something there is not. */
function missing(arn: string): string {
  return arn.replace(/[0-9a-f]{16}$/, '0000000000000000');
}

function authorizationDetails(member: Account, type: EntityType) {
  return iam(member).send(new GetAccountAuthorizationDetailsCommand({ Filter: [type] }));
}

/** The paths of several fields, which are separated by space. */
function under(path: string, fields: string): string[] {
  return fields.split(/\s+/).map((field) => `${path}.${field}`);
}
