import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../shared/config/config.ts';
import { matchesWildcard } from '../../../shared/model/wildcard.ts';
import { productArn } from '../../../shared/publish/asff.ts';
import {
  AUDIT_ROLE,
  PolicyTooLongError,
  serviceControlPolicy,
} from '../../../shared/publish/service-control-policy.ts';
import { readPage } from '../../pages.ts';

const INPUT = { partition: 'aws', memberRole: 'EksAuditorMember', otherRoles: [] };

/** Whether the policy denies a role to import a finding of a product. */
function isDenied(policy: object, principal: string, product: string): boolean {
  const [statement] = JSON.parse(JSON.stringify(policy)).Statement;
  const allowed: string[] = statement.Condition.ArnNotLike['aws:PrincipalArn'];
  return (
    statement.Effect === 'Deny' &&
    statement.Action === 'securityhub:BatchImportFindings' &&
    matchesWildcard(statement.Resource, product) &&
    !allowed.some((pattern) => matchesWildcard(pattern, principal))
  );
}

const PRODUCT = productArn({ partition: 'aws', accountId: '333333333333', region: 'eu-west-1' });

describe('the service control policy', () => {
  it('lets the member role of each account import under its default product, which ours is', () => {
    const policy = serviceControlPolicy(INPUT);

    expect(PRODUCT).toBe('arn:aws:securityhub:eu-west-1:333333333333:product/333333333333/default');
    expect(isDenied(policy, 'arn:aws:iam::333333333333:role/EksAuditorMember', PRODUCT)).toBe(false);
    expect(isDenied(policy, 'arn:aws:iam::444444444444:role/EksAuditorMember', PRODUCT)).toBe(false);
  });

  it.each([
    'arn:aws:iam::333333333333:role/Admin',
    'arn:aws:iam::333333333333:user/EksAuditorMember',
    'arn:aws:iam::333333333333:role/other/EksAuditorMember',
    'arn:aws:iam::333333333333:role/EksAuditorMember2',
    'arn:aws:iam::333333333333:root',
  ])('denies it to %s', (principal) => {
    expect(isDenied(serviceControlPolicy(INPUT), principal, PRODUCT)).toBe(true);
  });

  it('leaves products that are not the default one to those who have them', () => {
    const product = 'arn:aws:securityhub:eu-west-1::product/aquasecurity/kube-bench';

    expect(isDenied(serviceControlPolicy(INPUT), 'arn:aws:iam::333333333333:role/scanner', product)).toBe(
      false,
    );
  });

  it('lets listed roles import, each once', () => {
    const scanner = 'arn:aws:iam::333333333333:role/scanner';
    const policy = serviceControlPolicy({ ...INPUT, otherRoles: [scanner, scanner] });

    expect(isDenied(policy, scanner, PRODUCT)).toBe(false);
    expect(JSON.stringify(policy).split(scanner)).toHaveLength(2);
  });

  it('names the member role with its path, and the partition', () => {
    const policy = serviceControlPolicy({
      ...INPUT,
      partition: 'aws-cn',
      memberRole: '/audit/EksAuditorMember',
    });

    expect(JSON.stringify(policy)).toContain('"arn:aws-cn:iam::*:role/audit/EksAuditorMember"');
    expect(JSON.stringify(policy)).toContain('"arn:aws-cn:securityhub:*:*:product/*/default"');
  });

  it('is refused where AWS Organizations would refuse it for its length', () => {
    const roles = (count: number) =>
      Array.from({ length: count }, (_, index) => `arn:aws:iam::${333333333333 + index}:role/scanner`);

    expect(() => serviceControlPolicy({ ...INPUT, otherRoles: roles(100) })).not.toThrow();
    expect(() => serviceControlPolicy({ ...INPUT, otherRoles: roles(120) })).toThrow(PolicyTooLongError);
  });

  it('is by default for the role that the configuration names', () => {
    expect(parseConfig({}).role.name).toBe(INPUT.memberRole);
  });

  it('is in the documentation as it is generated (npm run generate)', () => {
    const otherRoles = [`arn:aws:iam::222222222222:role/${AUDIT_ROLE}`];

    expect(JSON.parse(readPage('docs/security/service-control-policy.json'))).toEqual(
      serviceControlPolicy({ ...INPUT, otherRoles }),
    );
  });
});
