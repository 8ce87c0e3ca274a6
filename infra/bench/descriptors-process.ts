import { readdirSync } from 'node:fs';
import { parseConfig } from '../../shared/config/config.ts';
import { runAudit } from '../../shared/pipeline/run-audit.ts';
import { tellHostsApart } from './hosts-apart.ts';

/*
 * One audit of the Regions that are given, in a process of its own, to count the file descriptors of nothing else. Prints
 * the measures as JSON.
 */

const regions = process.argv.slice(2);
const opened = tellHostsApart(process.env.AWS_ENDPOINT_URL ?? '');
let descriptors = 0;
const watch = setInterval(() => {
  try {
    descriptors = Math.max(descriptors, readdirSync('/proc/self/fd').length);
  } catch {
    // Only Linux has it.
  }
}, 20);
const config = parseConfig({ targets: { organization: true, regions } });
const result = await runAudit({ config, publish: true });
clearInterval(watch);
const judged = result.coverage.accounts.flatMap((account) =>
  account.regions.map(({ clusters }) => clusters.judged),
);
process.stdout.write(
  JSON.stringify({
    descriptors,
    opened: opened(),
    judged: judged.reduce((sum, one) => sum + one, 0),
    notAvailable: result.verdicts.filter(({ status }) => status === 'NOT_AVAILABLE').length,
  }),
);
