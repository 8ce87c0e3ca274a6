import { POD_IDENTITY_AGENT } from '../../model/addons.ts';
import type { Judgement } from '../../model/control.ts';
import { type Named, present, type Reading } from '../../model/evidence.ts';
import type { Addon } from '../../model/facts.ts';
import type { PodIdentityAssociation } from '../../model/node-facts.ts';
import { formatCount } from '../formatting.ts';
import { isListedAddonRunning } from '../running.ts';

/** Whether associations need no agent or it runs. */
export function podIdentityAgent(
  associations: readonly PodIdentityAssociation[],
  addons: Reading<readonly Named<Addon>[]>,
): Reading<boolean> {
  if (associations.length === 0) return present(true);
  if (addons.state === 'unreadable') return addons;
  const agent = addons.value.find(({ name }) => name === POD_IDENTITY_AGENT);
  return agent === undefined ? present(false) : isListedAddonRunning(agent);
}

export function agentNotSeen(
  agent: Reading<boolean>,
  associations: number,
): Judgement<'POD_IDENTITY_AGENT_NOT_SEEN'>[] {
  if (agent.state === 'unreadable' || agent.value) return [];
  const reason =
    `Nothing was seen that hands out the credentials of ${formatCount(associations, 'Pod Identity association', 'Pod Identity associations')}: ` +
    `the add-on ${POD_IDENTITY_AGENT} does not run, and Auto Mode is off.`;
  return [{ code: 'POD_IDENTITY_AGENT_NOT_SEEN', reason, evidence: { podIdentityAgent: 'not seen' } }];
}
