/** What the process ends with; scripts rely on them. */
export const exitCode = {
  done: 0,
  /** Something went wrong that is none of the following. */
  failed: 1,
  /** The arguments, the configuration or the schema file are wrong: nothing was asked of the table. */
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

export type ExitName = keyof typeof exitCode;
export type ExitCode = (typeof exitCode)[ExitName];

/** Every code of an error that Ductile has, by what a command ends with that met it. Codes of others end with 1. */
const CODES: Readonly<Partial<Record<ExitName, string>>> = {
  usage:
    'USAGE CONFIG SCHEMA_FILE SNAPSHOT STORE_OPTION SCHEMA_DEFINITION REGISTRY_SETTING TABLE_KEYS KEY_ATTRIBUTE_TAKEN ' +
    'UNKNOWN_ITEM_TYPE LOCAL_ENGINE_MISSING',
  refused:
    'NOT_CONFIRMED NOT_VERIFIED NO_SUCH_ROW NO_SUCH_WORK NOT_PUBLISHED PAST_CHANGED VERSION_TAKEN VERSION_GAP OTHER_SCHEMA ' +
    'TOO_MANY_KEY_PATHS RETIRE_REFUSED DROP_REFUSED WITHDRAW_REFUSED WITHDRAW_UNFINISHED LIBRARY_TOO_OLD LIBRARY_IN_USE_TOO_OLD ' +
    'VERSION_RETIRED REGISTRY_FORK REGISTRY_BEHIND REGISTRY_DAMAGED DAMAGED_ROW DAMAGED_KEY_VALUE FOREIGN_ROW ' +
    'KEY_PATH_CONFLICT JOB_FAILED ONLY_READS ROWS_PASSED_OVER ROW_TOO_LARGE REPLICATED_TABLE WORK_TAKEN WORK_BUSY ' +
    'UNSETTLED UNCAUGHT',
  unreachable: 'TABLE_NOT_FOUND CREDENTIALS ACCESS_DENIED ENDPOINT SDK_MISMATCH',
  failed:
    'NOT_ANNOUNCED CONTENTION THROTTLED TRANSACTION_CONFLICT OUTCOME_UNKNOWN OPTIMISTIC_LOCK OUTPUT LOCAL_ENGINE_ENDED LOCAL_ENGINE_START ' +
    'AMBIGUOUS_KEY_PATH AUTO_PUBLISH DRY_RUN_WRITE FLEET_DEFINITION FLEET_RUN FLEET_USE GROUP_FULL INVALID_CURSOR ' +
    'INVALID_DEFAULT INVALID_KEY_RANGE INVALID_OPTION INVALID_TEMPLATE INVARIANT ITEM_EXISTS ITEM_NOT_FOUND KEY_PARAMETER ' +
    'KEY_PATH_INCOMPLETE KEY_TOO_LARGE NOT_AN_ENTITY NO_SUCH_KEY_PATH PRIMARY_KEY_CHANGED STORE_CLOSED ' +
    'TOKEN_REUSED TOO_MANY_ACTIONS TRANSACTION_TOO_LARGE UNKNOWN_FIELD UNKNOWN_PROPERTY UNSUPPORTED_KEY_TYPE ' +
    'UPDATE_CALLBACK VALIDATION WRITE_REJECTED WRITE_TOO_LARGE',
  // With 130; SIGTERM is told apart by the signal.
  interrupted: 'INTERRUPTED',
};

/** By code: what a command ends with that met the error. The one place that says so. */
export const exitOfError: ReadonlyMap<string, ExitName> = new Map(
  Object.entries(CODES).flatMap(([name, codes]) =>
    codes.split(' ').map((code): [string, ExitName] => [code, name as ExitName]),
  ),
);
