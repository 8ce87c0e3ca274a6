import { synthesized } from './synthesized.ts';

interface State {
  readonly Seconds?: number;
  readonly Parameters?: { readonly Payload?: object };
  readonly Retry?: readonly unknown[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}

/** All states of the run's machine, or another one, by their names, with those of its map. */
export function states(name = 'eks-auditor'): Readonly<Record<string, State>> {
  const machines = synthesized().auditor.findResources('AWS::StepFunctions::StateMachine');
  const machine = Object.values(machines).find(({ Properties }) => Properties.StateMachineName === name);
  const parts: readonly unknown[] = machine?.Properties.DefinitionString['Fn::Join'][1];
  // What CloudFormation puts in is within texts of the definition.
  const definition = parts.map((part) => (typeof part === 'string' ? part : 'reference')).join('');
  const { States: own }: { States: Record<string, State> } = JSON.parse(definition);
  return { ...own, ...own.Accounts?.ItemProcessor?.States };
}
