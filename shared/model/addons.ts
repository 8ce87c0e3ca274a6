/** The add-on that hands pods the credentials of their Pod Identity associations. Auto Mode has it built in. */
export const POD_IDENTITY_AGENT = 'eks-pod-identity-agent';

/**
 * Add-ons that enforce network policies themselves. Names from AWS Marketplace are `<seller>_<product>` and change with
 * the seller, so the product is recognised by its word, as in `tigera_calico-…`, `isovalent_cilium-…`.
 */
const NETWORK_POLICY_ENGINE = /(^|[_-])(calico|cilium)([_-]|$)/i;

/** Whether an add-on is an engine that enforces network policies, besides the VPC CNI. */
export function isNetworkPolicyEngine(addonName: string): boolean {
  return NETWORK_POLICY_ENGINE.test(addonName);
}
