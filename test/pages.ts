import { readFileSync } from 'node:fs';

/** The text of a page of the documentation; its path begins at the root of the project. */
export function readPage(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}

/** The code blocks of a language in a page. */
export function blocksOf(page: string, language: string): string[] {
  const blocks = page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'));
  return [...blocks].map(([, text = '']) => text);
}
