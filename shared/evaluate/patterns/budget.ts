/** Thrown where a question costs more than what is left of a budget. Caught where the evidence becomes unreadable. */
export class TooComplexError extends Error {
  override name = 'TooComplexError';
}

/**
 * How many steps the questions about one identity or resource may take together, the unit being one position of a pattern
 * moved by one character. They take a tenth of a second. Of AWS's 1,485 managed policies none takes an eighth, and the ten
 * longest together a third; a policy written to be hard to decide could take hours without.
 */
const MAX_STEPS = 250_000;
/** Comparing two characters, or the ends of two patterns, is that much cheaper than moving a position. */
const COMPARISON = 1 / 8;

/** A policy's part in a question. */
export interface Share {
  /** How results name the policy. */
  readonly policy: string;
  /** How many patterns of it the question is about. */
  readonly patterns: number;
}

/** The work that an identity or a resource is worth. All questions about it share one. */
export class Budget {
  #left: number;
  readonly #spentOn = new Map<string, number>();
  #question: { readonly shares: readonly Share[]; readonly left: number };

  constructor(steps = MAX_STEPS) {
    this.#left = steps;
    this.#question = { shares: [], left: steps };
  }

  /** Throws TooComplexError when that is more than what is left. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new TooComplexError('over the budget');
  }

  spendComparisons(count: number): void {
    this.spend(count * COMPARISON);
  }

  /** The same budget; what is spent from now on is on a question about these policies, by the number of their patterns. */
  on(...shares: readonly Share[]): this {
    const { shares: before, left } = this.#question;
    const patterns = before.reduce((sum, share) => sum + share.patterns, 0);
    for (const share of before) {
      const spent = ((left - this.#left) * share.patterns) / patterns;
      this.#spentOn.set(share.policy, (this.#spentOn.get(share.policy) ?? 0) + spent);
    }
    this.#question = { shares: shares.filter((share) => share.patterns > 0), left: this.#left };
    return this;
  }

  /** The policies on which most was spent, by name, the costliest first. */
  costliest(): string[] {
    this.on();
    return [...this.#spentOn].sort(([, a], [, b]) => b - a).map(([policy]) => policy);
  }
}
