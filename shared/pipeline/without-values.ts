import type { Evidence } from '../model/evidence.ts';
import type { Addon } from '../model/facts.ts';
import type { ClusterInventory, Inventory } from '../model/inventory.ts';
import { parseYaml } from '../model/yaml.ts';

/**
 * The same inventory without what people may have put secrets into: of the configurations of add-ons, which may set
 * environment variables, the one key that is judged is left. Pure.
 */
export function withoutValues(inventory: Inventory): Inventory {
  return {
    ...inventory,
    regions: inventory.regions.map((region) => ({
      ...region,
      clusters: region.clusters.map(clusterWithout),
    })),
  };
}

function clusterWithout(cluster: ClusterInventory): ClusterInventory {
  const { vpcCni, addons } = cluster.facts;
  return {
    ...cluster,
    facts: {
      ...cluster.facts,
      ...(vpcCni && { vpcCni: mapPresent(vpcCni, addonWithout) }),
      ...(addons && {
        addons: mapPresent(addons, (all) =>
          all.map((addon) => ({ ...addon, detail: mapPresent(addon.detail, addonWithout) })),
        ),
      }),
    },
  };
}

function mapPresent<T, E extends Evidence<T>>(evidence: E & Evidence<T>, map: (value: T) => T): E {
  return evidence.state === 'present' ? { ...evidence, value: map(evidence.value) } : evidence;
}

function addonWithout(addon: Addon): Addon {
  const { configurationValues } = addon;
  if (!configurationValues) return addon;
  return { ...addon, configurationValues: judgedPartOf(configurationValues) };
}

/** Longer than EKS takes. */
const MAX_CHARACTERS = 1_000_000;

/** Stands for a configuration that is no mapping, which is judged as such. */
const NO_MAPPING = '"not kept: it is no mapping"';

function judgedPartOf(text: string): string {
  let values: object | null;
  try {
    values = parseYaml(text, MAX_CHARACTERS) ?? {};
  } catch {
    // What cannot be read may hold anything.
    return NO_MAPPING;
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return NO_MAPPING;
  if (!('enableNetworkPolicy' in values)) return '{}';
  return JSON.stringify({ enableNetworkPolicy: String(values.enableNetworkPolicy) });
}
