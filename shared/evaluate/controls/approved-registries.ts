import {
  type ControlContext,
  control,
  type DecisionTable,
  type Judgement,
  notAvailable,
} from '../../model/control.ts';
import type { Unreadable } from '../../model/evidence.ts';
import type { Pod } from '../../model/kubernetes-facts.ts';
import type { PullThroughCacheRule } from '../../model/registry-facts.ts';
import { formatCount, formatList, uniqueSorted } from '../formatting.ts';
import { kindOf } from '../kubernetes/kubernetes-evidence.ts';
import { type RatedImage, ratedImages } from '../kubernetes/pod-images.ts';
import { formatWorkloads, livePods, workloadName } from '../kubernetes/workloads.ts';
import { Budget } from '../patterns/budget.ts';
import { withinBudget } from '../patterns/within-budget.ts';
import { membershipUnknown } from '../registry/membership-unknown.ts';
import { type Approval, approvalOf } from '../registry/registry-approval.ts';

const rows = {
  UNAPPROVED_IMAGES: {
    status: 'FAILED',
    when: 'A pod has an image from a registry that is not approved, or through a pull-through cache of one',
  },
  UNAPPROVED_UPSTREAM: {
    status: 'FAILED',
    when: 'The pods are not looked at, and a pull-through cache rule of the Region fetches from an upstream that is not approved',
  },
  NEEDS_KUBERNETES_ACCESS: {
    status: 'WARNING',
    when: 'The pods are not looked at, and no rule does',
  },
  ALL_APPROVED: { status: 'PASSED', when: 'All images of pods come from approved registries' },
} as const satisfies DecisionTable;

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
      'approve the upstream in approvedRegistries. Pull images from your own registry, and have admission control refuse ' +
      'others. To have those of the pods judged, set kubernetes.enabled and give the role an access entry.',
    url: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html',
  },
  level: 'cluster',
  severity: 'MEDIUM',
  nist: ['CM-7(5)', 'CM-11', 'SI-7', 'SR-3', 'SR-4'],
  // The cluster decides nothing, but one that cannot be described is not known to be there for long.
  needs: ['cluster', 'pullThroughCacheRules', 'kubernetes'],
  acceptsUnreadable: ['kubernetes'],
  kubernetesKinds: ['pods'],
  rows,
  judge({ pullThroughCacheRules, kubernetes }, context) {
    const pods = kindOf(kubernetes, 'pods');
    const asked = {
      operation: 'ecr:DescribePullThroughCacheRules',
      about: () => 'upstreams and images beside the patterns of approvedRegistries',
    };
    const answer = withinBudget(new Budget(), asked, (budget) =>
      pods?.state === 'present'
        ? judgeImages(pods.value, pullThroughCacheRules, { ...context, budget })
        : judgeUpstreams(pullThroughCacheRules, pods, { ...context, budget }),
    );
    return answer.state === 'present' ? answer.value : notAvailable(answer);
  },
});

interface Context extends ControlContext {
  readonly budget: Budget;
}

function judgeUpstreams(
  pullThroughCacheRules: readonly PullThroughCacheRule[],
  pods: Unreadable | undefined,
  context: Context,
): Judgement<keyof typeof rows> {
  const unread = pods === undefined ? [] : [notAvailable(pods)];
  const rules = pullThroughCacheRules.map((rule) => ({ rule, approval: upstreamApproval(rule, context) }));
  const named = (approval: Approval) =>
    uniqueSorted(rules.filter((rated) => rated.approval === approval).map(({ rule }) => describe(rule)));
  const unapproved = named('unapproved');
  if (unapproved.length > 0) {
    const reason = `Pull-through cache rules fetch from upstreams that are not approved: ${formatList(unapproved)}.`;
    const evidence = { upstreams: unapproved.join('; ') };
    return { code: 'UNAPPROVED_UPSTREAM', reason, evidence, also: unread };
  }
  const [unavailable] = unread;
  if (unavailable !== undefined) return unavailable;
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
  const reason =
    `${seen}. The images of the pods are not looked at, so where they come from is not known: set kubernetes.enabled, ` +
    'and give the role an access entry in the cluster.';
  return { code: 'NEEDS_KUBERNETES_ACCESS', reason, evidence: { upstreams: 'approved only' } };
}

/** Images in a sentence, at most. */
const MAX_IMAGES = 10;

function judgeImages(
  pods: readonly Pod[],
  rules: readonly PullThroughCacheRule[],
  context: Context,
): Judgement<keyof typeof rows> {
  const live = livePods(pods);
  const images = ratedImages(live, rules, context, context.budget);
  const of = (approval: Approval) =>
    images.filter((image) => image.approval === approval).sort((a, b) => (a.name < b.name ? -1 : 1));
  const unapproved = of('unapproved');
  const { membersUnreadable } = context.organization;
  const unknown = of('unknown').map(({ name }) => name);
  const missing =
    membersUnreadable && unknown.length > 0 ? [membershipUnknown(unknown, [membersUnreadable])] : [];
  if (unapproved.length > 0) {
    const named = unapproved.slice(0, MAX_IMAGES).map(describeImage).join('; ');
    const more = unapproved.length > MAX_IMAGES ? `; and ${unapproved.length - MAX_IMAGES} more images` : '';
    const affected = new Set(unapproved.flatMap((image) => image.pods));
    const workloads = new Set([...affected].map(workloadName)).size;
    const reason =
      `${formatCount(unapproved.length, 'image', 'images')} of ${formatCount(workloads, 'workload', 'workloads')} ` +
      `(${formatCount(affected.size, 'pod', 'pods')}) from registries that are not approved: ${named}${more}.`;
    const evidence = {
      images: unapproved
        .slice(0, MAX_IMAGES)
        .map(({ name }) => name)
        .join(', '),
    };
    return { code: 'UNAPPROVED_IMAGES', reason, evidence, also: missing };
  }
  const [first] = missing;
  if (first !== undefined) return first;
  const reason = `All ${formatCount(images.length, 'image', 'images')} of ${formatCount(live.length, 'pod', 'pods')} come from approved registries.`;
  return { code: 'ALL_APPROVED', reason, evidence: { unapprovedImages: 'none' } };
}

function describeImage({ name, upstream, pods }: RatedImage): string {
  const from = upstream === undefined ? '' : `, cached from ${upstream}`;
  return `${name}${from} in ${formatWorkloads(pods)}`;
}

/** Without an upstream prefix a rule fetches whatever the upstream has. */
function upstreamApproval({ upstreamUrl, upstreamPrefix }: PullThroughCacheRule, context: Context): Approval {
  const prefix = upstreamPrefix === undefined || upstreamPrefix === 'ROOT' ? '' : `${upstreamPrefix}/`;
  return approvalOf(`${upstreamUrl.replace(/\/$/, '')}/${prefix}*`, context, context.budget);
}

function describe({ repositoryPrefix, upstreamUrl, upstreamPrefix }: PullThroughCacheRule): string {
  return `${repositoryPrefix} from ${upstreamUrl}${upstreamPrefix ? ` (${upstreamPrefix})` : ''}`;
}
