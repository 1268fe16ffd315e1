/** Everything that the lab exports: see `dockerd-leak-lab/scenario`, `/judge`, `/evidence`, `/diagnosis` and `/scenarios` for the parts. */
export * from './diagnosis.ts';
export * from './evidence.ts';
export * from './judge.ts';
export * from './scenario.ts';
export * from './scenarios.ts';
