/** Services by their prefix in IAM's actions, which CloudTrail's `eventSource` and EventBridge's `source` have as well. */
type Service = 'account' | 'ec2' | 'ecr' | 'eks' | 'elasticloadbalancing' | 'iam' | 'kms' | 'organizations';

/** An event of CloudTrail, spelled like an IAM action: `eks:CreateAddon` is CreateAddon of eks.amazonaws.com. */
export type ChangeEvent = `${Service}:${string}`;

/**
 * The events that can change what a source of facts answers: each starts an audit of the account. Those that change a
 * fact which the source is derived from are declared by that fact's own source. Events that start no audit although they
 * can change the answer are `ignored`, with the reason; so there is a reason where none starts one.
 */
export type ChangeEvents =
  | readonly [ChangeEvent, ...ChangeEvent[]]
  | {
      readonly audited: readonly ChangeEvent[];
      readonly ignored: readonly ChangeEvent[];
      readonly because: string;
    };

/** The events of a source that start an audit. */
export function auditedEvents(events: ChangeEvents): readonly ChangeEvent[] {
  return 'audited' in events ? events.audited : events;
}
