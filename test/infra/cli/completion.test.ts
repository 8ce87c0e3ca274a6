import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { cli } from './cli-process.ts';

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('of %s has every command and option', async (shell) => {
    const { code, stdout } = await cli(['completion', shell]);

    expect(code).toBe(0);
    for (const word of ['audit', 'controls', 'clusters', 'save-inventory', 'fail-on', 'not-available'])
      expect(stdout).toContain(word);
  });

  it.each([
    { line: ['eks-auditor', 'cl'], words: ['clusters'] },
    { line: ['eks-auditor', 'clusters', 'l'], words: ['list'] },
    { line: ['eks-auditor', 'audit', '--sav'], words: ['--save-inventory'] },
    { line: ['eks-auditor', 'audit', '--only', 'w'], words: ['warnings'] },
    { line: ['eks-auditor', 'audit', '--fail-on', 'H'], words: ['HIGH'] },
    { line: ['eks-auditor', 'audit', '--output', ''], words: [''] },
    { line: ['eks-auditor', 'completion', ''], words: expect.arrayContaining(['bash', 'zsh', 'fish']) },
  ])('$line in bash', async ({ line, words }) => {
    const { stdout } = await cli(['completion', 'bash']);
    const script = `${stdout}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _eks_auditor; printf '%s\\n' "\${COMPREPLY[@]}"`;

    const { stdout: completed } = spawnSync('bash', ['-c', script, 'bash', ...line], { encoding: 'utf8' });

    expect(completed.trim().split('\n')).toEqual(words);
  });
});
