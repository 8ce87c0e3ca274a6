import { EC2Client, type Filter } from '@aws-sdk/client-ec2';
import type { AccountBuilder } from '../../../infra/sandbox/account-builder.ts';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, member, other, running } from './support.ts';

/** A sandbox with the account `member` and a client for it. */
export async function ec2Account(build: (account: AccountBuilder) => unknown) {
  const sandbox = await running(anOrganization().account(member, {}, build).account(other));
  return { sandbox, client: new EC2Client(as(sandbox, member)) };
}

export function filterBy(Name: string, ...Values: string[]): Filter {
  return { Name, Values };
}
