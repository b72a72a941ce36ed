import { hostname } from 'node:os';

/** Who works here, for people: the machine and the process. */
export const workerName = (): string => `${hostname()}:${process.pid}`;
