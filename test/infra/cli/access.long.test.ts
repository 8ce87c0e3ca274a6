import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../../../infra/sandbox/sandbox.ts';
import { accessManifest } from '../../../shared/collect/kubernetes/manifest.ts';
import { aTestOrganization, PAYMENTS, REGION, SECURITY, SHOP } from '../../harness.ts';
import {
  type ApiServer,
  answer,
  type Handler,
  startApiServer,
} from '../../shared/collect/kubernetes/api-server.ts';
import { serveClustersFrom } from '../../shared/collect/kubernetes/cluster-at.ts';
import { cli, credentialsOf, expectUsageError } from './cli-process.ts';

const memberOf = (account: string) => `arn:aws:iam::${account}:role/EksAuditorMember`;
const VIEW = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy';
const ROLES = [{ name: 'EksAuditorMember' }, { name: 'EksAuditorAccess' }];
const open: Handler = (request, response) =>
  answer(response, request.url === '/apis' ? { groups: [] } : { items: [] });
const refusing =
  (status: number): Handler =>
  (_, response) =>
    answer(response, {}, status);

interface World {
  readonly handle?: Handler;
  readonly server?: Pick<ApiServer, 'url' | 'ca'>;
  readonly roles?: readonly { readonly name: string }[];
}

/** Two accounts with three clusters: `granted`, whose entry has the policy, `new` without an entry, and `old` which has none. */
async function aWorld({ handle = open, server, roles = ROLES }: World = {}) {
  const world = aTestOrganization()
    .account(PAYMENTS, { name: 'payments', roles: [...roles] }, (account) =>
      account
        .cluster('granted', {
          region: REGION,
          accessConfig: { authenticationMode: 'API' },
          accessEntries: [
            {
              principalArn: memberOf(PAYMENTS),
              accessPolicies: [{ policyArn: VIEW, accessScope: { type: 'cluster' } }],
            },
          ],
        })
        .cluster('new', { region: REGION, accessConfig: { authenticationMode: 'API' } }),
    )
    .account(SHOP, { name: 'shop', roles: [...roles] }, (account) =>
      account.cluster('old', { region: REGION, accessConfig: { authenticationMode: 'CONFIG_MAP' } }),
    );
  const sandbox = await startSandbox(world);
  onTestFinished(() => sandbox.close());
  serveClustersFrom(sandbox, server ?? (await startApiServer(handle)));
  const access = (args: readonly string[], account = SECURITY) =>
    cli(['access', ...args, '--region', REGION], { env: credentialsOf(sandbox, account) });
  const rows = async (args: readonly string[], account = SECURITY) => {
    const result = await access([...args, '--format', 'json'], account);
    return { ...result, rows: JSON.parse(result.stdout) };
  };
  const writes = () =>
    sandbox
      .calls()
      .filter(({ operation }) => /^eks:(Create|Associate|Delete|Update)/.test(operation))
      .map(({ operation, params }) => [operation, params.clusterName, params.principalArn]);
  const roleNames = () =>
    sandbox
      .calls({ operation: 'sts:AssumeRole' })
      .map(({ params }) => String(params.RoleArn).split('/').at(-1));
  return { sandbox, access, rows, writes, roleNames };
}

const ALL = ['--account', PAYMENTS, SHOP];

describe('access status', () => {
  it('is a table of clusters with what is missing, in 80 columns', async () => {
    const { access, writes } = await aWorld({ handle: refusing(401) });

    const { code, stdout, stderr } = await access(['status', '--organization']);

    expect(code).toBe(4);
    const lines = stdout.split('\n');
    expect(lines.every((line) => line.length <= 80)).toBe(true);
    expect(lines[0]).toMatch(/^Account\s+Region\s+Cluster\s+Entry\s+Policy\s+Reachable$/);
    expect(stdout).toMatch(/^333333333333 {2}eu-west-1 {7}granted\s+yes\s+view\s+yes$/m);
    expect(stdout).toMatch(/^333333333333 {2}eu-west-1 {7}new\s+none\s+none\s+yes$/m);
    expect(stdout).toContain('missing: an access entry\n');
    expect(stdout).toMatch(/^444444444444 {2}eu-west-1 {7}old\s+impossible\s+none\s+yes$/m);
    expect(stdout).toContain('CONFIG_MAP has no access entries');
    expect(stderr).toContain('3 clusters in 4 accounts: 0 without anything missing');
    expect(writes()).toEqual([]);
  });

  it('is complete where what the level allows can be read', async () => {
    const { rows } = await aWorld();

    const { code, rows: list } = await rows(['status', '--account', PAYMENTS, '--cluster', 'gr*']);

    expect(code).toBe(0);
    expect(list).toEqual([
      {
        account: PAYMENTS,
        region: REGION,
        cluster: 'granted',
        role: memberOf(PAYMENTS),
        entry: 'yes',
        policy: 'view',
        reachable: 'yes',
        missing: [],
      },
    ]);
  });

  it('asks for one object of each list, and for nothing that the level does not need', async () => {
    const server = await startApiServer(open);
    const { access } = await aWorld({ server });

    await access(['status', '--account', PAYMENTS, '--cluster', 'granted']);

    expect(server.requests.sort()).toEqual([
      '/api/v1/namespaces?limit=1',
      '/api/v1/pods?limit=1',
      '/api/v1/serviceaccounts?limit=1',
      '/api/v1/services?limit=1',
      '/apis',
      '/apis/networking.k8s.io/v1/ingresses?limit=1',
      '/apis/networking.k8s.io/v1/networkpolicies?limit=1',
    ]);
  });

  it('tells that a group is bound to nothing', async () => {
    const { sandbox, rows } = await aWorld({
      handle: (request, response) =>
        request.url === '/apis' ? open(request, response) : answer(response, {}, 403),
    });
    sandbox.fail({
      operation: 'eks:DescribeAccessEntry',
      alter(described) {
        Object.assign(described.accessEntry as object, { kubernetesGroups: ['eks-auditor'] });
      },
    });

    const { code, rows: list } = await rows([
      'status',
      ...['--account', PAYMENTS, '--cluster', 'granted', '--level', 'group'],
    ]);

    expect(code).toBe(4);
    expect(list[0]).toMatchObject({ policy: 'view, group eks-auditor' });
    expect(list[0].missing).toEqual([
      expect.stringMatching(
        /^a binding of the group eks-auditor in the cluster to list pods, .*list clusterrolebindings\.rbac\.authorization\.k8s\.io$/,
      ),
    ]);
  });

  it('tells that an endpoint cannot be reached, and why', async () => {
    const { rows } = await aWorld({ server: { url: 'https://127.0.0.1:1', ca: 'x' } });

    const { rows: list } = await rows(['status', '--account', PAYMENTS, '--cluster', 'granted']);

    expect(list[0]).toMatchObject({ reachable: 'ECONNREFUSED', entry: 'yes' });
    expect(list[0].missing).toEqual(['an endpoint that answers: the connection was refused']);
  });

  it('names the accounts that it could not see, and ends with 4', async () => {
    const { access } = await aWorld({ roles: [] });

    const { code, stderr } = await access(['status', ...ALL]);

    expect(code).toBe(4);
    expect(stderr).toContain(`not seen: ${PAYMENTS}: sts:AssumeRole failed with AccessDenied`);
  });

  it('sees the clusters of kubernetes.clusters only', async () => {
    const { sandbox } = await aWorld();
    const env = {
      ...credentialsOf(sandbox),
      EKS_AUDITOR_CONFIG: JSON.stringify({ kubernetes: { clusters: ['*:cluster/new'] } }),
    };

    const { stdout } = await cli(['access', 'status', ...ALL, '--region', REGION, '--format', 'csv'], {
      env,
    });

    const [header, ...lines] = stdout.trim().split(/\r?\n/);
    expect(header).toBe(
      'account,accountName,region,cluster,entry,policy,reachable,role,missing,outcome,change',
    );
    expect(lines.map((line) => line.split(',')[3])).toEqual(['new']);
  });
});

describe('access grant', () => {
  it('says what it would do, and changes nothing', async () => {
    const { access, writes } = await aWorld({ handle: refusing(401) });

    const { code, stdout, stderr } = await access(['grant', '--account', PAYMENTS]);

    expect(code).toBe(0);
    expect(stdout).toContain('would create an access entry with AmazonEKSViewPolicy');
    expect(stdout).toContain('left alone: the access entry exists');
    expect(stderr).toContain('1 would be changed: nothing was, --yes does it');
    expect(writes()).toEqual([]);
  });

  it('with --yes creates the entry by the access role, and leaves others alone', async () => {
    const { access, writes, roleNames } = await aWorld({ handle: refusing(401) });

    const { code, stdout } = await access(['grant', '--account', PAYMENTS, '--yes']);

    expect(code).toBe(0);
    expect(stdout).toContain('created an access entry with AmazonEKSViewPolicy');
    expect(writes()).toEqual([
      ['eks:CreateAccessEntry', 'new', memberOf(PAYMENTS)],
      ['eks:AssociateAccessPolicy', 'new', memberOf(PAYMENTS)],
    ]);
    expect(roleNames()).toEqual(['EksAuditorMember', 'EksAuditorAccess']);
    const again = await access(['grant', '--account', PAYMENTS, '--yes']);
    expect(again.stdout).not.toContain('created');
    expect(writes()).toHaveLength(2);
  });

  it('for a group creates an entry with it, and no policy', async () => {
    const { sandbox, access } = await aWorld({ handle: refusing(401) });

    await access(['grant', '--account', PAYMENTS, '--level', 'group', '--yes']);

    const [created] = sandbox.calls({ operation: 'eks:CreateAccessEntry' });
    expect(created?.params).toMatchObject({ kubernetesGroups: ['eks-auditor'], type: 'STANDARD' });
    expect(sandbox.calls({ operation: 'eks:AssociateAccessPolicy' })).toEqual([]);
  });

  it('uses the caller’s own rights in his own account where the access role cannot be assumed', async () => {
    const { access, writes, roleNames } = await aWorld({ roles: [], handle: refusing(401) });

    const { code, stdout } = await access(['grant', '--yes'], PAYMENTS);

    expect(code).toBe(0);
    expect(stdout).toContain('created');
    expect(writes()).toHaveLength(2);
    expect(roleNames()).toEqual(['EksAuditorAccess']);
  });

  it('fails in another account whose access role cannot be assumed, and says which', async () => {
    const { access, writes } = await aWorld({
      roles: [{ name: 'EksAuditorMember' }],
      handle: refusing(401),
    });

    const { code, stdout } = await access(['grant', '--account', PAYMENTS, '--yes']);

    expect(code).toBe(4);
    expect(stdout).toContain('could not create an access entry');
    expect(stdout).toContain('role/EksAuditorAccess');
    expect(writes()).toEqual([]);
  });

  it('fails where the cluster has no access entries', async () => {
    const { access } = await aWorld({ handle: refusing(401) });

    const { code, stdout } = await access(['grant', '--account', SHOP, '--yes']);

    expect(code).toBe(4);
    expect(stdout).toContain('CONFIG_MAP has no access entries');
  });
});

describe('a role that trusts the caller, where the others do not', () => {
  const ADMIN = ['--access-role-name', 'OrganizationAccountAccessRole'];
  const roles = [{ name: 'OrganizationAccountAccessRole' }];

  it('looks at accounts, and says only what EKS knows', async () => {
    const { rows } = await aWorld({ roles, handle: refusing(401) });

    const { rows: list } = await rows(['status', '--account', PAYMENTS, ...ADMIN]);

    expect(list).toMatchObject([
      { cluster: 'granted', entry: 'yes', policy: 'view', reachable: 'yes', missing: [] },
      { cluster: 'new', entry: 'none', reachable: 'yes', missing: ['an access entry'] },
    ]);
  });

  it('grants and revokes for the role that audits', async () => {
    const { access, writes } = await aWorld({ roles });

    await access(['grant', '--account', PAYMENTS, ...ADMIN, '--yes']);
    const { code } = await access(['revoke', '--account', PAYMENTS, '--cluster', 'new', ...ADMIN, '--yes']);

    expect(code).toBe(0);
    expect(writes()).toEqual([
      ['eks:CreateAccessEntry', 'new', memberOf(PAYMENTS)],
      ['eks:AssociateAccessPolicy', 'new', memberOf(PAYMENTS)],
      ['eks:DeleteAccessEntry', 'new', memberOf(PAYMENTS)],
    ]);
  });
});

describe('access revoke', () => {
  it('deletes the entry of the role and no other, with --yes', async () => {
    const { access, writes } = await aWorld();

    const dry = await access(['revoke', '--account', PAYMENTS]);
    expect(dry.code).toBe(0);
    expect(dry.stdout).toContain('would delete the access entry');
    expect(writes()).toEqual([]);

    const { code, stdout } = await access(['revoke', '--account', PAYMENTS, '--yes']);
    expect(code).toBe(0);
    expect(stdout).toContain('deleted the access entry');
    expect(stdout).toContain('left alone: there is no access entry');
    expect(writes()).toEqual([['eks:DeleteAccessEntry', 'granted', memberOf(PAYMENTS)]]);
  });

  it('uses the caller’s own rights in his own account: the access role may not', async () => {
    const { access, writes, roleNames } = await aWorld();

    await access(['revoke', '--yes'], PAYMENTS);

    expect(writes()).toHaveLength(1);
    expect(roleNames()).toEqual([]);
  });

  it('that is refused is told, and ends with 4', async () => {
    const { sandbox, access } = await aWorld();
    sandbox.fail({ operation: 'eks:DeleteAccessEntry', with: 'AccessDenied' });

    const { code, stdout } = await access(['revoke', '--account', PAYMENTS, '--yes']);

    expect(code).toBe(4);
    expect(stdout).toContain('could not delete the access entry: eks:DeleteAccessEntry failed with');
  });
});

describe('the command line of access', () => {
  it.each([
    { args: ['access'], words: [] },
    { args: ['access', 'give'], words: ["unknown command 'give'"] },
    { args: ['access', 'status', '--yes'], words: ["unknown option '--yes'"] },
    { args: ['access', 'grant', '--level', 'admin'], words: ['--level', 'admin', 'view, group'] },
    { args: ['access', 'grant', '--cluster', ''], words: ['--cluster', 'A pattern is empty'] },
    {
      args: ['access', 'revoke', '--organization', '--account', PAYMENTS],
      words: ['--organization', '--account'],
    },
    {
      args: ['access', 'grant', '--access-role-name', 'EksAuditorMember'],
      words: ['--access-role-name', 'must be another role than role.name'],
    },
    { args: ['access', 'status', '--account', '12'], words: ['--account', '12 digits'] },
    { args: ['access', 'status', '--format', 'html'], words: ['--format', 'table, json, csv'] },
  ])('$args is refused', async ({ args, words }) => {
    const result = await cli(args);

    expect(result.code).toBe(2);
    expect(result.stdout).toBe('');
    for (const word of words) expect(result.stderr).toContain(word);
    if (words.length > 0) expectUsageError(result);
  });

  it.each(['status', 'grant', 'revoke'])('help of %s fits into 80 columns', async (action) => {
    const { code, stdout } = await cli(['access', action, '--help']);

    expect(code).toBe(0);
    expect(stdout).toContain('--cluster <pattern...>');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('prints the manifest', async () => {
    expect(await cli(['access', 'manifest'])).toEqual({ code: 0, stdout: accessManifest(), stderr: '' });
  });
});
