import { parseConfig } from '../../shared/config/config.ts';
import { runAudit } from '../../shared/pipeline/run-audit.ts';
import { peakMemory } from './peak-memory.ts';
import { REGION } from './worlds.ts';

/** One audit in a process of its own, to measure the memory of nothing else. Prints the measures as JSON. */
const config = parseConfig({ targets: { organization: true, regions: [REGION] } });
const result = await runAudit({ config, publish: process.argv.includes('--publish') });
process.stdout.write(
  JSON.stringify({
    megabytes: peakMemory(),
    verdicts: result.verdicts.length,
    notAvailable: result.verdicts.filter(({ status }) => status === 'NOT_AVAILABLE').length,
  }),
);
