/** The folder of DynamoDBLocal.jar, fetched on the first call, or why there is none on this machine. Blocks meanwhile. */
export function dynamoDbLocal():
  { readonly folder: string; readonly missing?: undefined } | { readonly missing: string; readonly folder?: undefined };
