import { type AwsAccount, awsAccount } from '../../shared/aws/account.ts';
import { sharedConnections } from '../../shared/aws/connections.ts';
import { batchImportFindings, getFindings } from '../../shared/aws/operations/security-hub.ts';
import { requestOptionsOf } from '../../shared/aws/request-options.ts';
import { parseConfig } from '../../shared/config/config.ts';
import { atMost, inSandbox, type Measure } from './measures.ts';
import { clusters, MEMBER, REGION } from './worlds.ts';

const LATENCY_MS = 30;
/** Requests that a service refuses because it is asked too often are asked again. */
const MOST = 1.3;

/** A request that is as cheap as can be: how often it may be sent is all that counts. */
const REQUESTS = {
  'securityhub:GetFindings': (aws: AwsAccount) => aws.send(getFindings, REGION, { MaxResults: 1 }),
  'securityhub:BatchImportFindings': (aws: AwsAccount) =>
    aws.send(batchImportFindings, REGION, { Findings: [FINDING] }),
};
type Operation = keyof typeof REQUESTS;

/** Imported again and again, it is ignored: its time does not change. */
const FINDING = {
  SchemaVersion: '2018-10-08',
  Id: 'pace',
  ProductArn: `arn:aws:securityhub:${REGION}:${MEMBER}:product/${MEMBER}/default`,
  GeneratorId: 'pace',
  AwsAccountId: MEMBER,
  Types: ['Software and Configuration Checks'],
  CreatedAt: '2026-11-22T10:15:00.000Z',
  UpdatedAt: '2026-11-22T10:15:00.000Z',
  Severity: { Label: 'LOW' as const },
  Title: 'pace',
  Description: 'pace',
  Resources: [{ Type: 'Other', Id: 'pace' }],
};

/** How many requests it takes to get those through that are needed, where Security Hub limits their rate as AWS does. */
export async function* pace(): AsyncGenerator<Measure[]> {
  yield await inTurn('one list of 100 pages', ['securityhub:GetFindings', 100]);
  yield await inTurn('200 imports', ['securityhub:BatchImportFindings', 200]);
  yield await inTurn(
    'a list, then imports',
    ['securityhub:GetFindings', 30],
    ['securityhub:BatchImportFindings', 60],
  );
}

/** One request after the other, as findings are read and sent. */
function inTurn(what: string, ...steps: readonly (readonly [Operation, number])[]): Promise<Measure[]> {
  return inSandbox(
    clusters(0),
    async (sandbox) => {
      sandbox.latency(LATENCY_MS);
      const options = requestOptionsOf(parseConfig({}));
      const connections = sharedConnections(options);
      const credentials = async () => sandbox.credentials(MEMBER);
      const aws = awsAccount({ partition: 'aws', accountId: MEMBER }, credentials, connections, options);
      const start = performance.now();
      for (const [operation, count] of steps)
        for (let sent = 0; sent < count; sent += 1) await REQUESTS[operation](aws);
      const seconds = (performance.now() - start) / 1_000;
      connections.destroy();
      return [
        { name: `${what}: seconds`, value: seconds.toFixed(1) },
        ...steps.map(([operation, count]) => {
          const sent = sandbox.calls({ operation }).length;
          return {
            name: `  ${operation}: sent to have ${count} answered`,
            value: String(sent),
            ...atMost(sent, count * MOST),
          };
        }),
      ];
    },
    { enforceRates: true },
  );
}
