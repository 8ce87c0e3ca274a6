import { absent, type Evidence, present, type Unreadable } from '../../../../shared/model/evidence.ts';
import type { KubernetesKinds, KubernetesObjects, Pod } from '../../../../shared/model/kubernetes-facts.ts';

/** A pod of the Deployment `web` in `shop`. */
export function aPod(differing: Partial<Pod> = {}): Pod {
  return {
    namespace: 'shop',
    name: 'web-1',
    labels: { app: 'web' },
    isOver: false,
    isRunning: true,
    workload: { kind: 'Deployment', name: 'web' },
    isMirror: false,
    serviceAccount: 'web',
    hostNetwork: false,
    images: [],
    hasNetworkPolicyAgent: false,
    ...differing,
  };
}

export const anImage = (image: string, imageID?: string) => ({ image, ...(imageID && { imageID }) });

const NOTHING: KubernetesKinds = {
  pods: [],
  namespaces: [],
  serviceAccounts: [],
  bindings: [],
  networkPolicies: [],
  enginePolicies: [],
  services: [],
  ingresses: [],
  gateways: [],
  httpRoutes: [],
  awsAuth: {},
  vpcCniConfigMap: {},
};

/** A cluster in which there are these objects and no others; of a kind also why it could not be read. */
export function inside(
  objects: {
    readonly [Kind in keyof KubernetesKinds]?: KubernetesKinds[Kind] | Unreadable;
  },
): { readonly kubernetes: Evidence<KubernetesObjects> } {
  const all = Object.entries({ ...NOTHING, ...objects }).map(([kind, value]) => [
    kind,
    'state' in value ? value : present(value),
  ]);
  return { kubernetes: present(Object.fromEntries(all) as KubernetesObjects) };
}

export const OFF = { kubernetes: absent };

export const FORBIDDEN: Unreadable = {
  state: 'unreadable',
  kind: 'denied',
  code: 'Forbidden',
  operation: 'kubernetes:list something',
  detail: 'the API server answered with status 403',
};

export const UNREACHABLE = {
  kubernetes: {
    ...FORBIDDEN,
    kind: 'failed',
    code: 'NoConnection',
    operation: 'kubernetes:connect',
  } as const,
};
