import { describe, expect, it } from 'vitest';
import {
  isAddonRunning,
  isAutoModeOn,
  isListedAddonRunning,
  startsNodes,
} from '../../../shared/evaluate/running.ts';
import { present } from '../../../shared/model/evidence.ts';
import { denied } from '../../builders.ts';

const GONE = denied('eks:DescribeAddon', { kind: 'gone' });

describe('what runs', () => {
  it.each([
    ['ACTIVE', true],
    ['DEGRADED', true],
    ['UPDATING', true],
    ['UPDATE_FAILED', false],
    ['CREATING', false],
    ['CREATE_FAILED', false],
    ['DELETING', false],
    ['DELETE_FAILED', false],
  ])('is an add-on in %s: %s', (status, isRunning) => {
    expect(isAddonRunning({ status })).toBe(isRunning);
    expect(isListedAddonRunning({ name: 'x', detail: present({ addonName: 'x', status }) })).toEqual(
      present(isRunning),
    );
  });

  it('is no add-on that is gone, and is not known where its status is not', () => {
    const refused = denied('eks:DescribeAddon');

    expect(isAddonRunning({})).toBe(false);
    expect(isListedAddonRunning({ name: 'x', detail: GONE })).toEqual(present(false));
    expect(isListedAddonRunning({ name: 'x', detail: refused })).toBe(refused);
    expect(isListedAddonRunning({ name: 'x', detail: present({ addonName: 'x' }) })).toMatchObject({
      state: 'unreadable',
      detail: 'it does not say the status of x',
    });
  });

  it.each([
    ['ACTIVE', true],
    ['CREATING', true],
    ['DEGRADED', true],
    ['DELETE_FAILED', true],
    ['DELETING', false],
    ['CREATE_FAILED', false],
  ])('starts nodes in %s: %s', (status, starts) => {
    expect(startsNodes({ status })).toBe(starts);
  });

  it('is Auto Mode where it is on', () => {
    expect(isAutoModeOn({ computeConfig: { enabled: true } })).toBe(true);
    expect(isAutoModeOn({ computeConfig: { enabled: false } })).toBe(false);
    expect(isAutoModeOn({ computeConfig: {} })).toBe(false);
    expect(isAutoModeOn({})).toBe(false);
  });
});
