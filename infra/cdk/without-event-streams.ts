/**
 * In place of `@smithy/core/event-streams` in the bundles. No operation that the functions call answers with an event
 * stream, but every client can load that module later: the bundler would keep all that it shares with the client, each
 * module in a function of its own, which takes a sixth of the time to load.
 */
export class EventStreamSerde {
  constructor() {
    throw new Error('The functions are bundled without event streams: infra/cdk/without-event-streams.ts');
  }
}

export const eventStreamSerdeProvider = (): EventStreamSerde => new EventStreamSerde();

/** Asked by clients that know an operation with event streams, when they are made. */
export const resolveEventStreamSerdeConfig = <T>(config: T): T => config;
