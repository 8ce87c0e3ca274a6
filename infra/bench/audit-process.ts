import { parseConfig } from '../../shared/config/config.ts';
import { runAudit } from '../../shared/pipeline/run-audit.ts';
import type { AuditMeasures } from './audit-apart.ts';
import { peakMemory } from './peak-memory.ts';
import { REGION } from './worlds.ts';

/**
 * One audit in a process of its own, to measure the memory of nothing else. Prints the measures as JSON.
 * `--publish`: findings are sent. `--kubernetes`: the Kubernetes API of clusters is read. `--controls=a,b`: only these.
 */
const controls = process.argv
  .find((argument) => argument.startsWith('--controls='))
  ?.slice('--controls='.length);
const config = parseConfig({
  targets: { organization: true, regions: [REGION] },
  ...(controls && { controls: { include: controls.split(',') } }),
  kubernetes: { enabled: process.argv.includes('--kubernetes') },
});
const start = performance.now();
const result = await runAudit({ config, publish: process.argv.includes('--publish') });
const measures: AuditMeasures = {
  megabytes: peakMemory(),
  seconds: (performance.now() - start) / 1_000,
  verdicts: result.verdicts.length,
  notAvailable: result.verdicts.filter(({ status }) => status === 'NOT_AVAILABLE').length,
};
process.stdout.write(JSON.stringify(measures));
