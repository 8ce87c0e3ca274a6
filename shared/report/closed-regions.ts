import type { Summary } from './summary.ts';
import { plural } from './text.ts';

/** `eu-north-1 (1 account), us-east-1 (12 accounts)`; `undefined` when no Region is closed. */
export function closedRegionsText({ closedRegions }: Pick<Summary, 'closedRegions'>): string | undefined {
  const texts = closedRegions.map(({ region, accounts }) => `${region} (${plural(accounts, 'account')})`);
  return texts.join(', ') || undefined;
}
