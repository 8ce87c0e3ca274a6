import type { NodeHttpHandler } from '@smithy/node-http-handler';
import * as z from 'zod';
import type { AwsAccount, RequestOptions } from '../../shared/aws/account.ts';
import { callerAccount } from '../../shared/aws/caller.ts';
import { sharedConnections } from '../../shared/aws/connections.ts';
import { requestOptionsOf } from '../../shared/aws/request-options.ts';
import type { Config } from '../../shared/config/config.ts';
import { ConfigError, describeIssue } from '../../shared/config/config-error.ts';
import { readConfigSources } from '../../shared/config/config-sources.ts';

/** What every function reads from its environment. */
export interface Environment {
  readonly config: Config;
  /** The Region it runs in. */
  readonly region: string;
  readonly connections: NodeHttpHandler;
  readonly requestOptions: RequestOptions;
  /** The bucket of the runs' targets, results and reports. */
  readonly bucket: string;
  /** The name of the auditor's own event bus, where it has one. */
  readonly busName?: string;
  /** The ARN of the topic of digests, where there is one. */
  readonly digestTopic?: string;
  /** Whether people get a digest of runs in which something changed, or of every run over everything. */
  readonly digest: 'changes' | 'always';
  /** The bucket in which reports are kept unchanged, where there is one. */
  readonly reportsBucket?: string;
  /** Access to the account that the function runs in. */
  readonly caller: AwsAccount;
}

const variablesSchema = z.object({
  AWS_REGION: z.string().min(1),
  /** The bucket of the runs' targets, results and reports. */
  EKS_AUDITOR_BUCKET: z.string().min(3).max(63),
  /** The name of the auditor's own event bus. */
  EKS_AUDITOR_EVENT_BUS: z.string().min(1).max(256).optional(),
  /** The ARN of the topic of digests. */
  EKS_AUDITOR_DIGEST_TOPIC: z
    .string()
    .regex(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/, 'must be the ARN of a topic')
    .optional(),
  /** The bucket in which reports are kept unchanged. */
  EKS_AUDITOR_REPORTS_BUCKET: z.string().min(3).max(63).optional(),
  EKS_AUDITOR_DIGEST: z.enum(['changes', 'always']).default('changes'),
});

/** Reads the environment of a function and looks up which account it runs in. Rejects with ConfigError. */
async function readEnvironment(variables: NodeJS.ProcessEnv): Promise<Environment> {
  const parsed = variablesSchema.safeParse(variables);
  if (!parsed.success)
    throw new ConfigError(
      'environment',
      parsed.error.issues.map((issue) => describeIssue(issue)),
    );
  const { AWS_REGION: region, EKS_AUDITOR_BUCKET: bucket, EKS_AUDITOR_EVENT_BUS: busName } = parsed.data;
  const { EKS_AUDITOR_DIGEST_TOPIC: digestTopic, EKS_AUDITOR_DIGEST: digest } = parsed.data;
  const { EKS_AUDITOR_REPORTS_BUCKET: reportsBucket } = parsed.data;
  const config = readConfigSources(variables, { parse: parseJson }).config();
  const requestOptions = requestOptionsOf(config);
  const connections = sharedConnections(requestOptions);
  const caller = await callerAccount(region, connections, requestOptions);
  return {
    config,
    region,
    connections,
    requestOptions,
    caller,
    bucket,
    digest,
    ...(busName && { busName }),
    ...(digestTopic && { digestTopic }),
    ...(reportsBucket && { reportsBucket }),
  };
}

/** The deployment writes configurations as JSON. Nothing of the text is quoted, nor is the parser's error, which quotes it. */
function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError(source, ['not JSON']);
  }
}

/** Reads the environment once per process, at the first call, and again if that failed. */
export function environmentReader(variables: NodeJS.ProcessEnv): () => Promise<Environment> {
  let environment: Promise<Environment> | undefined;
  return () => {
    environment ??= readEnvironment(variables).catch((error: unknown) => {
      environment = undefined;
      throw error;
    });
    return environment;
  };
}
