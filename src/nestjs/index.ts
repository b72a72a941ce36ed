/** `ductile/nestjs`: a store as a Nest module. */
export { DuctileModule, type DuctileModuleAsyncOptions, type DuctileModuleOptions } from './ductile.module.js';
export { InjectRepository, InjectStore } from './decorators.js';
export { getRepositoryToken, getStoreToken, type InjectionToken } from './tokens.js';
