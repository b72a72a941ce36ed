import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Journal } from './journal.js';

/** What a process of the soak is told when it starts. */
export interface Task {
  readonly endpoint: string;
  readonly table: string;
  /** Of the journals. */
  readonly folder: string;
  /** Such as `v2.b.3`, or `deployment3.1`. */
  readonly name: string;
  readonly version: number;
  readonly life: number;
  readonly seed: number;
}

/** What the program of a process works with. */
export interface Member {
  readonly task: Task;
  readonly client: DynamoDBClient;
  readonly journal: Journal;
  /** True once the run is over: the process ends what it does and exits. */
  readonly ending: boolean;
}

/** Runs a program of the soak in this process: its end of the pipe to the parent closes when the run is over. */
export async function runMember(program: (member: Member) => Promise<void>): Promise<void> {
  const task = JSON.parse(process.argv[2]!) as Task;
  const journal = new Journal(task.folder, task.name);
  const client = new DynamoDBClient({
    endpoint: task.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  let ending = false;
  process.stdin.on('end', () => (ending = true)).resume();
  try {
    await program({
      task,
      client,
      journal,
      get ending() {
        return ending;
      },
    });
  } catch (error) {
    journal.wrong(`[NO-SURPRISE] ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exit(1); // whatever else it is doing
  }
  client.destroy();
  process.stdin.destroy();
}
