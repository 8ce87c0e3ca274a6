import { writeFileSync } from 'node:fs';
import { runResultJsonSchema } from '../../shared/report/run-result-schema.ts';

/** Writes the JSON Schema of `--format json`; `npm run generate` formats it. */
const path = new URL('../../docs/run-result.schema.json', import.meta.url);
writeFileSync(path, `${JSON.stringify(runResultJsonSchema(), undefined, 2)}\n`);
console.log('docs/run-result.schema.json');
