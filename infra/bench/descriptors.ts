import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { atMost, inSandbox, type Measure } from './measures.ts';
import { clustersInRegions } from './worlds.ts';

/** Those that every account has: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html */
const REGIONS = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];
const CLUSTERS = 340;
/** A Lambda function has 1,024: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST = 600;

interface ProcessMeasures {
  readonly descriptors: number;
  readonly opened: number;
  readonly judged: number;
  readonly notAvailable: number;
}

/** The file descriptors of an audit of all Regions, each service in each of which is a host of its own. */
export async function* descriptors(): AsyncGenerator<Measure[]> {
  yield await inSandbox(clustersInRegions(REGIONS, CLUSTERS), async (sandbox) => {
    const script = fileURLToPath(new URL('descriptors-process.ts', import.meta.url));
    const start = performance.now();
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...process.execArgv, script, ...REGIONS],
      { env: process.env },
    );
    const seconds = (performance.now() - start) / 1_000;
    // Written by the script, which is part of this program.
    const measured = JSON.parse(stdout) as ProcessMeasures;
    const missing = REGIONS.length * CLUSTERS - measured.judged;
    return [
      {
        name: `${REGIONS.length} Regions with ${CLUSTERS} clusters each: seconds`,
        value: seconds.toFixed(1),
      },
      {
        name: '  descriptors open at once',
        value: String(measured.descriptors),
        ...atMost(measured.descriptors, MOST),
      },
      { name: '  requests', value: String(sandbox.log.length) },
      { name: '  connections opened', value: String(measured.opened) },
      { name: '  clusters not judged', value: String(missing), ...atMost(missing, 0) },
    ];
  });
}
