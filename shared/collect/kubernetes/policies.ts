import * as z from 'zod';
import type { LabelSelector, NetworkPolicy, PolicySelector } from '../../model/kubernetes-facts.ts';
import { defined, labelSelector, list, namespaced, optional, selectorOrAll, text } from './fields.ts';

/** An ingress rule without `from` and `ports` lets everything in. */
const rule = z.object({ from: list(z.unknown()), ports: list(z.unknown()) });

export const networkPolicySchema = z
  .object({
    metadata: namespaced,
    spec: optional(z.object({ podSelector: selectorOrAll, ingress: list(rule) })),
  })
  .transform(
    ({ metadata, spec }): NetworkPolicy => ({
      kind: 'NetworkPolicy',
      namespace: metadata.namespace,
      name: metadata.name,
      selectors: [{ form: 'labels', pods: spec?.podSelector ?? {} }],
      allowsAll: (spec?.ingress ?? []).some(({ from, ports }) => from.length + ports.length === 0),
    }),
  );

const policyMetadata = z.object({ namespace: optional(text), name: text.min(1) });

/** https://docs.tigera.io/calico/latest/reference/resources/networkpolicy */
export function calicoPolicySchema(kind: string) {
  return z
    .object({
      metadata: policyMetadata,
      spec: optional(
        z.object({
          selector: optional(text),
          namespaceSelector: optional(text),
          serviceAccountSelector: optional(text),
          ingress: list(
            z.object({
              action: optional(text),
              source: optional(z.object({}).loose()),
              protocol: z.unknown(),
              destination: optional(z.object({}).loose()),
            }),
          ),
        }),
      ),
    })
    .transform(({ metadata, spec }): NetworkPolicy => {
      const selector: PolicySelector = spec?.serviceAccountSelector
        ? { form: 'other', by: 'serviceAccountSelector' }
        : (defined({
            form: 'calico' as const,
            pods: spec?.selector ?? '',
            namespaces: spec?.namespaceSelector || undefined,
          }) as PolicySelector);
      const allowsAll = (spec?.ingress ?? []).some(
        ({ action, source, protocol, destination }) =>
          action === 'Allow' && protocol == null && isEmpty(source) && isEmpty(destination),
      );
      return { ...whereOf(metadata, kind), selectors: [selector], allowsAll };
    });
}

function isEmpty(value: object | null | undefined): boolean {
  return Object.keys(value ?? {}).length === 0;
}

function whereOf({ namespace, name }: z.output<typeof policyMetadata>, kind: string) {
  return { kind, ...(namespace && { namespace }), name };
}

const ciliumRule = z.object({
  endpointSelector: optional(labelSelector),
  nodeSelector: optional(z.unknown()),
  ingress: list(z.object({ fromEntities: list(text), toPorts: list(z.unknown()) })),
});

/** https://docs.cilium.io/en/stable/network/kubernetes/policy/ */
export function ciliumPolicySchema(kind: string) {
  return z
    .object({ metadata: policyMetadata, spec: optional(ciliumRule), specs: list(ciliumRule) })
    .transform(({ metadata, spec, specs }): NetworkPolicy => {
      const rules = [...(spec ? [spec] : []), ...specs];
      return {
        ...whereOf(metadata, kind),
        selectors: rules.flatMap(({ endpointSelector }) =>
          endpointSelector ? [{ form: 'labels' as const, ...ciliumSelector(endpointSelector) }] : [],
        ),
        allowsAll: rules.some(({ ingress }) =>
          ingress.some(({ fromEntities, toPorts }) => fromEntities.includes('all') && toPorts.length === 0),
        ),
      };
    });
}

/** Cilium's labels have a source before a colon; what says nothing of the namespace is of the pod. */
const CILIUM_SOURCE = /^(?:any|k8s):/;
const CILIUM_NAMESPACE = 'io.kubernetes.pod.namespace';
const CILIUM_NAMESPACE_LABELS = 'io.cilium.k8s.namespace.labels.';
/** Nothing that is read tells what Cilium calls the cluster. */
const CILIUM_CLUSTER = 'io.cilium.k8s.policy.cluster';

function ciliumSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector) {
  const requirements = [
    ...Object.entries(matchLabels).map(([key, value]) => ({ key, operator: 'In', values: [value] })),
    ...matchExpressions,
  ]
    .map((one) => ({ ...one, key: one.key.replace(CILIUM_SOURCE, '') }))
    .map((one) => (one.key === CILIUM_CLUSTER ? { ...one, operator: 'Unknown' } : one));
  const isOfNamespace = ({ key }: { readonly key: string }) =>
    key === CILIUM_NAMESPACE || key.startsWith(CILIUM_NAMESPACE_LABELS);
  const ofNamespaces = requirements.filter(isOfNamespace).map((one) => ({
    ...one,
    key:
      one.key === CILIUM_NAMESPACE
        ? 'kubernetes.io/metadata.name'
        : one.key.slice(CILIUM_NAMESPACE_LABELS.length),
  }));
  const ofPods = requirements.filter((one) => !isOfNamespace(one));
  return {
    pods: { matchExpressions: ofPods },
    ...(ofNamespaces.length > 0 && { namespaces: { matchExpressions: ofNamespaces } }),
  };
}

/** https://network-policy-api.sigs.k8s.io/ */
export function adminPolicySchema(kind: string) {
  return z
    .object({
      metadata: policyMetadata,
      spec: z.object({
        subject: z.object({
          namespaces: optional(labelSelector),
          pods: optional(z.object({ namespaceSelector: selectorOrAll, podSelector: selectorOrAll })),
        }),
      }),
    })
    .transform(({ metadata, spec: { subject } }): NetworkPolicy => {
      const { namespaces, pods } = subject;
      const selectors: PolicySelector[] = [
        ...(namespaces ? [{ form: 'labels' as const, namespaces }] : []),
        ...(pods
          ? [{ form: 'labels' as const, namespaces: pods.namespaceSelector, pods: pods.podSelector }]
          : []),
      ];
      return { ...whereOf(metadata, kind), selectors, allowsAll: false };
    });
}
