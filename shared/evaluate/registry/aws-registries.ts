/*
 * Where the images of AWS come from, as documented in November 2026. Accounts have registries in several Regions; a
 * number belongs to AWS in the commercial partition and the others alike, where the documentation names it.
 */

/**
 * EKS User Guide, "View Amazon container image registries for Amazon EKS add-ons".
 * https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html
 */
const EKS_ADDON_ACCOUNTS = [
  '013241004608',
  '066635153087',
  '121268973566',
  '151610086707',
  '151742754352',
  '296578399912',
  '333609536671',
  '455263428931',
  '491585149902',
  '533267051163',
  '558608220178',
  '590381155156',
  '602401143452',
  '730335286997',
  '759879836304',
  '761377655185',
  '800184023465',
  '877085696533',
  '877088126301',
  '900612956339',
  '900889452093',
  '918309763551',
  '961992271922',
];

/**
 * GuardDuty User Guide, "ECR repository for EKS agent versions".
 * https://docs.aws.amazon.com/guardduty/latest/ug/eks-runtime-agent-ecr-image-uri-v1-8-1-build-2.html
 */
const GUARDDUTY_AGENT_ACCOUNTS = [
  '001188825231',
  '011662287384',
  '031903291036',
  '039403964562',
  '109118265657',
  '113643092156',
  '292660727137',
  '366771026645',
  '373421517865',
  '379032919888',
  '409493279830',
  '528450769569',
  '531047660167',
  '541829937850',
  '584580519942',
  '591382732059',
  '601769779514',
  '610108029387',
  '617474730032',
  '618745550137',
  '673884943994',
  '718440343717',
  '732248494576',
  '750462861327',
  '781592569369',
  '790429075973',
  '810724417379',
  '941219317354',
];

/** The accounts of AWS whose private registries hold images that it gives to clusters. */
export const AWS_REGISTRY_ACCOUNTS: ReadonlySet<string> = new Set([
  ...EKS_ADDON_ACCOUNTS,
  ...GUARDDUTY_AGENT_ACCOUNTS,
]);

/** What AWS publishes for clusters on https://gallery.ecr.aws. */
export const AWS_PUBLIC_REPOSITORIES: readonly string[] = [
  'aws-controllers-k8s',
  'aws-ec2',
  'aws-observability',
  'aws-secrets-manager',
  'eks',
  'eks-distro',
  'karpenter',
].map((alias) => `public.ecr.aws/${alias}/*`);
