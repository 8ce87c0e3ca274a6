import { CfnStackSet, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DeployedConfig } from './deployment-config.ts';
import { memberRegions } from './member-stack.ts';

interface MemberStackSetProps extends StackProps {
  readonly deployed: DeployedConfig;
  /** The template of the member stack. */
  readonly template: unknown;
}

/** CloudFormation's limit for a template in the body of a request. */
const MAX_TEMPLATE_BYTES = 51_200;

/** Deploys the member stack to the accounts of the configured OUs, and to accounts that join them. */
export class MemberStackSetStack extends Stack {
  constructor(scope: Construct, id: string, props: MemberStackSetProps) {
    const { deployed, template, ...stackProps } = props;
    super(scope, id, {
      description: 'EKS Auditor: the StackSet of the member role',
      ...stackProps,
    });
    const { memberRole } = deployed.deployment;
    const regions = memberRegions(deployed);
    new CfnStackSet(this, 'StackSet', {
      stackSetName: 'EksAuditorMember',
      description: 'EKS Auditor: the role and the rules of an audited account',
      permissionModel: 'SERVICE_MANAGED',
      callAs: memberRole.deployFrom === 'delegated-administrator' ? 'DELEGATED_ADMIN' : 'SELF',
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
      capabilities: ['CAPABILITY_NAMED_IAM'],
      managedExecution: { Active: true },
      operationPreferences: {
        failureTolerancePercentage: 100,
        maxConcurrentPercentage: 100,
        // The stacks of the Regions do not depend on each other.
        regionConcurrencyType: 'PARALLEL',
      },
      stackInstancesGroup: [
        {
          deploymentTargets: { organizationalUnitIds: [...memberRole.organizationalUnits] },
          regions: [...regions],
        },
      ],
      templateBody: templateBody(template),
    });
  }
}

function templateBody(template: unknown): string {
  const body = JSON.stringify(template);
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_TEMPLATE_BYTES) {
    throw new Error(`The member template has ${bytes} bytes; a StackSet allows ${MAX_TEMPLATE_BYTES}`);
  }
  return body;
}
