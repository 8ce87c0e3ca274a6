import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { paginate } from '../paging.ts';
import { withEpochSeconds } from '../protocols/epoch.ts';
import { jsonProtocol } from '../protocols/json.ts';
import { createdAt } from '../resources/context.ts';
import { type Call, type Operation, operation, type Service } from '../service.ts';
import type { AccountData, World } from '../world-data.ts';

const invalid = (message: string) =>
  new AwsError('InvalidInputException', message, 400, { Reason: 'INVALID_PATTERN' });
const page = { MaxResults: z.number().int().min(1).max(20).optional(), NextToken: z.string().optional() };

type PageParams = { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined };

/** An operation that only the management account and delegated administrators may call. */
function administratorOperation<Input extends z.ZodType>(
  input: Input,
  run: (params: z.output<Input>, world: World) => unknown,
): Operation {
  return operation(input, (params, call) => {
    requireMember(call);
    const { managementAccountId, delegatedAdministrators } = call.state.world.organization;
    if (![managementAccountId, ...delegatedAdministrators].includes(call.caller.accountId)) {
      throw new AwsError('AccessDeniedException', "You don't have permissions to access this resource.");
    }
    return run(params, call.state.world);
  });
}

function requireMember({ account }: Call): void {
  if (account.ou === null) {
    throw new AwsError(
      'AWSOrganizationsNotInUseException',
      'Your account is not a member of an organization.',
    );
  }
}

function onePage<Item>(member: string, list: string, items: readonly Item[], params: PageParams) {
  const size = params.MaxResults ?? 20;
  const { items: found, nextToken } = paginate(items, {
    list,
    size,
    token: params.NextToken,
    invalidToken: invalid,
  });
  return { [member]: withEpochSeconds(found), NextToken: nextToken };
}

function organizationArn({ partition, organization }: World, type: string, id: string): string {
  return `arn:${partition}:organizations::${organization.managementAccountId}:${type}/${organization.id}${id && `/${id}`}`;
}

function members(world: World): AccountData[] {
  return world.accounts.filter(({ ou }) => ou !== null);
}

function accountShape(world: World, { id, name, email, status }: AccountData) {
  const isManagement = id === world.organization.managementAccountId;
  return {
    Id: id,
    Arn: organizationArn(world, 'account', id),
    Email: email,
    Name: name,
    Status: status,
    State: status,
    JoinedMethod: isManagement ? 'INVITED' : 'CREATED',
    JoinedTimestamp: createdAt,
  };
}

/** @throws AwsError ParentNotFoundException */
function requireParent({ organization }: World, id: string): void {
  if (id !== organization.rootId && !organization.organizationalUnits.some((unit) => unit.id === id)) {
    throw new AwsError('ParentNotFoundException', "You specified parent that doesn't exist.");
  }
}

const ofParent = z.strictObject({ ParentId: z.string().max(100), ...page });

const describeOrganization = operation(z.strictObject({}), (_params, call) => {
  requireMember(call);
  const { world } = call.state;
  const { id, managementAccountId } = world.organization;
  return {
    Organization: {
      Id: id,
      Arn: organizationArn(world, 'organization', ''),
      FeatureSet: 'ALL',
      MasterAccountArn: organizationArn(world, 'account', managementAccountId),
      MasterAccountId: managementAccountId,
      MasterAccountEmail: call.state.account(managementAccountId)?.email,
      AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
    },
  };
});

const listAccountsForParent = administratorOperation(ofParent, (params, world) => {
  requireParent(world, params.ParentId);
  const children = members(world).filter(({ ou }) => ou === params.ParentId);
  const shapes = children.map((account) => accountShape(world, account));
  return onePage('Accounts', `accounts of ${params.ParentId}`, shapes, params);
});

const listUnitsForParent = administratorOperation(ofParent, (params, world) => {
  requireParent(world, params.ParentId);
  const children = world.organization.organizationalUnits.filter(({ parent }) => parent === params.ParentId);
  const shapes = children.map(({ id, name }) => ({
    Id: id,
    Arn: organizationArn(world, 'ou', id),
    Name: name,
  }));
  return onePage('OrganizationalUnits', `units of ${params.ParentId}`, shapes, params);
});

const listParents = administratorOperation(
  z.strictObject({ ChildId: z.string().max(100), ...page }),
  ({ ChildId, ...params }, world) => {
    const unit = world.organization.organizationalUnits.find(({ id }) => id === ChildId);
    const parent = unit?.parent ?? members(world).find(({ id }) => id === ChildId)?.ou;
    if (!parent) {
      throw new AwsError('ChildNotFoundException', "You specified child that doesn't exist.");
    }
    const Type = parent === world.organization.rootId ? 'ROOT' : 'ORGANIZATIONAL_UNIT';
    return onePage('Parents', `parents of ${ChildId}`, [{ Id: parent, Type }], params);
  },
);

const describeAccount = administratorOperation(
  z.strictObject({ AccountId: z.string().regex(/^\d{12}$/) }),
  (params, world) => {
    const account = members(world).find(({ id }) => id === params.AccountId);
    if (account === undefined) {
      throw new AwsError('AccountNotFoundException', "You specified an account that doesn't exist.");
    }
    return { Account: withEpochSeconds(accountShape(world, account)) };
  },
);

export const organizationsService: Service = {
  name: 'organizations',
  signingName: 'organizations',
  protocol: jsonProtocol,
  target: 'AWSOrganizationsV20161128',
  global: true,
  invalid,
  operations: {
    DescribeOrganization: describeOrganization,
    ListRoots: administratorOperation(z.strictObject(page), (params, world) => {
      const { rootId } = world.organization;
      const root = { Id: rootId, Arn: organizationArn(world, 'root', rootId), Name: 'Root', PolicyTypes: [] };
      return onePage('Roots', 'roots', [root], params);
    }),
    ListAccounts: administratorOperation(z.strictObject(page), (params, world) => {
      const shapes = members(world).map((account) => accountShape(world, account));
      return onePage('Accounts', 'accounts', shapes, params);
    }),
    ListAccountsForParent: listAccountsForParent,
    ListOrganizationalUnitsForParent: listUnitsForParent,
    ListParents: listParents,
    DescribeAccount: describeAccount,
  },
};
