import { describe, expect, it } from 'vitest';
import type { AccountBuilder } from '../../infra/sandbox/world.ts';
import { renderCsv } from '../../shared/report/csv.ts';
import { renderHtml } from '../../shared/report/html.ts';
import { aTestOrganization, PAYMENTS, REGION, run, SHOP, signedIn } from '../harness.ts';

/** Documents, names and tags of a world, all of the same number and length whether hostile or tame. */
interface Texts {
  readonly patterns: (characters: number) => string[];
  readonly condition: Readonly<Record<string, unknown>>;
  readonly tag: (index: number) => string;
}

function fill(characters: number, text: (index: number) => string): string[] {
  const texts: string[] = [];
  for (let length = 0; length < characters; length += (texts.at(-1)?.length ?? 0) + 3)
    texts.push(text(texts.length));
  return texts;
}

const TAME: Texts = {
  patterns: (characters) => fill(characters, (index) => `ecr:Describe${index.toString(36).padStart(8, 'a')}`),
  condition: { StringEquals: { 'aws:username': 'x'.repeat(20) } },
  tag: (index) => `team-${index}`,
};
const HOSTILE: Texts = {
  patterns: (characters) =>
    fill(characters, (index) => `ecr:*${'ab'.charAt(index % 2)}${'?'.repeat(9 + (index % 5))}*`),
  condition: JSON.parse('{"StringEquals": {"__proto__": "xxxxxxxxxxxxxxxxxxxx"}}'),
  tag: (index) => `\u202e=1+1,"<script>\n${index}`,
};

/** The most that the quotas of IAM, ECR and EKS let an account of this size have. */
function fillAccount(account: AccountBuilder, { patterns, condition, tag }: Texts): void {
  const statement = (characters: number, Effect: 'Allow' | 'Deny') => ({
    Effect,
    Action: patterns(characters),
    Resource: '*',
  });
  const document = (...Statement: object[]) => ({ Version: '2012-10-17' as const, Statement });
  const policies = Array.from({ length: 10 }, (_, index) => `policy-${index}`);
  for (const name of policies) account.policy(name, { document: document(statement(5_800, 'Allow')) });
  const attached = policies.map((name) => `arn:aws:iam::${PAYMENTS}:policy/${name}`);
  for (let index = 0; index < 20; index += 1) {
    const own = document(statement(4_500, 'Allow'), { ...statement(4_500, 'Deny'), Condition: condition });
    account.role(`role-${index}`, { attached, inline: { own } });
  }
  const tags = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [tag(index), tag(index)]));
  for (let index = 0; index < 10; index += 1) {
    account.cluster(`cluster-${index}`, {
      region: REGION,
      tags,
      nodegroups: [{ nodegroupName: 'one', nodeRole: `arn:aws:iam::${PAYMENTS}:role/role-${index}` }],
    });
    const policy = document({ ...statement(9_000, 'Allow'), Principal: '*', Resource: undefined });
    account.repository(`repository-${index}`, { region: REGION, policy: JSON.stringify(policy) });
  }
}

async function auditOf(texts: Texts) {
  const world = aTestOrganization()
    .account(PAYMENTS, { name: 'payments' }, (account) => fillAccount(account, texts))
    .account(SHOP, { name: 'shop' }, (account) => account.cluster('web', { region: REGION }));
  await signedIn(world);
  const start = performance.now();
  const result = await run();
  const pages = [renderCsv(result), renderHtml(result)];
  return { result, pages, took: performance.now() - start };
}

describe('a world whose every text and document is hostile', () => {
  it('is audited, published and reported in three times the time of a tame one, its neighbours alike', async () => {
    await auditOf(TAME);
    const tame = await auditOf(TAME);
    const hostile = await auditOf(HOSTILE);
    const verdictsOn = ({ result }: typeof tame) =>
      result.verdicts
        .filter(({ scope }) => scope.accountId === SHOP)
        .map(({ control, status, reasonCode, resource }) => [control, status, reasonCode, resource.id]);

    process.stdout.write(`hostile ${Math.round(hostile.took)} ms, tame ${Math.round(tame.took)} ms\n`);
    expect(verdictsOn(hostile)).toEqual(verdictsOn(tame));
    expect(hostile.result.verdicts.length).toBe(tame.result.verdicts.length);
    expect(hostile.took / tame.took).toBeLessThan(3);
  });
});
