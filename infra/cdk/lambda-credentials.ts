import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * In place of `@aws-sdk/credential-provider-node` in the bundles: Lambda gives a function its role's credentials in the
 * environment, so there is nowhere else to look for them, and an eighth less to load.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export const defaultProvider = fromEnv;
