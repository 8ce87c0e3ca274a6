import * as account from '@aws-sdk/client-account';
import * as ec2 from '@aws-sdk/client-ec2';
import * as ecr from '@aws-sdk/client-ecr';
import * as eks from '@aws-sdk/client-eks';
import * as classic from '@aws-sdk/client-elastic-load-balancing';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as organizations from '@aws-sdk/client-organizations';
import { describe, expect, test } from 'vitest';
import { REGION_EVENTS } from '../../../shared/aws/regions.ts';
import { LIST_EVENTS } from '../../../shared/collect/collect-account.ts';
import { collectors } from '../../../shared/collect/index.ts';
import type { ChangeEvents } from '../../../shared/model/change-events.ts';
import { ORGANIZATION_EVENTS } from '../../../shared/plan/organization.ts';
import { WITHOUT_EFFECT } from './operations-without-effect.ts';

/*
 * Events are named like the operations of the API. What a new version of the SDK brings has to be declared by a source of
 * facts, or to be named here.
 */

const APIS = {
  account,
  ec2,
  ecr,
  eks,
  elasticloadbalancing: { ...classic, ...elb },
  iam,
  kms,
  organizations,
};

/** What services do by themselves: events that are no operations. */
const SERVICE_EVENTS = ['kms:DeleteExpiredKeyMaterial', 'kms:DeleteKey'];

const READ = /^(Batch(Check|Get)|Describe|Get|List|Search|Simulate|Generate|Export)/;
/** EC2 has hundreds of operations: those about what is read. */
const OF_EC2 =
  /^[A-Z][a-z0-9]+(Route|RouteTable|RouteTableAssociation|Subnet|SubnetAttribute|SubnetCidrBlock|VpcCidrBlock|VgwRoutePropagation|InternetGateway|LaunchTemplate\w*|IamInstanceProfile\w*|InstanceMetadataOptions|NetworkInterface|NetworkInterfaceAttribute|Address|Ipv6Addresses|PrivateIpAddresses|Instances|Tags)$/;

function operationsOf(api: object): string[] {
  return Object.keys(api).flatMap((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? []);
}

function namedIn(events: ChangeEvents): readonly string[] {
  return 'audited' in events ? [...events.audited, ...events.ignored] : events;
}

const named = new Set(
  [REGION_EVENTS, LIST_EVENTS, ORGANIZATION_EVENTS, ...collectors.map(({ events }) => events)].flatMap(
    namedIn,
  ),
);

test('every event that a source names is an operation of its service, or one of the service’s own events', () => {
  const operations = Object.entries(APIS).flatMap(([service, api]) =>
    operationsOf(api).map((operation) => `${service}:${operation}`),
  );

  expect([...named].filter((event) => ![...operations, ...SERVICE_EVENTS].includes(event))).toEqual([]);
});

describe.each(['ec2', 'ecr', 'eks', 'elasticloadbalancing', 'iam', 'kms'] as const)('%s', (service) => {
  const writes = operationsOf(APIS[service])
    .filter((operation) => !READ.test(operation))
    .filter((operation) => service !== 'ec2' || OF_EC2.test(operation));
  const hasEffect = (operation: string) => !WITHOUT_EFFECT[service].includes(operation);
  const isNamed = (operation: string) => named.has(`${service}:${operation}`);

  test('has no operation that changes what is read and that no source names', () => {
    expect(writes.filter(hasEffect).filter((operation) => !isNamed(operation))).toEqual([]);
  });

  test('has no operation that changes nothing and that starts audits', () => {
    expect(writes.filter(isNamed).filter((operation) => !hasEffect(operation))).toEqual([]);
  });
});
