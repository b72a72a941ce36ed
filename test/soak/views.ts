import { isDeepStrictEqual } from 'node:util';
import { openStore } from '../../src/index.js';
import type { LocalEngine } from '../../src/local/index.js';
import { allItems, storedText } from './items.js';
import { type Facts, idOf, OrderReader } from './order-reader.js';
import { releaseOf, TEXTS, VERSIONS } from './shop/release.js';
import { openGateway } from '../../src/dynamo/gateway.js';
import type { PrimaryRow } from '../../src/protocol/row.js';

/**
 * What is wrong with the orders of a table at rest, seen through each version that is not retired and each of its key paths, all of which are
 * promoted: every order is found, and says what the row holds.
 */
export async function wrongViews(engine: LocalEngine, table: string): Promise<readonly string[]> {
  const wrong: string[] = [];
  const gateway = await openGateway({ client: engine.client, table });
  const items = await allItems(gateway);
  for (const version of VERSIONS.slice(1)) {
    const release = await releaseOf(version);
    const store = await openStore({ schema: release.schema, table, client: engine.client });
    const reader = new OrderReader(store, release);
    for (const item of items) {
      const [customerId, orderId] = [storedText(item, 'customerId'), storedText(item, 'orderId')];
      const found = await reader.find('id', { customerId, orderId });
      if (found === undefined || found === 'incomplete') {
        wrong.push(`[COMPLETE] v${version} does not find ${customerId}/${orderId}`);
        continue;
      }
      const facts = reader.facts(found);
      wrong.push(...wrongTexts(version, reader, facts, item), ...(await wrongPaths(version, reader, facts)));
    }
    await store.close();
  }
  return wrong;
}

function wrongTexts(version: number, reader: OrderReader, facts: Facts, item: PrimaryRow): readonly string[] {
  return TEXTS.filter((text) => reader.texts.includes(text) && facts[text] !== storedText(item, text)).map(
    (text) =>
      `[NO-LOSS] v${version} reads ${facts[text]} where ${idOf(facts)} holds ${storedText(item, text)} as ${text}`,
  );
}

async function wrongPaths(version: number, reader: OrderReader, facts: Facts): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const path of reader.pathsOf(facts)) {
    const found = await reader.find(path, facts);
    const seen = found === undefined || found === 'incomplete' ? found : reader.facts(found);
    if (!isDeepStrictEqual(seen, facts)) {
      wrong.push(`[COMPLETE] v${version} finds ${JSON.stringify(seen)} by ${path}, not ${JSON.stringify(facts)}`);
    }
  }
  return wrong;
}
