import { mkdirSync, writeFileSync } from 'node:fs';
import { accessManifest } from '../../shared/collect/kubernetes/manifest.ts';

/** Writes the manifest of the rights inside a cluster, as `eks-auditor access manifest` prints it. */
const folder = new URL('../../docs/kubernetes/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('cluster-role.yaml', folder), accessManifest());
console.log('docs/kubernetes/cluster-role.yaml');
