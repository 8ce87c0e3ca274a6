import { GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, member, other, running } from './support.ts';

const organization = () => anOrganization().account(member).account(other);

describe('the rates of Security Hub', () => {
  /** How ten requests at the same time end. */
  async function burst(sandbox: Sandbox) {
    const client = new SecurityHubClient(as(sandbox, member));
    const requests = Array.from({ length: 10 }, () => client.send(new GetFindingsCommand({})));
    const settled = await Promise.allSettled(requests);
    return {
      answered: settled.filter(({ status }) => status === 'fulfilled').length,
      errors: new Set(
        settled.flatMap((result) => (result.status === 'rejected' ? [result.reason.name] : [])),
      ),
    };
  }

  it('are enforced per account, by the clock of the sandbox, when the option is set', async () => {
    const sandbox = await running(organization(), { enforceRates: true });
    sandbox.setClock(() => new Date('2026-11-10T00:00:00Z'));
    expect(await burst(sandbox)).toEqual({ answered: 6, errors: new Set(['ThrottlingException']) });
    sandbox.setClock(() => new Date('2026-11-10T00:00:01Z'));
    expect(await burst(sandbox)).toMatchObject({ answered: 3 });
    const client = new SecurityHubClient(as(sandbox, other));
    await expect(client.send(new GetFindingsCommand({}))).resolves.toBeDefined();
  });

  it('are not enforced otherwise', async () => {
    const sandbox = await running(organization());
    expect(await burst(sandbox)).toMatchObject({ answered: 10 });
  });
});
