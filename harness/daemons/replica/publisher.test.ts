import test from 'ava';
import { channelSlots } from './channel.ts';
import { Publisher } from './publisher.ts';

test('every subscriber gets every value, in order', async (t) => {
  const publisher = new Publisher<string>();
  const channels = [publisher.subscribe(), publisher.subscribe()];
  publisher.publish('one');
  publisher.publish('two');
  for (const channel of channels) t.deepEqual([await channel.receive(), await channel.receive()], ['one', 'two']);
});

test('a subscriber that waits gets the next value', async (t) => {
  const publisher = new Publisher<string>();
  const waiting = publisher.subscribe().receive();
  publisher.publish('one');
  t.is(await waiting, 'one');
});

test('who is evicted gets what is in its channel and then the end, and nothing more', async (t) => {
  const publisher = new Publisher<string>();
  const channel = publisher.subscribe();
  publisher.publish('one');
  publisher.evict(channel);
  publisher.publish('two');
  t.is(publisher.size, 0);
  t.deepEqual([await channel.receive(), await channel.receive()], ['one', undefined]);
});

test('who waits while the publisher closes gets the end', async (t) => {
  const publisher = new Publisher<string>();
  const waiting = publisher.subscribe().receive();
  publisher.close();
  t.is(await waiting, undefined);
  t.is(publisher.size, 0);
});

test('a channel has 1024 slots and no more: a subscriber that does not read misses values and holds up no other', async (t) => {
  const publisher = new Publisher<number>();
  const lazy = publisher.subscribe();
  const eager = publisher.subscribe();
  let received = 0;
  for (let value = 0; value < 2 * channelSlots; value++) {
    publisher.publish(value);
    t.is(await eager.receive(), value);
    received++;
  }
  t.is(received, 2048);
  t.is(lazy.length, 1024);
  t.is(await lazy.receive(), 0);
  publisher.publish(4096);
  for (let value = 1; value < channelSlots; value++) t.is(await lazy.receive(), value);
  t.is(await lazy.receive(), 4096, 'there was room again');
});
