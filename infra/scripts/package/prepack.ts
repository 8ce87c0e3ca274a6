import { compile } from './compile.ts';
import { replaceManifest, restoreManifest } from './manifest.ts';

// Where an earlier pack was interrupted, the published manifest is still in place.
restoreManifest();
await compile();
replaceManifest();
