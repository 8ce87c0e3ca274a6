/*
 * Answers that AWS may give, although a field is left out or a list is empty, and what verdicts become by them:
 * `5.3.1 orders FAILED NO_CUSTOMER_KEY`, or `nothing` where there is no verdict any more. By the operation and the fault.
 */

type Said = Readonly<Record<string, readonly string[]>>;

const OPEN = ['5.4.1 orders FAILED OPEN_TO_INTERNET'];
const NO_LOGS = ['2.1.1 orders FAILED AUDIT_LOG_DISABLED'];
const NO_KEY = ['5.3.1 orders FAILED NO_CUSTOMER_KEY'];
const ACCOUNT = '5.1.2 AWS::::Account:333333333333';

export const SAID: Readonly<Record<string, Said>> = {
  'eks:DescribeCluster': {
    'cluster.resourcesVpcConfig.publicAccessCidrs left out': OPEN,
    'cluster.resourcesVpcConfig.publicAccessCidrs is empty': OPEN,
    'cluster.logging.clusterLogging is empty': NO_LOGS,
    'cluster.logging.clusterLogging.[].types is empty': NO_LOGS,
    'cluster.encryptionConfig left out': NO_KEY,
    'cluster.encryptionConfig is empty': NO_KEY,
    'cluster.encryptionConfig.[].resources is empty': NO_KEY,
    'cluster.encryptionConfig.[].provider left out': NO_KEY,
    'cluster.encryptionConfig.[].provider.keyArn left out': NO_KEY,
  },
  'eks:DescribeAddon': {
    'addon.configurationValues left out': ['5.4.4 orders FAILED ENFORCEMENT_OFF'],
  },
  'eks:DescribeAccessEntry': {
    'accessEntry.kubernetesGroups is empty': [
      '5.5.1 billing FAILED EXTERNAL_IDENTITY_PROVIDER+IAM_USER_ENTRY',
    ],
  },
  'elasticloadbalancing:DescribeLoadBalancers': {
    'LoadBalancerDescriptions.[].ListenerDescriptions is empty': [
      '5.4.5 billing-classic PASSED NO_LISTENERS',
      '5.4.5 orders-classic PASSED NO_LISTENERS',
    ],
  },
  // Without tags they are of no cluster.
  'elasticloadbalancing:DescribeTags': {
    'TagDescriptions.[].Tags is empty': ['5.4.5 billing-classic nothing', '5.4.5 orders-classic nothing'],
  },
  'elasticloadbalancingv2:DescribeTags': {
    'TagDescriptions.[].Tags is empty': ['5.4.5 billing-web nothing', '5.4.5 orders-web nothing'],
  },
  'iam:GetAccountAuthorizationDetails': {
    'RoleDetailList.[].AttachedManagedPolicies is empty': [
      '5.1.3 builder PASSED READ_ONLY',
      `${ACCOUNT} FAILED USERS_CAN_WRITE`,
    ],
    'UserDetailList.[].GroupList is empty': [`${ACCOUNT} WARNING WRITERS_NOT_REVIEWED`],
    'GroupDetailList.[].AttachedManagedPolicies is empty': [`${ACCOUNT} WARNING WRITERS_NOT_REVIEWED`],
  },
};
