import { CfnInsight } from 'aws-cdk-lib/aws-securityhub';
import { Construct } from 'constructs';

/** Saved searches in Security Hub for the findings of this product. */
const INSIGHTS = [
  { name: 'failed by cluster', status: 'FAILED', groupBy: 'ResourceId', resourceType: 'AwsEksCluster' },
  { name: 'failed by control', status: 'FAILED', groupBy: 'GeneratorId' },
  { name: 'failed by account', status: 'FAILED', groupBy: 'AwsAccountId' },
  { name: 'not available by account', status: 'NOT_AVAILABLE', groupBy: 'AwsAccountId' },
] as const;

export class Insights extends Construct {
  constructor(scope: Construct, id: string, { productName }: { readonly productName: string }) {
    super(scope, id);
    const equals = (value: string) => [{ comparison: 'EQUALS', value }];
    for (const insight of INSIGHTS) {
      const words = insight.name.split(' ').map((word) => word[0]?.toUpperCase() + word.slice(1));
      new CfnInsight(this, words.join(''), {
        name: `${productName}: ${insight.name}`,
        groupByAttribute: insight.groupBy,
        filters: {
          productName: equals(productName),
          recordState: equals('ACTIVE'),
          complianceStatus: equals(insight.status),
          workflowStatus: [...equals('NEW'), ...equals('NOTIFIED')],
          ...('resourceType' in insight ? { resourceType: equals(insight.resourceType) } : {}),
        },
      });
    }
  }
}
