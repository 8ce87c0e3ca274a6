import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { withEpochSeconds } from '../protocols/epoch.ts';
import { type ClusterResource, makeAccessEntry } from '../resources/eks.ts';
import { type Call, type Operation, operation } from '../service.ts';

const ENTRIES = '/clusters/{clusterName}/access-entries';
const ofEntry = { clusterName: z.string(), principalArn: z.string() };
const principal = z.string().regex(/^arn:[\w-]+:iam::\d{12}:(role|user)\/.+$/);
/** https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html */
const group = z.string().regex(/^(?!system:|amazon:|aws:|eks:|iam:)/, 'The group name is reserved.');

/** Access entries of a cluster. @throws AwsError where it is not there, or cannot have any */
type EntriesOf = (call: Call, clusterName: string) => ClusterResource['accessEntries'];

const notFound = (principalArn: string) =>
  new AwsError(
    'ResourceNotFoundException',
    `The specified principalArn could not be found: ${principalArn}.`,
    404,
  );

const inUse = () =>
  new AwsError(
    'ResourceInUseException',
    'The specified access entry resource is already in use on this cluster.',
    409,
  );

/** The operations that write access entries. */
export function accessEntryOperations(entriesOf: EntriesOf): Readonly<Record<string, Operation>> {
  return {
    CreateAccessEntry: createAccessEntry(entriesOf),
    AssociateAccessPolicy: associateAccessPolicy(entriesOf),
    DeleteAccessEntry: deleteAccessEntry(entriesOf),
  };
}

const createInput = z.strictObject({
  clusterName: z.string(),
  principalArn: principal,
  kubernetesGroups: z.array(group).optional(),
  type: z.enum(['STANDARD', 'EC2', 'EC2_LINUX', 'EC2_WINDOWS', 'FARGATE_LINUX']).optional(),
  username: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  clientRequestToken: z.string().optional(),
});

function createAccessEntry(entriesOf: EntriesOf): Operation {
  const run = (
    { clusterName, clientRequestToken: _, ...entry }: z.output<typeof createInput>,
    call: Call,
  ) => {
    const entries = entriesOf(call, clusterName);
    if (entries.some(({ principalArn }) => principalArn === entry.principalArn)) throw inUse();
    const { partition } = call.state.world;
    const scope = { partition, accountId: call.caller.accountId, region: call.region };
    const created = makeAccessEntry({ scope, name: clusterName }, entry);
    entries.push(created);
    const { accessPolicies: __, ...accessEntry } = created;
    return { accessEntry: withEpochSeconds(accessEntry) };
  };
  return operation(createInput, run, `POST ${ENTRIES}`);
}

const associateInput = z.strictObject({
  ...ofEntry,
  policyArn: z.string().regex(/^arn:[\w-]+:eks::aws:cluster-access-policy\/AmazonEKS\w+Policy$/),
  accessScope: z.strictObject({
    type: z.enum(['cluster', 'namespace']),
    namespaces: z.array(z.string()).optional(),
  }),
});

function associateAccessPolicy(entriesOf: EntriesOf): Operation {
  const run = (params: z.output<typeof associateInput>, call: Call) => {
    const { clusterName, principalArn, policyArn, accessScope } = params;
    const entry = entriesOf(call, clusterName).find((one) => one.principalArn === principalArn);
    if (entry === undefined) throw notFound(principalArn);
    const others = (entry.accessPolicies ?? []).filter((one) => one.policyArn !== policyArn);
    const time = call.now.toISOString();
    const associated = { policyArn, accessScope, associatedAt: time, modifiedAt: time };
    entry.accessPolicies = [...others, associated];
    return { clusterName, principalArn, associatedAccessPolicy: withEpochSeconds(associated) };
  };
  return operation(associateInput, run, `POST ${ENTRIES}/{principalArn}/access-policies`);
}

function deleteAccessEntry(entriesOf: EntriesOf): Operation {
  const input = z.strictObject(ofEntry);
  const run = ({ clusterName, principalArn }: z.output<typeof input>, call: Call) => {
    const entries = entriesOf(call, clusterName);
    const index = entries.findIndex((one) => one.principalArn === principalArn);
    if (index < 0) throw notFound(principalArn);
    entries.splice(index, 1);
    return {};
  };
  return operation(input, run, `DELETE ${ENTRIES}/{principalArn}`);
}
