import packageJson from '../../package.json' with { type: 'json' };

/** This product's version. */
export const VERSION: string = packageJson.version;
