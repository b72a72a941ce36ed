import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EntityClass } from '../decorators/declared.js';
import { every, pause } from '../dynamo/backoff.js';
import { type DynamoGateway, openGateway } from '../dynamo/gateway.js';
import type { Schema } from '../schema/schema.js';
import { openStoreOver } from '../store/open-store.js';
import type { Repository } from '../store/repository.js';
import { type CallLog, inLine } from './call-log.js';
import { FleetUseError } from './errors.js';
import type { FleetProcess, FleetTypes } from './fleet-types.js';
import { RecordedStore } from './recorded-store.js';
import type { Schedule } from './schedule.js';

/** One version of a fleet: its classes by the names of the test, and the schema as it was compiled then. */
export interface Release {
  readonly version: number;
  readonly classes: ReadonlyMap<string, EntityClass>;
  readonly schema: Schema;
}

/** A process of a fleet, to those who do not know its classes. */
export type AnyFleetProcess = FleetProcess<number, FleetTypes>;

/** Starts what works on a fleet's table: applications, deployers, operators. Their requests wait for their turn. */
export class Launcher {
  readonly #clients: DynamoDBClient[] = [];

  constructor(
    private readonly endpoint: string,
    private readonly table: string,
    private readonly schedule: Schedule,
    private readonly log: CallLog,
  ) {}

  /** An application of a version, which must be published. */
  async application({ version, schema, classes }: Release): Promise<AnyFleetProcess> {
    const client = this.#newClient();
    const store = new RecordedStore(await openStoreOver(await this.#gatewayOf(client), { schema }), this.log);
    const repository = (name: string): Repository<object> => {
      const entityClass = classes.get(name);
      if (entityClass !== undefined) return store.repository(entityClass);
      throw new FleetUseError(
        `The fleet was given no ${inLine(name)} at version ${version}; it has ${[...classes.keys()].map(inLine).join(', ')}.`,
        { version, name },
      );
    };
    return { version, store, client, repository: repository };
  }

  /** The table as a new process sees it. */
  gateway(): Promise<DynamoGateway> {
    return this.#gatewayOf(this.#newClient());
  }

  close(): void {
    for (const client of this.#clients.splice(0)) client.destroy();
  }

  /** Each process has a client of its own, as it has on a machine of its own. */
  #newClient(): DynamoDBClient {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new DynamoDBClient({ endpoint: this.endpoint, region: 'us-east-1', credentials });
    this.schedule.over(client);
    this.#clients.push(client);
    return client;
  }

  /** Where functions run together a pause is a turn: how long it was meant to be (jitter) decides nothing. */
  #gatewayOf(client: DynamoDBClient): Promise<DynamoGateway> {
    const turnOrPause: DynamoGateway['pause'] = (milliseconds, signal) =>
      this.schedule.caller === undefined ? pause(milliseconds, signal) : this.schedule.turn();
    // And nothing happens because a turn takes long.
    const everyOrNever: DynamoGateway['every'] = (milliseconds, call) =>
      this.schedule.caller === undefined ? every(milliseconds, call) : () => undefined;
    return openGateway({ client, table: this.table, pause: turnOrPause, every: everyOrNever });
  }
}
