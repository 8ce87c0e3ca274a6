/**
 * An Amazon Resource Name, `arn:<partition>:<service>:<region>:<account>:<resource>`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 *
 * The SDK has a parser too (@aws-sdk/util-arn-parser). It throws for what is no ARN, which is an ordinary case here (an
 * alias of a key, ASFF's id of an account), and what judges does not depend on the SDK.
 */
export interface Arn {
  /** For example `aws`, `aws-us-gov`. */
  readonly partition: string;
  /** For example `eks`. */
  readonly service: string;
  /** Empty for global resources, such as those of IAM. */
  readonly region: string;
  /** Twelve digits; `aws` for what AWS owns, empty where the resource is named without its account (S3). */
  readonly accountId: string;
  /** All of the rest, with its own colons and slashes: `cluster/orders`, `listener/app/web/0a1b/2c3d`, `root`. */
  readonly resource: string;
}

/** An account's id. */
export const ACCOUNT_ID = /^\d{12}$/;

const ARN = /^arn:([a-z-]+):([^:]*):([^:]*):([^:]*):(\S.*)$/;

/** The parts of an ARN; `undefined` for a text that is none. */
export function parseArn(text: string): Arn | undefined {
  const match = ARN.exec(text);
  if (match === null) return undefined;
  const [, partition = '', service = '', region = '', accountId = '', resource = ''] = match;
  return { partition, service, region, accountId, resource };
}

export function formatArn({ partition, service, region, accountId, resource }: Arn): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

/** What follows the type of the resource: `orders` of `cluster/orders`, `base/reader` of `role/base/reader`. */
export function resourceNameOf({ resource }: Arn): string | undefined {
  return /^[^/:]+[/:](.+)$/.exec(resource)?.[1];
}
