// Describe your classes.
export { ItemType, ObjectType } from './decorators/item-type.js';
export { KeyPath, type KeyPathDecorator } from './decorators/key-path.js';
export { Field, type FieldDecorator } from './decorators/field.js';
export type { FieldOptions } from './decorators/field-options.js';
export type { CollectionType, EnumType, FieldTypeSpec } from './decorators/field-spec.js';
export type { Unstated } from './decorators/field-check.js';
export type { StandardContext } from './decorators/standard-context.js';
export { arrayOf, mapOf, setOf } from './decorators/collections.js';
export { enumType, type EnumValue } from './decorators/enum-type.js';
export type { AssignInput, Computed, CreateInput, Generated } from './decorators/generated.js';
export {
  type KeyParameter,
  type KeyParameters,
  keyPaths,
  type KeyPathsOf,
  type NextParameterOf,
  type PrefixesOf,
  type PrimaryKeyOf,
  type SharedParametersOf,
  type SharedPrefixesOf,
} from './decorators/key-paths.js';
export type { EntityClass } from './decorators/declared.js';
export type { JsonValue, ScalarName } from './fields/field-type.js';

// Say how they changed, and define the schema.
export { Migration, type MigrationDecorator } from './decorators/migration.js';
export type { MigrationClass, SchemaMigration } from './schema/record-migration.js';
export type { EnumChanger, FieldThatWas, Migrator, TypeChanger } from './schema/migrator.js';
export { defineSchema, type SchemaDefinition } from './schema/define-schema.js';
export { printSnapshot, readSnapshot, type SchemaSnapshot, snapshotOf } from './schema/snapshot.js';
export type { Schema, SchemaClasses } from './schema/schema.js';
export type { SchemaWarning } from './schema/warnings.js';
export type {
  EnumModel,
  EnumValueModel,
  FieldModel,
  ExpiryModel,
  ItemTypeModel,
  KeyParameterModel,
  KeyPathModel,
  LensStep,
  MigrationModel,
  ObjectTypeModel,
  SchemaVersion,
} from './schema/model.js';

// Make the table ready.
export { createTable, tableDescription, type TableOptions, type TableProperties } from './dynamo/table.js';
export type { DynamoClient } from './dynamo/client.js';
export type { KeyAttributes } from './table/gateway.js';
export type { RowKey } from './values/attribute-value.js';
export { publish, type PublishOptions } from './store/publish.js';
export type { PublishableSchema } from './registry/past.js';
export type { CreateGuard } from './registry/content.js';
export type { PublishResult, RegistrySettings } from './registry/publish.js';

// Read and write items.
export { openStore, type OpenStoreOptions } from './application/open-store.js';
export type { BackgroundOptions } from './application/background.js';
export { Store } from './store/store.js';
export { Repository } from './store/repository.js';
export type { ItemList, ItemPage } from './store/item-list.js';
export type {
  FindOptions,
  ListOptions,
  NextParameterBounds,
  ReadOptions,
  SaveOptions,
  StoreListOptions,
} from './store/options.js';
export { revisionOf } from './store/entity-state.js';
export { keyPath, type KeyPathReference } from './keypaths/tagged.js';

// Know what went wrong …
export { DuctileError, type ErrorFacts } from './errors/ductile-error.js';
// … while the schema is defined:
export { SchemaDefinitionError, type SchemaProblem } from './decorators/errors.js';
export { SnapshotError, UnknownItemTypeError } from './schema/errors.js';
export { InvalidDefaultError } from './fields/errors.js';
export { InvalidTemplateError, UnsupportedKeyTypeError } from './keypaths/errors.js';
// … with the table or the client:
export {
  AccessDeniedError,
  CredentialsError,
  EndpointError,
  GroupFullError,
  ReplicatedTableError,
  SdkMismatchError,
  TableKeysError,
  TableNotFoundError,
  ThrottledError,
  TokenReusedError,
  TransactionConflictError,
  WriteRejectedError,
} from './dynamo/errors.js';
export {
  OutcomeUnknownError,
  RowTooLargeError,
  TooManyActionsError,
  TransactionTooLargeError,
  WriteTooLargeError,
} from './table/errors.js';
// … with the registry:
export {
  AutoPublishError,
  LibraryInUseTooOldError,
  LibraryTooOldError,
  NotAnnouncedError,
  NotPublishedError,
  OtherSchemaError,
  PastChangedError,
  RegistryBehindError,
  RegistryDamagedError,
  RegistryForkError,
  RegistrySettingError,
  TooManyKeyPathsError,
  VersionGapError,
  VersionRetiredError,
  VersionTakenError,
  WithdrawUnfinishedError,
} from './registry/errors.js';
// … with what was asked for:
export {
  AmbiguousKeyPathError,
  InvalidCursorError,
  InvalidOptionError,
  KeyAttributeTakenError,
  KeyParameterError,
  NoSuchKeyPathError,
  NotAnEntityError,
  StoreClosedError,
  StoreOptionError,
  UnknownPropertyError,
  UpdateCallbackError,
} from './store/errors.js';
export { InvalidKeyRangeError, KeyTooLargeError } from './keypaths/errors.js';
export { UnknownFieldError, ValidationError } from './views/errors.js';
export { printProblem, type Problem } from './views/problem.js';
// … with what the table holds:
export { ItemNotFoundError, KeyPathIncompleteError } from './store/errors.js';
export {
  ContentionError,
  ForeignRowError,
  ItemExistsError,
  KeyPathConflictError,
  OptimisticLockError,
  PrimaryKeyChangedError,
} from './protocol/errors.js';
export { DamagedKeyValueError } from './keypaths/errors.js';
export { type Damage, DamagedRowError } from './views/errors.js';
