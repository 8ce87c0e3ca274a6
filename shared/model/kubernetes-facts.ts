import type { Evidence, Reading, Unreadable } from './evidence.ts';

/*
 * What is read from the Kubernetes API of a cluster: plain, and only the fields that are used. Never a Secret, the value of
 * an environment variable, or an annotation but those named here.
 * https://kubernetes.io/docs/reference/kubernetes-api/
 */

export type Labels = Readonly<Record<string, string>>;

/** An empty one selects everything. */
export interface LabelSelector {
  readonly matchLabels?: Labels | undefined;
  readonly matchExpressions?:
    | readonly {
        readonly key: string;
        readonly operator: string;
        readonly values?: readonly string[] | undefined;
      }[]
    | undefined;
}

/** What made a pod, as people know it: a Deployment rather than its ReplicaSet, a CronJob rather than its Job. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
}

interface PodImage {
  /** As its author wrote it. */
  readonly image: string;
  /** What runs, with its digest; none until it does. */
  readonly imageID?: string;
}

export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  /** It has run to its end. */
  readonly isOver: boolean;
  readonly isRunning: boolean;
  readonly workload: Workload;
  /** Of a static pod: it has no service account. */
  readonly isMirror: boolean;
  readonly serviceAccount: string;
  readonly automountServiceAccountToken?: boolean;
  readonly hostNetwork: boolean;
  /** Of its containers, init containers, ephemeral containers and image volumes. */
  readonly images: readonly PodImage[];
  /** A container has the argument `--enable-network-policy=true`, as the VPC CNI’s node agent that enforces. */
  readonly hasNetworkPolicyAgent: boolean;
}

export interface Namespace {
  readonly name: string;
  readonly labels: Labels;
}

export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
  /** The annotation `eks.amazonaws.com/role-arn`. */
  readonly roleArn?: string;
  readonly automountServiceAccountToken?: boolean;
}

/** A RoleBinding or ClusterRoleBinding, but for those that Kubernetes makes itself. */
export interface Binding {
  readonly kind: 'RoleBinding' | 'ClusterRoleBinding';
  readonly namespace?: string;
  readonly name: string;
  readonly role: string;
  readonly subjects: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

/** Which pods a policy is for. */
export type PolicySelector =
  | { readonly form: 'labels'; readonly pods?: LabelSelector; readonly namespaces?: LabelSelector }
  /** In Calico’s language. https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selectors */
  | { readonly form: 'calico'; readonly pods: string; readonly namespaces?: string }
  /** By something that is not read. */
  | { readonly form: 'other'; readonly by: string };

export interface NetworkPolicy {
  /** For example `NetworkPolicy`, `GlobalNetworkPolicy`, `CiliumNetworkPolicy`. */
  readonly kind: string;
  /** None for those of the whole cluster. */
  readonly namespace?: string;
  readonly name: string;
  readonly selectors: readonly PolicySelector[];
  /** It lets everything in. */
  readonly allowsAll: boolean;
}

/** Of type LoadBalancer. */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  /** Of its load balancer; none until there is one. */
  readonly hostnames: readonly string[];
}

export interface Ingress {
  readonly namespace: string;
  readonly name: string;
  readonly className?: string;
  /** Of its rules; `*` for a rule without one. */
  readonly hosts: readonly string[];
  readonly hasDefaultBackend: boolean;
  /** Each entry of `tls`: its hosts; none means all. */
  readonly tls: readonly (readonly string[])[];
  readonly hostnames: readonly string[];
}

export interface Gateway {
  readonly namespace: string;
  readonly name: string;
  readonly listeners: readonly { readonly name: string; readonly protocol: string; readonly port: number }[];
  readonly hostnames: readonly string[];
}

export interface HttpRoute {
  readonly namespace: string;
  readonly name: string;
  readonly parents: readonly {
    readonly namespace: string;
    readonly name: string;
    /** Only this listener of it; all where neither is said. */
    readonly listener?: string;
    readonly port?: number;
  }[];
  /** Every rule of it answers with a redirect to HTTPS. */
  readonly redirectsAll: boolean;
}

/** The texts of the ConfigMap `kube-system/aws-auth`: YAML, as people write it. */
export interface AwsAuth {
  readonly mapRoles?: string;
  readonly mapUsers?: string;
  readonly mapAccounts?: string;
}

/** The ConfigMap `kube-system/amazon-vpc-cni`. */
export interface VpcCniConfigMap {
  /** `enable-network-policy-controller` */
  readonly enableNetworkPolicyController?: string;
}

/** What controls may need of a cluster. A kind whose API the cluster does not have is an empty list. */
export interface KubernetesKinds {
  readonly pods: readonly Pod[];
  readonly namespaces: readonly Namespace[];
  readonly serviceAccounts: readonly ServiceAccount[];
  /** Of both kinds; with why one of them could not be read. */
  readonly bindings: readonly (Binding | Unreadable)[];
  readonly networkPolicies: readonly NetworkPolicy[];
  /** Calico’s, Cilium’s, and those of the Kubernetes project for administrators; with why some could not be read. */
  readonly enginePolicies: readonly (NetworkPolicy | Unreadable)[];
  readonly services: readonly Service[];
  readonly ingresses: readonly Ingress[];
  readonly gateways: readonly Gateway[];
  readonly httpRoutes: readonly HttpRoute[];
  /** Absent: there is no such ConfigMap. */
  readonly awsAuth: AwsAuth;
  readonly vpcCniConfigMap: VpcCniConfigMap;
}
export type KubernetesKind = keyof KubernetesKinds;

/** The kinds that were asked for, each of which may be unreadable. */
export type KubernetesObjects = { readonly [Kind in KubernetesKind]?: Reading<KubernetesKinds[Kind]> };

export interface KubernetesFacts {
  /** Absent where Kubernetes evidence is off for the cluster; unreadable when its API cannot be reached at all. */
  readonly kubernetes: Evidence<KubernetesObjects>;
}
