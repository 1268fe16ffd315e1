import test from 'ava';
import { bucketAddressOf, openBucket } from '../../harness/fleet/handover/bucket.ts';
import { startBucket } from '../support/bucket.ts';
import { eventually } from '../support/eventually.ts';
import { startCoordinator, startWorker } from '../support/fleet.ts';
import { moods, runMoody } from '../support/moody-plan.ts';
import { startRedis } from '../support/redis.ts';

const key = { id: 'a-key', secret: 'its-secret' };

// They share the environment of the process.
test.serial('results go through a bucket, and nothing stays in it', async (t) => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret });
  const [{ url }, bucket] = await Promise.all([startRedis(t), startBucket(t, key)]);
  await startWorker(t, url, 'alpha');
  const fleet = await eventually(() => startCoordinator(t, url, { bucket: bucketAddressOf(bucket.url) }));
  const { cells } = await runMoody(t, fleet, moods('good', 'angry', 'good'));
  t.deepEqual(
    cells.map(({ verdict }) => [verdict?.outcome, verdict?.host]),
    ['as-expected', 'infra-failed', 'as-expected'].map((outcome) => [outcome, 'alpha']),
  );
  t.is(bucket.put.length, 3);
  t.true(bucket.put.every((object) => object.startsWith(`${fleet.session}/`)));
  t.deepEqual([...bucket.objects.keys()], []);
});

test.serial('a bucket with another key, without one, and an address that is none', async (t) => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: 'another' });
  const [{ url }, bucket] = await Promise.all([startRedis(t), startBucket(t, key)]);
  await startWorker(t, url, 'alpha');
  const address = bucketAddressOf(bucket.url);
  const error = await t.throwsAsync(() => eventually(() => startCoordinator(t, url, { bucket: address }), /no worker/));
  t.regex(error?.message ?? '', /^looking into the bucket http:\/\/127\.0\.0\.1:\d+\/leaklab: .*SignatureDoesNotMatch/);
  delete process.env['AWS_SECRET_ACCESS_KEY'];
  t.throws(() => openBucket(address), {
    message: [
      `opening the bucket ${bucket.url}: at least one of them is not`,
      '  expected: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set',
      '  what you can do: set both for the coordinator and for each worker; the fleet passes no credentials on',
    ].join('\n'),
  });
  for (const wrong of ['s3://leaklab', 'https://host', 'https://key:secret@host/bucket', 'https://host/a/b']) {
    t.throws(() => bucketAddressOf(wrong), {
      message: `--bucket requires https://HOST/BUCKET without credentials, and got '${wrong}'.`,
    });
  }
});
