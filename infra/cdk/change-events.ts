/** The event bus in the auditor's account to which changes are forwarded. */
export const CHANGE_BUS_NAME = 'eks-auditor-changes';
/** The roles that forward changes are called this, a hyphen and the Region. */
export const FORWARD_ROLE_PREFIX = 'EksAuditorForwardChanges';

/** API calls, by service, after which a verdict may change. Reads and writes of data (pushed images) are not among them. */
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

/** Matches successful calls in CloudTrail's events. EventBridge gets them only if there is a trail of management events. */
export const CHANGE_PATTERN = {
  source: Object.keys(CALLS).map((service) => `aws.${service}`),
  'detail-type': ['AWS API Call via CloudTrail'],
  detail: {
    eventName: [...new Set(Object.values(CALLS).flat())],
    errorCode: [{ exists: false }],
  },
};
