/**
 * Whether a pattern matches the whole of a text; `*` stands for any characters, also none. Takes no more steps than the
 * product of both lengths: texts are of others.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let index = 0;
  // Where the last `*` is, and how much of the text it stands for so far.
  let star = -1;
  let resume = 0;
  while (index < text.length) {
    if (pattern[at] === '*') {
      star = at;
      resume = index;
      at += 1;
    } else if (at < pattern.length && pattern[at] === text[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      resume += 1;
      index = resume;
      at = star + 1;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}
