type Child = Node | string | false | undefined;

/** An element. Texts are written as texts: nothing in them is markup. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | number | boolean | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(key, value === true ? '' : String(value));
  }
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

/** A name of others, which may be written from right to left. */
export function bdi(text: string, kind?: string): HTMLElement {
  return element('bdi', { class: kind }, text);
}

export function button(
  label: string,
  onClick: () => void,
  attributes: Record<string, string> = {},
): HTMLElement {
  const made = element('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', onClick);
  return made;
}

/** `1,204` */
export function counted(count: number): string {
  return count.toLocaleString('en');
}

/** `1 finding`, `2 findings` */
export function plural(count: number, word: string, words = `${word}s`): string {
  return `${counted(count)} ${count === 1 ? word : words}`;
}

/** What is drawn when it is seen, and was not yet. */
const unseen = new Set<() => void>();

/** Calls back once, when an element comes near what is seen, or when the page is printed. */
export function whenSeen(target: Element, draw: () => void): void {
  const once = () => {
    observer.disconnect();
    if (unseen.delete(once) && target.isConnected) draw();
  };
  const observer = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) once();
    },
    { rootMargin: '400px' },
  );
  unseen.add(once);
  observer.observe(target);
}

/** Draws what was not seen yet, and the first of what is within it: the rest is not printed. */
export function drawUnseen(): void {
  for (let round = 0; round < 2; round += 1) for (const draw of [...unseen]) draw();
}

/** Forgets what is not there any more. */
export function forgetUnseen(): void {
  unseen.clear();
}

/** Adds items a few at a time: the first at once, more on demand. */
export function growing<Item>(
  parent: Element,
  items: readonly Item[],
  step: number,
  draw: (item: Item) => Element,
  more: (left: number) => string,
): void {
  let drawn = 0;
  const next = button('', () => grow(true), { class: 'more' });
  function grow(isAsked: boolean): void {
    const added = items.slice(drawn, drawn + (isAsked ? 5 * step : step)).map(draw);
    drawn += added.length;
    parent.append(...added);
    const left = items.length - drawn;
    if (left > 0) {
      next.textContent = more(left);
      parent.after(next);
    } else next.remove();
    // The button moves away: what is new is read next.
    if (isAsked) added[0]?.querySelector<HTMLElement>('button, summary')?.focus();
  }
  grow(false);
}

/** Puts a text into the clipboard, and says so on the button. */
export async function copy(text: string, feedback: HTMLElement): Promise<void> {
  // Of a second click it says what the first one has done.
  feedback.dataset.label ??= feedback.textContent;
  feedback.textContent = (await isCopied(text)) ? 'Copied' : 'Not copied: the browser refused';
  feedback.focus();
  setTimeout(() => {
    feedback.textContent = feedback.dataset.label ?? '';
  }, 1500);
}

async function isCopied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Where a page from a file may not use the clipboard. */
function copyBySelection(text: string): boolean {
  const area = element('textarea', { class: 'sr', 'aria-hidden': 'true' });
  area.value = text;
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}
