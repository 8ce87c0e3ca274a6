import { describe, expect, it } from 'vitest';
import { parseDeploymentConfig } from '../../../infra/cdk/deployment-config.ts';
import { aConfig, synthesized } from './synthesized.ts';

const EXTERNAL_ID = 'canary-external-id-7f3a';
const WEBHOOK = 'https://hooks.example.com/canary';

describe('the external id', () => {
  it('is in the template of the role that expects it, and not in that of the auditor', () => {
    const { auditor, member } = synthesized(aConfig({ role: { externalId: EXTERNAL_ID } }));

    expect(JSON.stringify(member.toJSON())).toContain(EXTERNAL_ID);
    expect(JSON.stringify(auditor.toJSON())).not.toContain(EXTERNAL_ID);
  });
});

describe('what is refused of a deployment', () => {
  it.each<[string, Record<string, unknown>]>([
    ['an external id that is none', { role: { externalId: `${EXTERNAL_ID} with spaces` } }],
    ['an external id of another key', { role: { externalID: EXTERNAL_ID } }],
    ['a webhook that is no key', { deployment: { alerts: { webhookUrl: WEBHOOK } } }],
    ['a webhook within a list', { deployment: { alerts: { routes: [{ name: 'chat', webhook: WEBHOOK }] } } }],
    ['a webhook in the place of a list', { deployment: { alerts: { emails: { webhook: WEBHOOK } } } }],
    ['a token in the place of a mapping', { deployment: { alerts: [{ token: EXTERNAL_ID }] } }],
    ['a password as the schedule', { deployment: { schedule: { password: EXTERNAL_ID } } }],
  ])('is told without %s', (_, config) => {
    const refused = (() => {
      try {
        return parseDeploymentConfig(aConfig(config), 'the test');
      } catch (error) {
        return error;
      }
    })();

    expect(refused).toBeInstanceOf(Error);
    expect(String(refused)).not.toContain('canary');
    expect(refused instanceof Error ? refused.stack : '').not.toContain('canary');
  });
});
