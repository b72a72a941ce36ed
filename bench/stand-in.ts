import { Readable } from 'node:stream';

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

type Row = Readonly<Record<string, { readonly S: string }>>;

interface RequestBody {
  readonly Item?: Row;
  readonly Key?: Row;
  readonly TransactItems?: readonly { readonly Put?: { readonly Item: Row } }[];
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeValues?: Row;
}

/**
 * Stands in for DynamoDB behind a client, as its `requestHandler`. While it rehearses it is a small table that keeps
 * what is put. When it performs, it gives each operation the bytes that the operation got last, whatever is asked: so
 * that only the client's work is measured, and on answers built from the client's own writes.
 */
export class StandIn {
  private readonly rows = new Map<string, Row>();
  private readonly answers = new Map<string, Buffer>();
  private performing = false;

  perform(): void {
    this.performing = true;
  }

  /** The SDK's interface. */
  handle({ headers, body }: Request): Promise<{ response: object }> {
    const operation = headers['x-amz-target']!;
    if (!this.performing) {
      const request = JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body)) as RequestBody;
      this.answers.set(operation, Buffer.from(JSON.stringify(this.answer(operation.split('.')[1]!, request))));
    }
    return Promise.resolve({ response: responseOf(this.answers.get(operation)!) });
  }

  private answer(operation: string, request: RequestBody): object {
    switch (operation) {
      case 'DescribeTable':
        return { Table: description };
      case 'PutItem':
        this.put(request.Item!);
        return {};
      case 'TransactWriteItems':
        for (const { Put } of request.TransactItems!) if (Put !== undefined) this.put(Put.Item);
        return {};
      case 'GetItem': {
        const Item = this.rows.get(keyOf(request.Key!));
        return Item === undefined ? {} : { Item };
      }
      case 'Query': {
        const Items = this.select(request.KeyConditionExpression!, request.ExpressionAttributeValues!);
        return { Items, Count: Items.length, ScannedCount: Items.length };
      }
      case 'Scan':
        return { Items: [...this.rows.values()], Count: this.rows.size, ScannedCount: this.rows.size };
      default:
        throw new Error(`The stand-in for DynamoDB does not know ${operation}.`);
    }
  }

  private put(row: Row): void {
    this.rows.set(keyOf(row), row);
  }

  /** What is asked for is told by the names of the values: `:pk`, and `:low` with or without `:high`. */
  private select(condition: string, values: Row): readonly Row[] {
    const [pk, low = '', high] = [values[':pk']!.S, values[':low']?.S, values[':high']?.S];
    const selects = (sk: string): boolean =>
      condition.includes('BETWEEN') ? sk >= low && sk <= high! : sk.startsWith(low);
    const found = [...this.rows.values()].filter((row) => row['pk']!.S === pk && selects(row['sk']!.S));
    return found.sort((a, b) => (a['sk']!.S < b['sk']!.S ? -1 : 1));
  }
}

const keyOf = (row: Row): string => JSON.stringify([row['pk']!.S, row['sk']!.S]);

/** As much of a response as the SDK reads; its body is a stream, as a socket's is. */
function responseOf(answer: Buffer): object {
  const body = new Readable({
    read() {
      this.push(answer);
      this.push(null);
    },
  });
  return { statusCode: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body };
}

const description = {
  TableStatus: 'ACTIVE',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
};
