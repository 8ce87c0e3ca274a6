import * as z from 'zod';

/*
 * The fields of the objects of a world file: those that clusters are judged by and those that people often write; what is
 * beside the point may hold anything.
 * https://kubernetes.io/docs/reference/kubernetes-api/
 */

const text = z.string();
const texts = z.array(text);
const anything = z.unknown().exactOptional();
const labels = z.record(text, text);
const list = <Item extends z.ZodType>(item: Item) => z.array(item).exactOptional();
const optionalTexts = texts.exactOptional();

const container = z.strictObject({
  name: text,
  image: text.exactOptional(),
  imagePullPolicy: text.exactOptional(),
  command: optionalTexts,
  args: optionalTexts,
  env: list(z.unknown()),
  envFrom: list(z.unknown()),
  ports: list(z.unknown()),
  resources: anything,
  volumeMounts: list(z.unknown()),
  securityContext: anything,
  livenessProbe: anything,
  readinessProbe: anything,
  restartPolicy: text.exactOptional(),
  targetContainerName: text.exactOptional(),
});
const volume = z.looseObject({
  name: text,
  image: z.strictObject({ reference: text, pullPolicy: text.exactOptional() }).exactOptional(),
});
const containerStatus = z.strictObject({
  name: text,
  image: text.exactOptional(),
  imageID: text.exactOptional(),
  containerID: text.exactOptional(),
  ready: z.boolean().exactOptional(),
  started: z.boolean().exactOptional(),
  restartCount: z.number().int().exactOptional(),
  state: anything,
  lastState: anything,
});

const pod = {
  spec: z.strictObject({
    nodeName: text.exactOptional(),
    serviceAccountName: text.exactOptional(),
    automountServiceAccountToken: z.boolean().exactOptional(),
    hostNetwork: z.boolean().exactOptional(),
    restartPolicy: text.exactOptional(),
    containers: z.array(container),
    initContainers: list(container),
    ephemeralContainers: list(container),
    volumes: list(volume),
    securityContext: anything,
    nodeSelector: labels.exactOptional(),
    tolerations: list(z.unknown()),
    affinity: anything,
    imagePullSecrets: list(z.unknown()),
  }),
  status: z
    .strictObject({
      phase: z.enum(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']).exactOptional(),
      podIP: text.exactOptional(),
      hostIP: text.exactOptional(),
      conditions: list(z.unknown()),
      containerStatuses: list(containerStatus),
      initContainerStatuses: list(containerStatus),
      ephemeralContainerStatuses: list(containerStatus),
    })
    .exactOptional(),
};

const loadBalancerStatus = z
  .strictObject({
    loadBalancer: z
      .strictObject({
        ingress: list(
          z.strictObject({
            hostname: text.exactOptional(),
            ip: text.exactOptional(),
            ports: list(z.unknown()),
          }),
        ),
      })
      .exactOptional(),
  })
  .exactOptional();

const service = {
  spec: z.strictObject({
    type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']).exactOptional(),
    clusterIP: text.exactOptional(),
    externalName: text.exactOptional(),
    loadBalancerClass: text.exactOptional(),
    selector: labels.exactOptional(),
    ports: list(z.unknown()),
  }),
  status: loadBalancerStatus,
};

const ingress = {
  spec: z.strictObject({
    ingressClassName: text.exactOptional(),
    defaultBackend: anything,
    rules: list(z.strictObject({ host: text.exactOptional(), http: anything })),
    tls: list(z.strictObject({ hosts: optionalTexts, secretName: text.exactOptional() })),
  }),
  status: loadBalancerStatus,
};

const labelSelector = z.strictObject({
  matchLabels: labels.exactOptional(),
  matchExpressions: list(z.strictObject({ key: text, operator: text, values: optionalTexts })),
});

const networkPolicy = {
  spec: z.strictObject({
    podSelector: labelSelector.exactOptional(),
    policyTypes: optionalTexts,
    ingress: list(z.strictObject({ from: list(z.unknown()), ports: list(z.unknown()) })),
    egress: list(z.strictObject({ to: list(z.unknown()), ports: list(z.unknown()) })),
  }),
};

const calicoPolicy = {
  spec: z.strictObject({
    tier: text.exactOptional(),
    order: z.number().exactOptional(),
    selector: text.exactOptional(),
    namespaceSelector: text.exactOptional(),
    serviceAccountSelector: text.exactOptional(),
    types: optionalTexts,
    ingress: list(z.unknown()),
    egress: list(z.unknown()),
  }),
};

const ciliumRule = z.strictObject({
  description: text.exactOptional(),
  endpointSelector: labelSelector.exactOptional(),
  nodeSelector: labelSelector.exactOptional(),
  ingress: list(z.unknown()),
  ingressDeny: list(z.unknown()),
  egress: list(z.unknown()),
  egressDeny: list(z.unknown()),
});
const ciliumPolicy = { spec: ciliumRule.exactOptional(), specs: list(ciliumRule) };

const adminPolicy = {
  spec: z.strictObject({
    tier: text.exactOptional(),
    priority: z.number().int().exactOptional(),
    subject: z.strictObject({
      namespaces: labelSelector.exactOptional(),
      pods: z
        .strictObject({
          namespaceSelector: labelSelector.exactOptional(),
          podSelector: labelSelector.exactOptional(),
        })
        .exactOptional(),
    }),
    ingress: list(z.unknown()),
    egress: list(z.unknown()),
  }),
};

const rule = z.strictObject({
  apiGroups: optionalTexts,
  resources: optionalTexts,
  resourceNames: optionalTexts,
  nonResourceURLs: optionalTexts,
  verbs: texts,
});
const role = { rules: list(rule), aggregationRule: anything };
const binding = {
  roleRef: z.strictObject({
    apiGroup: text.exactOptional(),
    kind: z.enum(['Role', 'ClusterRole']),
    name: text,
  }),
  subjects: list(
    z.strictObject({
      apiGroup: text.exactOptional(),
      kind: z.enum(['User', 'Group', 'ServiceAccount']),
      name: text,
      namespace: text.exactOptional(),
    }),
  ),
};

const gateway = {
  spec: z.strictObject({
    gatewayClassName: text.exactOptional(),
    listeners: z.array(
      z.strictObject({
        name: text,
        protocol: text,
        port: z.number().int(),
        hostname: text.exactOptional(),
        tls: anything,
        allowedRoutes: anything,
      }),
    ),
    addresses: list(z.unknown()),
  }),
  status: z
    .strictObject({
      addresses: list(z.strictObject({ type: text.exactOptional(), value: text })),
      conditions: list(z.unknown()),
      listeners: list(z.unknown()),
    })
    .exactOptional(),
};

const httpRoute = {
  spec: z.strictObject({
    parentRefs: list(
      z.strictObject({
        group: text.exactOptional(),
        kind: text.exactOptional(),
        namespace: text.exactOptional(),
        name: text,
        sectionName: text.exactOptional(),
        port: z.number().int().exactOptional(),
      }),
    ),
    hostnames: optionalTexts,
    rules: list(z.unknown()),
  }),
  status: anything,
};

/** What objects have beside their metadata, by resource, with its group where the name alone does not tell. */
export const FIELDS: Readonly<Record<string, z.core.$ZodLooseShape>> = {
  namespaces: { spec: anything, status: anything },
  pods: pod,
  services: service,
  serviceaccounts: {
    automountServiceAccountToken: z.boolean().exactOptional(),
    secrets: list(z.unknown()),
    imagePullSecrets: list(z.unknown()),
  },
  configmaps: {
    data: labels.exactOptional(),
    binaryData: labels.exactOptional(),
    immutable: z.boolean().exactOptional(),
  },
  secrets: { type: text.exactOptional(), data: labels.exactOptional(), stringData: labels.exactOptional() },
  nodes: { spec: anything, status: anything },
  ingresses: ingress,
  networkpolicies: networkPolicy,
  'networkpolicies.projectcalico.org': calicoPolicy,
  'networkpolicies.crd.projectcalico.org': calicoPolicy,
  globalnetworkpolicies: calicoPolicy,
  ciliumnetworkpolicies: ciliumPolicy,
  ciliumclusterwidenetworkpolicies: ciliumPolicy,
  adminnetworkpolicies: adminPolicy,
  baselineadminnetworkpolicies: adminPolicy,
  clusternetworkpolicies: adminPolicy,
  roles: role,
  clusterroles: role,
  rolebindings: binding,
  clusterrolebindings: binding,
  gateways: gateway,
  httproutes: httpRoute,
};
