import { parseArn } from '../../model/arn.ts';
import { control, noVerdict } from '../../model/control.ts';
import { presentOf } from '../../model/evidence.ts';
import { formatCount, formatList, uniqueSorted } from '../formatting.ts';

export const loadBalancerTlsUnknownClusters = control({
  key: 'load-balancer-tls',
  title: 'Load balancers are tagged for clusters that exist',
  description:
    'Controllers tag their load balancers with a cluster’s name that they are told by hand. Under a wrong name, or that ' +
    'of a cluster that was deleted, nobody knows whose they are, and their listeners are not judged.',
  remediation: {
    text:
      'If a controller has a wrong name, correct its --cluster-name (clusterName in the chart of the AWS Load Balancer ' +
      'Controller) and let it create the load balancers again. If the cluster was deleted, delete its load balancers: aws ' +
      'elbv2 delete-load-balancer --load-balancer-arn <ARN>.',
    url: 'https://docs.aws.amazon.com/eks/latest/userguide/lbc-helm.html',
  },
  level: 'region',
  severity: 'LOW',
  nist: ['CM-8', 'SC-8'],
  needs: ['loadBalancers', 'classicLoadBalancers', 'clusterNames'],
  acceptsUnreadable: ['loadBalancers', 'classicLoadBalancers'],
  rows: {
    UNKNOWN_CLUSTER_TAG: {
      status: 'WARNING',
      when: 'Load balancers are tagged only for cluster names that no cluster of the Region has',
    },
  },
  judge({ loadBalancers, classicLoadBalancers, clusterNames }) {
    const apis = [loadBalancers, classicLoadBalancers];
    const lists = presentOf(apis);
    const names = new Set(clusterNames);
    const unknown = lists
      .flatMap(({ ofOthers }) => ofOthers)
      .filter(({ clusters }) => !clusters.some((name) => names.has(name)));
    // The verdicts of the Region's clusters say what could not be read.
    const isRead =
      lists.length === apis.length && lists.every(({ unattributed }) => unattributed.length === 0);
    const more = isRead ? [] : [noVerdict()];
    if (unknown.length === 0) return more;
    const count = formatCount(unknown.length, 'load balancer is', 'load balancers are');
    const named = uniqueSorted(unknown.map(({ arn, clusters }) => `${nameOf(arn)} (${clusters.join(', ')})`));
    const reason = `${count} tagged for clusters that this Region does not have, and not judged: ${formatList(named, NAMED)}.`;
    const evidence = {
      clusterTags: uniqueSorted(unknown.flatMap(({ clusters }) => clusters)).join(', '),
      loadBalancers: uniqueSorted(unknown.map(({ arn }) => arn)).join(', '),
    };
    return [{ code: 'UNKNOWN_CLUSTER_TAG', reason, evidence }, ...more];
  },
});

/** How many load balancers a sentence names. */
const NAMED = 10;

/** `web` of `loadbalancer/app/web/50dc6c495c0c9188` and of a classic `loadbalancer/web`. */
function nameOf(arn: string): string {
  const [, typeOrName = arn, name] = parseArn(arn)?.resource.split('/') ?? [];
  return name ?? typeOrName;
}
