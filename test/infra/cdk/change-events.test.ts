import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  changeEvents,
  changePatterns,
  changeSources,
  MAX_PATTERN_LENGTH,
} from '../../../infra/cdk/change-events.ts';
import { collectors } from '../../../shared/collect/index.ts';
import { auditedEvents, type ChangeEvent } from '../../../shared/model/change-events.ts';
import { ORGANIZATION_EVENTS } from '../../../shared/plan/organization.ts';
import { propertiesOf, synthesized } from './synthesized.ts';

const OWN = { roleName: 'EksAuditorMember' };

/** The events that patterns match, spelled as the sources declare them. */
function eventsOf(patterns: readonly { readonly source: readonly string[]; readonly detail: unknown }[]) {
  return patterns.flatMap(({ source: [source = ''], detail }) =>
    Object(detail).eventName.map((name: string) => `${source.replace('aws.', '')}:${name}`),
  );
}

describe('the events that start an audit', () => {
  test('are those that the collectors declare, and those that create and delete clusters', () => {
    const declared = collectors.flatMap(({ events }) => auditedEvents(events));

    expect(changeEvents()).toEqual(
      [...new Set([...declared, 'eks:CreateCluster', 'eks:DeleteCluster'])].toSorted(),
    );
  });

  test('are matched by the rules of every audited account, each by one', () => {
    const patterns = propertiesOf(synthesized().member, 'AWS::Events::Rule').map((rule) => rule.EventPattern);

    expect(eventsOf(patterns).toSorted()).toEqual(changeEvents());
  });

  test('pass the rule in the auditor’s account, whatever their service', () => {
    const rules = propertiesOf(synthesized().auditor, 'AWS::Events::Rule');
    const arriving = rules.find(({ Description }) => Description.includes('changes in the accounts'));

    expect(arriving?.EventPattern).toEqual({
      source: changeSources(),
      detail: { eventName: [{ exists: true }] },
    });
    expect(changeSources()).toEqual([
      'aws.ec2',
      'aws.ecr',
      'aws.eks',
      'aws.elasticloadbalancing',
      'aws.iam',
      'aws.kms',
    ]);
  });

  test.each([
    'ec2:RunInstances',
    'ec2:TerminateInstances',
    'ec2:CreateTags',
    'ec2:AttachNetworkInterface',
    'ec2:DeleteLaunchTemplate',
    'ecr:PutImage',
    'elasticloadbalancing:RegisterTargets',
    'kms:CreateGrant',
  ])('are not those of everyday work: %s', (event) => {
    expect(changeEvents()).not.toContain(event);
  });

  test('are none of the organization, whose events would audit the management account', () => {
    expect(auditedEvents(ORGANIZATION_EVENTS)).toEqual([]);
  });
});

describe('the patterns', () => {
  test('are one for each service, and within the size that EventBridge allows', () => {
    const patterns = changePatterns(OWN);

    expect(patterns.map(({ id }) => id)).toEqual(['ec2', 'ecr', 'eks', 'elasticloadbalancing', 'iam', 'kms']);
    expect(patterns.filter(({ pattern }) => JSON.stringify(pattern).length > MAX_PATTERN_LENGTH)).toEqual([]);
  });

  test('leave out what is done to the member role, in IAM and by access entries of clusters', () => {
    const rules = propertiesOf(synthesized().member, 'AWS::Events::Rule');
    const namedBy = (service: string) =>
      rules.find(({ EventPattern }) => EventPattern.source[0] === `aws.${service}`)?.EventPattern.detail
        .requestParameters;

    expect(namedBy('iam').roleName).toEqual([
      { exists: false },
      { 'anything-but': { wildcard: ['EksAuditorMember', 'EksAuditorForwardChanges-*'] } },
    ]);
    expect(namedBy('eks').principalArn).toEqual([
      { exists: false },
      {
        'anything-but': {
          wildcard: [
            '*:role/EksAuditorMember',
            '*:role/*/EksAuditorMember',
            '*%3Arole%2FEksAuditorMember',
            '*%3Arole%2F*%2FEksAuditorMember',
          ],
        },
      },
    ]);
  });

  test('are within it with the longest name of a role', () => {
    const patterns = changePatterns({ roleName: 'R'.repeat(64) });

    expect(patterns.filter(({ pattern }) => JSON.stringify(pattern).length > MAX_PATTERN_LENGTH)).toEqual([]);
  });

  const event = fc
    .tuple(fc.constantFrom('eks', 'iam', 'ec2'), fc.stringMatching(/^[A-Z][A-Za-z]{2,40}$/))
    .map(([service, name]): ChangeEvent => `${service}:${name}` as ChangeEvent);

  test('have every event once, whatever the size that is allowed', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(event, { minLength: 1, maxLength: 180 }),
        fc.integer({ min: 500, max: 2_048 }),
        (events, maxLength) => {
          const patterns = changePatterns(OWN, { events, maxLength });

          expect(eventsOf(patterns.map(({ pattern }) => pattern)).toSorted()).toEqual(events.toSorted());
          expect(patterns.filter(({ pattern }) => JSON.stringify(pattern).length > maxLength)).toEqual([]);
          expect(new Set(patterns.map(({ id }) => id)).size).toBe(patterns.length);
        },
      ),
    );
  });

  test('of one service are numbered from the second on', () => {
    const events = ['eks:CreateAddon', 'eks:DeleteAddon', 'kms:EnableKey'] as const;

    const ids = changePatterns(OWN, { events, maxLength: 180 }).map(({ id }) => id);

    expect(ids).toEqual(['eks', 'eks-2', 'kms']);
  });
});
