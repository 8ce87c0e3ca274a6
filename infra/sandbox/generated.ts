import * as z from 'zod';
import type { AccountData, World } from './world-data.ts';
import type { AccountFile } from './world-schema.ts';

type Named = Readonly<Record<string, unknown>>;

/** Resources whose ids and ARNs the sandbox generates: where they are, what identifies them, what is generated. */
interface GeneratedFields {
  readonly path: readonly string[];
  readonly given: readonly Named[];
  readonly built: readonly Named[];
  readonly identity: readonly string[];
  readonly fields: readonly string[];
}

/** @throws z.ZodError for an id or ARN of a file that is not the one that the sandbox generates */
export function checkGenerated(files: readonly AccountFile[], { accounts }: World): void {
  const issues = files.flatMap((file, index) => {
    const account = accounts.find(({ id }) => id === file.id);
    const all = account === undefined ? [] : generatedFields(file, account);
    return all.flatMap((fields) => differences(fields, ['accounts', index]));
  });
  if (issues.length > 0) {
    throw new z.ZodError(issues);
  }
}

function generatedFields({ iam, ...file }: AccountFile, account: AccountData): GeneratedFields[] {
  const ofIam = (['users', 'groups', 'roles', 'policies'] as const).map((kind) => ({
    path: ['iam', kind],
    given: iam?.[kind] ?? [],
    built: account.iam[kind].map((entity) => ({ ...entity })),
    identity: ['name'],
    fields: ['id', 'arn'],
  }));
  const oidcProviders = account.iam.oidcProviders.map((provider) => ({ ...provider }));
  return [
    ...ofIam,
    {
      path: ['iam', 'oidcProviders'],
      given: (iam?.oidcProviders ?? []).map((one) => ({ ...one, url: one.url.replace(/^https:\/\//, '') })),
      built: oidcProviders,
      identity: ['url'],
      fields: ['arn'],
    },
    {
      path: ['loadBalancers'],
      given: file.loadBalancers ?? [],
      built: account.loadBalancers,
      identity: ['LoadBalancerName', 'region'],
      fields: ['LoadBalancerArn'],
    },
    {
      path: ['repositories'],
      given: file.repositories ?? [],
      built: account.repositories,
      identity: ['repositoryName', 'region'],
      fields: ['repositoryArn'],
    },
  ];
}

function differences(
  { path, given, built, identity, fields }: GeneratedFields,
  prefix: readonly PropertyKey[],
): z.core.$ZodIssue[] {
  return given.flatMap((resource, index) => {
    const made = built.find((candidate) => identity.every((key) => candidate[key] === resource[key]));
    return fields
      .filter(
        (field) => made !== undefined && resource[field] !== undefined && resource[field] !== made[field],
      )
      .map((field) => ({
        code: 'custom' as const,
        path: [...prefix, ...path, index, field],
        message: `the sandbox generates it, as ${made?.[field]}`,
        input: resource[field],
      }));
  });
}
