import * as z from 'zod';
import type {
  AwsAuth,
  Binding,
  Namespace,
  ServiceAccount,
  VpcCniConfigMap,
} from '../../model/kubernetes-facts.ts';
import { defined, labels, list, namespaced, optional, text } from './fields.ts';

export const namespaceSchema = z
  .object({ metadata: z.object({ name: text.min(1), labels }) })
  .transform(({ metadata }): Namespace => ({ name: metadata.name, labels: metadata.labels ?? {} }));

const ROLE_ARN = 'eks.amazonaws.com/role-arn';

export const serviceAccountSchema = z
  .object({
    metadata: namespaced.extend({ annotations: optional(z.object({ [ROLE_ARN]: optional(text) })) }),
    automountServiceAccountToken: optional(z.boolean()),
  })
  .transform(
    ({ metadata, automountServiceAccountToken }) =>
      defined({
        namespace: metadata.namespace,
        name: metadata.name,
        roleArn: metadata.annotations?.[ROLE_ARN] || undefined,
        automountServiceAccountToken,
      }) as ServiceAccount,
  );

/** What Kubernetes makes itself. https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings */
const BOOTSTRAPPING = 'kubernetes.io/bootstrapping';

/** Undefined for a binding that Kubernetes makes itself. */
export function bindingSchema(kind: Binding['kind']) {
  return z
    .object({
      metadata: z.object({ namespace: optional(text), name: text, labels }),
      roleRef: z.object({ kind: text, name: text }),
      subjects: list(z.object({ kind: text, name: text, namespace: optional(text) })),
    })
    .transform(({ metadata, roleRef, subjects }): Binding | undefined => {
      if (metadata.labels?.[BOOTSTRAPPING] !== undefined) return undefined;
      return defined({
        kind,
        namespace: metadata.namespace || undefined,
        name: metadata.name,
        role: `${roleRef.kind}/${roleRef.name}`,
        subjects: subjects.map((subject) =>
          defined({ ...subject, namespace: subject.namespace || undefined }),
        ),
      }) as Binding;
    });
}

export const awsAuthSchema = z
  .object({
    data: optional(
      z.object({ mapRoles: optional(text), mapUsers: optional(text), mapAccounts: optional(text) }),
    ),
  })
  .transform(({ data }): AwsAuth => defined({ ...data }));

const NETWORK_POLICY_CONTROLLER = 'enable-network-policy-controller';

export const vpcCniSchema = z
  .object({ data: optional(z.object({ [NETWORK_POLICY_CONTROLLER]: optional(text) })) })
  .transform(
    ({ data }): VpcCniConfigMap =>
      defined({ enableNetworkPolicyController: data?.[NETWORK_POLICY_CONTROLLER] ?? undefined }),
  );
