import { present, type Reading, tooComplex } from '../../model/evidence.ts';
import { type Budget, TooComplexError } from './budget.ts';

/** What a question is about: the operation that told of it, and what to say is too complex, as a noun. */
interface Asked {
  readonly operation: string;
  readonly about: () => string;
}

/** The answer to a question; unreadable where its budget does not suffice, so that nothing else is left unjudged. */
export function withinBudget<T>(
  budget: Budget,
  { operation, about }: Asked,
  answer: (budget: Budget) => T,
): Reading<T> {
  try {
    return present(answer(budget));
  } catch (error) {
    if (!(error instanceof TooComplexError)) throw error;
    return tooComplex(operation, about());
  }
}
