import { awsAccount } from '../../shared/aws/account.ts';
import { sharedConnections } from '../../shared/aws/connections.ts';
import { batchImportFindings } from '../../shared/aws/operations/security-hub.ts';
import { chunksOf } from '../../shared/aws/paginate.ts';
import { requestOptionsOf } from '../../shared/aws/request-options.ts';
import { parseConfig } from '../../shared/config/config.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { runAudit } from '../../shared/pipeline/run-audit.ts';
import { renderCsv } from '../../shared/report/csv.ts';
import { renderHtml } from '../../shared/report/html.ts';
import { renderMarkdown } from '../../shared/report/markdown.ts';
import { toJson } from '../../shared/report/safe-text.ts';
import { renderTable } from '../../shared/report/table.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { ATTACKER, forgedFindings, type Kind, NEIGHBOUR, organizationWith } from './hostile-world.ts';
import { atMost, inSandbox, type Measure } from './measures.ts';
import { REGION } from './worlds.ts';

const SIZE = { clusters: 10, others: 10 };
const FORGED = 500;
/** The best of so many: the machine does other things, too. */
const TIMES = 2;
/** Of the time of the same world with texts that nobody chose. */
const MOST = 3;

/**
 * How long it takes to audit, publish and report an organization in which somebody has chosen every text, list and document
 * of his account, and imported findings there, to cost the auditor as much as it can.
 */
export async function* hostile(): AsyncGenerator<Measure[]> {
  const tame = await bestOf('tame');
  const worst = await bestOf('hostile');
  const ratio = worst.cpuSeconds / tame.cpuSeconds;
  const differing = countDiffering(tame.neighbour, worst.neighbour);
  yield [
    { name: 'with tame texts: seconds', value: tame.seconds.toFixed(2) },
    { name: 'with hostile texts: seconds', value: worst.seconds.toFixed(2) },
    { name: '  ratio of processor time', value: ratio.toFixed(2), ...atMost(ratio, MOST) },
    { name: '  verdicts', value: String(worst.verdicts) },
    { name: '  of them not available', value: String(worst.notAvailable) },
    { name: "  of the neighbour's verdicts differ", value: String(differing), ...atMost(differing, 0) },
  ];
}

async function bestOf(kind: Kind) {
  // The first run loads and compiles.
  await measured(kind);
  const runs = [];
  for (let times = 0; times < TIMES; times += 1) runs.push(await measured(kind));
  return runs.reduce((best, one) => (one.cpuSeconds < best.cpuSeconds ? one : best));
}

function measured(kind: Kind) {
  return inSandbox(organizationWith(kind, SIZE), async (sandbox) => {
    await forge(sandbox, kind);
    const start = performance.now();
    const cpuStart = process.cpuUsage();
    const config = parseConfig({ targets: { organization: true, regions: [REGION] } });
    const result = await runAudit({ config, publish: true });
    report(result);
    const { user, system } = process.cpuUsage(cpuStart);
    return {
      // What other programs take of the machine is not in it.
      cpuSeconds: (user + system) / 1_000_000,
      seconds: (performance.now() - start) / 1_000,
      verdicts: result.verdicts.length,
      notAvailable: result.verdicts.filter(({ status }) => status === 'NOT_AVAILABLE').length,
      neighbour: neighbourIn(result),
    };
  });
}

function report(result: RunResult): void {
  renderTable(result, { width: 80, colour: false });
  for (const render of [renderCsv, renderHtml, renderMarkdown, toJson]) render(result);
}

function countDiffering(one: readonly string[], other: readonly string[]): number {
  const [left, right] = [new Set(one), new Set(other)];
  return one.filter((line) => !right.has(line)).length + other.filter((line) => !left.has(line)).length;
}

function neighbourIn({ verdicts }: RunResult): string[] {
  return verdicts
    .filter(({ scope }) => scope.accountId === NEIGHBOUR)
    .map(({ control, status, reasonCode, resource }) => [control, status, reasonCode, resource.id].join(' '))
    .sort();
}

/** Imports the forged findings with the attacker's own credentials. */
async function forge(sandbox: Sandbox, kind: Kind): Promise<void> {
  const options = requestOptionsOf(parseConfig({}));
  const connections = sharedConnections(options);
  const credentials = async () => sandbox.credentials(ATTACKER);
  const aws = awsAccount({ partition: 'aws', accountId: ATTACKER }, credentials, connections, options);
  for (const Findings of chunksOf(forgedFindings(kind, FORGED), 100)) {
    const { FailedFindings = [] } = await aws.send(batchImportFindings, REGION, { Findings });
    if (FailedFindings.length > 0) throw new Error('the sandbox refused a forged finding');
  }
  connections.destroy();
}
