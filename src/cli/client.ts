import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConfigError } from './errors.js';

/** Where requests go, and as whom. */
export interface ClientPlace {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** A person is waiting: an address that does not answer is told soon. */
const TIMEOUTS = { connectionTimeout: 3_000, requestTimeout: 30_000 };

const LOCAL = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/**
 * A client of DynamoDB by the SDK's own rules: options, then the environment, then the shared configuration files. A
 * local engine takes any credentials, so that none have to be given for one.
 *
 * @throws ConfigError where the endpoint is no URL
 */
export function openClient({ endpoint, region, profile }: ClientPlace, env: NodeJS.ProcessEnv): DynamoDBClient {
  // The one way to name a profile to the SDK's default chain that needs no further package.
  if (profile !== undefined) process.env['AWS_PROFILE'] = profile;
  const isLocal = endpoint !== undefined && isLoopback(endpoint);
  const hasIdentity =
    profile !== undefined || env['AWS_PROFILE'] !== undefined || env['AWS_ACCESS_KEY_ID'] !== undefined;
  const localRegion = isLocal && env['AWS_REGION'] === undefined ? LOCAL.region : undefined;
  const chosenRegion = region ?? localRegion;
  return new DynamoDBClient({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(chosenRegion === undefined ? {} : { region: chosenRegion }),
    ...(isLocal && !hasIdentity ? { credentials: LOCAL.credentials } : {}),
    maxAttempts: 3,
    requestHandler: TIMEOUTS,
  });
}

function isLoopback(endpoint: string): boolean {
  if (!URL.canParse(endpoint) || !/^https?:\/\/./.test(endpoint)) {
    throw new ConfigError(
      `The endpoint ${JSON.stringify(endpoint)} is no URL. Write it whole, such as http://127.0.0.1:8000.`,
      { endpoint },
    );
  }
  const { hostname } = new URL(endpoint);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
