import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type DynamoGateway, openGateway } from '../../src/dynamo/gateway.js';
import { createTable } from '../../src/dynamo/table.js';
import type { LocalEngine } from '../../src/local/index.js';
import { isSecondary, readPrimary } from '../../src/protocol/row.js';
import { ItemWriter } from '../../src/protocol/writer.js';
import { publishInto } from '../../src/registry/publish.js';
import { Registry } from '../../src/registry/registry.js';
import type { Schema } from '../../src/schema/schema.js';
import { openStore, type OpenStoreOptions } from '../../src/application/open-store.js';
import type { Store } from '../../src/store/store.js';
import type { AttributeMap, RowKey } from '../../src/values/attribute-value.js';
import { allRows, checkTable } from '../support/check-table.js';

let tables = 0;

/** One table, and stores of any version over it. */
export class Bench {
  private constructor(
    readonly client: DynamoDBClient,
    readonly table: string,
    readonly gateway: DynamoGateway,
  ) {}

  static async on(engine: LocalEngine): Promise<Bench> {
    const place = { client: engine.client, table: `store-${process.pid}-${++tables}` };
    await createTable(place);
    return new Bench(place.client, place.table, await openGateway(place));
  }

  /** A store of that schema, which is published where it is not yet. */
  async open(schema: Schema, options: Partial<OpenStoreOptions> = {}): Promise<Store> {
    await this.publish(schema);
    return openStore({ schema, table: this.table, client: this.client, ...options });
  }

  async publish(schema: Schema): Promise<void> {
    await publishInto(await Registry.open(this.gateway), this.gateway, schema);
  }

  /** What is wrong with the table at rest. */
  async wrong(): Promise<readonly string[]> {
    return checkTable(this.gateway, (await Registry.open(this.gateway)).knowledge);
  }

  /** The rows of items, without the registry's own. */
  async rows(): Promise<readonly AttributeMap[]> {
    return (await allRows(this.gateway)).filter((row) => '$type' in row);
  }

  /** Writes every item as background work does, without a user's change. */
  async moveLayouts(): Promise<void> {
    const writer = new ItemWriter({ gateway: this.gateway, registry: await Registry.open(this.gateway) });
    for (const row of await this.rows()) {
      if (!isSecondary(row)) await writer.sweep(readPrimary(row, this.gateway.keyOf(row)));
    }
  }

  /** Puts a row as another program would. */
  async putRaw(key: RowKey, row: AttributeMap): Promise<void> {
    await this.gateway.write([{ kind: 'put', key, row }], 'by-hand');
  }
}
