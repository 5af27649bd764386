// Jobs a second of graphile-worker in its batched mode: `DATABASE_URL=… node jobs.mjs COUNT`.
//
// The jobs do nothing. They are fetched and completed many at a time (localQueue, completeJobBatchDelay), as its
// documentation recommends for the highest throughput. The clock runs from the first job's start until the last one is
// off the table.

import { Logger, makeWorkerUtils, run } from "graphile-worker";

const count = Number(process.argv[2]);
const connectionString = process.env.DATABASE_URL;
const logger = new Logger(() => () => {});

const utils = await makeWorkerUtils({ connectionString, logger });
await utils.migrate();
await utils.withPgClient((client) =>
  client.query("SELECT graphile_worker.add_job('nothing', json_build_object('id', i)) FROM generate_series(1, $1) i", [
    count,
  ]),
);

let begun;
let done = 0;
const all = Promise.withResolvers?.() ?? deferred();
const runner = await run({
  preset: {
    worker: {
      connectionString,
      logger,
      concurrentJobs: 24,
      maxPoolSize: 10,
      localQueue: { size: 500 },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
    },
  },
  taskList: {
    nothing: () => {
      begun ??= performance.now();
      done += 1;
      if (done === count) {
        all.resolve();
      }
    },
  },
});
await all.promise;
await runner.stop();
const seconds = (performance.now() - begun) / 1000;

const { rows } = await utils.withPgClient((client) =>
  client.query("SELECT COUNT(*)::int AS left FROM graphile_worker._private_jobs"),
);
await utils.release();
if (rows[0].left !== 0) {
  throw new Error(`${rows[0].left} jobs are left`);
}
console.log(count / seconds);

function deferred() {
  const made = {};
  made.promise = new Promise((resolve) => {
    made.resolve = resolve;
  });
  return made;
}
