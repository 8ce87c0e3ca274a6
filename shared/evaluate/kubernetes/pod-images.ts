import type { ControlContext } from '../../model/control.ts';
import type { Pod } from '../../model/kubernetes-facts.ts';
import type { PullThroughCacheRule } from '../../model/registry-facts.ts';
import type { Budget } from '../patterns/budget.ts';
import { digestOf, type ImageReference, parseImageReference } from '../registry/image-reference.ts';
import { type Approval, approvalOf, privateRegistry } from '../registry/registry-approval.ts';

/** One image of pods, and whether it comes from an approved registry. */
export interface RatedImage {
  /** As people know it: `docker.io/library/nginx:1.27@sha256:…`, or the text that is no reference. */
  readonly name: string;
  readonly approval: Approval;
  /** The upstream that a pull-through cache fetched it from. */
  readonly upstream?: string;
  readonly pods: readonly Pod[];
}

/** The images of pods, each once. */
export function ratedImages(
  pods: readonly Pod[],
  rules: readonly PullThroughCacheRule[],
  context: ControlContext,
  budget: Budget,
): RatedImage[] {
  const images = new Map<string, { readonly text: string; readonly pods: Set<Pod> }>();
  for (const pod of pods)
    for (const { image, imageID = '' } of pod.images) {
      const name = nameOf(image, imageID);
      const known = images.get(name) ?? { text: image, pods: new Set<Pod>() };
      known.pods.add(pod);
      images.set(name, known);
    }
  const ratingOf = rater(rules, context, budget);
  return [...images].map(([name, { text, pods: of }]) => ({ name, ...ratingOf(text), pods: [...of] }));
}

/** The repository is that of the spec: the runtime may name another of the same digest. */
function nameOf(image: string, imageID: string): string {
  const reference = parseImageReference(image);
  if (reference === undefined) return image;
  const digest = digestOf(imageID) ?? reference.digest;
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  return `${reference.host}/${reference.repository}${tag}${digest === undefined ? '' : `@${digest}`}`;
}

/** Many images are of few repositories: each is rated once. */
function rater(rules: readonly PullThroughCacheRule[], context: ControlContext, budget: Budget) {
  const known = new Map<string, Pick<RatedImage, 'approval' | 'upstream'>>();
  return (text: string): Pick<RatedImage, 'approval' | 'upstream'> => {
    const reference = parseImageReference(text);
    if (reference === undefined) return { approval: 'unapproved' };
    const name = `${reference.host}/${reference.repository}`;
    const rated = known.get(name) ?? rate(reference, rules, context, budget);
    known.set(name, rated);
    return rated;
  };
}

function rate(
  reference: ImageReference,
  rules: readonly PullThroughCacheRule[],
  context: ControlContext,
  budget: Budget,
): Pick<RatedImage, 'approval' | 'upstream'> {
  const upstream = upstreamOf(reference, rules, context);
  if (upstream === undefined)
    return { approval: approvalOf(`${reference.host}/${reference.repository}`, context, budget) };
  return { approval: approvalOf(upstream, context, budget), upstream };
}

/** What a repository of the account's own registry in the Region is a cache of. The longest prefix is the one that applies. */
function upstreamOf(
  { host, repository }: ImageReference,
  rules: readonly PullThroughCacheRule[],
  { scope }: ControlContext,
): string | undefined {
  const isOwn =
    privateRegistry(host, scope.partition) === scope.accountId && host.includes(`.${scope.region}.`);
  if (!isOwn) return undefined;
  const [rule] = rules
    .filter((one) => one.repositoryPrefix === 'ROOT' || repository.startsWith(`${one.repositoryPrefix}/`))
    .sort((a, b) => prefixLength(b) - prefixLength(a));
  if (rule === undefined) return undefined;
  const { repositoryPrefix, upstreamUrl, upstreamPrefix } = rule;
  const rest = repositoryPrefix === 'ROOT' ? repository : repository.slice(repositoryPrefix.length + 1);
  const prefix = upstreamPrefix === undefined || upstreamPrefix === 'ROOT' ? '' : `${upstreamPrefix}/`;
  return `${upstreamUrl.replace(/\/$/, '')}/${prefix}${rest}`;
}

function prefixLength({ repositoryPrefix }: PullThroughCacheRule): number {
  return repositoryPrefix === 'ROOT' ? 0 : repositoryPrefix.length;
}
