import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The folder of the compiled command, relative to the root of the checkout and of the package. */
export const COMPILED = 'dist/command';

/** The executable of the command, relative to the root of the package. */
export const EXECUTABLE = `${COMPILED}/eks-auditor.js`;
