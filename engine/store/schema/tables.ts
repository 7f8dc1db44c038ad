/** The first version of every table. Forward only: later versions add migrations beside this one and never edit it.
 *  Times are timestamptz; ids that AWS shows (`df-...`, `@Load_2026-...`) are text, our own are bigint. */
export const tables = `
create table pipelines (
  id text primary key,
  name text not null,
  unique_id text unique,
  state text not null default 'PENDING',
  latest_version integer not null default 0,
  active_version integer,
  creation_time timestamptz not null default now(),
  first_activation_time timestamptz,
  last_activation_time timestamptz,
  last_deactivated_time timestamptz,
  finished_time timestamptz
);
create index pipelines_by_name on pipelines (name, creation_time desc);
create index pipelines_active on pipelines (id) where state in ('SCHEDULED', 'DEACTIVATING');

create table definition_versions (
  pipeline_id text not null references pipelines on delete cascade,
  version integer not null,
  source text not null,
  compiled json not null, -- not jsonb: the order of the objects is the author’s
  creation_time timestamptz not null default now(),
  primary key (pipeline_id, version)
);

create table components (
  pipeline_id text not null references pipelines on delete cascade,
  id text not null,
  version integer not null,
  name text not null,
  type text not null,
  family text not null,
  fields jsonb not null,
  paused boolean not null default false,
  primary key (pipeline_id, id)
);

create table watermarks (
  pipeline_id text not null references pipelines on delete cascade,
  schedule_id text not null,
  schedule_type text not null,
  anchor timestamptz not null,
  next_index bigint not null default 0,
  last_index bigint,
  next_due timestamptz,
  primary key (pipeline_id, schedule_id, schedule_type)
);
create index watermarks_due on watermarks (next_due) where next_due is not null;

create sequence fences;

create table instances (
  id bigint generated always as identity primary key,
  pipeline_id text not null references pipelines on delete cascade,
  version integer not null,
  component_id text not null,
  referrer_id text not null default '',
  instance_key text not null,
  type text not null,
  family text not null,
  interval_start timestamptz not null,
  interval_end timestamptz not null,
  due_time timestamptz not null,
  status text not null,
  waiting integer not null default 0,
  worker_group text,
  lane text not null default 'activity',
  priority integer not null default 0,
  resource_id bigint,
  cascade boolean not null default false,
  fires text[],
  maximum_retries integer not null default 2,
  tries_left integer not null default 0,
  attempt_count integer not null default 0,
  rerun integer not null default 0,
  late_time timestamptz,
  actual_start_time timestamptz,
  actual_end_time timestamptz,
  error_id text,
  error_message text,
  cancellation_reason text,
  provider_id text,
  unique (pipeline_id, component_id, referrer_id, interval_start)
) with (fillfactor = 80);
create index instances_live on instances (pipeline_id, component_id) where status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED');
create index instances_by_interval on instances (pipeline_id, interval_start);
create index instances_on_resource on instances (resource_id) where resource_id is not null;
create index instances_late on instances (late_time) where late_time is not null;

create table dependencies (
  producer_id bigint not null,
  consumer_id bigint not null,
  kind text not null,
  primary key (producer_id, consumer_id)
);
create index dependencies_by_consumer on dependencies (consumer_id);

create table attempts (
  id bigint generated always as identity primary key,
  instance_id bigint not null,
  number integer not null,
  status text not null,
  held text,
  available_time timestamptz,
  worker_group text not null,
  lane text not null,
  priority integer not null,
  fence bigint,
  worker_id text,
  hostname text,
  lease_until timestamptz,
  start_time timestamptz,
  end_time timestamptz,
  check_count integer not null default 0,
  check_since timestamptz,
  check_because text,
  error_id text,
  error_message text,
  error_stack_trace text,
  progress jsonb,
  unique (instance_id, number)
) with (fillfactor = 80);
create index attempts_ready on attempts (worker_group, lane, priority desc, id) where status = 'WAITING_FOR_RUNNER' and held is null;
create index attempts_held on attempts (available_time) where status = 'WAITING_FOR_RUNNER' and held is not null;
create index attempts_leased on attempts (lease_until) where status = 'RUNNING';

create table outbox (
  id bigint generated always as identity primary key,
  kind text not null,
  worker_group text,
  lane text,
  attempt_ids bigint[],
  instance_id bigint,
  event text,
  tries integer not null default 0,
  available_time timestamptz not null default now()
);
create index outbox_by_kind on outbox (kind, available_time, id);

create table events (
  id bigint generated always as identity primary key,
  time timestamptz not null default now(),
  pipeline_id text not null,
  instance_id bigint,
  attempt_id bigint,
  kind text not null,
  detail jsonb not null default '{}'
);
create index events_by_pipeline on events (pipeline_id, id);

create table workers (
  id text primary key,
  hostname text not null,
  worker_groups text[] not null,
  started_time timestamptz not null default now(),
  seen_time timestamptz not null default now()
);
`
