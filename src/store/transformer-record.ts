import { defaultMetadataStorage as ofBundles } from '#class-transformer-storage';
import { Exclude } from 'class-transformer';
import { defaultMetadataStorage as ofNode } from 'class-transformer/cjs/storage.js';

let found: typeof ofNode | undefined;

/**
 * What class-transformer's decorators have said in this process. A bundle may hold class-transformer as CommonJS or as ES
 * modules, each with a record of its own, whatever it makes of our import: the record that counts is the one that
 * the decorators write to.
 */
export function transformerRecord(): typeof ofNode {
  return (found ??= writesTo(ofBundles) ? ofBundles : ofNode);
}

function writesTo(record: typeof ofNode): boolean {
  class Probe {}
  Exclude()(Probe.prototype, 'probe');
  return record.getExcludedMetadatas(Probe).length > 0;
}
