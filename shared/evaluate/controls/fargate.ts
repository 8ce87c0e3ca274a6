import { control, notAvailable } from '../../model/control.ts';
import { presentOf, unreadableOf } from '../../model/evidence.ts';
import type { FargateProfile } from '../../model/node-facts.ts';
import { formatList } from '../formatting.ts';
import { matchesAny } from '../patterns/pattern.ts';
import { startsNodes } from '../running.ts';

export const fargate = control({
  key: 'fargate',
  title: 'Untrusted workloads can run on Fargate',
  description:
    'Pods on Fargate share neither kernel, network interface nor credentials with others, so what breaks out of a ' +
    'container finds nobody. Workloads that are not trusted belong there.',
  remediation: {
    text:
      'Create a Fargate profile for the namespaces of untrusted workloads: aws eks create-fargate-profile ' +
      '--cluster-name <cluster> --fargate-profile-name untrusted --pod-execution-role-arn <role> --subnets <private ' +
      'subnets> --selectors namespace=<namespace>. Pods that run move there when they are started anew. A selector with ' +
      'labels takes only pods that have them.',
    url: 'https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html',
  },
  level: 'cluster',
  severity: 'LOW',
  nist: ['CM-7', 'SC-7', 'SC-39'],
  needs: ['fargateProfiles'],
  rows: {
    UNTRUSTED_NOT_ON_FARGATE: {
      status: 'FAILED',
      when: 'No Fargate profile selects all pods of one of untrustedNamespaces',
    },
    FARGATE_AVAILABLE: { status: 'PASSED', when: 'There is a Fargate profile' },
    NO_FARGATE_PROFILE: { status: 'WARNING', when: 'There is no Fargate profile: all pods share nodes' },
  },
  judge({ fargateProfiles }, { settings }) {
    const details = fargateProfiles.map((profile) => profile.detail);
    const profiles = presentOf(details).filter(startsNodes);
    // A profile that vanished meanwhile is no profile.
    const unread = unreadableOf(details).filter(({ kind }) => kind !== 'gone');
    const names = formatList(profiles.map((profile) => profile.fargateProfileName)) || 'none';
    const left = settings.untrustedNamespaces.filter(
      (namespace) => !profiles.some((profile) => selectsAll(profile, namespace)),
    );
    if (unread.length > 0 && (left.length > 0 || profiles.length === 0)) return notAvailable(unread);
    if (left.length > 0) {
      const reason = `Untrusted namespaces whose pods no Fargate profile takes, or only those with certain labels: ${formatList(left)}. Profiles: ${names}.`;
      return {
        code: 'UNTRUSTED_NOT_ON_FARGATE',
        reason,
        evidence: { namespaces: formatList(left), profiles: names },
      };
    }
    const evidence = { profiles: names };
    if (profiles.length > 0) {
      return { code: 'FARGATE_AVAILABLE', reason: `Fargate profiles: ${names}.`, evidence };
    }
    return {
      code: 'NO_FARGATE_PROFILE',
      reason: 'All pods share nodes: no Fargate profile exists.',
      evidence,
    };
  },
});

function selectsAll({ selectors = [] }: FargateProfile, namespace: string): boolean {
  return selectors.some(
    (selector) =>
      Object.keys(selector.labels ?? {}).length === 0 && matchesAny([selector.namespace ?? ''], namespace),
  );
}
