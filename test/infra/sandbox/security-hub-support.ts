import {
  type AwsSecurityFinding,
  BatchImportFindingsCommand,
  BatchUpdateFindingsCommand,
  type BatchUpdateFindingsCommandInput,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, member, other, productArn, region, running } from './support.ts';

export const start = new Date('2026-11-02T00:00:00.000Z');

/** Security Hub of `member` in `region`, at the time `start`. */
export async function securityHubOfMember(options: { disabledRegions?: string[] } = {}) {
  const sandbox = await running(anOrganization().account(member, { securityHub: options }).account(other));
  sandbox.setClock(() => start);
  const client = new SecurityHubClient(as(sandbox, member));
  const send = (...Findings: AwsSecurityFinding[]) =>
    client.send(new BatchImportFindingsCommand({ Findings }));
  const update = (changes: Partial<BatchUpdateFindingsCommandInput>) => {
    const FindingIdentifiers = [{ Id: 'finding-1', ProductArn: productArn(member, region) }];
    return client.send(new BatchUpdateFindingsCommand({ FindingIdentifiers, ...changes }));
  };
  const stored = () => sandbox.findings(member, region)[0];
  return { sandbox, client, send, update, stored };
}

/** `minutes` after the `UpdatedAt` of `aFinding`. */
export function later(minutes = 1): string {
  return new Date(Date.parse('2026-11-01T00:00:00.000Z') + minutes * 60_000).toISOString();
}
