import { CfnStackSet, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DeployedConfig } from './deployment-config.ts';
import { memberRegions } from './member-role.ts';

interface MembersStackProps extends StackProps {
  readonly deployed: DeployedConfig;
  /** The template of the member stack. */
  readonly template: unknown;
}

/** CloudFormation takes no more in a StackSet's own words. */
const MAX_TEMPLATE_BYTES = 51_200;

/** Rolls the member stack out to the accounts of the chosen OUs, now and when they join. */
export class MembersStack extends Stack {
  constructor(scope: Construct, id: string, props: MembersStackProps) {
    const { deployed, template, ...stackProps } = props;
    super(scope, id, {
      description: 'Rolls out the role that EKS Auditor reads accounts with',
      ...stackProps,
    });
    const { memberRole } = deployed.deployment;
    const regions = memberRegions(deployed);
    new CfnStackSet(this, 'StackSet', {
      stackSetName: 'EksAuditorMember',
      description: 'The role that EKS Auditor reads this account with',
      permissionModel: 'SERVICE_MANAGED',
      callAs: memberRole.deployFrom === 'delegated-administrator' ? 'DELEGATED_ADMIN' : 'SELF',
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
      capabilities: ['CAPABILITY_NAMED_IAM'],
      managedExecution: { Active: true },
      operationPreferences: {
        failureTolerancePercentage: 100,
        maxConcurrentPercentage: 100,
        // Each Region's stack stands alone.
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
    throw new Error(`The member template has ${bytes} bytes; a StackSet takes ${MAX_TEMPLATE_BYTES}`);
  }
  return body;
}
