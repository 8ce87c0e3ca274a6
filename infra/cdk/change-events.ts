import { REGION_EVENTS } from '../../shared/aws/regions.ts';
import { LIST_EVENTS } from '../../shared/collect/collect-account.ts';
import { collectors } from '../../shared/collect/index.ts';
import { auditedEvents, type ChangeEvent } from '../../shared/model/change-events.ts';
import { ORGANIZATION_EVENTS } from '../../shared/plan/organization.ts';

/** The event bus in the auditor's account to which changes are forwarded. */
export const CHANGE_BUS_NAME = 'eks-auditor-changes';
/** The roles that forward changes are called this, a hyphen and the Region. */
export const FORWARD_ROLE_PREFIX = 'EksAuditorForwardChanges';
/** The path of the policies of the auditor's roles in an audited account. */
export const OWN_POLICY_PATH = '/eks-auditor/';

/**
 * The size of an event pattern that needs no higher quota, in characters. Rules, 300 a bus, are plenty.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
export const MAX_PATTERN_LENGTH = 2_048;

/** The auditor's own role in an audited account: changes of it start no audit. */
interface OwnRole {
  /** Without its path. */
  readonly roleName: string;
}

interface ChangePattern {
  /** The service, with a number if its events need several patterns. */
  readonly id: string;
  /** As IAM's actions begin. */
  readonly service: string;
  readonly pattern: {
    readonly source: readonly string[];
    readonly 'detail-type': readonly string[];
    readonly detail: Readonly<Record<string, unknown>>;
  };
}

/** The events that start an audit, as the sources of facts declare them. Sorted and unique. */
export function changeEvents(): readonly ChangeEvent[] {
  const declared = [
    REGION_EVENTS,
    LIST_EVENTS,
    ORGANIZATION_EVENTS,
    ...collectors.map(({ events }) => events),
  ];
  return [...new Set(declared.flatMap(auditedEvents))].toSorted();
}

/** The `source` of all these events. */
export function changeSources(): string[] {
  return [...namesByService(changeEvents()).keys()].map((service) => `aws.${service}`);
}

/**
 * One pattern for each service, or more where one would be too long. They match successful calls, and changes that a
 * service makes by itself, in CloudTrail's events: EventBridge gets these only if there is a trail of management events.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export function changePatterns(
  own: OwnRole,
  { events = changeEvents(), maxLength = MAX_PATTERN_LENGTH } = {},
): readonly ChangePattern[] {
  const others = notOf(own);
  return [...namesByService(events)].flatMap(([service, names]) => {
    const patternOf = (eventName: readonly string[]) => ({
      source: [`aws.${service}`],
      'detail-type': ['AWS API Call via CloudTrail', 'AWS Service Event via CloudTrail'],
      detail: { eventName, errorCode: [{ exists: false }], ...others[service] },
    });
    const fits = (some: readonly string[]) => JSON.stringify(patternOf(some)).length <= maxLength;
    return split(names, fits).map((some, index) => ({
      id: index === 0 ? service : `${service}-${index + 1}`,
      service,
      pattern: patternOf(some),
    }));
  });
}

function namesByService(events: readonly ChangeEvent[]): ReadonlyMap<string, readonly string[]> {
  const services = [...new Set(events.map((event) => event.split(':', 1).join('')))];
  return new Map(
    services.map((service) => [
      service,
      events
        .filter((event) => event.startsWith(`${service}:`))
        .map((event) => event.slice(service.length + 1)),
    ]),
  );
}

/** In order, as many in each part as fit. One that does not fit alone is a part of its own. */
function split(names: readonly string[], fits: (some: readonly string[]) => boolean): string[][] {
  return names.reduce<string[][]>((parts, name) => {
    const last = parts.at(-1);
    if (last && fits([...last, name])) last.push(name);
    else parts.push([name]);
    return parts;
  }, []);
}

/**
 * By service: not the auditor's own roles and policies. An update of the member role would start an audit of every account,
 * and an audit that gives it access to a cluster would start the next. Says what was changed, not who changed it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
function notOf({ roleName }: OwnRole): Readonly<Record<string, { readonly requestParameters: object }>> {
  const otherThan = (...own: string[]) => [{ exists: false }, { 'anything-but': { wildcard: own } }];
  // EKS writes what was part of a request's path into its events as it was sent: encoded.
  const inArn = [':role/', ':role/*/', '%3Arole%2F', '%3Arole%2F*%2F'].map((place) => `*${place}${roleName}`);
  return {
    eks: { requestParameters: { principalArn: otherThan(...inArn) } },
    iam: {
      requestParameters: {
        roleName: otherThan(roleName, `${FORWARD_ROLE_PREFIX}-*`),
        policyArn: otherThan(`*:policy${OWN_POLICY_PATH}*`),
        path: otherThan(OWN_POLICY_PATH),
      },
    },
  };
}
