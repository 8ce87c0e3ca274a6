import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { paginate } from '../paging.ts';
import { restJsonProtocol } from '../protocols/rest-json.ts';
import { regionsOf } from '../regions.ts';
import { type Call, operation, type Service } from '../service.ts';
import type { AccountData } from '../world-data.ts';

const invalid = (message: string) => new AwsError('ValidationException', message);
const optStatuses = ['ENABLED', 'ENABLING', 'DISABLING', 'DISABLED', 'ENABLED_BY_DEFAULT'] as const;

/** The account of the request: the caller's own or, for the management account and delegated administrators, a member. */
function requestedAccount(accountId: string | undefined, { account, caller, state }: Call): AccountData {
  if (accountId === undefined) {
    return account;
  }
  const { managementAccountId, delegatedAdministrators } = state.world.organization;
  const administers = [managementAccountId, ...delegatedAdministrators].includes(caller.accountId);
  const member = state.account(accountId);
  if (!administers || member === undefined || member.ou === null) {
    throw new AwsError(
      'AccessDeniedException',
      `User: ${caller.arn} is not authorized to perform: account:ListRegions on the account ${accountId}`,
      403,
    );
  }
  return member;
}

export const accountService: Service = {
  name: 'account',
  signingName: 'account',
  protocol: restJsonProtocol,
  global: true,
  invalid,
  operations: {
    ListRegions: operation(
      z.strictObject({
        AccountId: z
          .string()
          .regex(/^\d{12}$/)
          .optional(),
        MaxResults: z.number().int().min(1).max(50).optional(),
        NextToken: z.string().max(1000).optional(),
        RegionOptStatusContains: z.array(z.enum(optStatuses)).optional(),
      }),
      ({ AccountId, MaxResults, NextToken, RegionOptStatusContains: statuses }, call) => {
        const { regions, id } = requestedAccount(AccountId, call);
        const all = [
          ...regions.enabled.map((region) => ({
            RegionName: region,
            RegionOptStatus: 'ENABLED_BY_DEFAULT' as const,
          })),
          ...regions.optIn.map((region) => ({ RegionName: region, RegionOptStatus: 'ENABLED' as const })),
          ...regionsOf(call.state.world.partition)
            .optIn.filter((region) => !regions.optIn.includes(region) && !regions.enabled.includes(region))
            .map((region) => ({ RegionName: region, RegionOptStatus: 'DISABLED' as const })),
        ].filter(({ RegionOptStatus }) => statuses === undefined || statuses.includes(RegionOptStatus));
        const list = `regions of ${id} ${statuses?.join() ?? ''}`;
        const page = paginate(all, { list, size: MaxResults ?? 20, token: NextToken, invalidToken: invalid });
        return { Regions: page.items, NextToken: page.nextToken };
      },
      'POST /listRegions',
    ),
  },
};
