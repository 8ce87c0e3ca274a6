import * as z from 'zod';
import { accountId, controlKey } from '../../shared/config/config.ts';
import type { Partition } from '../../shared/model/partition.ts';

/* `deployment.alerts`: who is told what. */

export const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;

const email = z.email('must be an e-mail address');
const arn = (service: string) =>
  z
    .string()
    .regex(new RegExp(`^arn:aws[\\w-]*:${service}:[\\w-]+:\\d{12}:.+$`), `must be an ARN of ${service}`);

/** Where an alert is sent: exactly one of these. */
const target = z.union(
  [
    z.strictObject({ topic: arn('sns') }),
    z.strictObject({ queue: arn('sqs') }),
    z.strictObject({ function: arn('lambda') }),
    z.strictObject({ eventBus: arn('events') }),
  ],
  'must be one of topic, queue, function and eventBus, with its ARN',
);
export type AlertTarget = z.infer<typeof target>;

const route = z.strictObject({
  /** Unique; part of the rule's description. */
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,40}$/, 'must be letters, digits and hyphens'),
  severities: z
    .array(z.enum(SEVERITIES))
    .min(1)
    .default([...SEVERITIES]),
  /** Only findings of these controls; of all when empty. */
  controls: z.array(controlKey).default([]),
  /** Only findings of these accounts; of all when empty. */
  accounts: z.array(accountId).default([]),
  /** Also resolved findings, whatever severity they had. */
  resolvedFindings: z.boolean().default(false),
  /** Also one event a run, with its counts and its coverage. */
  runs: z.boolean().default(false),
  /** A rule of EventBridge has at most five: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
  targets: z.array(target).min(1).max(5),
});
export type AlertRoute = z.infer<typeof route>;

const slack = z.strictObject({
  /** The workspace has to be connected once, in the console of Amazon Q Developer in chat applications. */
  workspaceId: z.string().regex(/^[0-9A-Z]{1,255}$/, 'must be a Slack workspace id such as T0123ABCD'),
  channelId: z.string().regex(/^[A-Za-z0-9]{1,255}$/, 'must be a Slack channel id such as C0123ABCD'),
  severities: z.array(z.enum(SEVERITIES)).min(1).default(['CRITICAL', 'HIGH']),
});

export const alertsSchema = z.strictObject({
  /** E-mail addresses for digests of runs, by the severities of what changed. */
  emails: z.partialRecord(z.enum(SEVERITIES), z.array(email)).default({}),
  /** E-mail addresses for failed runs, gaps in the coverage and the like. */
  operationsEmails: z.array(email).default([]),
  /** Whether runs that changed nothing send a digest as well. */
  digest: z.enum(['changes', 'always']).default('changes'),
  /** Severities of which the addresses get a mail about each finding, beside the digest. */
  mailEachFinding: z.array(z.enum(SEVERITIES)).default([]),
  slack: slack.optional(),
  routes: z.array(route).default([]),
});
type Alerts = z.infer<typeof alertsSchema>;

/** What has to fit to the alerts. */
interface Deployed {
  readonly account: string;
  readonly region: string;
  readonly partition: Partition;
  readonly alerts: Alerts;
}

/** Values that are valid on their own, but not in combination. */
export function alertProblems(deployed: Deployed): readonly string[] {
  const { partition, alerts } = deployed;
  const names = alerts.routes.map(({ name }) => name);
  return [
    ...(alerts.slack && partition !== 'aws'
      ? [
          'deployment.alerts.slack: Amazon Q Developer in chat applications is not available in this partition',
        ]
      : []),
    ...(new Set(names).size < names.length ? ['deployment.alerts.routes: names must be unique'] : []),
    ...severitiesWithoutAddress(alerts),
    ...targetsElsewhere(deployed),
  ];
}

function severitiesWithoutAddress({ emails, mailEachFinding }: Alerts): readonly string[] {
  return mailEachFinding
    .filter((severity) => (emails[severity] ?? []).length === 0)
    .map(
      (severity) =>
        `deployment.alerts.mailEachFinding: ${severity} has no address in deployment.alerts.emails.${severity}`,
    );
}

/** A rule reaches another account or Region by an event bus there. */
function targetsElsewhere({ account, region, alerts: { routes } }: Deployed): readonly string[] {
  return routes
    .flatMap(({ name, targets }) =>
      targets.flatMap((one) => ('eventBus' in one ? [] : Object.values(one)).map((text) => ({ name, text }))),
    )
    .filter(({ text }) => text.split(':').slice(3, 5).join() !== [region, account].join())
    .map(
      ({ name, text }) =>
        `deployment.alerts.routes: ${name}: ${text} is not in ${account} and ${region}; use an event bus there as target`,
    );
}
