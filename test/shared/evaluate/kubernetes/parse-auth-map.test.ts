import { describe, expect, it } from 'vitest';
import { parseAuthMap } from '../../../../shared/evaluate/kubernetes/auth-map.ts';

const ROLE = 'arn:aws:iam::111122223333:role/nodes';
const USER = 'arn:aws:iam::111122223333:user/ann';
const NOTHING = { roles: [], users: [], accounts: [], problems: [] };

describe('the texts of the aws-auth map', () => {
  it.each(['', ' \n', '``', '""', "''", 'null', '[]'])('may be nothing: %j', (text) => {
    expect(parseAuthMap({ mapRoles: text, mapUsers: text, mapAccounts: text })).toEqual(NOTHING);
  });

  it('are lists: roles and users by ARN, whichever list they are in', () => {
    const mapRoles = `- rolearn: ${ROLE}\n- rolearn: ${USER}\n- rolearn: arn:aws:sts::111122223333:federated-user/bob`;
    const mapUsers = '- userarn: arn:aws:iam::111122223333:role/user/x\n  groups: [a, 1, b]';

    expect(parseAuthMap({ mapRoles, mapUsers })).toEqual({
      ...NOTHING,
      roles: [
        { arn: 'arn:aws:iam::111122223333:role/user/x', groups: ['a', 'b'] },
        { arn: ROLE, groups: [] },
      ],
      users: [
        { arn: USER, groups: [] },
        { arn: 'arn:aws:sts::111122223333:federated-user/bob', groups: [] },
      ],
    });
  });

  it('have each principal once: the last of them, roles after users', () => {
    const mapRoles = `- { rolearn: ${ROLE}, groups: [a] }\n- { ROLEARN: ${ROLE.replace('nodes', 'NODES')}, Groups: [b] }`;
    const mapUsers = `- { userarn: ${ROLE}, groups: [c] }`;

    expect(parseAuthMap({ mapRoles, mapUsers }).roles).toEqual([
      { arn: ROLE.replace('nodes', 'NODES'), groups: ['b'] },
    ]);
  });

  it('have accounts as text or number, each once', () => {
    expect(parseAuthMap({ mapAccounts: '["111122223333", 111122223333, 7]' }).accounts).toEqual([
      '111122223333',
      '000000000007',
    ]);
  });

  it.each([
    ['- rolearn: nodes', 'entry 1, rolearn is not as expected'],
    ['- rolearn: 7', 'entry 1, rolearn is not as expected'],
    ['- rolearn: [x]', 'entry 1, rolearn is not as expected'],
    ['- rolearn: arn:aws:iam::1111222233334:role/a', 'entry 1, rolearn is not as expected'],
    ['- rolearn: arn:aws:iam::x111122223333:role/a', 'entry 1, rolearn is not as expected'],
    ['-', 'entry 1, rolearn is not as expected'],
    ['- x', 'entry 1, rolearn is not as expected'],
    ['rolearn: x', 'it is not as expected'],
    ['text', 'it is not as expected'],
  ])('name what of them is not as expected: %j', (mapRoles, problem) => {
    expect(parseAuthMap({ mapRoles })).toEqual({ ...NOTHING, problems: [`mapRoles: ${problem}`] });
  });

  it('leave in whose groups are no list, without groups', () => {
    expect(parseAuthMap({ mapRoles: `- rolearn: ${ROLE}\n- { rolearn: ${ROLE}2, groups: system }` })).toEqual(
      {
        ...NOTHING,
        roles: [
          { arn: ROLE, groups: [] },
          { arn: `${ROLE}2`, groups: [] },
        ],
        problems: ['mapRoles: entry 2, groups is not as expected'],
      },
    );
  });

  it.each(['[[]]', '[true]', '[null]'])('name an account that is none: %s', (mapAccounts) => {
    expect(parseAuthMap({ mapAccounts })).toEqual({
      ...NOTHING,
      problems: ['mapAccounts: entry 1, the account is not as expected'],
    });
  });
});
