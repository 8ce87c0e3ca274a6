import type { Notice } from '../model/run.ts';
import type { ReportContent } from './content.ts';
import { plural } from './text.ts';

/** The most notices that a report for people lists. */
const MAX_LISTED = 10;

/** The notices of a run as people read them; of those beyond the first, how many there are. */
export function noticeTexts({ result: { notices = [] }, names }: ReportContent): string[] {
  const texts = notices.slice(0, MAX_LISTED).map((notice) => noticeText(notice, names));
  const more = notices.length - texts.length;
  return more > 0 ? [...texts, `… and ${plural(more, 'notice')} more, which --format json lists`] : texts;
}

function noticeText(
  { accountId, region, detail, count = 0, findingIds: [first] = [] }: Notice,
  names: ReportContent['names'],
): string {
  const name = names.get(accountId);
  const place = `${name === undefined ? accountId : `${accountId} (${name})`} · ${region}`;
  const example = first === undefined ? '' : ` ${plural(count, 'finding')}, among them ${first}`;
  return `${place}: ${detail}${example}`;
}
