import { timestampType } from './time.js';

export const timestampMilliseconds = timestampType(1);
