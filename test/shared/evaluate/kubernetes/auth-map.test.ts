import { describe, expect, it } from 'vitest';
import { iamAccess } from '../../../../shared/evaluate/controls/iam-access.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type { AwsAuth } from '../../../../shared/model/kubernetes-facts.ts';
import { aCluster, denied } from '../../../builders.ts';
import { ACCOUNT, anOrganization, SIBLING, STRANGER, verdictOf } from '../../../builders-iam.ts';
import { FORBIDDEN, inside, OFF, UNREACHABLE } from './builders.ts';

const role = (accountId: string, name = 'nodes') => `arn:aws:iam::${accountId}:role/${name}`;
const ANN = `arn:aws:iam::${ACCOUNT}:user/ann`;
const NODES = `- rolearn: ${role(ACCOUNT)}\n  groups: [system:bootstrappers, system:nodes]\n`;

function judge(
  kubernetes: ReturnType<typeof inside> | typeof OFF | typeof UNREACHABLE,
  authenticationMode = 'CONFIG_MAP',
  around: Parameters<typeof verdictOf>[2] = {},
) {
  const cluster = present(aCluster({ accessConfig: { authenticationMode } }));
  return verdictOf(
    iamAccess,
    { cluster: { cluster, identityProviders: present([]), ...kubernetes } },
    around,
  );
}
const judgeMap = (awsAuth: AwsAuth, mode?: string) => judge(inside({ awsAuth }), mode);

describe('the aws-auth map', () => {
  it('passes with roles of the organization, counted, those of other accounts named', () => {
    const verdict = judgeMap({
      mapRoles: `${NODES}- rolearn: ${role(SIBLING, 'admins')}\n  groups: [viewers]\n`,
    });

    expect(verdict).toMatchObject({
      ...{ status: 'PASSED', reasonCode: 'IAM_AUTH_MAP' },
      evidence: { authenticationMode: 'CONFIG_MAP', superusers: 'none' },
    });
    expect(verdict.reason).toContain(
      `2 mappings, of other accounts of the organization: ${role(SIBLING, 'admins')};`,
    );
  });

  it('passes when there is none', () => {
    expect(judgeMap({})).toMatchObject({ status: 'PASSED', reasonCode: 'IAM_AUTH_MAP' });
    expect(judgeMap({}).reason).toContain('the aws-auth map has 0 mappings; none');
  });

  it.each([
    [
      'SUPERUSER_ENTRY',
      'HIGH',
      { mapRoles: `${NODES}- rolearn: ${role(ACCOUNT, 'ops')}\n  groups: ['system:masters']\n` },
      { mappedSuperusers: role(ACCOUNT, 'ops') },
    ],
    [
      'SUPERUSER_ENTRY',
      'HIGH',
      { mapUsers: `- userarn: ${ANN}\n  groups: ['system:masters']\n` },
      { mappedSuperusers: ANN, mappedUsers: ANN },
    ],
    [
      'SUPERUSER_ENTRY',
      'HIGH',
      { mapUsers: `- userarn: arn:aws:iam::${ACCOUNT}:root\n` },
      { mappedSuperusers: `arn:aws:iam::${ACCOUNT}:root` },
    ],
    ['IAM_USER_ENTRY', 'LOW', { mapUsers: `- userarn: ${ANN}\n` }, { mappedUsers: ANN }],
    [
      'EXTERNAL_ROLE_MAPPED',
      'HIGH',
      { mapRoles: `${NODES}- rolearn: ${role(STRANGER)}\n` },
      { externalRoles: role(STRANGER) },
    ],
    ['WHOLE_ACCOUNT_MAPPED', 'MEDIUM', { mapAccounts: `- "${SIBLING}"\n` }, { mappedAccounts: SIBLING }],
  ])('fails with %s, %s, and names whom', (reasonCode, severity, map, evidence) => {
    const verdict = judgeMap(map);

    expect(verdict).toMatchObject({ status: 'FAILED', reasonCode, severity });
    expect(verdict.evidence).toEqual(evidence);
    for (const named of Object.values(evidence)) expect(verdict.reason).toContain(named);
    expect(judgeMap(map, 'API_AND_CONFIG_MAP')).toMatchObject({ status: 'FAILED', reasonCode });
    expect(judgeMap(map, 'API')).toMatchObject({ status: 'PASSED', reasonCode: 'IAM_ACCESS_ENTRIES' });
  });

  it('is described beside access entries, where it counts', () => {
    const map = { mapRoles: `${NODES}- rolearn: ${role(SIBLING, 'admins')}\n` };

    expect(judgeMap(map, 'API_AND_CONFIG_MAP').reason).toContain('2 mappings, of other accounts');
    expect(judgeMap(map, 'API_AND_CONFIG_MAP').reason).toContain(role(SIBLING, 'admins'));
    expect(judgeMap(map, 'API').reason).not.toContain('aws-auth');
  });

  it.each([
    ['keys in any case', { mapRoles: `- roleARN: ${role(ACCOUNT)}\n  Groups: ['system:masters']\n` }],
    [
      'ARNs in any case, as the same principal',
      { mapRoles: `${NODES}- rolearn: ${role(ACCOUNT, 'NODES')}\n  groups: ['system:masters']\n` },
    ],
    [
      'what is good beside what is not',
      { mapRoles: `- username: ann\n- rolearn: ${role(ACCOUNT)}\n  groups: ['system:masters']\n` },
    ],
    ['a role among the users', { mapUsers: `- userarn: ${role(ACCOUNT)}\n  groups: ['system:masters']\n` }],
  ])('is read as EKS reads it: %s', (_, map) => {
    expect(judgeMap(map)).toMatchObject({ status: 'FAILED', reasonCode: 'SUPERUSER_ENTRY' });
  });

  it('knows principals by their ARN, whichever list they are in', () => {
    const user = `arn:aws:iam::${ACCOUNT}:user/ann`;

    expect(judgeMap({ mapRoles: `- rolearn: ${user}\n` })).toMatchObject({ reasonCode: 'IAM_USER_ENTRY' });
    expect(judgeMap({ mapUsers: `- userarn: ${user}\n  groups: none\n` })).toMatchObject({
      reasonCode: 'IAM_USER_ENTRY',
    });
    const federated = `arn:aws:sts::${ACCOUNT}:federated-user/ann`;
    expect(judgeMap({ mapUsers: `- userarn: ${federated}\n` })).toMatchObject({
      reasonCode: 'IAM_USER_ENTRY',
    });
    expect(judgeMap({ mapUsers: `- userarn: ${role(STRANGER)}\n` })).toMatchObject({
      reasonCode: 'EXTERNAL_ROLE_MAPPED',
    });
    const masters = `- userarn: ${role(ACCOUNT)}\n  groups: ['system:masters']\n`;
    expect(judgeMap({ mapRoles: NODES, mapUsers: masters })).toMatchObject({ status: 'PASSED' });
  });

  it('with roles of accounts that may be members is not available', () => {
    const map = { mapRoles: `${NODES}- rolearn: ${role(STRANGER)}\n` };
    const organization = anOrganization({ membersUnreadable: denied('organizations:ListAccounts') });

    const verdict = judge(inside({ awsAuth: map }), 'CONFIG_MAP', { organization });

    expect(verdict).toMatchObject({ status: 'NOT_AVAILABLE', reasonCode: 'EVIDENCE_UNREADABLE' });
    expect(verdict.reason).toContain('organizations:ListAccounts failed with AccessDeniedException');
    expect(judge(inside({ awsAuth: { mapRoles: NODES } }), 'CONFIG_MAP', { organization }).status).toBe(
      'PASSED',
    );
  });

  it('may have lists that are left empty', () => {
    const map = { mapRoles: NODES, mapUsers: '[]\n', mapAccounts: '""' };

    expect(judgeMap(map)).toMatchObject({ reasonCode: 'IAM_AUTH_MAP' });
  });

  it('counts the last entry of a principal', () => {
    const masters = `- rolearn: ${role(ACCOUNT)}\n  groups: ['system:masters']\n`;

    expect(judgeMap({ mapRoles: masters + NODES })).toMatchObject({ status: 'PASSED' });
    expect(judgeMap({ mapRoles: NODES + masters })).toMatchObject({ reasonCode: 'SUPERUSER_ENTRY' });
  });

  it.each([
    ['- rolearn: "x', /line 1/],
    [`${NODES}- rolearn: [`, /line 3/],
    [`${NODES}- username: ann\n`, /entry 2, rolearn/],
    [`${NODES}- rolearn: admins\n`, /entry 2, rolearn/],
    [`${NODES}- rolearn: arn:aws:iam::<account>:role/admins\n`, /entry 2, rolearn/],
    [`- rolearn: ${role(ACCOUNT)}\n  groups: system:masters\n`, /entry 1, groups/],
    ['just: a mapping\n', /mapRoles/],
    [
      'a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c]\n',
      /mapRoles/,
    ],
  ])('that cannot be parsed is a warning, with the parser’s error: %j', (mapRoles, problem) => {
    const verdict = judgeMap({ mapRoles });

    expect(verdict).toMatchObject({ status: 'WARNING', reasonCode: 'AUTH_MAP_INVALID' });
    expect(verdict.reason).toMatch(problem);
  });

  it('is not available when it cannot be read, and a warning as before where it is off', () => {
    expect(judge(inside({ awsAuth: FORBIDDEN }))).toMatchObject({ status: 'NOT_AVAILABLE' });
    expect(judge(UNREACHABLE)).toMatchObject({ status: 'NOT_AVAILABLE' });
    expect(judge(OFF)).toMatchObject({ status: 'WARNING', reasonCode: 'LEGACY_AUTH_MODE' });
  });
});
