/*
 * Where class-transformer 0.5.1 keeps what its decorators say; it declares its types in another folder. The second is
 * the same to Node, and to bundlers that of the ES modules.
 */

declare module 'class-transformer/cjs/storage.js' {
  export { defaultMetadataStorage } from 'class-transformer/types/storage.js';
}

declare module '#class-transformer-storage' {
  export { defaultMetadataStorage } from 'class-transformer/types/storage.js';
}
