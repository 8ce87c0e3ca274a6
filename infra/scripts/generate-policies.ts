import { writeFileSync } from 'node:fs';
import { AUDIT_ROLE, serviceControlPolicy } from '../../shared/publish/service-control-policy.ts';

/** Writes the example of the service control policy, for a made-up security account; `npm run generate` formats it. */
const path = new URL('../../docs/security/service-control-policy.json', import.meta.url);
const policy = serviceControlPolicy({
  partition: 'aws',
  memberRole: 'EksAuditorMember',
  otherRoles: [`arn:aws:iam::222222222222:role/${AUDIT_ROLE}`],
});
writeFileSync(path, `${JSON.stringify(policy, undefined, 2)}\n`);
console.log('docs/security/service-control-policy.json');
