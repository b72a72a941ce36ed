// A process of the soak: reads the table again and again, and compares each item with what it was before.
import { setTimeout as sleep } from 'node:timers/promises';
import { openGateway } from '../../src/dynamo/gateway.js';
import { allItems, storedText } from './items.js';
import { runMember } from './member.js';
import { TEXTS } from './shop/release.js';

const PAUSE_MS = 500;

interface Sample {
  readonly epoch: number;
  readonly texts: readonly string[];
}

await runMember(async (member) => {
  const { task, client, journal } = member;
  const gateway = await openGateway({ client, table: task.table });
  /** By key and incarnation. */
  const samples = new Map<string, Sample>();
  while (!member.ending) {
    let checks = 0;
    for (const item of await allItems(gateway)) {
      const { key, incarnation, epoch } = item;
      const id = `${key.pk} ${key.sk} ${incarnation}`;
      const texts = TEXTS.map((text) => storedText(item, text));
      const before = samples.get(id);
      if (before !== undefined && epoch < before.epoch) {
        journal.wrong(`[STAMP-MONOTONE] ${id} was at epoch ${before.epoch}, and is at ${epoch}`);
      }
      texts.forEach((text, i) => {
        const was = before?.texts[i] ?? '';
        if (!text.startsWith(was)) journal.wrong(`[NO-LOSS] ${id} ${TEXTS[i]} was ${was}, and is ${text}`);
      });
      samples.set(id, { epoch, texts });
      checks++;
    }
    journal.seen(checks);
    await sleep(PAUSE_MS);
  }
});
