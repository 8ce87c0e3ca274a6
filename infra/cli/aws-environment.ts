import type { RequestLimits } from '../../shared/aws/connections.ts';
import { isInsecureEndpoint } from '../../shared/aws/insecure-endpoint.ts';
import type { AwsOptions } from './audit-options.ts';
import { proxyAgent } from './proxy-agent.ts';
import { UserError } from './user-error.ts';

/**
 * Applies the options to the environment, which the AWS SDK reads, and checks what of it a person sets. Returns how requests
 * are sent. Throws UserError.
 */
export async function prepareAws(
  options: AwsOptions,
  environment: NodeJS.ProcessEnv,
): Promise<Partial<RequestLimits>> {
  const allowInsecureEndpoint = options.allowInsecureEndpoint ?? false;
  checkEndpoints(environment, allowInsecureEndpoint);
  const agent = proxyAgent(environment);
  if (options.profile !== undefined) await selectProfile(options.profile, environment);
  return { allowInsecureEndpoint, ...(agent && { httpsAgent: agent }) };
}

/** The SDK goes on to other credentials where a profile does not exist: those of somebody else. */
async function selectProfile(profile: string, environment: NodeJS.ProcessEnv): Promise<void> {
  // Loaded here, because the AWS SDK takes a while to load.
  const { profileNames } = await import('../../shared/aws/environment.ts');
  const names = await profileNames();
  if (!names.includes(profile)) {
    const available = names.length > 0 ? `Available: ${names.join(', ')}.` : 'There are no profiles.';
    throw new UserError(`--profile ${profile || "''"}: there is no such profile. ${available}`);
  }
  environment.AWS_PROFILE = profile;
}

/** Endpoints that the environment names. Throws UserError for one that is no URL, or would send requests in the clear. */
function checkEndpoints(environment: NodeJS.ProcessEnv, allowInsecure: boolean): void {
  if (environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return;
  for (const [name, value] of Object.entries(environment)) {
    if (!/^AWS_ENDPOINT_URL(_|$)/.test(name) || !value) continue;
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
      throw new UserError(
        `${name}: must be a URL that begins with http:// or https://, such as http://127.0.0.1:4567${shown(value)}.`,
      );
    }
    if (!allowInsecure && isInsecureEndpoint(url)) {
      throw new UserError(
        `${name}: requests to http://${url.host} would not be encrypted, and it is not this machine. ` +
          'Use https://, or --allow-insecure-endpoint if that is what you want.',
      );
    }
  }
}

/** What somebody wrote, unless a password may be in it. */
function shown(value: string): string {
  return value.includes('@') ? '' : ` (is ${JSON.stringify(value)})`;
}
