import { Logger } from '@aws-lambda-powertools/logger';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { safeInLog } from '../../functions/runtime/lambda.ts';
import { hostileText, UNSAFE } from '../shared/report/hostile-texts.ts';

/** The entry that is logged, as it is printed. */
function printed(log: (logger: Logger) => void): string {
  const print = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  log(new Logger({ jsonReplacerFn: safeInLog }));
  const [[entry] = []] = print.mock.calls;
  print.mockRestore();
  return String(entry);
}

test('a log entry hides nothing and is bounded, whatever others write', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const entry = printed((logger) => logger.error(text, { error: new Error(text), more: [{ text }] }));
      const values: unknown = JSON.parse(entry);

      expect(values).toMatchObject({ more: [{ text: expect.not.stringMatching(UNSAFE) }] });
      expect(entry.trimEnd()).not.toMatch(UNSAFE);
      expect(entry.length).toBeLessThan(120_000);
    }),
    { numRuns: 50 },
  );
});

test('a stack trace keeps its lines', () => {
  const entry = printed((logger) => logger.error('failed', new Error('reason')));

  expect(JSON.parse(entry).error.stack).toMatch(/^Error: reason\n {4}at /);
});
