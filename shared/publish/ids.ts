import { createHash } from 'node:crypto';
import { parseArn } from '../model/arn.ts';
import { type ControlKey, isControlKey } from '../model/benchmarks.ts';
import { clusterNameIn } from '../model/resource.ts';
import type { Verdict } from '../model/verdict.ts';

/** The most characters of a finding's id. */
export const MAX_ID = 512;

/** What all our findings' GeneratorIds begin with. */
export const GENERATOR_PREFIX = 'eks-auditor/';

/** The same for every version of the benchmark, so that switching it keeps history. */
export function generatorId(control: ControlKey): string {
  return `${GENERATOR_PREFIX}${control}`;
}

/** The control of a GeneratorId, if it is one of ours. */
export function controlOfGenerator(generator: string | undefined): ControlKey | undefined {
  const key = generator?.startsWith(GENERATOR_PREFIX) ? generator.slice(GENERATOR_PREFIX.length) : '';
  return isControlKey(key) ? key : undefined;
}

/**
 * The id of a verdict's finding: `<resource>/eks-auditor/<control key>`, and where the resource alone does not say what
 * was judged (a node role of two clusters, an account's registry in one Region), also what was. The same verdict always
 * has the same id, no two verdicts of a run share one, and it has at most 512 characters.
 */
export function findingId(
  verdict: Pick<Verdict, 'control' | 'level' | 'scope' | 'resource' | 'clusterArn'>,
): string {
  const id = [verdict.resource.id, 'eks-auditor', verdict.control, ...judgedAt(verdict)].join('/');
  return id.length <= MAX_ID ? id : shorten(id);
}

function judgedAt({
  level,
  scope,
  resource,
  clusterArn,
}: Pick<Verdict, 'level' | 'scope' | 'resource' | 'clusterArn'>): string[] {
  if (clusterArn === undefined) {
    return level === 'region' && resource.type === 'AwsAccount' ? [scope.region] : [];
  }
  if (clusterArn === resource.id) return [];
  const { region = '', accountId = '' } = parseArn(clusterArn) ?? {};
  // A role of another account may serve clusters of the same name in several accounts.
  const elsewhere = parseArn(resource.id)?.accountId === accountId ? [] : [accountId];
  return [...elsewhere, region, clusterNameIn(clusterArn) ?? ''];
}

/** The hash is of the whole id, so that ids which begin alike stay apart. */
function shorten(id: string): string {
  const hash = createHash('sha256').update(id).digest('hex');
  const start = id.slice(0, MAX_ID - hash.length - 1);
  return `${start.replace(/[\uD800-\uDBFF]$/, '')}~${hash}`;
}
