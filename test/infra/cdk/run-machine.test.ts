import { expect, test } from 'vitest';
import { auditEventSchema, auditedEventSchema } from '../../../functions/runtime/events.ts';
import { synthesized } from './synthesized.ts';

const { auditor } = synthesized();

interface State {
  readonly Parameters?: { readonly Payload?: object };
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}

/** All states of the run's machine by their names, with those of its map. */
function states(): Readonly<Record<string, State>> {
  const machines = auditor.findResources('AWS::StepFunctions::StateMachine');
  const machine = Object.values(machines).find(
    ({ Properties }) => Properties.StateMachineName === 'eks-auditor',
  );
  const parts: readonly unknown[] = machine?.Properties.DefinitionString['Fn::Join'][1];
  // What CloudFormation puts in is within texts of the definition.
  const definition = parts.map((part) => (typeof part === 'string' ? part : 'reference')).join('');
  const { States: own }: { States: Record<string, State> } = JSON.parse(definition);
  return { ...own, ...own.Accounts?.ItemProcessor?.States };
}

test.each([
  ['Audit', auditEventSchema],
  ['Report', auditedEventSchema],
])('%s gets exactly the input of its schema', (name, schema) => {
  const payload = Object.keys(states()[name]?.Parameters?.Payload ?? {});

  expect(payload.map((key) => key.replace(/\.\$$/, '')).sort()).toEqual(Object.keys(schema.shape).sort());
});
