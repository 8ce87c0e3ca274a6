import { Aspects, Aws, type IAspect } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct, IConstruct } from 'constructs';
import type { Deployment } from './deployment-config.ts';

type RoleSettings = Pick<Deployment, 'partition' | 'permissionsBoundary' | 'rolePath'>;

/** Gives every role below a construct the configured permissions boundary and, where it has no path of its own, path. */
export function hardenRoles(scope: Construct, settings: RoleSettings): void {
  Aspects.of(scope).add(new HardenedRoles(settings));
}

class HardenedRoles implements IAspect {
  readonly #settings: RoleSettings;

  constructor(settings: RoleSettings) {
    this.#settings = settings;
  }

  visit(node: IConstruct): void {
    if (!(node instanceof CfnRole)) return;
    const { partition, permissionsBoundary, rolePath } = this.#settings;
    if (permissionsBoundary !== undefined)
      node.permissionsBoundary = `arn:${partition}:iam::${Aws.ACCOUNT_ID}:policy/${permissionsBoundary}`;
    if (rolePath !== '/') node.path ??= rolePath;
  }
}
