export { startLocalEngine } from './local-engine.js';
export type { LocalEngine, LocalEngineOptions } from './local-engine.js';
export { LocalEngineMissingError, LocalEngineStartError } from './errors.js';
