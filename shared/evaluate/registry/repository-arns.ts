import type { Language } from '../patterns/language.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const ALPHANUMERIC = LETTERS + DIGITS;
const SEPARATORS = '._-/';
/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
const NAME_LENGTH = { min: 2, max: 256 } as const;
const ACCOUNT_ID_LENGTH = 12;

/**
 * The ARNs that a repository can have: `arn:<partition>:ecr:<region>:<account>:repository/<name>`, where the name is of
 * lower-case letters, digits and single separators between them.
 */
export const REPOSITORY_ARNS: Language = repositoryArns();

type Transitions = (readonly [string, number])[][];

function repositoryArns(): Language {
  const transitions: Transitions = [];
  addText(transitions, 'arn:');
  addWord(transitions, `${LETTERS}-`);
  addText(transitions, 'ecr:');
  addWord(transitions, `${ALPHANUMERIC}-`);
  for (let digit = 0; digit < ACCOUNT_ID_LENGTH; digit += 1) addCharacter(transitions, DIGITS);
  addText(transitions, ':repository/');
  return { transitions, accepting: addName(transitions) };
}

function addCharacter(transitions: Transitions, characters: string): void {
  transitions.push([[characters, transitions.length + 1]]);
}

function addText(transitions: Transitions, text: string): void {
  for (const character of text) addCharacter(transitions, character);
}

/** One or more of the characters, then a colon. */
function addWord(transitions: Transitions, characters: string): void {
  addCharacter(transitions, characters);
  const state = transitions.length;
  transitions.push([
    [characters, state],
    [':', state + 1],
  ]);
}

/** Two states for every length: after a letter or digit (which may be the end), and after a separator. */
function addName(transitions: Transitions): Set<number> {
  const start = transitions.length;
  const accepting = new Set<number>();
  transitions.push([[ALPHANUMERIC, start + 1]]);
  for (let length = 1; length <= NAME_LENGTH.max; length += 1) {
    const state = start + 2 * length - 1;
    if (length >= NAME_LENGTH.min) accepting.add(state);
    if (length === NAME_LENGTH.max) transitions.push([]);
    else
      transitions.push(
        [
          [ALPHANUMERIC, state + 2],
          [SEPARATORS, state + 1],
        ],
        [[ALPHANUMERIC, state + 4]],
      );
  }
  return accepting;
}
