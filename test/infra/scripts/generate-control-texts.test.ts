import { expect, it } from 'vitest';
import { CONTROL_TEXTS, CONTROL_TITLES } from '../../../infra/scripts/generate-control-texts.ts';
import { controlTexts, controlTitles } from '../../../shared/evaluate/control-texts.ts';

it('the texts are those of the controls; otherwise run `npm run generate`', () => {
  expect(controlTexts).toEqual(CONTROL_TEXTS);
  expect(controlTitles).toEqual(CONTROL_TITLES);
});
