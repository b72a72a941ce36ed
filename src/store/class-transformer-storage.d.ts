/** Where class-transformer 0.5.1 keeps what its decorators say; it declares its types in another folder. */
declare module 'class-transformer/cjs/storage.js' {
  export { defaultMetadataStorage } from 'class-transformer/types/storage.js';
}
