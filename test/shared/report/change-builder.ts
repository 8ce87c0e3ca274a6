import type { VerdictChange } from '../../../shared/model/verdict-change.ts';

interface ChangeOptions extends Partial<VerdictChange> {
  /** The name of the cluster that is judged. */
  readonly cluster?: string;
}

/** A new failure of a cluster. */
export function aChange({ cluster = 'prod', ...rest }: ChangeOptions = {}): VerdictChange {
  const { accountId = '111111111111', region = 'eu-west-1' } = rest;
  const arn = `arn:aws:eks:${region}:${accountId}:cluster/${cluster}`;
  return {
    change: 'new',
    findingId: `${arn}/eks-auditor/endpoint-access`,
    control: 'endpoint-access',
    controlId: '5.4.1',
    status: 'FAILED',
    severity: 'HIGH',
    reasonCode: 'OPEN_TO_INTERNET',
    reason: 'Open.',
    accountId,
    region,
    clusterArn: arn,
    resource: { type: 'AwsEksCluster', id: arn, name: cluster },
    ...rest,
  };
}
