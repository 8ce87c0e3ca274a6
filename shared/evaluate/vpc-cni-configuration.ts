import { tooComplex, type Unreadable } from '../model/evidence.ts';
import { parseYaml, problemOfYaml, YamlLimitError } from '../model/yaml.ts';

/** Characters of an add-on's configuration. An honest one has some hundred. */
const MAX_CONFIGURATION = 16_384;

interface Configuration {
  readonly enforces: boolean;
  readonly problem?: string;
  readonly unreadable?: Unreadable;
}

/**
 * `enableNetworkPolicy` sits at the top of the add-on's configuration (aws eks describe-addon-configuration), as a
 * string in its schema, though people and tools write booleans. YAML holds JSON. `problem` quotes the parser.
 */
export function readVpcCniConfiguration(text: string): Configuration {
  let values: unknown;
  try {
    values = parseYaml(text, MAX_CONFIGURATION) ?? {};
  } catch (error) {
    const problem = problemOfYaml(error);
    if (!(error instanceof YamlLimitError)) return { enforces: false, problem };
    const detail = `the configuration of vpc-cni: ${problem}`;
    return { enforces: false, unreadable: tooComplex('eks:DescribeAddon', detail) };
  }
  if (typeof values !== 'object' || Array.isArray(values))
    return { enforces: false, problem: 'it is no mapping' };
  const setting = values && 'enableNetworkPolicy' in values ? values.enableNetworkPolicy : undefined;
  return { enforces: typeof setting === 'string' ? /^\s*true\s*$/i.test(setting) : setting === true };
}
