import { gzipSync } from 'node:zlib';
import test from 'ava';
import { embeddedConfig, tellingOptions } from './embedded-config.ts';

const config = 'CONFIG_MEMCG=y\n# CONFIG_MEMCG_V1 is not set\nCONFIG_SLUB=y\nCONFIG_SLUB_DEBUG=y\n';

test('a configuration between its marks', (t) => {
  const image = Buffer.concat([Buffer.from('ELF IKCFG_ST'), gzipSync(config), Buffer.from('IKCFG_ED end')]);
  t.is(embeddedConfig(image), config);
});

test('a kernel without one', (t) => {
  t.is(embeddedConfig(Buffer.from('ELF IKCFG_ED')), undefined);
});

test('what it says of memory cgroups and slabs', (t) => {
  t.deepEqual(tellingOptions(config), [
    { option: 'CONFIG_MEMCG', value: 'y' },
    { option: 'CONFIG_MEMCG_V1', value: 'not set' },
    { option: 'CONFIG_SLUB', value: 'y' },
  ]);
});
