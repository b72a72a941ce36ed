import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { StandIn } from './stand-in.js';

/** A client as an application makes it, signing and all, with the stand-in at the place of the network. */
export function clientOver(standIn: StandIn): DynamoDBClient {
  return new DynamoDBClient({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    requestHandler: standIn,
  });
}
