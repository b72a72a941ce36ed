/** What the process ends with; scripts rely on them. */
export const exitCode = {
  done: 0,
  /** Something went wrong that is none of the following. */
  failed: 1,
  /** The arguments, the configuration file or the schema file are wrong: nothing was asked of the table. */
  usage: 2,
  /** Refused, or something was found that a person has to look at. */
  refused: 3,
  /** No way to the table: endpoint, credentials, permission, no such table. */
  unreachable: 4,
  /** The time limit came first; the same command goes on. */
  unfinished: 5,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
