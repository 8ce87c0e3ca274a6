import fc from 'fast-check';

/*
 * Thousands of mutants are judged one after another, most of them by examples: properties run seldom here. One that
 * fails has killed its mutant, and the search for a smaller example would take longer than all other tests.
 */
fc.configureGlobal({ endOnFailure: true, numRuns: 5, seed: 1 });
