import { writeFileSync } from 'node:fs';
import { accessManifest } from '../../shared/collect/kubernetes/manifest.ts';
import { AUDIT_ROLE, serviceControlPolicy } from '../../shared/publish/service-control-policy.ts';
import { runResultJsonSchema } from '../../shared/report/run-result-schema.ts';

/* Documents that say what the code does; `npm run generate` formats them. */

/** For a made-up security account. */
const policy = serviceControlPolicy({
  partition: 'aws',
  memberRole: 'EksAuditorMember',
  otherRoles: [`arn:aws:iam::222222222222:role/${AUDIT_ROLE}`],
});

/** By their paths below `docs/`. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  'run-result.schema.json': asJson(runResultJsonSchema()),
  'security/service-control-policy.json': asJson(policy),
  'kubernetes/cluster-role.yaml': accessManifest(),
};

function asJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

for (const [name, text] of Object.entries(DOCUMENTS)) {
  writeFileSync(new URL(`../../docs/${name}`, import.meta.url), text);
  console.log(`docs/${name}`);
}
