/** Who makes a request. */
export interface Caller {
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
  /** Whether it is a role session: what it assumes is chained. */
  readonly isRole: boolean;
}
