/** The bus of the auditor's account that changes are forwarded to. */
export const CHANGE_BUS_NAME = 'eks-auditor-changes';
/** The roles of each account that forward them are called this, a hyphen and the Region. */
export const FORWARD_ROLE_PREFIX = 'EksAuditorForwardChanges';

/**
 * Calls after which a control may judge differently, by service. Reads, and writes of data such as pushed images, are
 * left out.
 */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  eks: [
    'CreateCluster',
    'DeleteCluster',
    'UpdateClusterConfig',
    'AssociateEncryptionConfig',
    'AssociateIdentityProviderConfig',
    'DisassociateIdentityProviderConfig',
    'CreateNodegroup',
    'DeleteNodegroup',
    'CreateFargateProfile',
    'DeleteFargateProfile',
    'CreateAddon',
    'UpdateAddon',
    'DeleteAddon',
    'CreateAccessEntry',
    'UpdateAccessEntry',
    'DeleteAccessEntry',
    'AssociateAccessPolicy',
    'DisassociateAccessPolicy',
    'CreatePodIdentityAssociation',
    'UpdatePodIdentityAssociation',
    'DeletePodIdentityAssociation',
  ],
  ecr: [
    'CreateRepository',
    'DeleteRepository',
    'SetRepositoryPolicy',
    'DeleteRepositoryPolicy',
    'PutRegistryPolicy',
    'DeleteRegistryPolicy',
    'PutImageScanningConfiguration',
    'PutRegistryScanningConfiguration',
    'CreatePullThroughCacheRule',
    'DeletePullThroughCacheRule',
  ],
  iam: [
    'AttachRolePolicy',
    'DetachRolePolicy',
    'PutRolePolicy',
    'DeleteRolePolicy',
    'UpdateAssumeRolePolicy',
    'AttachUserPolicy',
    'PutUserPolicy',
    'AttachGroupPolicy',
    'PutGroupPolicy',
    'CreatePolicyVersion',
    'SetDefaultPolicyVersion',
  ],
  elasticloadbalancing: [
    'CreateLoadBalancer',
    'DeleteLoadBalancer',
    'CreateListener',
    'ModifyListener',
    'DeleteListener',
    'CreateLoadBalancerListeners',
    'DeleteLoadBalancerListeners',
  ],
};

/** Successful changes, as CloudTrail hands them to EventBridge. Needs a trail of management events. */
export const CHANGE_PATTERN = {
  source: Object.keys(CALLS).map((service) => `aws.${service}`),
  'detail-type': ['AWS API Call via CloudTrail'],
  detail: {
    eventName: [...new Set(Object.values(CALLS).flat())],
    errorCode: [{ exists: false }],
  },
};
