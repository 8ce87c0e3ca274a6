import * as z from 'zod';
import type { Gateway, HttpRoute, Ingress, Service } from '../../model/kubernetes-facts.ts';
import { defined, list, namespaced, optional, text } from './fields.ts';

const status = optional(
  z.object({ loadBalancer: optional(z.object({ ingress: list(z.object({ hostname: optional(text) })) })) }),
);

function hostnamesOf(value: z.output<typeof status>): string[] {
  return (value?.loadBalancer?.ingress ?? []).flatMap(({ hostname }) => hostname || []);
}

/** Undefined for a service that asks for no load balancer. */
export const serviceSchema = z
  .object({ metadata: namespaced, spec: optional(z.object({ type: optional(text) })), status })
  .transform((service): Service | undefined => {
    if (service.spec?.type !== 'LoadBalancer') return undefined;
    const { namespace, name } = service.metadata;
    return { namespace, name, hostnames: hostnamesOf(service.status) };
  });

const CLASS = 'kubernetes.io/ingress.class';

export const ingressSchema = z
  .object({
    metadata: namespaced.extend({ annotations: optional(z.object({ [CLASS]: optional(text) })) }),
    spec: optional(
      z.object({
        ingressClassName: optional(text),
        defaultBackend: optional(z.object({})),
        rules: list(z.object({ host: optional(text) })),
        tls: list(z.object({ hosts: list(text) })),
      }),
    ),
    status,
  })
  .transform(
    ({ metadata, spec, status: seen }) =>
      defined({
        namespace: metadata.namespace,
        name: metadata.name,
        className: spec?.ingressClassName || metadata.annotations?.[CLASS] || undefined,
        hosts: (spec?.rules ?? []).map(({ host }) => host || '*'),
        hasDefaultBackend: spec?.defaultBackend != null,
        tls: (spec?.tls ?? []).map(({ hosts }) => hosts),
        hostnames: hostnamesOf(seen),
      }) as Ingress,
  );

/** https://gateway-api.sigs.k8s.io/reference/spec/ */
export const gatewaySchema = z
  .object({
    metadata: namespaced,
    spec: z.object({ listeners: list(z.object({ name: text, protocol: text, port: z.number() })) }),
    status: optional(z.object({ addresses: list(z.object({ value: optional(text) })) })),
  })
  .transform(
    ({ metadata, spec, status: seen }): Gateway => ({
      namespace: metadata.namespace,
      name: metadata.name,
      listeners: spec.listeners,
      hostnames: (seen?.addresses ?? []).flatMap(({ value }) => value || []),
    }),
  );

const filter = z.object({ type: text, requestRedirect: optional(z.object({ scheme: optional(text) })) });

export const httpRouteSchema = z
  .object({
    metadata: namespaced,
    spec: z.object({
      parentRefs: list(
        z.object({
          kind: optional(text),
          namespace: optional(text),
          name: text,
          sectionName: optional(text),
          port: optional(z.number()),
        }),
      ),
      rules: list(z.object({ filters: list(filter) })),
    }),
  })
  .transform(({ metadata, spec }): HttpRoute => {
    const redirects = spec.rules.map(({ filters }) =>
      filters.some((one) => one.type === 'RequestRedirect' && one.requestRedirect?.scheme === 'https'),
    );
    return {
      namespace: metadata.namespace,
      name: metadata.name,
      parents: spec.parentRefs
        .filter(({ kind }) => !kind || kind === 'Gateway')
        .map(({ namespace, name, sectionName, port }) => ({
          namespace: namespace || metadata.namespace,
          name,
          ...(sectionName && { listener: sectionName }),
          ...(port && { port }),
        })),
      redirectsAll: redirects.length > 0 && redirects.every(Boolean),
    };
  });
