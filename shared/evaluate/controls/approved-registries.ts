import { type ControlContext, control, notAvailable } from '../../model/control.ts';
import { type Reading, unreadableOf } from '../../model/evidence.ts';
import type { PullThroughCacheRule } from '../../model/registry-facts.ts';
import { formatCount, formatList, uniqueSorted } from '../formatting.ts';
import { Budget } from '../patterns/budget.ts';
import { withinBudget } from '../patterns/within-budget.ts';
import { membershipUnknown } from '../registry/membership-unknown.ts';
import { type Approval, approvalOf } from '../registry/registry-approval.ts';

export const approvedRegistries = control({
  key: 'approved-registries',
  title: 'Images come from approved registries only',
  description:
    'Whoever can put an image where your clusters pull from runs code in them. Pulling only from registries that you ' +
    'control or have reviewed keeps that to people you know. A pull-through cache makes an upstream look like your own.',
  remediation: {
    text:
      'Delete the rule (aws ecr delete-pull-through-cache-rule --ecr-repository-prefix <prefix>) and the repositories it ' +
      'filled, or narrow it to one upstream prefix (create-pull-through-cache-rule --upstream-repository-prefix), or ' +
      'approve the upstream in approvedRegistries. The images of the pods are not looked at: have admission control ' +
      'refuse those from other registries.',
    url: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html',
  },
  level: 'cluster',
  severity: 'MEDIUM',
  nist: ['CM-7(5)', 'CM-11', 'SI-7', 'SR-3', 'SR-4'],
  // The cluster decides nothing, but one that cannot be described is not known to be there for long.
  needs: ['cluster', 'pullThroughCacheRules'],
  rows: {
    UNAPPROVED_UPSTREAM: {
      status: 'FAILED',
      when: 'A pull-through cache rule of the Region fetches from an upstream that is not approved',
    },
    NEEDS_KUBERNETES_ACCESS: {
      status: 'WARNING',
      when: 'No rule does; the images of the pods are not looked at',
    },
  },
  judge({ pullThroughCacheRules }, context) {
    const rules = pullThroughCacheRules.map((rule) => ({ rule, approval: upstreamApproval(rule, context) }));
    const named = (approval: Approval) =>
      uniqueSorted(
        rules.filter((rated) => isRated(rated.approval, approval)).map(({ rule }) => describe(rule)),
      );
    const unreadable = unreadableOf(rules.map((rated) => rated.approval));
    const unapproved = named('unapproved');
    if (unapproved.length > 0) {
      const reason = `Pull-through cache rules fetch from upstreams that are not approved: ${formatList(unapproved)}.`;
      return { code: 'UNAPPROVED_UPSTREAM', reason, evidence: { upstreams: unapproved.join('; ') } };
    }
    if (unreadable.length > 0) return notAvailable(unreadable);
    const unknown = named('unknown');
    const { membersUnreadable } = context.organization;
    if (membersUnreadable && unknown.length > 0) return membershipUnknown(unknown, [membersUnreadable]);
    const ruleCount = formatCount(
      rules.length,
      'pull-through cache rule of the Region fetches',
      'pull-through cache rules of the Region fetch',
    );
    const seen =
      rules.length === 0
        ? 'The Region has no pull-through cache rules'
        : `The ${ruleCount} from approved upstreams only`;
    const reason = `${seen}. The images of the pods are not looked at, so where they come from is not known.`;
    return { code: 'NEEDS_KUBERNETES_ACCESS', reason, evidence: { upstreams: 'approved only' } };
  },
});

/** Without an upstream prefix a rule fetches whatever the upstream has. */
function upstreamApproval(
  { upstreamUrl, upstreamPrefix }: PullThroughCacheRule,
  context: ControlContext,
): Reading<Approval> {
  const prefix = upstreamPrefix === undefined || upstreamPrefix === 'ROOT' ? '' : `${upstreamPrefix}/`;
  const images = `${upstreamUrl.replace(/\/$/, '')}/${prefix}*`;
  const asked = {
    operation: 'ecr:DescribePullThroughCacheRules',
    about: () => `${images} and approvedRegistries`,
  };
  return withinBudget(new Budget(), asked, (budget) => approvalOf(images, context, budget));
}

function isRated(rated: Reading<Approval>, approval: Approval): boolean {
  return rated.state === 'present' && rated.value === approval;
}

function describe({ repositoryPrefix, upstreamUrl, upstreamPrefix }: PullThroughCacheRule): string {
  return `${repositoryPrefix} from ${upstreamUrl}${upstreamPrefix ? ` (${upstreamPrefix})` : ''}`;
}
