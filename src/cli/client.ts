import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EndpointError } from '../dynamo/errors.js';
import { ConfigError } from './errors.js';
import { assertProfile } from './profiles.js';

/** Where requests go, and as whom. */
export interface ClientPlace {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** How long a request may take, in milliseconds, before it is sent once more, or given up. */
export interface Timeouts {
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
}

/** A person is waiting: an address that does not answer is told soon. A page of a Scan takes much less. */
const TIMEOUTS: Timeouts = { connectionTimeout: 3_000, requestTimeout: 10_000 };

const ATTEMPTS = 3;

const LOCAL = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/**
 * A client of DynamoDB by the SDK's own rules: options, then the environment, then the shared configuration files. A
 * local engine takes any credentials, so that none have to be given for one.
 *
 * @throws ConfigError where the endpoint is no URL, the region can be none, or the profile is not there
 */
export function openClient(
  { endpoint, region, profile }: ClientPlace,
  env: NodeJS.ProcessEnv,
  timeouts: Timeouts = TIMEOUTS,
): DynamoDBClient {
  assertRegion(region ?? env['AWS_REGION']);
  if (profile !== undefined) assertProfile(profile, env);
  // The one way to name a profile to the SDK's default chain that needs no further package.
  if (profile !== undefined) process.env['AWS_PROFILE'] = profile;
  const isLocal = endpoint !== undefined && isLoopback(endpoint);
  const hasIdentity =
    profile !== undefined || env['AWS_PROFILE'] !== undefined || env['AWS_ACCESS_KEY_ID'] !== undefined;
  const localRegion = isLocal && env['AWS_REGION'] === undefined ? LOCAL.region : undefined;
  const chosenRegion = region ?? localRegion;
  const client = new DynamoDBClient({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(chosenRegion === undefined ? {} : { region: chosenRegion }),
    ...(isLocal && !hasIdentity ? { credentials: LOCAL.credentials } : {}),
    maxAttempts: ATTEMPTS,
    // Without the last one the SDK writes a warning, and waits on.
    requestHandler: { ...timeouts, throwOnRequestTimeout: true },
  });
  nameTimeouts(client, endpoint);
  return client;
}

/** The SDK says of a timeout what the handler was configured with: of the address it says nothing. */
function nameTimeouts(client: DynamoDBClient, endpoint: string | undefined): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        throw error instanceof Error && error.name === 'TimeoutError' ? noAnswer(endpoint, error) : error;
      }
    },
    // Outside of the SDK's retries, which know a timeout by its name.
    { name: 'ductileTimeouts', step: 'initialize' },
  );
}

const noAnswer = (endpoint: string | undefined, cause: Error): EndpointError =>
  new EndpointError(
    `Nothing answers at ${endpoint ?? "the region's endpoint"}: ${ATTEMPTS} attempts at a request timed out. Check ` +
      `${endpoint === undefined ? 'the network, the region' : 'that DynamoDB is what runs there, the network'} and the proxies.`,
    { endpoint },
    { cause },
  );

/** It becomes a part of a host's name. */
function assertRegion(region: string | undefined): void {
  if (region === undefined || region === '' || /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i.test(region)) return;
  throw new ConfigError(`There can be no region ${JSON.stringify(region)}. Write its code, such as eu-central-1.`, {
    region,
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
