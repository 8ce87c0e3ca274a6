/** Where something was read: one Region of one account. */
export interface Scope {
  /** For example `aws`, `aws-us-gov`. */
  readonly partition: string;
  /** 12 digits. */
  readonly accountId: string;
  /** For example `eu-west-1`. */
  readonly region: string;
}
