import { parseArn } from '../../model/arn.ts';
import type { Principal } from './principals.ts';

/** Where an account or organization stands. `unknown`: our own organization is not known. */
export type Relation = 'own' | 'organization' | 'trusted' | 'external' | 'unknown';

/** One who is let in, or a bound on who is. */
export type LetIn =
  | { readonly who: 'everyone' }
  | {
      readonly who: 'organization';
      readonly organizationId: string;
      readonly relation: 'own' | 'external' | 'unknown';
    }
  /** `principal` when it is one identity (or a pattern of them), not the whole account. */
  | {
      readonly who: 'account';
      readonly accountId: string;
      readonly relation: Relation;
      readonly principal?: string;
    }
  | { readonly who: 'service'; readonly service: string }
  | { readonly who: 'federated'; readonly provider: string }
  /** A VPC or VPC endpoint by which requests have to come. */
  | { readonly who: 'network'; readonly id: string }
  /** A unique or canonical id, or the ARN of a resource without an account in it. */
  | { readonly who: 'other'; readonly id: string };

/** What tells friend from stranger. */
export interface Surroundings {
  /** The account whose resource it is. */
  readonly accountId: string;
  readonly organizationId?: string | undefined;
  readonly organizationAccountIds: ReadonlySet<string>;
  readonly trustedAccounts: ReadonlySet<string>;
}

export function anAccount(accountId: string, around: Surroundings, principal?: string): LetIn {
  const account = { who: 'account', accountId, relation: relationOf(accountId, around) } as const;
  return principal === undefined ? account : { ...account, principal };
}

export function anOrganization(organizationId: string, around: Surroundings): LetIn {
  if (around.organizationId === undefined)
    return { who: 'organization', organizationId, relation: 'unknown' };
  const relation = organizationId === around.organizationId ? 'own' : 'external';
  return { who: 'organization', organizationId, relation };
}

/** Whoever the principal stands for; a deleted one stands for nobody. */
export function letInBy(principal: Principal, around: Surroundings): LetIn[] {
  switch (principal.kind) {
    case 'everyone':
      return [{ who: 'everyone' }];
    case 'account':
      return [anAccount(principal.accountId, around)];
    case 'identity':
      return [anAccount(principal.accountId, around, principal.arn)];
    case 'deleted-identity':
      return [];
    case 'service':
      return [{ who: 'service', service: principal.service }];
    case 'federated':
      return [federated(principal.provider, around)];
    case 'canonical-user':
      return [{ who: 'other', id: principal.canonicalId }];
  }
}

/** How much of the world a list lets in, for choosing the narrowest of several bounds: the worst member decides. */
export function exposure(letIn: readonly LetIn[]): number {
  return Math.max(-1, ...letIn.map(exposureOf));
}

function exposureOf(letIn: LetIn): number {
  switch (letIn.who) {
    case 'everyone':
      return 5;
    case 'organization':
    case 'account':
      return EXPOSURE[letIn.relation];
    case 'federated':
    case 'other':
      return 3;
    case 'network':
      return 1;
    case 'service':
      return 0;
  }
}

const EXPOSURE = { own: 0, organization: 0, trusted: 2, unknown: 3, external: 4 } as const satisfies Record<
  Relation,
  number
>;

function relationOf(accountId: string, around: Surroundings): Relation {
  if (accountId === around.accountId) return 'own';
  if (around.organizationAccountIds.has(accountId)) return 'organization';
  return around.trustedAccounts.has(accountId) ? 'trusted' : 'external';
}

/** A provider is as much to be trusted as the account it is set up in; a public one is in none. */
function federated(provider: string, around: Surroundings): LetIn {
  const arn = parseArn(provider);
  if (arn?.service !== 'iam' || !/^\d{12}$/.test(arn.accountId)) return { who: 'federated', provider };
  return anAccount(arn.accountId, around, provider);
}
