import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsCredentialIdentity, Provider, RetryStrategyV2 } from '@smithy/types';
import * as z from 'zod';

/** What the SDK's clients are made with. */
export interface ClientConfig {
  readonly region: string;
  readonly maxAttempts: number;
  readonly retryMode: string;
  readonly retryStrategy?: RetryStrategyV2;
  readonly requestHandler: NodeHttpHandler;
  readonly customUserAgent: string;
  readonly credentials?: Provider<AwsCredentialIdentity>;
}

/** The part of the SDK's clients that is used. */
export interface Client {
  send(command: never, options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
}

/** A client class of the SDK, such as `EKSClient`. */
export type ClientType = new (config: ClientConfig) => Client;

/** One operation of AWS: how it is requested, and what is read of its answer. */
export interface Operation<Input extends object = never, Answer = unknown> {
  /** As IAM spells it, `eks:DescribeCluster`: so it is named in policies and in errors. */
  readonly action: string;
  readonly client: ClientType;
  readonly command: new (input: Input) => object;
  /**
   * The fields that are read. Those that are not optional must be there: without them the answer is no answer. What the
   * absence of an optional one means is said with it (`ifAbsent`).
   */
  readonly answer: z.ZodType<Answer>;
}

/** An operation that may answer with an error that there is no such thing: "there is no policy". */
export interface OptionalOperation<Input extends object = never, Answer = unknown>
  extends Operation<Input, Answer> {
  /** The codes of those errors. */
  readonly absent: readonly string[];
}

/** A part of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** The token of the next page; none on the last one. */
  readonly next?: string | undefined;
}

/** An operation whose answer is a list that comes in pages. */
export interface Listing<Input extends object = never, Item = unknown> extends Operation<Input, Page<Item>> {
  /** The field of the request that takes the token. */
  readonly token: string;
}

export function operation<Input extends object, Answer>(
  literal: Operation<Input, Answer>,
): Operation<Input, Answer> {
  return literal;
}

export function optionalOperation<Input extends object, Answer>(
  literal: OptionalOperation<Input, Answer>,
): OptionalOperation<Input, Answer> {
  return literal;
}

export function listing<Input extends object, Item>(literal: Listing<Input, Item>): Listing<Input, Item> {
  return literal;
}

/**
 * The schema of a page: `list` and `next` name the fields of its items and of the next page's token. An answer without
 * the list is no empty list.
 */
export function pageOf<Item>(list: string, item: z.ZodType<Item>, next: string): z.ZodType<Page<Item>> {
  const fields = z.object({ [list]: z.array(item), [next]: z.string().optional() });
  // By the schema above.
  return fields.transform((page) => ({
    items: page[list] as Item[],
    next: page[next] as string | undefined,
  }));
}

/** The IAM actions of operations. */
export function actionsOf(...operations: readonly Pick<Operation, 'action'>[]): string[] {
  return operations.map(({ action }) => action);
}
