import { loadBalancerTls } from '../../../../shared/evaluate/controls/load-balancer-tls-clusters.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type { Action, Listener, LoadBalancer, Rule } from '../../../../shared/model/load-balancer-facts.ts';
import { aLoadBalancer, found, judgeOne } from '../../../builders-network.ts';

export const TO_HTTPS: Action = { type: 'redirect', redirectProtocol: 'HTTPS' };
export const FORWARD: Action = { type: 'forward' };

export const NOT_FOUND: Action = { type: 'fixed-response', statusCode: '404' };

/** An HTTP listener as the collector reads it. The last actions are those of the default rule. */
export function anHttpListener(...actionsOfRules: Action[][]): Listener {
  const rules = actionsOfRules.map((actions, index): Rule => {
    if (index === actionsOfRules.length - 1) return aDefaultRule(...actions);
    return aRule(index + 1, { 'path-pattern': [`/path-${index}/*`] }, ...actions);
  });
  return withRules(rules);
}

export function withRules(rules: readonly Rule[]): Listener {
  return { protocol: 'HTTP', port: 80, rules: present(rules) };
}

export function aRule(priority: number, conditions: Record<string, string[]>, ...actions: Action[]): Rule {
  const listed = Object.entries(conditions).map(([field, values]) => ({ field, values }));
  return { priority, conditions: listed, actions };
}

export function aDefaultRule(...actions: Action[]): Rule {
  return { priority: 'default', conditions: [], actions };
}

export function judgeListeners(listeners: Listener[], differing: Partial<LoadBalancer> = {}) {
  const loadBalancer = aLoadBalancer({ ...differing, listeners: present(listeners) });
  return judgeOne(loadBalancerTls, { loadBalancers: found([loadBalancer]) });
}
