import { CfnResource, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Rules that a resource breaks for one reason. */
interface Acknowledgement {
  /** Ids of rules of cdk-nag. */
  readonly nag?: readonly string[];
  /** Ids of checks of checkov, which reads templates. https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html */
  readonly checkov?: readonly string[];
  readonly reason: string;
}

/** Tells cdk-nag and checkov why a resource breaks rules of theirs. */
export function acknowledge(construct: IConstruct, ...acknowledgements: readonly Acknowledgement[]): void {
  for (const { nag = [], reason } of acknowledgements)
    for (const id of nag) Validations.of(construct).acknowledge({ id, reason });
  const skip = acknowledgements.flatMap(({ checkov = [], reason }) =>
    checkov.map((id) => ({ id, comment: reason })),
  );
  const resource = construct.node.defaultChild;
  if (skip.length === 0 || !(resource instanceof CfnResource)) return;
  const known: readonly object[] = resource.getMetadata('checkov')?.skip ?? [];
  resource.addMetadata('checkov', { skip: [...known, ...skip] });
}
